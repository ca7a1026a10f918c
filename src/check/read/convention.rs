//! The conventions that authors follow without saying so: the layout of derivatives, and how vectors stand.

use crate::check::diagnose::shapes::Vectors;
use crate::check::form::Form;
use crate::expr::NameId;
use crate::shape::Dim;

use super::parser::Parser;

/// How the entries of derivatives are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Layout {
    /// A Jacobian has a row for each entry of what is differentiated; the gradient of a scalar has the shape of its
    /// variable.
    Mixed,
    /// A Jacobian has a row for each entry of the variable; the gradient of a scalar has the shape of its variable.
    Denominator,
    /// A Jacobian has a row for each entry of what is differentiated; the gradient of a scalar is a row, or has the shape
    /// of its variable transposed.
    Numerator,
    /// Like the numerator layout, but the gradient by a matrix has the shape of the matrix.
    RowGradients,
}

/// How a list of numbers stands: (1, 2), (1, 2)ᵀ.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Lists {
    /// As a column, with and without a ᵀ, which many write to say that.
    Column,
    /// As a column, with a ᵀ as a row.
    Turned,
    /// As a row, with a ᵀ as a column.
    Row,
}

/// One way to read formulas of vectors and matrices.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Convention {
    /// The layout of derivatives.
    pub layout: Layout,
    /// How vectors without a transpose stand.
    pub vectors: Vectors,
    /// Whether `\cdot` between vectors is ⊙ and `*` a matrix product, and ⊙ binds no looser than a product.
    pub loose: bool,
    /// The same for the signs alone: rows of matrices and sums over axes stand as they did.
    pub dots: bool,
    /// Whether dC and dz are differentials, and not short for derivatives of the cost.
    pub differentials: bool,
    /// Whether the factors of ∏ stand from the last value of its index to the first, and a sum without bounds leaves out
    /// the values for which a name in it is given: Σₜ begins where hₜ has an equation, not at h₀.
    pub unsaid: bool,
    /// How lists of numbers stand.
    pub lists: Lists,
    /// Whether first derivatives are quantities with formulas of their own, and in which form.
    pub lower: Option<LowerForm>,
}

/// The formula of ∂C/∂v as a quantity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum LowerForm {
    /// Σ ∂C/∂u · ∂⁺u/∂v over the u that use v, the links in terms of quantities: a(1 − a).
    Names,
    /// The same, the links in terms of functions: σ′(z).
    Functions,
    /// The products of links along all paths put in, these in terms of functions.
    Products,
}

impl Convention {
    /// What most texts on machine learning follow.
    pub const USUAL: Convention = Convention {
        layout: Layout::Mixed,
        vectors: Vectors::Columns,
        loose: false,
        dots: false,
        differentials: false,
        unsaid: false,
        lists: Lists::Column,
        lower: None,
    };

    const DENOMINATOR: Convention = Convention { layout: Layout::Denominator, ..Convention::USUAL };
    const NUMERATOR: Convention = Convention { layout: Layout::Numerator, ..Convention::USUAL };
    const ROW_GRADIENTS: Convention = Convention { layout: Layout::RowGradients, ..Convention::USUAL };
    const ROWS: Convention = Convention { vectors: Vectors::Rows, ..Convention::USUAL };

    /// The conventions under which formulas are read, the likeliest first: those that `layout=` asks for, or all.
    pub fn all(layout: Option<&str>) -> &'static [Convention] {
        match layout {
            Some("numerator") => &[Convention::NUMERATOR, Convention::ROW_GRADIENTS],
            Some("row") => &[Convention::ROW_GRADIENTS, Convention::NUMERATOR, Convention::ROWS],
            Some("denominator" | "column") => &[Convention::DENOMINATOR],
            _ => &[
                Convention::USUAL,
                Convention::DENOMINATOR,
                Convention::NUMERATOR,
                Convention::ROW_GRADIENTS,
                Convention::ROWS,
            ],
        }
    }

    /// Whether a word names a layout.
    pub fn is_layout(word: &str) -> bool {
        matches!(word, "row" | "column" | "numerator" | "denominator")
    }

    /// Whether what this program writes is right under it.
    pub fn is_usual(self) -> bool {
        matches!(self.layout, Layout::Mixed | Layout::Denominator) && self.vectors == Vectors::Columns
    }

    /// The same with the loose reading of the signs of multiplication.
    pub fn loosely(self) -> Convention {
        Convention { loose: true, ..self }
    }

    /// The same with the loose reading of the signs alone.
    pub fn with_dots(self) -> Convention {
        Convention { dots: true, ..self }
    }

    /// Whether signs of multiplication are read loosely.
    pub fn has_loose_signs(self) -> bool {
        self.loose || self.dots
    }

    /// The same with dC and dz read as differentials.
    pub fn differentially(self) -> Convention {
        Convention { differentials: true, ..self }
    }

    /// The same with what texts leave unsaid of sums and products over an index.
    pub fn unsaid(self) -> Convention {
        Convention { unsaid: true, ..self }
    }

    /// The same with lists of numbers standing another way.
    pub fn with_lists(self, lists: Lists) -> Convention {
        Convention { lists, ..self }
    }

    /// The forms of first derivatives as quantities.
    pub const LOWER: [LowerForm; 3] = [LowerForm::Names, LowerForm::Functions, LowerForm::Products];

    /// The same with first derivatives as quantities.
    pub fn with_lower(self, form: LowerForm) -> Convention {
        Convention { lower: Some(form), ..self }
    }

    /// What a reader should know of a formula that only this convention makes right.
    pub fn note(self) -> Option<String> {
        let layout = match (self.layout, self.vectors) {
            (_, Vectors::Rows) => Some("with vectors as rows"),
            (Layout::Mixed, _) => None,
            (Layout::Denominator, _) => Some("in denominator layout"),
            (Layout::Numerator, _) => Some("in numerator layout"),
            (Layout::RowGradients, _) => Some("with gradients by vectors as rows"),
        };
        let loose = self.has_loose_signs().then_some("with `\\cdot` between vectors read as ⊙");
        let lower = self.lower.map(|form| match form {
            LowerForm::Names | LowerForm::Functions => "with ∂C/∂v as Σ ∂C/∂u · ∂⁺u/∂v, and that differentiated",
            LowerForm::Products => "with ∂C/∂v as a sum of products, and that differentiated",
        });
        let notes: Vec<&str> = layout.into_iter().chain(loose).chain(lower).collect();
        (!notes.is_empty()).then(|| notes.join(", "))
    }

    /// The axes of ∂of/∂by from the axes of both.
    pub fn laid_out<T: Copy>(self, of: &[T], by: &[T]) -> Vec<T> {
        match (self.layout, of.len(), by.len()) {
            (Layout::Denominator, 1, 1) => by.iter().chain(of).copied().collect(),
            (Layout::Numerator, 0, 2) => by.iter().rev().copied().collect(),
            (Layout::Denominator, 2, 0) => of.iter().rev().copied().collect(),
            _ => of.iter().chain(by).copied().collect(),
        }
    }

    /// The rows and columns of a derivative from the axes of what is differentiated and of the variable.
    pub fn form_of(self, of: &[Dim], by: &[Dim]) -> Form {
        Form::of(&self.laid_out(of, by), self.is_row(of.len(), by.len()))
    }

    /// Whether ∂of/∂by, a vector, stands as a row.
    fn is_row(self, of: usize, by: usize) -> bool {
        let own = self.vectors == Vectors::Rows;
        match (self.layout, of, by) {
            (Layout::Numerator | Layout::RowGradients, 0, 1) | (Layout::Denominator, 1, 0) => true,
            _ => own,
        }
    }
}

impl Parser<'_> {
    /// The rows and columns of ∂of/∂by.
    pub fn derivative_form(&self, of: NameId, by: NameId) -> Form {
        let [of, by] = self.context.jacobian_dims(of, by);
        self.context.reading.form_of(&of, &by)
    }
}
