//! Constructors of tensors: contractions with constant-time identities, and what is made of them.

use crate::expr::{Arena, ExprId, Factor, Label, Labels, LabelsBuilder, NameId, Node, NumberId, Selection};
use crate::shape::{Affine, Dim, Shape, SizeId};

impl Arena {
    /// coefficient · Π factors over `labels`; numbers among the factors go into the coefficient, and 0 makes all 0.
    ///
    /// The axes of each factor must have the sizes of their labels.
    pub fn contraction(&mut self, coefficient: NumberId, factors: &[Factor], labels: &Labels) -> ExprId {
        debug_assert!(factors.len() == labels.factors.len(), "each factor has labels");
        let mut coefficient = coefficient;
        let mut kept: Vec<Factor> = Vec::with_capacity(factors.len());
        let mut kept_labels: Vec<Vec<Label>> = Vec::with_capacity(factors.len());
        for (&factor, axes) in factors.iter().zip(&labels.factors) {
            if factor.exponent == NumberId::ZERO {
                continue;
            }
            if factor.base == Arena::ZERO && !self.value(factor.exponent).is_negative() {
                return Arena::ZERO;
            }
            let number = self.numeric_power(factor).and_then(|number| self.value(coefficient).mul(&number));
            match number {
                Some(number) => coefficient = self.number_id(number),
                None => {
                    kept.push(factor);
                    kept_labels.push(axes.clone());
                }
            }
        }
        if coefficient == NumberId::ZERO {
            return Arena::ZERO;
        }
        if labels.sizes.is_empty() {
            return self.product(coefficient, &kept);
        }
        if let ([only], [axes]) = (kept.as_slice(), kept_labels.as_slice())
            && *only == Factor::plain(only.base)
            && coefficient == NumberId::ONE
            && *axes == labels.out
            && labels.sizes.len() == axes.len()
        {
            return only.base;
        }
        let labels = Labels { factors: kept_labels, ..labels.clone() };
        self.intern_contraction(coefficient, &kept, &labels)
    }

    fn intern_contraction(&mut self, coefficient: NumberId, factors: &[Factor], labels: &Labels) -> ExprId {
        let dims: Vec<Dim> = labels.out.iter().map(|&label| labels.sizes[label as usize]).collect();
        let shape = self.shapes_mut().intern(&dims);
        let labels = self.labels_id(labels);
        self.intern(Node::Contraction { coefficient, factors, labels }, shape)
    }

    /// coefficient · Π factors entry by entry: each factor is a scalar or has the shape of the result.
    pub(super) fn elementwise(&mut self, coefficient: NumberId, factors: &[Factor], shape: Shape) -> ExprId {
        let mut builder = LabelsBuilder::default();
        let axes = builder.labels(self.shapes().dims(shape));
        for factor in factors {
            builder.factor(if self.shape(factor.base).is_scalar() { &[] } else { &axes });
        }
        self.contraction(coefficient, factors, &builder.out(&axes))
    }

    /// A scalar in every entry of a shape; what has the shape already stays as it is.
    pub fn spread(&mut self, id: ExprId, shape: Shape) -> ExprId {
        if self.shape(id) == shape || !self.shape(id).is_scalar() || id == Arena::ZERO {
            return id;
        }
        match self.node(id) {
            Node::Number(number) => self.elementwise(number, &[], shape),
            _ => self.elementwise(NumberId::ONE, &[Factor::plain(id)], shape),
        }
    }

    /// The expression with its axes at places `places` of a result with axes `dims`; the other axes are ones.
    pub fn place(&mut self, id: ExprId, places: &[usize], dims: &[Dim]) -> ExprId {
        let mut builder = LabelsBuilder::default();
        let out = builder.labels(dims);
        let axes: Vec<Label> = places.iter().map(|&place| out[place]).collect();
        builder.factor(&axes);
        self.contraction(NumberId::ONE, &[Factor::plain(id)], &builder.out(&out))
    }

    /// The axes in another order: axis `order[k]` becomes axis k. A matrix is transposed by `[1, 0]`.
    pub fn permute(&mut self, id: ExprId, order: &[usize]) -> ExprId {
        let mut builder = LabelsBuilder::default();
        let axes = builder.labels(self.dims(id));
        builder.factor(&axes);
        let out: Vec<Label> = order.iter().map(|&axis| axes[axis]).collect();
        self.contraction(NumberId::ONE, &[Factor::plain(id)], &builder.out(&out))
    }

    /// The sum over some axes.
    pub fn sum_over(&mut self, id: ExprId, summed: &[usize]) -> ExprId {
        let mut builder = LabelsBuilder::default();
        let axes = builder.labels(self.dims(id));
        builder.factor(&axes);
        let kept = axes.iter().enumerate().filter(|(at, _)| !summed.contains(at));
        let out: Vec<Label> = kept.map(|(_, &label)| label).collect();
        self.contraction(NumberId::ONE, &[Factor::plain(id)], &builder.out(&out))
    }

    /// The product as NumPy's `@`: the last axis of `a` with the last but one of `b` (or its only one). Leading axes of
    /// a stack of matrices must be the same on both sides, or be missing on one.
    pub fn matmul(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let (left, right) = (self.dims(a).to_vec(), self.dims(b).to_vec());
        let mut builder = LabelsBuilder::default();
        let l = builder.labels(&left);
        let Some(&inner) = l.last() else { return self.times(a, b) };
        let stack = right.len().saturating_sub(2);
        let mut r: Vec<Label> = Vec::with_capacity(right.len());
        for (axis, &dim) in right.iter().enumerate() {
            // Stacks are aligned at their ends.
            let partner = (axis + left.len().saturating_sub(2)).checked_sub(stack).filter(|_| axis < stack);
            r.push(match partner {
                _ if axis + 2 == right.len().max(2) => inner,
                Some(partner) => l[partner],
                None => builder.label(dim),
            });
        }
        builder.factor(&l).factor(&r);
        let longer: &[Label] = if right.len() > left.len() { &r[..stack] } else { &l[..left.len().saturating_sub(2)] };
        let mut out = longer.to_vec();
        out.extend(if left.len() >= 2 { Some(l[left.len() - 2]) } else { None });
        out.extend(if right.len() >= 2 { r.last() } else { None });
        self.contraction(NumberId::ONE, &[Factor::plain(a), Factor::plain(b)], &builder.out(&out))
    }

    /// Ones of a shape.
    pub fn ones(&mut self, dims: &[Dim]) -> ExprId {
        let shape = self.shapes_mut().intern(dims);
        self.spread(Arena::ONE, shape)
    }

    /// Whether an expression is 1 in every entry.
    pub fn is_constant_one(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Number(number) => number == NumberId::ONE,
            Node::Contraction { coefficient: NumberId::ONE, factors: [], labels } => {
                let labels = self.labels(labels);
                labels.out.len() == labels.sizes.len()
            }
            _ => false,
        }
    }

    /// The identity of a shape and itself: 𝟙[i = k]·𝟙[j = l] for a matrix, I for a vector, 1 for a scalar. It is the
    /// derivative of a quantity of that shape by itself.
    pub fn identity(&mut self, dims: &[Dim]) -> ExprId {
        if dims.is_empty() {
            return Arena::ONE;
        }
        let mut builder = LabelsBuilder::default();
        let mut axes = builder.labels(dims);
        axes.extend_from_within(..);
        self.contraction(NumberId::ONE, &[], &builder.out(&axes))
    }

    /// The derivative of an expression by itself.
    pub fn identity_of(&mut self, id: ExprId) -> ExprId {
        if self.shape(id).is_scalar() {
            return Arena::ONE;
        }
        let dims = self.dims(id).to_vec();
        self.identity(&dims)
    }

    /// 1 in all entries of an expression.
    pub fn ones_like(&mut self, like: ExprId) -> ExprId {
        let dims = self.dims(like).to_vec();
        if dims.is_empty() {
            return Arena::ONE;
        }
        let mut builder = LabelsBuilder::default();
        let out = builder.labels(&dims);
        self.contraction(NumberId::ONE, &[], &builder.out(&out))
    }

    /// A size as a scalar.
    pub fn size(&mut self, dim: Dim) -> ExprId {
        let affine = self.shapes().affine(dim);
        let mut terms = Vec::with_capacity(affine.sizes.len() + 1);
        for (size, times) in affine.sizes {
            let name = self.name(NameId(size.0), Shape::SCALAR);
            let times = self.number_id(times.into());
            terms.push(self.scale(times, name));
        }
        terms.push(self.integer(affine.constant));
        self.sum(&terms)
    }

    /// A scalar expression as a whole number plus whole multiples of sizes, if it is one.
    pub fn as_affine(&self, expr: ExprId) -> Option<Affine> {
        let one = |id: ExprId| match self.node(id) {
            Node::Number(number) => self.value(number).to_integer().map(Affine::constant),
            Node::Name(name) => Some(SizeId(name.0)).filter(|&size| self.shapes().is_size(size)).map(Affine::size),
            Node::Product { coefficient, factors: [factor] } if factor.exponent == NumberId::ONE => {
                let Node::Name(name) = self.node(factor.base) else { return None };
                let size = Some(SizeId(name.0)).filter(|&size| self.shapes().is_size(size))?;
                Affine::size(size).times(self.value(coefficient).to_integer()?)
            }
            _ => None,
        };
        match self.node(expr) {
            Node::Sum(terms) => terms.iter().try_fold(Affine::default(), |sum, &term| sum.plus(&one(term)?, 1)),
            _ => one(expr),
        }
    }

    /// A tensor of zeros and ones.
    pub fn selection(&mut self, selection: Selection, dims: &[Dim]) -> ExprId {
        let shape = self.shapes_mut().intern(dims);
        let id = self.selection_id(selection);
        self.intern(Node::Selection(id), shape)
    }

    /// A function whose value has another shape than its arguments, such as the determinant.
    pub fn call_of_shape(&mut self, function: crate::expr::FunctionId, arguments: &[ExprId], dims: &[Dim]) -> ExprId {
        let shape = self.shapes_mut().intern(dims);
        self.intern(Node::Call { function, orders: crate::expr::OrdersId::NONE, arguments }, shape)
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::{Arena, ExprId, NameId, Node};
    use crate::shape::{Dim, SizeId};
    use pretty_assertions::assert_eq;

    fn name(arena: &mut Arena, at: u32, dims: &[Dim]) -> ExprId {
        let shape = arena.shapes_mut().intern(dims);
        arena.name(NameId(at), shape)
    }

    const M: Dim = Dim::Symbolic(SizeId(100));
    const N: Dim = Dim::Symbolic(SizeId(101));

    #[test]
    fn products_have_the_shapes_of_numpy() {
        let mut arena = Arena::default();
        let (w, x, y) = (name(&mut arena, 0, &[M, N]), name(&mut arena, 1, &[N]), name(&mut arena, 2, &[M]));
        let batch = name(&mut arena, 3, &[Dim::Known(7), N]);
        let stack = name(&mut arena, 4, &[Dim::Known(5), Dim::Known(7), M]);
        let cases: [(ExprId, ExprId, &[Dim]); 5] = [
            (w, x, &[M]),
            (y, w, &[N]),
            (x, x, &[]),
            (stack, w, &[Dim::Known(5), Dim::Known(7), N]),
            (batch, x, &[Dim::Known(7)]),
        ];
        for (a, b, expected) in cases {
            let product = arena.matmul(a, b);
            assert_eq!(arena.dims(product), expected);
        }
        let other = name(&mut arena, 5, &[Dim::Known(5), N, Dim::Known(2)]);
        let both = arena.matmul(batch, other);
        assert_eq!(arena.dims(both), &[Dim::Known(5), Dim::Known(7), Dim::Known(2)]);
    }

    #[test]
    fn transposing_twice_is_not_hidden_but_equal_nodes_are_one() {
        let mut arena = Arena::default();
        let w = name(&mut arena, 0, &[M, N]);
        let t = arena.permute(w, &[1, 0]);
        assert_eq!(arena.dims(t), &[N, M]);
        assert_eq!(arena.permute(w, &[1, 0]), t);
        assert_eq!(arena.permute(w, &[0, 1]), w);
    }

    #[test]
    fn scalars_spread_in_sums_and_products() {
        let mut arena = Arena::default();
        let x = name(&mut arena, 0, &[N]);
        let minus = arena.negate(x);
        let sum = arena.sum(&[Arena::ONE, minus]);
        assert_eq!(arena.dims(sum), &[N]);
        let Node::Sum(terms) = arena.node(sum) else { panic!("a sum") };
        assert!(terms.iter().all(|&term| arena.dims(term) == [N]));
        assert_eq!(arena.identity(&[N]), arena.identity(&[N]));
        assert_eq!(arena.identity(&[]), Arena::ONE);
    }
}
