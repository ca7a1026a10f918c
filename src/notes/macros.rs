//! Finds the macro definitions of a text.

use std::ops::Range;

use super::Found;
use super::delimiter::Mask;
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::latex::{Macros, Places};

/// Takes in the definitions outside the masked parts; gives where they stand in the text.
pub(super) fn collect(text: &str, places: &Places, masks: &[Mask], found: &mut Found) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut definitions = Vec::new();
    let mut masks = masks.iter().peekable();
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|&byte| byte == b'\\') {
        at += next;
        while masks.next_if(|mask| mask.range.end <= at).is_some() {}
        if let Some(mask) = masks.peek()
            && mask.range.start <= at
        {
            at = mask.range.end;
            continue;
        }
        if !Macros::is_definition(text, at) {
            // `\\newcommand` is a line break and a word.
            at = (at + 2).min(bytes.len());
            continue;
        }
        let start = at;
        // What was read of a definition that does not end is not read again.
        let (end, error) = found.macros.read(text, places, at);
        at = end.max(start + 2).min(bytes.len());
        match error {
            Some(error) => found.diagnostics.push(Diagnostic { severity: Severity::Warning, ..error }),
            None => definitions.push(start..at),
        }
    }
    definitions
}
