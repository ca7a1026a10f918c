//! From expressions of the network to a circuit: definitions of functions, and of names if wanted, are put in.
//!
//! Walks with a stack of its own, whatever the depth; what grows too large is refused.

use rustc_hash::{FxHashMap, FxHashSet};

use super::circuit::{Circuit, Leaf, Op, Slot};
use super::primitive::Primitive;
use crate::calculus::{FunctionDerivatives, Locals};
use crate::expr::{Arena, ExprId, FunctionId, NameId, Node, NumberId, OrdersId};
use crate::function::FunctionRef;
use crate::network::Network;
use crate::rational::Rational;

/// The most operations of a circuit, with their operands.
const MAX_SIZE: usize = 4_000_000;
/// The most derivatives of one function of the table that are worked out.
const MAX_ORDER: u32 = 6;

/// A circuit is of scalars.
const TENSOR: &str = "only scalars can be decided: vectors and matrices are compared entry by entry";

/// Whether names are free symbols or stand for their equations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Names<'a> {
    /// These names are free, the others stand for their equations.
    Free(&'a FxHashSet<NameId>),
    /// Names with an equation stand for it.
    Unfolded,
}

/// A decimal literal, kept as a name so that its digits can be taken as an interval.
#[derive(Clone, PartialEq, Debug)]
pub struct Literal {
    /// The name that stands for it in the expressions.
    pub name: NameId,
    /// Its exact value.
    pub value: Rational,
    /// Half a unit of its last digit.
    pub half_unit: Rational,
}

/// How literals count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Digits {
    /// As exact numbers.
    Exact,
    /// As intervals.
    Rounded,
}

/// What names stand for.
#[derive(Clone, Copy, Debug)]
pub struct Meaning<'a> {
    /// Whether names with an equation are unfolded.
    pub names: Names<'a>,
    /// How literals count.
    pub digits: Digits,
    /// The literals.
    pub literals: &'a [Literal],
    /// Leaves that assumptions determine: a name and what it equals.
    pub solved: &'a [(NameId, ExprId)],
}

/// Why there is no circuit: a sentence for the user.
pub type Refusal = String;

/// A body being put in: of a function at one call, or of the network itself.
#[derive(Debug, Default)]
struct Frame {
    arguments: Vec<Slot>,
    slots: FxHashMap<ExprId, Option<Slot>>,
}

enum Work {
    Enter {
        frame: usize,
        expr: ExprId,
    },
    Exit {
        frame: usize,
        expr: ExprId,
    },
    /// The body of a call, or the value of a name, is there.
    Return {
        frame: usize,
        expr: ExprId,
        inner: usize,
        body: ExprId,
    },
    /// The derivatives of an opaque primitive are there.
    Slopes {
        frame: usize,
        expr: ExprId,
        inner: usize,
        bodies: Vec<ExprId>,
        primitive: Primitive,
    },
}

/// A circuit under construction.
pub struct Unfolding<'a> {
    network: &'a mut Network,
    meaning: Meaning<'a>,
    circuit: Circuit,
    frames: Vec<Frame>,
    work: Vec<Work>,
    derivatives: FunctionDerivatives,
    bodies: FxHashMap<(FunctionId, OrdersId), ExprId>,
}

/// The circuit of `roots`, with the slot of each.
pub fn unfold(network: &mut Network, meaning: Meaning<'_>, roots: &[ExprId]) -> Result<(Circuit, Vec<Slot>), Refusal> {
    let mut unfolding = Unfolding {
        network,
        meaning,
        circuit: Circuit::default(),
        frames: vec![Frame::default()],
        work: Vec::new(),
        derivatives: FunctionDerivatives::default(),
        bodies: FxHashMap::default(),
    };
    let slots = roots.iter().map(|&root| unfolding.root(root)).collect::<Result<_, _>>()?;
    Ok((unfolding.circuit, slots))
}

impl Unfolding<'_> {
    fn root(&mut self, expr: ExprId) -> Result<Slot, Refusal> {
        self.work.push(Work::Enter { frame: 0, expr });
        while let Some(work) = self.work.pop() {
            match work {
                Work::Enter { frame, expr } => self.enter(frame, expr)?,
                Work::Exit { frame, expr } => self.exit(frame, expr)?,
                Work::Return { frame, expr, inner, body } => {
                    let slot = self.slot(inner, body)?;
                    self.frames[frame].slots.insert(expr, Some(slot));
                }
                Work::Slopes { frame, expr, inner, bodies, primitive } => {
                    let slopes = bodies.iter().map(|&body| self.slot(inner, body)).collect::<Result<_, _>>()?;
                    let arguments = self.frames[inner].arguments.clone().into_boxed_slice();
                    let slot = self.circuit.intern(Op::Primitive { primitive, arguments, slopes });
                    self.frames[frame].slots.insert(expr, Some(slot));
                }
            }
            if self.circuit.size() > MAX_SIZE || self.frames.len() > MAX_SIZE {
                return Err("the formulas are too large to be decided with their definitions put in".to_owned());
            }
        }
        self.slot(0, expr)
    }

    /// A name means the same in the body of a function as outside.
    fn home(&self, frame: usize, expr: ExprId) -> usize {
        match self.network.arena.node(expr) {
            Node::Name(_) | Node::Derivative { .. } | Node::Number(_) | Node::Constant(_) => 0,
            _ => frame,
        }
    }

    fn slot(&self, frame: usize, expr: ExprId) -> Result<Slot, Refusal> {
        let found = self.frames[self.home(frame, expr)].slots.get(&expr);
        found.copied().flatten().ok_or_else(|| "a quantity is defined by itself".to_owned())
    }

    fn enter(&mut self, frame: usize, expr: ExprId) -> Result<(), Refusal> {
        let frame = self.home(frame, expr);
        match self.frames[frame].slots.get(&expr) {
            Some(Some(_)) => return Ok(()),
            Some(None) => return Err("a quantity is defined by itself".to_owned()),
            None => {}
        }
        if !self.network.arena.shape(expr).is_scalar() {
            return Err(TENSOR.to_owned());
        }
        self.frames[frame].slots.insert(expr, None);
        if let Some(body) = self.value_of(expr) {
            self.work.push(Work::Return { frame, expr, inner: 0, body });
            self.work.push(Work::Enter { frame: 0, expr: body });
            return Ok(());
        }
        self.work.push(Work::Exit { frame, expr });
        if !matches!(self.network.arena.node(expr), Node::Derivative { .. }) {
            let from = self.work.len();
            self.work.extend(self.network.arena.children(expr).map(|expr| Work::Enter { frame, expr }));
            self.work[from..].reverse();
        }
        Ok(())
    }

    /// The expression that a name stands for, if it is not free.
    fn value_of(&self, expr: ExprId) -> Option<ExprId> {
        let name = self.network.arena.as_name(expr)?;
        if let Some(solved) = self.meaning.solved.iter().find(|solved| solved.0 == name) {
            return Some(solved.1);
        }
        if let Some(equation) = self.network.definition(name) {
            let is_free = matches!(self.meaning.names, Names::Free(free) if free.contains(&name));
            return (!is_free).then_some(equation.value);
        }
        let quantity = self.network.quantity(name);
        quantity.value.filter(|_| quantity.origin == crate::network::Origin::Size)
    }

    fn exit(&mut self, frame: usize, expr: ExprId) -> Result<(), Refusal> {
        let slot = match self.network.arena.node(expr) {
            Node::Number(number) => self.circuit.intern(Op::Number(number)),
            Node::Constant(constant) => self.circuit.intern(Op::Constant(constant)),
            Node::Name(name) => self.name(expr, name),
            Node::Derivative { .. } => self.circuit.leaf(Leaf { symbol: expr, name: None, interval: None }),
            Node::Parameter(index) => {
                let argument = self.frames[frame].arguments.get(index as usize);
                *argument.ok_or_else(|| "a function lacks an argument".to_owned())?
            }
            Node::Contraction { .. } | Node::Selection(_) => return Err(TENSOR.to_owned()),
            Node::Sum(terms) => {
                let terms = terms.iter().map(|&term| self.slot(frame, term)).collect::<Result<_, _>>()?;
                self.circuit.intern(Op::Sum(terms))
            }
            Node::Product { coefficient, factors } => {
                let factors = factors.iter().map(|f| Ok((self.slot(frame, f.base)?, f.exponent)));
                let factors: Vec<_> = factors.collect::<Result<_, Refusal>>()?;
                let factors = self.merged(factors);
                self.circuit.intern(Op::Product(coefficient, factors))
            }
            Node::If { comparison, parts } => {
                let [left, right, then, otherwise] = parts.map(|part| self.slot(frame, part));
                let parts = [left?, right?, then?, otherwise?];
                self.circuit.intern(Op::Choice { comparison, parts })
            }
            Node::Call { function, orders, arguments } => {
                let arguments = arguments.iter().map(|&argument| self.slot(frame, argument));
                let arguments: Vec<Slot> = arguments.collect::<Result<_, _>>()?;
                return self.call(frame, expr, (function, orders), arguments);
            }
        };
        self.frames[frame].slots.insert(expr, Some(slot));
        Ok(())
    }

    /// Joins whole powers of one base with exponents of one sign, which leaves the domain as it is. Even powers are of
    /// differences in one direction.
    fn merged(&mut self, mut factors: Vec<(Slot, NumberId)>) -> Box<[(Slot, NumberId)]> {
        factors.sort_unstable();
        let mut merged: Vec<(Slot, NumberId)> = Vec::with_capacity(factors.len());
        for (base, exponent) in factors {
            let joined = merged.last().filter(|last| last.0 == base).and_then(|last| {
                let (a, b) = (self.network.arena.value(last.1), self.network.arena.value(exponent));
                let fits = a.is_integer() && b.is_integer() && a.is_negative() == b.is_negative();
                a.add(b).filter(|_| fits)
            });
            match joined {
                Some(sum) => {
                    merged.pop();
                    merged.push((base, self.network.arena.number_id(sum)));
                }
                None => merged.push((base, exponent)),
            }
        }
        for (base, exponent) in &mut merged {
            let is_even = self.network.arena.value(*exponent).to_integer().is_some_and(|whole| whole % 2 == 0);
            if is_even {
                *base = self.circuit.turned(&mut self.network.arena, *base);
            }
        }
        merged.into()
    }

    fn name(&mut self, expr: ExprId, name: NameId) -> Slot {
        let Some(literal) = self.meaning.literals.iter().find(|literal| literal.name == name) else {
            return self.circuit.leaf(Leaf { symbol: expr, name: Some(name), interval: None });
        };
        if self.meaning.digits == Digits::Exact {
            let number = self.network.arena.number_id(literal.value.clone());
            return self.circuit.intern(Op::Number(number));
        }
        let ends = (literal.value.add(&literal.half_unit.neg()), literal.value.add(&literal.half_unit));
        let interval = ends.0.zip(ends.1);
        self.circuit.leaf(Leaf { symbol: expr, name: Some(name), interval })
    }

    fn call(
        &mut self,
        frame: usize,
        expr: ExprId,
        (function, orders): (FunctionId, OrdersId),
        arguments: Vec<Slot>,
    ) -> Result<(), Refusal> {
        let primitive = match self.network.functions.get(function) {
            FunctionRef::User(own) if own.body.is_none() => {
                let orders = self.network.arena.orders(orders).into();
                let op = Op::Opaque { function, orders, arguments: arguments.into() };
                let slot = self.circuit.intern(op);
                self.frames[frame].slots.insert(expr, Some(slot));
                return Ok(());
            }
            FunctionRef::Table(entry) if entry.definition.is_none() && orders == OrdersId::NONE => {
                let rule = entry.known.and_then(Primitive::of);
                Some(rule.ok_or_else(|| format!("there is no rule for the function `{}`", entry.name))?)
            }
            _ => None,
        };
        let inner = self.frames.len();
        match primitive {
            Some(primitive) if primitive.is_opaque() => {
                let bodies = (0..arguments.len()).map(|by| self.partial(function, by)).collect::<Vec<_>>();
                self.frames.push(Frame { arguments, slots: FxHashMap::default() });
                let enter: Vec<Work> = bodies.iter().map(|&expr| Work::Enter { frame: inner, expr }).collect();
                self.work.push(Work::Slopes { frame, expr, inner, bodies, primitive });
                self.work.extend(enter);
            }
            Some(primitive) => {
                let op = self.primitive(primitive, arguments);
                let slot = self.circuit.intern(op);
                self.frames[frame].slots.insert(expr, Some(slot));
            }
            None => {
                let body = self.body(function, orders)?;
                self.frames.push(Frame { arguments, slots: FxHashMap::default() });
                self.work.push(Work::Return { frame, expr, inner, body });
                self.work.push(Work::Enter { frame: inner, expr: body });
            }
        }
        Ok(())
    }

    /// A power with a number as exponent is a factor; an even function does not care for the sign of a difference.
    fn primitive(&mut self, primitive: Primitive, mut arguments: Vec<Slot>) -> Op {
        if matches!(primitive, Primitive::Absolute | Primitive::Cosine) {
            arguments
                .iter_mut()
                .for_each(|argument| *argument = self.circuit.turned(&mut self.network.arena, *argument));
        }
        if let (Primitive::Power, [base, exponent]) = (primitive, &arguments[..])
            && let Op::Number(exponent) = self.circuit.ops[*exponent as usize]
        {
            return Op::Product(NumberId::ONE, Box::new([(*base, exponent)]));
        }
        Op::Primitive { primitive, arguments: arguments.into(), slopes: Box::new([]) }
    }

    fn parameters(&mut self, function: FunctionId) -> Vec<ExprId> {
        let arity = self.network.functions.get(function).arity();
        (0..arity).map(|at| self.network.arena.parameter(at as u32)).collect()
    }

    fn partial(&mut self, function: FunctionId, by: usize) -> ExprId {
        let parameters = self.parameters(function);
        let call = self.network.arena.call(function, &parameters);
        self.derivatives.partial(self.network, call, by)
    }

    /// What a function with a definition is, differentiated, in its parameters.
    fn body(&mut self, function: FunctionId, orders: OrdersId) -> Result<ExprId, Refusal> {
        if let Some(&known) = self.bodies.get(&(function, orders)) {
            return Ok(known);
        }
        let parameters = self.parameters(function);
        let mut expr = match self.network.template(function).definition {
            Some(definition) if orders == OrdersId::NONE => definition,
            _ => self.network.arena.call(function, &parameters),
        };
        let orders_of = self.network.arena.orders(orders).to_vec();
        if orders_of.iter().map(|&order| u32::from(order)).sum::<u32>() > MAX_ORDER {
            return Err(format!("a derivative of more than order {MAX_ORDER} is not worked out"));
        }
        let mut locals = Locals::default();
        for (at, &times) in orders_of.iter().enumerate() {
            for _ in 0..times {
                let row = locals.partials(self.network, &mut self.derivatives, expr);
                expr = row.iter().find(|entry| entry.0 == parameters[at]).map_or(Arena::ZERO, |entry| entry.1);
            }
        }
        self.bodies.insert((function, orders), expr);
        Ok(expr)
    }
}
