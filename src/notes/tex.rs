//! LaTeX documents: formulas outside comments and verbatim text, directives and networks in comments.

use std::ops::Range;

use super::delimiter::{self, Mask, MaskKind, Style, in_order};
use super::{Found, Network, Piece, directive, macros, markdown};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::latex::Places;

/// Takes in what a LaTeX text holds.
pub(super) fn scan(text: &str, places: &Places, found: &mut Found) {
    let (mut masks, comments) = hidden(text);
    read_comments(text, &comments, places, found);
    masks = in_order(masks);
    let definitions = macros::collect(text, places, &masks, found);
    masks.extend(definitions.into_iter().map(|range| Mask { range, kind: MaskKind::Gap }));
    masks.extend(outside(text));
    let masks = in_order(masks);
    let (formulas, unclosed_ones) = delimiter::scan(text, &masks, &[], Style::Tex);
    for formula in formulas {
        let whole = places.span(Span::new(formula.whole.start, formula.whole.end));
        let latex = text[formula.body.clone()].to_string();
        found.formula(latex, places.part(formula.body), whole, formula.display, None);
    }
    found.diagnostics.extend(unclosed_ones.into_iter().map(|range| unclosed(text, range, places)));
}

/// A display opening without its end.
pub(super) fn unclosed(text: &str, range: Range<usize>, places: &Places) -> Diagnostic {
    markdown::unclosed_message(&text[range.clone()])
        .at(places.span(Span::new(range.start, range.end)), "")
        .hint("add the closing delimiter; nothing was read from here")
}

/// What stands before and after the document proper.
fn outside(text: &str) -> Vec<Mask> {
    let kind = MaskKind::Wall;
    let Some(begin) = text.find("\\begin{document}") else { return Vec::new() };
    let mut masks = vec![Mask { range: 0..begin, kind }];
    if let Some(end) = text.rfind("\\end{document}").filter(|&end| end > begin) {
        masks.push(Mask { range: end..text.len(), kind });
    }
    masks
}

/// The environments whose content is not LaTeX.
const VERBATIM: &[&str] = &["verbatim", "verbatim*", "Verbatim", "lstlisting", "minted", "comment", "filecontents"];

/// Comments and verbatim text, and the comments once more: from after the percent sign to the end of the line.
fn hidden(text: &str) -> (Vec<Mask>, Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let (mut masks, mut comments) = (Vec::new(), Vec::new());
    // How far the search for the end of each verbatim environment failed: it need not be made again.
    let mut endless = [false; VERBATIM.len()];
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let end = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |length| at + length);
                comments.push(at + 1..end);
                masks.push(Mask { range: at..end, kind: MaskKind::Gap });
                at = end;
            }
            b'\\' => match verbatim(text, at, &mut endless).or_else(|| never_set(text, at)) {
                Some(end) => {
                    masks.push(Mask { range: at..end, kind: MaskKind::Wall });
                    at = end;
                }
                None => at += 2,
            },
            _ => at += 1,
        }
    }
    (masks, comments)
}

/// Where the verbatim text that starts here ends.
fn verbatim(text: &str, at: usize, endless: &mut [bool; VERBATIM.len()]) -> Option<usize> {
    let rest = text.get(at..)?;
    if let Some(name) = rest.strip_prefix("\\begin{") {
        let number =
            VERBATIM.iter().position(|known| name.strip_prefix(known).is_some_and(|after| after.starts_with('}')))?;
        let close = format!("\\end{{{}}}", VERBATIM[number]);
        let end = if endless[number] { None } else { rest.find(&close) };
        endless[number] = end.is_none();
        return end.map(|end| at + end + close.len());
    }
    let name = ["\\verb*", "\\verb", "\\lstinline"].into_iter().find(|name| rest.starts_with(name))?;
    // Far longer than what people set in a line, and short enough to be looked through at each `\\verb`.
    let mut signs = rest[name.len()..].char_indices().take(1000);
    let (_, sign) =
        signs.next().filter(|(_, sign)| !sign.is_alphanumeric() && !sign.is_whitespace() && *sign != '*')?;
    let close = if sign == '{' { '}' } else { sign };
    let (length, found) = signs.find(|(_, sign)| *sign == close || *sign == '\n')?;
    (found == close).then_some(at + name.len() + length + close.len_utf8())
}

/// Where the text ends that `\iffalse` at this place leaves out: its `\else` or `\fi`, those of inner conditions apart.
fn never_set(text: &str, at: usize) -> Option<usize> {
    let word_at = |from: usize| {
        let rest = &text[from + 1..];
        &rest[..rest.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(rest.len())]
    };
    if word_at(at) != "iffalse" {
        return None;
    }
    let mut depth = 0_usize;
    for (from, _) in text[at..].match_indices('\\') {
        let from = at + from;
        match word_at(from) {
            "fi" if depth == 1 => return Some(from + "\\fi".len()),
            "else" if depth == 1 => return Some(from + "\\else".len()),
            "fi" => depth = depth.saturating_sub(1),
            word if word.starts_with("if") && !matches!(word, "iff" | "ifthenelse") => depth += 1,
            _ => {}
        }
    }
    None
}

/// Directives and networks in comments.
fn read_comments(text: &str, comments: &[Range<usize>], places: &Places, found: &mut Found) {
    let mut comments = comments.iter();
    while let Some(comment) = comments.next() {
        let inside = &text[comment.clone()];
        let Some(content) = directive::content(inside.trim_start_matches('%')) else { continue };
        if content.split_whitespace().eq(["begin", "net"]) {
            network(text, comment, &mut comments, places, found);
        } else {
            directive::read(content, comment.end - content.len(), places, found);
        }
    }
}

/// The lines up to `% derive: end` are a network.
fn network<'a>(
    text: &str,
    begin: &Range<usize>,
    comments: &mut impl Iterator<Item = &'a Range<usize>>,
    places: &Places,
    found: &mut Found,
) {
    let mut out = String::new();
    let mut inner = Places::at(begin.end);
    for comment in comments {
        let line = text[comment.clone()].trim_start_matches('%');
        if directive::content(line).is_some_and(|content| content.trim() == "end") {
            let span = places.span(Span::new(begin.start - 1, comment.end));
            let places = inner.within(places, out.len());
            found.pieces.push(Piece::Network(Network { text: out, places, span }));
            return;
        }
        let line = line.strip_prefix(' ').unwrap_or(line);
        inner.piece(out.len(), comment.end - line.len());
        out.push_str(line);
        out.push('\n');
    }
    let span = places.span(Span::new(begin.start - 1, begin.end));
    found.diagnostics.push(
        Diagnostic::error("unclosed-network", "this network does not end")
            .at(span, "")
            .hint("add a line `% derive: end`"),
    );
}
