//! What expressions and shapes are called in sentences about what does not fit.

use crate::check::form::{Extent, Form};
use crate::emit::text;
use crate::expr::ExprId;
use crate::notation::layout::Sheet;
use crate::notation::{Style, Typesetter};
use crate::shape::Dim;
use crate::syntax::latex::{ItemId, Kind, Row, Tree};
use crate::syntax::spelling::is_module;

use super::context::Context;

/// Longer formulas are not written out in sentences.
const MAX_LENGTH: usize = 60;
/// What they are called; where the text is at hand, it says what stands there.
pub(crate) const LONGER: &str = "a longer part";

impl Context {
    /// An expression in the names of the network, or [`LONGER`] if it is long.
    pub(crate) fn words(&self, expr: ExprId) -> String {
        let mut sheet = Sheet::default();
        let layout = Typesetter::new(&self.network, Style::default()).expr(&mut sheet, expr);
        let words = text::formula(&sheet, layout);
        if words.chars().count() > MAX_LENGTH { LONGER.to_owned() } else { words }
    }

    /// A size in the names of the network.
    pub(crate) fn size_text(&self, dim: Dim) -> String {
        let mut sheet = Sheet::default();
        let layout = Typesetter::new(&self.network, Style::default()).size(&mut sheet, dim);
        text::formula(&sheet, layout)
    }

    /// Rows and columns in the names of the network: `[m, n]`, `a column of n`, `a row of n`.
    pub(crate) fn form_text(&self, form: Form) -> String {
        let size = |dim: Dim| self.size_text(dim);
        if form.indices != 0 {
            let letters = self.letters_text(form.indices);
            return format!("{} for each {letters}", self.form_text(form.plain()));
        }
        match (form.rows, form.columns) {
            _ if form.high => "a tensor with more axes than a matrix".to_owned(),
            _ if form.identity => "a multiple of the identity".to_owned(),
            (rows @ Extent::Pair(..), Extent::One) => format!("a column of {}", self.extent_text(rows)),
            (Extent::One, columns @ Extent::Pair(..)) => format!("a row of {}", self.extent_text(columns)),
            (rows @ Extent::Pair(..), columns) | (rows, columns @ Extent::Pair(..)) => {
                format!("[{}, {}]", self.extent_text(rows), self.extent_text(columns))
            }
            (Extent::One, Extent::One) => "a scalar".to_owned(),
            (Extent::Axis(rows), Extent::Axis(columns)) => format!("[{}, {}]", size(rows), size(columns)),
            (Extent::Axis(dim), Extent::One) => format!("a column of {}", size(dim)),
            (Extent::One, Extent::Axis(dim)) => format!("a row of {}", size(dim)),
            (Extent::Axis(dim), Extent::Ones) => format!("[{}, …]", size(dim)),
            (Extent::Ones, Extent::Axis(dim)) => format!("[…, {}]", size(dim)),
            (Extent::Ones, _) | (_, Extent::Ones) => "all ones".to_owned(),
        }
    }

    /// `n times m` for what two axes count.
    pub(crate) fn extent_text(&self, extent: Extent) -> String {
        match extent {
            Extent::One => "1".to_owned(),
            Extent::Ones => "…".to_owned(),
            Extent::Axis(dim) => self.size_text(dim),
            Extent::Pair(slow, fast) => format!("{} times {}", self.size_text(slow), self.size_text(fast)),
        }
    }
}

/// The function of a Python module as it is set in one word: `\mathrm{np.sum}` is `sum`.
pub(super) fn member_of_module(tree: &Tree, body: Row) -> Option<String> {
    let items = tree.row(body);
    let dot = items.iter().position(|&id| *tree.kind(id) == Kind::Symbol('.'))?;
    let letters = |items: &[ItemId]| -> Option<String> {
        let signs = items.iter().map(|&id| match tree.kind(id) {
            Kind::Letter(letter) => Some(*letter),
            _ => None,
        });
        signs.collect()
    };
    letters(&items[..dot]).filter(|module| is_module(module))?;
    letters(&items[dot + 1..]).filter(|member| !member.is_empty())
}
