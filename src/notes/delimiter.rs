//! Finds the delimiters of mathematics in a text: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, `\begin{align}…\end{align}`.
//!
//! Each search for a closing delimiter remembers how far it failed, so that a text with a million opening ones is still read in
//! linear time.

use std::ops::Range;

use super::Display;

/// A part of a text in which no formula starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mask {
    pub range: Range<usize>,
    pub kind: MaskKind,
}

/// What a masked part does to a formula that starts before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MaskKind {
    /// Ends the search for its end: code.
    Wall,
    /// Is stepped over: a comment, a definition.
    Gap,
    /// Is read as if it were not masked: what looks like a tag or a link within mathematics.
    Veil,
}

/// Sorts masks and drops those that start within another one.
pub(super) fn in_order(mut masks: Vec<Mask>) -> Vec<Mask> {
    masks.sort_by_key(|mask| (mask.range.start, std::cmp::Reverse(mask.range.end)));
    let mut end = 0;
    masks.retain(|mask| {
        let apart = mask.range.start >= end && !mask.range.is_empty();
        if apart {
            end = mask.range.end;
        }
        apart
    });
    masks
}

/// Whose rules hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// A dollar needs its formula close by, and prices are none.
    Markdown,
    /// A dollar is a dollar.
    Tex,
}

/// A formula found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found {
    /// With its delimiters.
    pub whole: Range<usize>,
    /// Without them; an environment keeps its `\begin` and `\end`.
    pub body: Range<usize>,
    pub display: Display,
    /// Whether Markdown has read it, as in mdBook's `\\(`: backslashes before punctuation are Markdown's.
    pub escaped: bool,
}

/// The environments that start a formula in running text, without the star.
const ENVIRONMENTS: &[&str] =
    &["equation", "align", "gather", "multline", "eqnarray", "flalign", "alignat", "displaymath", "math", "dmath"];

/// What a formula ends with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Closer {
    Dollar,
    Dollars,
    /// `$$` that opened alone on its line, so that blank lines may follow.
    DollarsBlock,
    Round,
    Square,
    EscapedRound,
    EscapedSquare,
    Environment {
        number: usize,
        starred: bool,
    },
}

impl Closer {
    fn number(self) -> usize {
        match self {
            Closer::Dollar => 0,
            Closer::Dollars => 1,
            Closer::DollarsBlock => 2,
            Closer::Round => 3,
            Closer::Square => 4,
            Closer::EscapedRound => 5,
            Closer::EscapedSquare => 6,
            Closer::Environment { number, starred } => 7 + 2 * number + usize::from(starred),
        }
    }

    fn written(self) -> String {
        match self {
            Closer::Dollar => "$".into(),
            Closer::Dollars | Closer::DollarsBlock => "$$".into(),
            Closer::Round => "\\)".into(),
            Closer::Square => "\\]".into(),
            Closer::EscapedRound => "\\\\)".into(),
            Closer::EscapedSquare => "\\\\]".into(),
            Closer::Environment { number, starred } => {
                format!("\\end{{{}{}}}", ENVIRONMENTS[number], if starred { "*" } else { "" })
            }
        }
    }

    fn is_inline(self) -> bool {
        matches!(self, Closer::Dollar | Closer::Round | Closer::EscapedRound)
            || matches!(self, Closer::Environment { number, .. } if ENVIRONMENTS[number] == "math")
    }

    /// Whether a blank line may stand in the formula.
    fn spans_paragraphs(self) -> bool {
        matches!(self, Closer::DollarsBlock | Closer::Environment { .. })
    }
}

/// The formulas of a text in order, and the display openings that are never closed. Inline formulas end before the next of `blocks`.
pub(super) fn scan(text: &str, masks: &[Mask], blocks: &[usize], style: Style) -> (Vec<Found>, Vec<Range<usize>>) {
    let mut scanner =
        Scanner { bytes: text.as_bytes(), masks, blocks, style, failed: vec![0; 7 + 2 * ENVIRONMENTS.len()] };
    let (mut found, mut unclosed) = (Vec::new(), Vec::new());
    let (mut at, mut mask) = (0, 0);
    while at < text.len() {
        while masks.get(mask).is_some_and(|mask| mask.range.end <= at) {
            mask += 1;
        }
        if let Some(mask) = masks.get(mask).filter(|mask| mask.range.start <= at) {
            at = mask.range.end;
            continue;
        }
        let Some((length, closer)) = scanner.opener(at) else {
            at += if scanner.bytes[at] == b'\\' { 2 } else { 1 };
            continue;
        };
        // One message tells of all that are open for want of the same end.
        let known = scanner.failed[closer.number()] > at + length;
        match scanner.close(closer, at + length) {
            Some(close) => {
                let end = close + closer.written().len();
                let inside = matches!(closer, Closer::Environment { .. });
                let body = if inside { at..end } else { at + length..close };
                let display = if closer.is_inline() { Display::Inline } else { Display::Display };
                let escaped = matches!(closer, Closer::EscapedRound | Closer::EscapedSquare);
                if !text[body.clone()].trim().is_empty() {
                    found.push(Found { whole: at..end, body, display, escaped });
                }
                at = end;
            }
            None => {
                let certain = matches!(closer, Closer::Dollars | Closer::DollarsBlock | Closer::Environment { .. })
                    || (style == Style::Tex && closer != Closer::Dollar);
                if certain && !known {
                    unclosed.push(at..at + length);
                }
                at += length;
            }
        }
    }
    (found, unclosed)
}

/// How far after a dollar in braces the real one is looked for.
const NESTED: usize = 200;

struct Scanner<'a> {
    bytes: &'a [u8],
    masks: &'a [Mask],
    blocks: &'a [usize],
    style: Style,
    /// For each closer, up to where there is none.
    failed: Vec<usize>,
}

impl Scanner<'_> {
    /// The opening delimiter at a place: its length, and what closes it.
    fn opener(&self, at: usize) -> Option<(usize, Closer)> {
        let rest = &self.bytes[at..];
        let markdown = self.style == Style::Markdown;
        match rest {
            [b'$', b'$', ..] if self.is_alone(at + 2) => Some((2, Closer::DollarsBlock)),
            [b'$', b'$', ..] => Some((2, Closer::Dollars)),
            [b'$', next, ..] if markdown && next.is_ascii_whitespace() => None,
            [b'$', _, ..] => Some((1, Closer::Dollar)),
            [b'\\', b'\\', b'(', ..] if markdown => Some((3, Closer::EscapedRound)),
            [b'\\', b'\\', b'[', ..] if markdown => Some((3, Closer::EscapedSquare)),
            [b'\\', b'(', ..] => Some((2, Closer::Round)),
            [b'\\', b'[', ..] => Some((2, Closer::Square)),
            [b'\\', b'b', ..] => {
                let name = rest.strip_prefix(b"\\begin{")?;
                let length = name.iter().take(20).position(|&byte| byte == b'}')?;
                let starred = name[..length].ends_with(b"*");
                let plain = &name[..length - usize::from(starred)];
                let number = ENVIRONMENTS.iter().position(|known| known.as_bytes() == plain)?;
                Some((8 + length, Closer::Environment { number, starred }))
            }
            _ => None,
        }
    }

    /// Whether nothing else stands on the line from `at` on.
    fn is_alone(&self, at: usize) -> bool {
        let rest = self.bytes[at..].iter().take(80).find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        rest.is_some_and(|&byte| byte == b'\n')
    }

    /// Where the closing delimiter starts.
    fn close(&mut self, closer: Closer, from: usize) -> Option<usize> {
        if self.failed[closer.number()] > from {
            return None;
        }
        let written = closer.written();
        let written = written.as_bytes();
        let mut mask = self.masks.partition_point(|mask| mask.range.end <= from);
        let next_block = self.blocks.partition_point(|&block| block <= from);
        let block = self.blocks.get(next_block).copied().filter(|_| closer.is_inline());
        let limit = block.unwrap_or(self.bytes.len());
        let mut at = from;
        let mut depth = 0_i64;
        let mut nested = None;
        while at < limit {
            if let Some(next) = self.masks.get(mask).filter(|mask| mask.range.start <= at) {
                match next.kind {
                    MaskKind::Wall => break,
                    MaskKind::Gap => at = at.max(next.range.end),
                    MaskKind::Veil => {}
                }
                mask += 1;
                continue;
            }
            let byte = self.bytes[at];
            if byte == written[0] && self.bytes[at..].starts_with(written) && self.may_close(closer, at) {
                if closer != Closer::Dollar || depth <= 0 {
                    return Some(at);
                }
                // `$a \text{ if $b$}$`; but where the brace is never closed, the first dollar was meant.
                nested = nested.or(Some(at));
            }
            if nested.is_some_and(|nested| at > nested + NESTED) {
                return nested;
            }
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                // `$5 and $x$`: a dollar that does not close, and is not within `\text{…}`, says that the first one opened nothing.
                b'$' if closer == Closer::Dollar && depth <= 0 => break,
                _ => {}
            }
            if byte == b'\n' && !closer.spans_paragraphs() && self.blank_after(at) {
                break;
            }
            at += if byte == b'\\' { 2 } else { 1 };
        }
        if nested.is_none() {
            self.failed[closer.number()] = at.max(from + 1);
        }
        nested
    }

    /// Pandoc's rule for a closing dollar.
    fn may_close(&self, closer: Closer, at: usize) -> bool {
        if closer != Closer::Dollar || self.style == Style::Tex {
            return true;
        }
        let digit = self.bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let blank = self.bytes.get(at.wrapping_sub(1)).is_none_or(u8::is_ascii_whitespace);
        !digit && !blank
    }

    /// Whether the line after the line break at `at` is blank, signs of a quotation aside.
    fn blank_after(&self, at: usize) -> bool {
        let signs: &[u8] = if self.style == Style::Markdown { b" \t\r>" } else { b" \t\r" };
        // A line of a thousand blanks is no blank line: the look ahead must stay short.
        let next = self.bytes[at + 1..].iter().take(1000).find(|byte| !signs.contains(byte));
        next.is_some_and(|&byte| byte == b'\n')
    }
}
