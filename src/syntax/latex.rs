//! LaTeX mathematics to a tree of tokens, with no meaning yet: takes the text of one formula, gives its [`Tree`].
//!
//! The text is cut by a flat grammar, macros are expanded in the token stream, and the tree is built with an explicit stack. So no
//! stage recurses on the input, and the nesting of what comes out is bounded. The meaning of `z^3` or `x(a)` is for the symbol table.

mod assemble;
mod build;
mod environment;
mod fence;
mod macros;
mod places;
mod script;
mod stream;
#[cfg(test)]
mod tests;
mod token;
mod tree;
mod vocabulary;

pub use macros::Macros;
pub use places::Places;
pub use tree::{Delimiter, Item, ItemId, Kind, Relation, Row, Rows, Tree};

use crate::diagnostic::Diagnostic;

/// Reads one formula. `places` leads from the text to the document, where all spans of the result point; `macros` are those of the
/// document, and definitions within the formula are followed too. One pair of delimiters (`$…$`, `\[…\]`) around it is dropped.
///
/// # Errors
/// A formula that is no LaTeX: unbalanced braces, a macro without an end, too much nesting.
pub fn read(text: &str, places: &Places, macros: &Macros) -> Result<Tree, Diagnostic> {
    let (start, end) = without_delimiters(text);
    let stream = stream::Stream::new(&text[..end], places, start, macros);
    build::Builder::new(stream).build()
}

/// Where a text starts and ends without blanks and one pair of delimiters around it.
fn without_delimiters(text: &str) -> (usize, usize) {
    let start = text.len() - text.trim_start().len();
    let inner = text.trim();
    for (open, close) in [("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)")] {
        if inner.len() >= open.len() + close.len()
            && inner.starts_with(open)
            && inner.ends_with(close)
            && !inner.ends_with(&format!("\\{close}"))
        {
            return (start + open.len(), start + inner.len() - close.len());
        }
    }
    (0, text.len())
}
