//! Markdown: formulas outside code, directives in HTML comments, networks in fenced blocks.
//!
//! The Markdown parser tells what is code, comment, link or block; the mathematics is then found in the raw text, because Markdown
//! itself would take a line of a formula that starts with `+` for a list.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::delimiter::{self, Mask, MaskKind, Style, in_order};
use super::{Display, Found, Network, Piece, directive, macros};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::latex::Places;

/// Takes in what a Markdown text holds; `places` leads from it to the document.
pub(super) fn scan(text: &str, places: &Places, cell: Option<usize>, found: &mut Found) {
    let mut outline = outline(text);
    for formula in std::mem::take(&mut outline.formulas) {
        let (latex, inner) = join(text, &formula.parts);
        let whole = places.span(Span::new(formula.whole.start, formula.whole.end));
        let inner = inner.within(places, latex.len());
        found.formula(latex, inner, whole, formula.display, cell);
    }
    for block in std::mem::take(&mut outline.networks) {
        let (text, inner) = join(text, &block.parts);
        let inner = inner.within(places, text.len());
        let span = places.span(Span::new(block.whole.start, block.whole.end));
        found.pieces.push(Piece::Network(Network { text, places: inner, span }));
    }
    for comment in &outline.comments {
        let inside = &text[comment.clone()];
        if let Some(content) = directive::content(inside) {
            let offset = comment.start + (inside.len() - content.len());
            directive::read(content, offset, places, found);
        }
    }
    let masks = in_order(std::mem::take(&mut outline.masks));
    // A `\newcommand` that is spoken of in prose is no definition, and not worth a warning.
    let warnings = found.diagnostics.len();
    let definitions = macros::collect(text, places, &masks, found);
    found.diagnostics.truncate(warnings);
    let gaps = definitions.into_iter().map(|range| Mask { range, kind: MaskKind::Gap });
    let masks = in_order(masks.into_iter().chain(gaps).collect());
    outline.blocks.sort_unstable();
    let (formulas, unclosed) = delimiter::scan(text, &masks, &outline.blocks, Style::Markdown);
    for formula in formulas {
        let (latex, inner) = join(text, &lines(text, &formula));
        let whole = places.span(Span::new(formula.whole.start, formula.whole.end));
        let inner = inner.within(places, latex.len());
        found.formula(latex, inner, whole, formula.display, cell);
    }
    found.diagnostics.extend(unclosed.into_iter().map(|range| super::tex::unclosed(text, range, places)));
}

/// What the Markdown parser tells of a text.
#[derive(Default)]
struct Outline {
    masks: Vec<Mask>,
    /// The insides of HTML comments.
    comments: Vec<Range<usize>>,
    /// Where blocks start.
    blocks: Vec<usize>,
    formulas: Vec<Block>,
    networks: Vec<Block>,
}

/// A text that the parser has found, as the parts of the document that it consists of.
struct Block {
    whole: Range<usize>,
    parts: Vec<Range<usize>>,
    display: Display,
}

fn outline(text: &str) -> Outline {
    let mut outline = Outline::default();
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS | Options::ENABLE_FOOTNOTES;
    let parser = Parser::new_ext(text, options);
    let definitions = parser.reference_definitions().iter().map(|(_, definition)| definition.span.clone());
    outline.masks.extend(definitions.map(|range| Mask { range, kind: MaskKind::Wall }));
    let mut code: Option<(String, Block)> = None;
    // The end of the last piece of text, which is where the address of a link starts.
    let mut inner_end = 0;
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.split_whitespace().next().unwrap_or("").to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                outline.masks.push(Mask { range: range.clone(), kind: MaskKind::Wall });
                code = Some((language, Block { whole: range, parts: Vec::new(), display: Display::Display }));
            }
            Event::End(TagEnd::CodeBlock) => match code.take() {
                Some((language, block)) if matches!(language.as_str(), "math" | "{math}") => {
                    outline.formulas.push(block)
                }
                Some((language, block)) if language == "net" => outline.networks.push(block),
                _ => {}
            },
            Event::Text(_) if code.is_some() => {
                if let Some((_, block)) = &mut code {
                    block.parts.push(range);
                }
            }
            Event::Code(_) => {
                inner_end = range.end;
                code_span(text, range, &mut outline);
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                // A block of HTML comes line by line; its comments are found in the whole of it.
                if matches!(event, Event::InlineHtml(_)) {
                    html(text, range, &mut outline);
                }
            }
            Event::Start(Tag::HtmlBlock) => {
                outline.blocks.push(range.start);
                html(text, range, &mut outline);
            }
            Event::Start(Tag::MetadataBlock(_)) => outline.masks.push(Mask { range, kind: MaskKind::Wall }),
            Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => {
                outline.masks.push(Mask { range, kind: MaskKind::Veil });
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => inner_end = range.start,
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let range = inner_end.clamp(range.start, range.end)..range.end;
                outline.masks.push(Mask { range, kind: MaskKind::Veil });
            }
            Event::Start(
                Tag::Paragraph | Tag::Heading { .. } | Tag::Item | Tag::TableCell | Tag::BlockQuote(_) | Tag::TableRow,
            ) => outline.blocks.push(range.start),
            Event::Text(_) | Event::End(_) => inner_end = inner_end.max(range.end),
            _ => {}
        }
    }
    outline
}

/// A code span: masked; with dollars around it GitHub's inline formula.
fn code_span(text: &str, range: Range<usize>, outline: &mut Outline) {
    let bytes = text.as_bytes();
    let before = range.start.checked_sub(1).is_some_and(|at| bytes[at] == b'$');
    if !(before && bytes.get(range.end) == Some(&b'$')) {
        outline.masks.push(Mask { range, kind: MaskKind::Wall });
        return;
    }
    let ticks = bytes[range.clone()].iter().take_while(|&&byte| byte == b'`').count();
    let inside = (range.start + ticks).min(range.end)..range.end.saturating_sub(ticks).max(range.start + ticks);
    let whole = range.start - 1..range.end + 1;
    outline.masks.push(Mask { range: whole.clone(), kind: MaskKind::Wall });
    outline.formulas.push(Block { whole, parts: vec![inside], display: Display::Inline });
}

/// HTML: its comments and its tags are masked; the text between them is not.
fn html(text: &str, range: Range<usize>, outline: &mut Outline) {
    let mut at = range.start;
    while let Some(open) = text[at..range.end].find('<') {
        let start = at + open;
        let rest = &text[start..range.end];
        let end;
        if let Some(inside) = rest.strip_prefix("<!--") {
            let length = inside.find("-->");
            end = length.map_or(range.end, |length| start + 4 + length + 3);
            outline.comments.push(start + 4..length.map_or(range.end, |length| start + 4 + length));
            outline.masks.push(Mask { range: start..end, kind: MaskKind::Wall });
        } else {
            let code = ["<pre", "<code", "<script", "<style"].iter().find(|tag| rest.starts_with(**tag));
            let close = match code {
                Some(tag) => rest.find(&format!("</{}", &tag[1..])).or(Some(rest.len())),
                None => rest.find('>').map(|close| close + 1),
            };
            // A sign that closes nothing up to the end of the block is a sign.
            let Some(close) = close else { break };
            end = start + close.max(1);
            let kind = if code.is_some() { MaskKind::Wall } else { MaskKind::Veil };
            outline.masks.push(Mask { range: start..end, kind });
        }
        at = end.max(start + 1);
    }
}

/// The parts of a formula without the signs of the quotation around it, and without Markdown's backslashes where it has read them.
fn lines(text: &str, formula: &delimiter::Found) -> Vec<Range<usize>> {
    let line = text[..formula.whole.start].bytes().rev().take(64).take_while(|&byte| byte != b'\n').count();
    let before = &text.as_bytes()[formula.whole.start - line..formula.whole.start];
    let quoted = before.iter().take_while(|byte| matches!(byte, b' ' | b'>')).filter(|&&byte| byte == b'>').count();
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut start = formula.body.start;
    let mut at = start;
    while at < formula.body.end {
        let escape = formula.escaped && bytes[at] == b'\\' && at + 1 < formula.body.end;
        if escape && bytes[at + 1].is_ascii_punctuation() {
            parts.push(start..at);
            start = at + 1;
            at += 2;
            continue;
        }
        at += 1;
        if bytes[at - 1] == b'\n' && quoted > 0 {
            parts.push(start..at);
            let mut left = quoted;
            while at < formula.body.end && (bytes[at] == b' ' || (bytes[at] == b'>' && left > 0)) {
                left -= usize::from(bytes[at] == b'>');
                at += 1;
            }
            start = at;
        }
    }
    parts.push(start..formula.body.end.max(start));
    parts
}

/// The parts joined, with their places in the text.
fn join(text: &str, parts: &[Range<usize>]) -> (String, Places) {
    let mut out = String::new();
    let mut places = Places::at(parts.first().map_or(0, |part| part.start));
    for part in parts.iter().filter(|part| !part.is_empty()) {
        places.piece(out.len(), part.start);
        out.push_str(text.get(part.clone()).unwrap_or_default());
    }
    (out, places)
}

/// A display opening without its end, for a message.
pub(super) fn unclosed_message(opening: &str) -> Diagnostic {
    Diagnostic::warning("unclosed-math", format!("the formula that `{opening}` opens does not end"))
}
