//! What was probably meant: `@` for `*`, names of NumPy and PyTorch, targets that are class numbers.

use crate::expr::Operand;
use crate::network::arguments::Given;
use crate::network::resolve::Resolver;
use crate::shape::Dim;
use crate::syntax::ast::{AstId, AstNode};

/// What a function of NumPy or PyTorch is called here, as a sentence.
pub(super) fn foreign(name: &str) -> Option<&'static str> {
    Some(match name {
        "matmul" | "mm" | "bmm" | "mv" => "a matrix product is written `A @ B`",
        "transpose" | "permute" | "t" | "T" => "a transpose is written `A.T`",
        "multiply" | "mul" | "hadamard" => "an elementwise product is written `A * B`",
        "len" | "size" | "shape" | "numel" => "the size of an axis is its name in the shape: `n` of `x : [n]`",
        "square" => "a square is written `x^2`",
        "concatenate" | "cat" | "hstack" | "vstack" => "tensors are joined by `concat(a, b)`",
        "where" => "a choice is written `if a > b then u else v`",
        "amax" | "maximum" => "the larger of two is `max(a, b)`, the largest entry `max(x)`",
        "amin" | "minimum" => "the smaller of two is `min(a, b)`, the smallest entry `min(x)`",
        "identity" => "the identity matrix is `eye(n)`",
        "array" | "tensor" | "matrix" => "a vector is written `[a, b]`, a matrix `[[a, b], [c, d]]`",
        "squeeze" => "an axis of size 1 is left out by an index: `P[:, 1]`",
        "unsqueeze" | "expand_dims" => "a new axis is written `x[:, None]`",
        _ => return None,
    })
}

impl Resolver<'_> {
    /// What is meant where a cost compares tensors of two shapes.
    pub(super) fn comparing_hint(&self, given: &Given) -> String {
        let [a, b, ..] = given.operands.as_slice() else { return "a cost compares two tensors".to_owned() };
        let (a, b) = (a.dims(), b.dims());
        let same = |a: Dim, b: Dim| self.network.arena.shapes().same(a, b);
        if a.len() == 2 && b.len() == 2 && same(a[0], b[1]) && same(a[1], b[0]) {
            return "one is the transpose of the other: did you mean `.T`?".to_owned();
        }
        let one = |dims: &[Dim]| dims.iter().any(|&dim| self.network.arena.shapes().known(dim) == Some(1));
        if a.len() == b.len() + 1 && a.iter().zip(&b).all(|(&a, &b)| same(a, b)) && !one(&a) {
            let (samples, classes) = (b.iter().map(|&dim| self.dim_words(dim)), self.dim_words(a[b.len()]));
            let samples: Vec<String> = samples.collect();
            let batch = if samples.is_empty() { String::new() } else { format!("[{}] ", samples.join(", ")) };
            let target = self.quoted(given.places[1]);
            return format!("class numbers are declared so: `target {target} : {batch}index[{classes}]`");
        }
        if a.len() != b.len() || one(&a) || one(&b) {
            return "an axis of size 1 is left out by an index: `P[:, 1]`; broadcasting is refused here, because it would compare each entry with every other".to_owned();
        }
        "what is predicted and what is wanted have the same sizes".to_owned()
    }

    /// `W @ x` for an operand that is `W*x`, where the matrix product has the shape that is wanted.
    pub(super) fn product_for_elementwise(&self, id: AstId, wanted: &Operand) -> Option<String> {
        let AstNode::Product { factors } = *self.ast.node(id) else { return None };
        let &[left, right] = self.ast.list(factors) else { return None };
        let (l, r) = (self.dims_of_name(left)?, self.dims_of_name(right)?);
        let fits = match (l.as_slice(), r.as_slice()) {
            (&[rows, inner], &[entries]) => self.are(&[inner, rows], &[entries], wanted),
            (&[rows, inner], &[other, columns]) => self.are(&[inner, rows, columns], &[other], wanted),
            _ => false,
        };
        fits.then(|| format!("did you mean `{} @ {}`?", self.quoted(left), self.quoted(right)))
    }

    /// Whether the inner sizes are one, and the others are those of an operand, or what is added to it.
    fn are(&self, sizes: &[Dim], inner: &[Dim], wanted: &Operand) -> bool {
        let same = |a: Dim, b: Dim| self.network.arena.shapes().same(a, b);
        let wanted = wanted.dims();
        let rest = &sizes[1..];
        same(sizes[0], inner[0])
            && wanted.len() <= rest.len()
            && rest[rest.len() - wanted.len()..].iter().zip(&wanted).all(|(&a, &b)| same(a, b))
    }

    fn dims_of_name(&self, id: AstId) -> Option<Vec<Dim>> {
        let AstNode::Name(symbol) = *self.ast.node(id) else { return None };
        let quantity = self.network.quantity(self.names.get(symbol, &[])?);
        Some(self.network.arena.shapes().dims(quantity.shape).to_vec())
    }

    /// `eye(m)` for `eye(n)` beside a matrix of m × m.
    pub(super) fn other_identity(&self, id: AstId, beside: &Operand) -> Option<String> {
        let AstNode::Call { function, .. } = *self.ast.node(id) else { return None };
        let dims = beside.dims();
        let [rows, columns] = dims[..] else { return None };
        let is_square = self.network.arena.shapes().same(rows, columns);
        (self.ast.text(function) == "eye" && is_square)
            .then(|| format!("did you mean `eye({})`?", self.dim_words(rows)))
    }
}
