//! Lowers expressions of scalars to the instructions of a program: what the walk hands over becomes slots.

use crate::diagnostic::Diagnostic;
use crate::eval::builder::{Builder, Power};
use crate::eval::compile::{Compiler, Root};
use crate::eval::program::{KinkSite, Operation, Owner, Slot, Source};
use crate::eval::walk::{self, Kink, Lower, Walk};
use crate::expr::{ExprId, FunctionId, NameId};
use crate::function::{Entry, Kernel};
use crate::rational::Rational;
use crate::syntax::ast::Comparison;

const UNKNOWN: Slot = Slot::MAX;

/// A compilation in progress.
pub(super) struct Lowering<'a> {
    walk: Walk<'a, Slot>,
    pub(super) builder: Builder,
    /// Slots of inputs by name.
    inputs: Vec<Slot>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(compiler: &'a Compiler<'a>) -> Self {
        Lowering {
            walk: Walk::new(compiler, UNKNOWN),
            builder: Builder::default(),
            inputs: vec![UNKNOWN; compiler.network.quantities.len()],
        }
    }

    /// The slot of a root.
    pub(super) fn root(&mut self, root: Root, owner: Owner) -> Result<Slot, Diagnostic> {
        walk::root(self, root, owner).map(|(slot, _)| slot)
    }
}

impl<'a> Lower<'a> for Lowering<'a> {
    type Value = Slot;

    const LIMIT: usize = 50_000_000;

    fn walk(&mut self) -> &mut Walk<'a, Slot> {
        &mut self.walk
    }

    fn operation_count(&self) -> usize {
        self.builder.program.instructions.len()
    }

    fn number(&mut self, number: f64, _: Source) -> Slot {
        self.builder.constant(number)
    }

    fn input(&mut self, name: NameId, _: Owner) -> Result<Slot, Diagnostic> {
        let network = self.walk.compiler.network;
        let quantity = network.quantity(name);
        if !quantity.shape.is_scalar() {
            let message = format!("`{}` is no scalar; only scalars can be evaluated yet", network.spelling(name));
            return Err(Diagnostic::error("not-evaluable", message).at(quantity.span, ""));
        }
        let slot = &mut self.inputs[name.0 as usize];
        if *slot == UNKNOWN {
            *slot = self.builder.input();
            self.builder.program.inputs.push((name, *slot));
        }
        Ok(*slot)
    }

    fn sum_of(&mut self, terms: &[Slot], source: Source) -> Slot {
        self.builder.sum(terms, source)
    }

    fn product_of<'n>(
        &mut self,
        coefficient: &Rational,
        powers: impl Iterator<Item = (Slot, &'n Rational)>,
        source: Source,
    ) -> Slot {
        let powers = powers.map(|(base, exponent)| Power { base, exponent });
        self.builder.product(coefficient, powers, source)
    }

    fn contraction_of(&mut self, _: u32, _: ExprId, source: Source) -> Result<Slot, Diagnostic> {
        let message = "a product of tensors has no value as one number";
        Err(self.walk.compiler.error("not-evaluable", message, source.owner))
    }

    fn select(&mut self, comparison: Comparison, operands: &[Slot; 4], source: Source) -> Slot {
        let start = self.builder.operands(operands);
        self.builder.emit(Operation::Select { comparison, start }, source)
    }

    fn difference(&mut self, &a: &Slot, &b: &Slot, source: Source) -> Slot {
        self.builder.emit(Operation::Subtract { a, b }, source)
    }

    fn table_call(
        &mut self,
        (_, entry): (FunctionId, &'static Entry),
        arguments: &[Slot],
        _: Option<ExprId>,
        source: Source,
    ) -> Result<Slot, Diagnostic> {
        let operation = match (entry.kernel, arguments) {
            (Kernel::Unary(kernel), &[a]) => Operation::Unary { kernel, a },
            (Kernel::Binary(kernel), &[a, b]) => Operation::Binary { kernel, a, b },
            _ => {
                let message = "a function has the wrong number of arguments";
                return Err(self.walk.compiler.error("wrong-arity", message, source.owner));
            }
        };
        Ok(self.builder.emit(operation, source))
    }

    fn kink(&mut self, kink: Kink<'_, Slot>) {
        let Kink { zero: &zero, result: &result, scale, convention, name, source } = kink;
        let scale = (self.builder.operands(scale), scale.len() as u32);
        self.builder.program.kinks.push(KinkSite { zero, result, scale, convention, name, source });
    }

    fn shaped(&mut self, value: Slot, _: ExprId, _: Owner) -> Result<Slot, Diagnostic> {
        Ok(value)
    }
}
