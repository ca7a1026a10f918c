//! What is said about shapes that do not go together: both operands with their shapes, and what was probably meant.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::Operand;
use crate::network::resolve::{FreeNames, Resolver};
use crate::shape::Dim;
use crate::syntax::ast::{AstId, AstNode};

/// An operand and where it is written.
type Written<'o> = (AstId, &'o Operand);

/// The longest operand that a message quotes.
const MAX_QUOTED: usize = 48;

impl Resolver<'_> {
    /// A shape in words: `a scalar`, `a vector of 4`, `4 × 3`.
    pub(super) fn shape_words(&self, operand: &Operand) -> String {
        let sizes: Vec<String> = operand.dims().iter().map(|&dim| self.dim_words(dim)).collect();
        match sizes.as_slice() {
            [] => "a scalar".to_owned(),
            [only] => format!("a vector of {only}"),
            several => several.join(" × "),
        }
    }

    /// An operand as the user wrote it.
    pub(super) fn quoted(&self, id: AstId) -> String {
        let text = self.ast.source.get(self.ast.span(id).range()).unwrap_or_default();
        let text: Vec<&str> = text.split_whitespace().collect();
        let text = text.join(" ");
        if text.chars().count() <= MAX_QUOTED {
            return text;
        }
        let head: String = text.chars().take(MAX_QUOTED - 1).collect();
        format!("{head}…")
    }

    /// `W1 (4 × 3)`.
    ///
    /// A parameter in the formula of a function is the mark of the argument, `{1}`, which is filled in where the call
    /// is written.
    pub(super) fn described(&self, operand: Written<'_>) -> String {
        if let AstNode::Name(symbol) = *self.ast.node(operand.0)
            && let Some(at) = self.marked.iter().position(|&parameter| parameter == symbol)
        {
            return format!("{{{at}}}");
        }
        let text = self.quoted(operand.0);
        let bare = if is_enclosed(&text) { &text[1..text.len() - 1] } else { &text };
        format!("{bare} ({})", self.shape_words(operand.1))
    }

    fn mismatch(&mut self, message: String, left: Written<'_>, right: Written<'_>, hint: Option<String>) {
        let error = Diagnostic::error("shape", message)
            .at(self.ast.span(left.0), self.shape_words(left.1))
            .at(self.ast.span(right.0), self.shape_words(right.1));
        self.report(Diagnostic { hint, ..error });
    }

    fn same(&self, a: Option<&Dim>, b: Option<&Dim>) -> bool {
        matches!((a, b), (Some(&a), Some(&b)) if self.network.arena.shapes().same(a, b))
    }

    /// Whether `left @ right` has a shape.
    fn chains(&self, left: &[Dim], right: &[Dim]) -> bool {
        let inner = if right.len() >= 2 { right.get(right.len() - 2) } else { right.first() };
        !left.is_empty() && right.len() <= 2 && self.same(left.last(), inner)
    }

    /// The matrix product that fits, with transposes if it takes any.
    fn fitting_product(&self, left: Written<'_>, right: Written<'_>) -> Option<String> {
        let (l, r) = (self.operand_text(left.0), self.operand_text(right.0));
        let (ld, rd) = (left.1.dims(), right.1.dims());
        let turned = |dims: &[Dim]| dims.iter().rev().copied().collect::<Vec<Dim>>();
        let (lt, rt) = (turned(&ld), turned(&rd));
        let (turn_left, turn_right) = (ld.len() == 2, rd.len() == 2);
        if self.chains(&ld, &rd) {
            Some(format!("{l} @ {r}"))
        } else if turn_left && self.chains(&lt, &rd) {
            Some(format!("{} @ {r}", transposed(&l)))
        } else if turn_right && self.chains(&ld, &rt) {
            Some(format!("{l} @ {}", transposed(&r)))
        } else if self.chains(&rd, &ld) {
            Some(format!("{r} @ {l}"))
        } else if turn_left && turn_right && self.chains(&lt, &rt) {
            Some(format!("{} @ {}", transposed(&l), transposed(&r)))
        } else {
            None
        }
    }

    /// An operand as it may stand beside `@`.
    fn operand_text(&self, id: AstId) -> String {
        let text = self.quoted(id);
        match self.ast.node(id) {
            AstNode::Sum { .. } | AstNode::Product { .. } | AstNode::Binary { .. } | AstNode::If { .. }
                if !is_enclosed(&text) =>
            {
                format!("({text})")
            }
            _ => text,
        }
    }

    pub(super) fn cannot_multiply(&mut self, operator: &str, left: Written<'_>, right: Written<'_>) {
        let message = match operator {
            "*" => format!("cannot multiply {} with {} entry by entry", self.described(left), self.described(right)),
            _ => format!("cannot multiply {} with {}", self.described(left), self.described(right)),
        };
        let product = self.fitting_product(left, right).map(|product| format!("did you mean `{product}`?"));
        let hint = match (operator, product) {
            ("*", Some(hint)) => Some(format!("`*` multiplies entry by entry, `@` is the product of matrices: {hint}")),
            ("*", None) => self.aligning(left, right),
            (_, Some(hint)) => Some(hint),
            _ => {
                let (l, r) = (left.1.dims(), right.1.dims());
                let inner = if r.len() >= 2 { r.get(r.len() - 2) } else { r.first() };
                let words = |dim: Option<&Dim>| dim.map_or_else(String::new, |&dim| self.dim_words(dim));
                Some(format!(
                    "the last size of the left ({}) must be that of the {} of the right ({})",
                    words(l.last()),
                    if r.len() >= 2 { "rows" } else { "entries" },
                    words(inner)
                ))
            }
        };
        self.mismatch(message, left, right, hint);
    }

    pub(super) fn cannot_divide(&mut self, left: Written<'_>, right: Written<'_>) {
        let message = format!("cannot divide {} by {}", self.described(left), self.described(right));
        let hint = self.aligning(left, right);
        self.mismatch(message, left, right, hint);
    }

    pub(super) fn cannot_add(&mut self, left: Written<'_>, right: Written<'_>) {
        let message = format!("{} and {} have shapes that do not fit", self.described(left), self.described(right));
        let hint = self.aligning(left, right);
        self.mismatch(message, left, right, hint);
    }

    pub(super) fn uneven_list(&mut self, left: Written<'_>, right: Written<'_>) {
        let message = format!("the rows {} and {} differ in shape", self.described(left), self.described(right));
        self.mismatch(message, left, right, Some("all entries of a list have one shape".to_owned()));
    }

    /// How one of two operands can be turned to fit the other entry by entry.
    fn aligning(&self, left: Written<'_>, right: Written<'_>) -> Option<String> {
        if left.1.rank() == 1 && right.1.rank() == 1 {
            return Some("vectors that meet entry by entry have the same number of entries".to_owned());
        }
        for (one, other) in [(left, right), (right, left)] {
            if let Some(hint) = self.product_for_elementwise(one.0, other.1) {
                return Some(format!("`*` multiplies entry by entry: {hint}"));
            }
        }
        let general = "shapes are aligned at their last axes, as in NumPy".to_owned();
        for (vector, matrix) in [(left, right), (right, left)] {
            let (v, m) = (vector.1.dims(), matrix.1.dims());
            if v.len() == 1 && m.len() == 2 && self.same(v.first(), m.first()) {
                let text = self.operand_text(vector.0);
                return Some(format!("for one entry a row, write `{text}[:, None]`"));
            }
        }
        for (one, other) in [(left, right), (right, left)] {
            let identity = self.other_identity(one.0, other.1);
            if identity.is_some() {
                return identity;
            }
        }
        let (l, r) = (left.1.dims(), right.1.dims());
        if l.len() == 2 && r.len() == 2 && self.same(l.first(), r.last()) && self.same(l.last(), r.first()) {
            let turned = transposed(&self.operand_text(right.0));
            if turned == self.operand_text(left.0) {
                return Some("only a square matrix has the shape of its transpose".to_owned());
            }
            return Some(format!("did you mean `{turned}`?"));
        }
        Some(general)
    }

    pub(super) fn not_matrices(&mut self, left: Written<'_>, right: Written<'_>) {
        if left.1.rank() == 0 && right.1.rank() == 0 {
            let error = Diagnostic::error("shape", "`@` multiplies vectors and matrices; these are scalars");
            let span = self.ast.span(left.0).to(self.ast.span(right.0));
            let hint =
                self.shapes_hint().map_or("write `*`".to_owned(), |hint| format!("write `*` for scalars; {hint}"));
            self.report(error.at(span, "").hint(hint));
            return;
        }
        let message = format!("`@` cannot multiply {} with {}", self.described(left), self.described(right));
        let hint =
            format!("a scalar multiplies with `*`: `{} * {}`", self.operand_text(left.0), self.operand_text(right.0));
        self.mismatch(message, left, right, Some(hint));
    }

    /// How to give shapes to names that are scalars only because nothing declares them.
    pub(super) fn shapes_hint(&self) -> Option<String> {
        let hint = "names that are declared nowhere are scalars: declare their shapes in a network, `param A : [m, n]`";
        (self.free_names == FreeNames::Parameters).then(|| hint.to_owned())
    }

    /// x @ y.T of vectors: in NumPy the transpose does nothing and this is a dot product, on paper it is a matrix.
    pub(super) fn ambiguous_outer(&mut self, left: Written<'_>, right: Written<'_>, span: Span) {
        let (l, r) = (self.quoted(left.0), self.quoted(right.0));
        let plain = r.trim_end_matches(".T").trim_end_matches(['\'', '′', 'ᵀ']).to_owned();
        let message = format!("`{l} @ {r}` of two vectors can be read in two ways");
        let error = Diagnostic::error("shape", message).at(span, "");
        let hint = format!("write `outer({l}, {plain})` for the matrix, `dot({l}, {plain})` for the number");
        self.report(error.hint(hint));
    }
}

/// Whether one pair of parentheses stands around all of a text.
fn is_enclosed(text: &str) -> bool {
    let mut depth = 0;
    let closes = text.char_indices().find(|&(_, letter)| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth <= 0
    });
    closes.is_some_and(|(at, letter)| letter == ')' && at + 1 == text.len())
}

fn transposed(text: &str) -> String {
    match text.strip_suffix(".T") {
        Some(plain) => plain.to_owned(),
        None => format!("{text}.T"),
    }
}
