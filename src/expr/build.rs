//! Constructors: constant-time identities with 0, 1 and exact constants, and nothing more.
//!
//! `…_as_written` keep what the user wrote (a factor 0 stays: it may hide a domain); the others serve derivations.

use crate::expr::{Arena, Constant, ExprId, Factor, FunctionId, NameId, Node, NumberId, OrdersId, Reach};
use crate::rational::Rational;
use crate::shape::Shape;
use crate::syntax::ast::Comparison;

impl Arena {
    /// An exact number.
    pub fn number(&mut self, value: Rational) -> ExprId {
        let id = self.number_id(value);
        self.intern(Node::Number(id), Shape::SCALAR)
    }

    /// A whole number.
    pub fn integer(&mut self, value: i64) -> ExprId {
        self.number(Rational::integer(value))
    }

    /// The value of an expression that is a number.
    pub fn as_number(&self, id: ExprId) -> Option<&Rational> {
        match self.node(id) {
            Node::Number(number) => Some(self.value(number)),
            _ => None,
        }
    }

    /// The name, if the expression is one.
    pub fn as_name(&self, id: ExprId) -> Option<NameId> {
        match self.node(id) {
            Node::Name(name) => Some(name),
            _ => None,
        }
    }

    /// π, e or ∞.
    pub fn constant(&mut self, constant: Constant) -> ExprId {
        self.intern(Node::Constant(constant), Shape::SCALAR)
    }

    /// A quantity of the given shape.
    pub fn name(&mut self, name: NameId, shape: Shape) -> ExprId {
        self.set_name_shape(name, shape);
        self.intern(Node::Name(name), shape)
    }

    /// The k-th argument in the definition of a function.
    pub fn parameter(&mut self, index: u32) -> ExprId {
        self.intern(Node::Parameter(index), Shape::SCALAR)
    }

    /// A function of its arguments.
    pub fn call(&mut self, function: FunctionId, arguments: &[ExprId]) -> ExprId {
        self.derived_call(function, OrdersId::NONE, arguments)
    }

    /// A function differentiated by its arguments.
    pub fn derived_call(&mut self, function: FunctionId, orders: OrdersId, arguments: &[ExprId]) -> ExprId {
        let shape = self.common_shape(arguments.iter().copied());
        if shape.is_scalar() {
            return self.intern(Node::Call { function, orders, arguments }, shape);
        }
        let arguments: Vec<ExprId> = arguments.iter().map(|&argument| self.spread(argument, shape)).collect();
        self.intern(Node::Call { function, orders, arguments: &arguments }, shape)
    }

    /// A case distinction.
    pub fn conditional(&mut self, comparison: Comparison, parts: [ExprId; 4]) -> ExprId {
        if parts[2] == parts[3] {
            return parts[2];
        }
        self.conditional_as_written(comparison, parts)
    }

    /// A case distinction as the user wrote it, even if both cases are the same.
    pub fn conditional_as_written(&mut self, comparison: Comparison, parts: [ExprId; 4]) -> ExprId {
        let shape = self.common_shape(parts.into_iter());
        let parts = parts.map(|part| self.spread(part, shape));
        self.intern(Node::If { comparison, parts }, shape)
    }

    /// A derivative that is not worked yet.
    pub fn derivative(&mut self, of: ExprId, by: NameId) -> ExprId {
        self.derivative_along(of, by, Reach::Total)
    }

    /// A derivative that is not worked yet, along all ways or inside one equation. It has the axes of `of`, then those
    /// of `by`.
    pub fn derivative_along(&mut self, of: ExprId, by: NameId, reach: Reach) -> ExprId {
        let (of_shape, by_shape) = (self.shape(of), self.name_shape(by));
        let shape = match (of_shape.is_scalar(), by_shape.is_scalar()) {
            (_, true) => of_shape,
            (true, false) => by_shape,
            (false, false) => {
                let dims = [self.shapes().dims(of_shape), self.shapes().dims(by_shape)].concat();
                self.shapes_mut().intern(&dims)
            }
        };
        self.intern(Node::Derivative { of, by, reach }, shape)
    }

    /// The sum as the user wrote it: terms that are 0 go, neighbouring numbers are added.
    pub fn sum_as_written(&mut self, terms: &[ExprId]) -> ExprId {
        let mut kept: Vec<ExprId> = Vec::with_capacity(terms.len());
        for &term in terms.iter().filter(|&&term| term != Arena::ZERO) {
            let folded = match (kept.last().and_then(|&last| self.as_number(last)), self.as_number(term)) {
                (Some(left), Some(right)) => left.add(right),
                _ => None,
            };
            match folded {
                Some(value) => {
                    kept.pop();
                    if !value.is_zero() {
                        kept.push(self.number(value));
                    }
                }
                None => kept.push(term),
            }
        }
        self.sum_of_kept(&kept)
    }

    /// The sum of terms; those that are 0 go.
    pub fn sum(&mut self, terms: &[ExprId]) -> ExprId {
        if terms.contains(&Arena::ZERO) || terms.len() < 2 {
            let kept: Vec<ExprId> = terms.iter().copied().filter(|&term| term != Arena::ZERO).collect();
            return self.sum_of_kept(&kept);
        }
        self.sum_of_kept(terms)
    }

    fn sum_of_kept(&mut self, terms: &[ExprId]) -> ExprId {
        match *terms {
            [] => Arena::ZERO,
            [only] => only,
            [a, b] if self.as_number(a).is_some() && self.as_number(b).is_some() => {
                let value = self.as_number(a).zip(self.as_number(b)).and_then(|(a, b)| a.add(b));
                match value {
                    Some(value) => self.number(value),
                    None => self.intern(Node::Sum(terms), Shape::SCALAR),
                }
            }
            _ => {
                let shape = self.common_shape(terms.iter().copied());
                if shape.is_scalar() {
                    return self.intern(Node::Sum(terms), shape);
                }
                let terms: Vec<ExprId> = terms.iter().map(|&term| self.spread(term, shape)).collect();
                self.intern(Node::Sum(&terms), shape)
            }
        }
    }

    /// coefficient · Π factors as the user wrote it: factors 1 go, a factor 0 stays.
    pub fn product_as_written(&mut self, coefficient: NumberId, factors: &[Factor]) -> ExprId {
        let kept: Vec<Factor> = factors.iter().copied().filter(|factor| factor.base != Arena::ONE).collect();
        self.product_of_kept(coefficient, &kept)
    }

    /// coefficient · Π factors; numbers among the factors go into the coefficient, and 0 makes all 0.
    pub fn product(&mut self, coefficient: NumberId, factors: &[Factor]) -> ExprId {
        let stays = |factor: &Factor| factor.exponent != NumberId::ZERO && self.as_number(factor.base).is_none();
        if coefficient != NumberId::ZERO && factors.iter().all(stays) {
            return self.product_of_kept(coefficient, factors);
        }
        let mut coefficient = coefficient;
        let mut kept: Vec<Factor> = Vec::with_capacity(factors.len());
        for &factor in factors {
            if factor.exponent == NumberId::ZERO {
                continue;
            }
            match self.numeric_power(factor) {
                Some(value) => match self.value(coefficient).mul(&value) {
                    Some(value) => coefficient = self.number_id(value),
                    None => kept.push(factor),
                },
                None => kept.push(factor),
            }
        }
        if coefficient == NumberId::ZERO {
            return Arena::ZERO;
        }
        self.product_of_kept(coefficient, &kept)
    }

    /// The value of `baseᵉ` if the base is a number and the power is an exact rational.
    pub(super) fn numeric_power(&self, factor: Factor) -> Option<Rational> {
        let base = self.as_number(factor.base)?;
        match factor.exponent {
            NumberId::ONE => Some(base.clone()),
            exponent => base.pow(self.value(exponent).to_integer()?),
        }
    }

    fn product_of_kept(&mut self, coefficient: NumberId, factors: &[Factor]) -> ExprId {
        match *factors {
            [] => self.intern(Node::Number(coefficient), Shape::SCALAR),
            [Factor { base, exponent: NumberId::ONE }] if coefficient == NumberId::ONE => base,
            _ => {
                let shape = self.common_shape(factors.iter().map(|factor| factor.base));
                if !shape.is_scalar() {
                    return self.elementwise(coefficient, factors, shape);
                }
                self.intern(Node::Product { coefficient, factors }, shape)
            }
        }
    }

    /// a·b.
    pub fn times(&mut self, a: ExprId, b: ExprId) -> ExprId {
        if a == Arena::ONE {
            return b;
        }
        if b == Arena::ONE {
            return a;
        }
        if let (Node::Number(_), _) | (_, Node::Number(_)) = (self.node(a), self.node(b)) {
            return self.product(NumberId::ONE, &[Factor::plain(a), Factor::plain(b)]);
        }
        self.product_of_kept(NumberId::ONE, &[Factor::plain(a), Factor::plain(b)])
    }

    /// number · e; the number goes into the coefficient of a product.
    pub fn scale(&mut self, number: NumberId, e: ExprId) -> ExprId {
        if number == NumberId::ONE {
            return e;
        }
        if let Node::Product { coefficient, factors } = self.node(e)
            && let Some(value) = self.value(coefficient).mul(self.value(number))
        {
            let factors = factors.to_vec();
            let coefficient = self.number_id(value);
            return self.product(coefficient, &factors);
        }
        if let Node::Contraction { coefficient, factors, labels } = self.node(e)
            && let Some(value) = self.value(coefficient).mul(self.value(number))
        {
            let (factors, labels) = (factors.to_vec(), self.labels(labels).clone());
            let coefficient = self.number_id(value);
            return self.contraction(coefficient, &factors, &labels);
        }
        self.product(number, &[Factor::plain(e)])
    }

    /// −e.
    pub fn negate(&mut self, e: ExprId) -> ExprId {
        self.scale(NumberId::MINUS_ONE, e)
    }

    /// a/b.
    pub fn quotient(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.product(NumberId::ONE, &[Factor::plain(a), Factor { base: b, exponent: NumberId::MINUS_ONE }])
    }

    /// baseᵉ for a constant exponent.
    pub fn power(&mut self, base: ExprId, exponent: NumberId) -> ExprId {
        self.product(NumberId::ONE, &[Factor { base, exponent }])
    }

    /// The node with its children replaced, built through the smart constructors.
    pub fn with_children(&mut self, id: ExprId, mut replace: impl FnMut(ExprId) -> ExprId) -> ExprId {
        match self.node(id) {
            Node::Number(_) | Node::Constant(_) | Node::Name(_) | Node::Parameter(_) | Node::Selection(_) => id,
            Node::Sum(terms) => {
                let replaced: Vec<ExprId> = terms.iter().map(|&term| replace(term)).collect();
                if replaced == terms { id } else { self.sum(&replaced) }
            }
            Node::Product { coefficient, factors } => {
                let replaced: Vec<Factor> =
                    factors.iter().map(|f| Factor { base: replace(f.base), exponent: f.exponent }).collect();
                if replaced == factors { id } else { self.product(coefficient, &replaced) }
            }
            Node::Contraction { coefficient, factors, labels } => {
                let replaced: Vec<Factor> =
                    factors.iter().map(|f| Factor { base: replace(f.base), exponent: f.exponent }).collect();
                if replaced == factors {
                    return id;
                }
                let labels = self.labels(labels).clone();
                self.contraction(coefficient, &replaced, &labels)
            }
            Node::Call { function, orders, arguments } => {
                let replaced: Vec<ExprId> = arguments.iter().map(|&argument| replace(argument)).collect();
                if replaced == arguments {
                    return id;
                }
                let shape = self.shape(id);
                if shape.is_scalar() && replaced.iter().all(|&argument| self.shape(argument).is_scalar()) {
                    return self.derived_call(function, orders, &replaced);
                }
                self.intern(Node::Call { function, orders, arguments: &replaced }, shape)
            }
            Node::If { comparison, parts } => {
                let replaced = parts.map(replace);
                if replaced == parts { id } else { self.conditional(comparison, replaced) }
            }
            Node::Derivative { of, by, reach } => {
                let replaced = replace(of);
                if replaced == of { id } else { self.derivative_along(replaced, by, reach) }
            }
        }
    }

    /// The first shape that is not a scalar's.
    fn common_shape(&self, mut of: impl Iterator<Item = ExprId>) -> Shape {
        of.find_map(|e| Some(self.shape(e)).filter(|shape| !shape.is_scalar())).unwrap_or(Shape::SCALAR)
    }
}
