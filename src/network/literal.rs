//! Values of tensors that stand in the file: `[[1, 2], [3, 4]]`.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::network::Literal;
use crate::network::resolve::{Indices, Resolver};
use crate::shape::Dim;
use crate::syntax::ast::{AstId, AstNode, ShapeKind};

impl Resolver<'_> {
    /// The value of a leaf. A list gives a leaf without a shape its shape.
    pub(super) fn declared_value(&mut self, name: NameId, value: AstId, indices: &Indices) {
        if !matches!(self.ast.node(value), AstNode::List(_)) {
            self.network.quantities[name.0 as usize].value = self.constant(value, indices);
            return;
        }
        let Some(literal) = self.literal(value, indices) else { return };
        if !self.shaped.contains(&name) {
            let dims: Vec<Dim> = literal.dims.iter().map(|&dim| Dim::Known(dim as u32)).collect();
            let shape = self.network.arena.shapes_mut().intern(&dims);
            self.network.quantities[name.0 as usize].shape = shape;
        }
        self.check_literal(name, &literal, self.ast.span(value));
        self.network.quantities[name.0 as usize].literal = Some(literal);
    }

    /// A list, or lists in lists, of constants.
    pub(super) fn literal(&mut self, id: AstId, indices: &Indices) -> Option<Literal> {
        let mut dims = Vec::new();
        let mut level = vec![id];
        while let Some(AstNode::List(first)) = level.first().map(|&first| self.ast.node(first)) {
            let dim = first.len();
            let mut next = Vec::with_capacity(level.len() * dim);
            for &item in &level {
                match self.ast.node(item) {
                    AstNode::List(items) if items.len() == dim && dim > 0 => next.extend(self.ast.list(*items)),
                    _ => {
                        self.uneven(item, dim);
                        return None;
                    }
                }
            }
            dims.push(dim);
            level = next;
        }
        let mut entries = Vec::with_capacity(level.len());
        for item in level {
            if let AstNode::List(_) = self.ast.node(item) {
                let error = Diagnostic::error("shape", "a list stands where the others are numbers");
                self.report(error.at(self.ast.span(item), ""));
                return None;
            }
            entries.push(self.constant(item, indices)?);
        }
        Some(Literal { dims, entries })
    }

    fn uneven(&mut self, item: AstId, dim: usize) {
        let (message, hint) = match self.ast.node(item) {
            AstNode::List(items) if items.is_empty() => ("a list of no numbers has no shape".to_owned(), None),
            AstNode::List(items) => (
                format!("this row has {} entries, and the first one {dim}", items.len()),
                Some("rows are equally long"),
            ),
            _ => (format!("a number stands where the first entry is a list of {dim}"), None),
        };
        let error = Diagnostic::error("shape", message).at(self.ast.span(item), "");
        self.report(Diagnostic { hint: hint.map(str::to_owned), ..error });
    }

    /// Refuses a value whose shape is not that of its quantity.
    pub(super) fn check_literal(&mut self, name: NameId, literal: &Literal, span: Span) {
        let quantity = self.network.quantity(name);
        let shapes = self.network.arena.shapes();
        let dims = shapes.dims(quantity.shape);
        let fits = dims.len() == literal.dims.len()
            && dims
                .iter()
                .zip(&literal.dims)
                .all(|(&dim, &given)| shapes.known(dim).is_none_or(|known| usize::try_from(known) == Ok(given)));
        if fits {
            return;
        }
        let sizes: Vec<String> = dims.iter().map(|&dim| self.dim_words(dim)).collect();
        let given: Vec<String> = literal.dims.iter().map(usize::to_string).collect();
        let (sizes, given) = (words(&sizes), words(&given));
        let text = self.network.spelling(name);
        let message = format!("`{text}` is {sizes}, but this value is {given}");
        let error = Diagnostic::error("shape", message).at(span, "").at(quantity.span, "declared here");
        let hint = match quantity.facts.kind {
            ShapeKind::Index => "an index holds class numbers, counted from 1".to_owned(),
            _ => format!("declare `{text} : [{}]`", literal_dims(literal)),
        };
        self.report(error.hint(hint));
    }
}

fn literal_dims(literal: &Literal) -> String {
    literal.dims.iter().map(usize::to_string).collect::<Vec<String>>().join(", ")
}

/// Sizes in words.
fn words(sizes: &[String]) -> String {
    match sizes {
        [] => "a scalar".to_owned(),
        [only] => format!("a vector of {only}"),
        several => several.join(" × "),
    }
}
