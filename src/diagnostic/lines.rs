//! Lines and columns of a text, found fast however long the text and its lines are.

use super::Span;

/// How many bytes lie between two places whose characters are counted.
const STEP: usize = 1_024;

/// Where the lines of a text start, and how many characters stand before some of its places.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    /// The characters before each multiple of [`STEP`].
    counted: Vec<u32>,
}

impl Lines {
    /// The lines of a text.
    pub fn of(text: &str) -> Lines {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        let mut counted = Vec::with_capacity(text.len() / STEP + 1);
        let mut before = 0;
        for part in text.as_bytes().chunks(STEP) {
            counted.push(before);
            before += characters(part);
        }
        counted.push(before);
        Lines { starts, counted }
    }

    /// Line and column of a byte, both from 1; the column counts characters. `text` is what the lines are of.
    pub fn position(&self, text: &str, at: u32) -> (usize, usize) {
        let at = super::floor_boundary(text, at as usize);
        let line = self.line(at);
        let start = self.starts.get(line - 1).copied().unwrap_or(0) as usize;
        let before = self.before(text, at).saturating_sub(self.before(text, start));
        (line, before as usize + 1)
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        let at = Span::new(at, at).start;
        self.starts.partition_point(|&start| start <= at).max(1)
    }

    /// How many characters begin before a byte.
    fn before(&self, text: &str, at: usize) -> u32 {
        let step = at / STEP;
        let rest = text.as_bytes().get(step * STEP..at).unwrap_or_default();
        self.counted.get(step).copied().unwrap_or(0) + characters(rest)
    }
}

/// How many characters begin in these bytes of a text.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u32
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Lines;
    use crate::diagnostic::Source;

    /// Line and column by counting from the beginning.
    fn counted(text: &str, at: usize) -> (usize, usize) {
        let before = &text[..at];
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }

    #[test]
    fn positions_are_those_that_counting_gives() {
        let long = "θ²x".repeat(900);
        for text in ["", "\n", "a\n\nb", &long, &format!("{long}\n{long}\nσ\n"), &"ab\n".repeat(2_000)] {
            let lines = Lines::of(text);
            for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                assert_eq!(lines.position(text, at as u32), counted(text, at), "byte {at}");
            }
        }
    }

    #[test]
    fn places_inside_a_character_or_past_the_end_are_those_before() {
        let text = "aσ\nb";
        let (lines, source) = (Lines::of(text), Source::new("n", text));
        for at in 0..10 {
            assert_eq!(lines.position(text, at), source.position(at), "byte {at}");
        }
    }
}
