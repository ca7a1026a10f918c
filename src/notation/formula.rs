//! From an expression to its layout: the only place that decides precedence, parentheses, signs and order.
//!
//! Takes an [`ExprId`]; gives a [`LayoutId`] on a sheet. Works through the distinct subexpressions in postorder, so that
//! neither depth nor size matters.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{Arena, Constant, ExprId, NameId, Node, NumberId, Postorder, Reach};
use crate::network::{Network, Origin};
use crate::notation::form::takes_power;
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Operator, Sheet, same};
use crate::notation::names;
use crate::notation::style::{FactorOrder, Notation, Style, Times};
use crate::rational::Rational;

/// How tightly a piece holds together, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub(super) enum Level {
    /// a + b, or a case distinction.
    Sum,
    /// a ⊙ b.
    Hadamard,
    /// a b.
    Product,
    /// tanh z, without parentheses: nothing may follow.
    OpenCall,
    /// One piece with a superscript.
    Scripted,
    /// One piece.
    Atom,
}

/// What a piece begins with or is, as far as its neighbours must know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Number,
    /// 2ˣ: it begins with a digit.
    NumberPower,
    Letter,
    Word,
    Call,
    Fraction,
    /// Matrices and vectors side by side.
    Chain,
    /// 𝟙[i = j].
    Delta,
    /// Σ in front of a product: it reaches to the end.
    Series,
    Other,
}

/// The layout of an expression without its sign.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) layout: LayoutId,
    pub(super) level: Level,
    pub(super) kind: Kind,
    /// Whether a minus sign belongs before it.
    pub(super) negative: bool,
    /// Whether it is higher than a line.
    pub(super) tall: bool,
}

/// Lays out the expressions of one network in one style.
#[derive(Debug)]
pub struct Typesetter<'a> {
    pub(super) network: &'a Network,
    pub(super) style: Style,
    pieces: FxHashMap<ExprId, Piece>,
    /// The pieces of the user's own equations.
    written: FxHashMap<ExprId, Piece>,
    /// Whether broadcasts and the order of terms stay as the user wrote them.
    pub(super) as_written: bool,
    /// The letters that name nothing; empty until one is needed.
    pub(super) letters: Vec<char>,
    pub(super) symmetric: FxHashMap<ExprId, bool>,
    /// What is written in indices, in itself or in a part of it.
    indexed: FxHashSet<ExprId>,
    /// Whether the piece that is being laid out is written in indices.
    pub(super) falls_to_indices: bool,
    names: FxHashMap<NameId, LayoutId>,
    /// The error terms: signs ∂of/∂by that have a letter of their own.
    errors: FxHashMap<(NameId, NameId), LayoutId>,
    walk: Postorder,
    /// Whether a quantity is called e, so that eˣ would read as its power.
    pub(super) e_is_taken: bool,
}

impl<'a> Typesetter<'a> {
    /// A typesetter; all its layouts must go on one sheet.
    pub fn new(network: &'a Network, style: Style) -> Self {
        Typesetter {
            network,
            style,
            pieces: FxHashMap::default(),
            written: FxHashMap::default(),
            as_written: false,
            letters: Vec::new(),
            symmetric: FxHashMap::default(),
            indexed: FxHashSet::default(),
            falls_to_indices: false,
            names: FxHashMap::default(),
            errors: FxHashMap::default(),
            walk: Postorder::default(),
            e_is_taken: network.quantities.iter().any(|quantity| &*quantity.stem == "e"),
        }
    }

    /// The style.
    pub fn style(&self) -> Style {
        self.style
    }

    /// The network whose expressions are laid out.
    pub fn network(&self) -> &'a Network {
        self.network
    }

    /// The formula of an expression.
    pub fn expr(&mut self, sheet: &mut Sheet, expr: ExprId) -> LayoutId {
        let piece = self.piece(sheet, expr);
        self.signed(sheet, piece)
    }

    /// The formula of an expression of the user's own, with its broadcasts as they were written.
    pub fn expr_as_written(&mut self, sheet: &mut Sheet, expr: ExprId) -> LayoutId {
        self.as_written = true;
        let layout = self.expr(sheet, expr);
        self.as_written = false;
        layout
    }

    /// The name of a quantity.
    pub fn name(&mut self, sheet: &mut Sheet, name: NameId) -> LayoutId {
        if let Some(&known) = self.names.get(&name) {
            return known;
        }
        let layout = names::quantity(self.network, &self.style, sheet, name);
        self.names.insert(name, layout);
        layout
    }

    /// Gives signs ∂of/∂by letters: δ₂ for z₂, Δ where it is a matrix. Nothing is done where a quantity has such a name.
    pub fn name_errors(&mut self, sheet: &mut Sheet, signs: &[(NameId, NameId)]) {
        let taken = |stem: &str| stem.to_lowercase().starts_with("delta");
        if self.network.quantities.iter().any(|quantity| taken(&quantity.stem)) {
            return;
        }
        let letters: Vec<LayoutId> =
            signs.iter().map(|&(_, by)| names::error(self.network, &self.style, sheet, by, false)).collect();
        for (at, &(of, by)) in signs.iter().enumerate() {
            let alone = (0..signs.len()).all(|other| other == at || !same(sheet, letters[at], letters[other]));
            let layout = if alone { letters[at] } else { names::error(self.network, &self.style, sheet, by, true) };
            self.errors.insert((of, by), layout);
        }
    }

    /// The letter of a sign ∂of/∂by, if it has one.
    pub fn error(&self, of: NameId, by: NameId) -> Option<LayoutId> {
        self.errors.get(&(of, by)).copied()
    }

    /// The symbol ∂of/∂by.
    pub fn derivative(&mut self, sheet: &mut Sheet, of: NameId, by: NameId) -> LayoutId {
        names::derivative(self.network, &self.style, sheet, of, &[by])
    }

    /// The symbol of a higher derivative; the variable taken last stands first.
    pub fn higher_derivative(&mut self, sheet: &mut Sheet, of: NameId, by: &[NameId]) -> LayoutId {
        names::derivative(self.network, &self.style, sheet, of, by)
    }

    /// What a result is called: ∂of/∂by, or ∇ where the notation writes gradients so.
    pub fn result_sign(&mut self, sheet: &mut Sheet, of: NameId, by: NameId) -> LayoutId {
        let network = self.network;
        let shape = |name: NameId| network.quantity(name).shape;
        let is_gradient = shape(of).is_scalar() && !shape(by).is_scalar() && !self.is_other_way(of, by);
        let is_plain = [of, by].iter().all(|&name| !matches!(network.quantity(name).origin, Origin::Partial { .. }));
        match self.style.notation {
            Notation::Goodfellow if is_gradient && is_plain => names::gradient(network, &self.style, sheet, of, by),
            _ => self.derivative(sheet, of, by),
        }
    }

    /// ∂ or ∂⁺.
    pub fn sign(&mut self, sheet: &mut Sheet, reach: Reach) -> LayoutId {
        match reach {
            Reach::Total => names::differential(&self.style, sheet),
            Reach::Direct => names::direct_sign(&self.style, sheet),
        }
    }

    /// The symbol ∂of/∂by or ∂⁺of/∂by.
    pub fn link(&mut self, sheet: &mut Sheet, of: NameId, by: NameId, reach: Reach) -> LayoutId {
        match reach {
            Reach::Total => self.derivative(sheet, of, by),
            Reach::Direct => names::direct_derivative(self.network, &self.style, sheet, of, by),
        }
    }

    /// A product of factors with a sign between them, in the order of the notation.
    pub fn chain(&mut self, sheet: &mut Sheet, factors: &[ExprId]) -> LayoutId {
        let mut row = Vec::with_capacity(2 * factors.len());
        let operator = self.times_sign(sheet);
        let ordered: Vec<ExprId> = match self.style.order() {
            FactorOrder::OutputFirst => factors.to_vec(),
            FactorOrder::ParameterFirst => factors.iter().rev().copied().collect(),
        };
        let alone = ordered.len() == 1;
        for (at, factor) in ordered.into_iter().enumerate() {
            if at > 0 {
                row.push(operator);
            }
            let piece = self.link_symbol(sheet, factor);
            let open = piece.level <= Level::Hadamard || piece.negative && at > 0 || piece.level == Level::OpenCall;
            row.push(if open && !alone { self.parenthesised(sheet, piece) } else { self.signed(sheet, piece) });
        }
        self.row(sheet, row)
    }

    /// The sign between the factors of a chain.
    pub(super) fn times_sign(&self, sheet: &mut Sheet) -> LayoutId {
        sheet.push(Layout::Operator(match self.style.times {
            Times::None => Operator::Juxtapose,
            Times::Dot => Operator::Times,
            Times::Star => Operator::Star,
        }))
    }

    /// A factor of a chain: a sign ∂u/∂v is written as a fraction, whatever letter stands for it elsewhere.
    fn link_symbol(&mut self, sheet: &mut Sheet, factor: ExprId) -> Piece {
        let whole = self.piece(sheet, factor);
        let Node::Derivative { of, by, reach } = self.network.arena.node(factor) else { return whole };
        let Some(of) = self.network.arena.as_name(of) else { return whole };
        let layout = self.link(sheet, of, by, reach);
        Piece { layout, level: Level::Atom, kind: Kind::Fraction, negative: false, tall: true }
    }

    /// A row of pieces; one piece stays as it is.
    pub fn row(&self, sheet: &mut Sheet, pieces: Vec<LayoutId>) -> LayoutId {
        match pieces.as_slice() {
            [only] => *only,
            _ => sheet.push(Layout::Row(pieces)),
        }
    }

    /// The layout with its sign in front.
    pub(super) fn signed(&self, sheet: &mut Sheet, piece: Piece) -> LayoutId {
        if !piece.negative {
            return piece.layout;
        }
        let sign = sheet.push(Layout::Operator(Operator::Negative));
        let body = if piece.level == Level::Sum { self.fenced(sheet, piece.layout) } else { piece.layout };
        sheet.push(Layout::Row(vec![sign, body]))
    }

    pub(super) fn fenced(&self, sheet: &mut Sheet, body: LayoutId) -> LayoutId {
        sheet.push(Layout::Fenced { fence: Fence::Round, body })
    }

    /// The whole with its sign in parentheses.
    pub(super) fn parenthesised(&self, sheet: &mut Sheet, piece: Piece) -> LayoutId {
        let body = self.signed(sheet, piece);
        self.fenced(sheet, body)
    }

    /// The piece of an expression; those of its subexpressions are found first.
    pub(super) fn piece(&mut self, sheet: &mut Sheet, expr: ExprId) -> Piece {
        if let Some(&piece) = self.found().get(&expr) {
            return piece;
        }
        let mut order = Vec::new();
        let mut walk = std::mem::take(&mut self.walk);
        walk.collect(&self.network.arena, &[expr], &mut order);
        self.walk = walk;
        for id in order {
            if !self.found().contains_key(&id) {
                self.falls_to_indices = false;
                let piece = self.node(sheet, id);
                self.note_indices(id);
                self.set_piece(id, piece);
            }
        }
        self.known(expr)
    }

    /// The piece of a subexpression that has been laid out.
    pub(super) fn known(&self, expr: ExprId) -> Piece {
        const NOTHING: Piece =
            Piece { layout: LayoutId(0), level: Level::Atom, kind: Kind::Other, negative: false, tall: false };
        self.found().get(&expr).copied().unwrap_or(NOTHING)
    }

    /// Remembers whether an expression was written in indices, in itself or in a part.
    fn note_indices(&mut self, id: ExprId) {
        let arena = self.arena();
        let takes_selections = matches!(arena.node(id), Node::Contraction { .. });
        let in_part = arena
            .children(id)
            .any(|part| self.indexed.contains(&part) || !takes_selections && self.is_wide_selection(part));
        if self.falls_to_indices || in_part {
            self.indexed.insert(id);
        }
    }

    /// Whether an expression that has been laid out was written in indices.
    pub(super) fn is_indexed(&self, id: ExprId) -> bool {
        self.indexed.contains(&id)
    }

    fn is_wide_selection(&self, id: ExprId) -> bool {
        matches!(self.arena().node(id), Node::Selection(_)) && self.arena().dims(id).len() > 1
    }

    /// Whether an expression is written in vectors and matrices alone.
    pub fn has_matrix_form(&mut self, sheet: &mut Sheet, expr: ExprId) -> bool {
        self.piece(sheet, expr);
        !self.indexed.contains(&expr) && !self.is_wide_selection(expr)
    }

    /// Sets the piece that stands for an expression.
    pub(super) fn set_piece(&mut self, id: ExprId, piece: Piece) {
        let found = if self.as_written { &mut self.written } else { &mut self.pieces };
        found.insert(id, piece);
    }

    fn found(&self) -> &FxHashMap<ExprId, Piece> {
        if self.as_written { &self.written } else { &self.pieces }
    }

    fn node(&mut self, sheet: &mut Sheet, id: ExprId) -> Piece {
        match self.network.arena.node(id) {
            Node::Number(number) => number_piece(sheet, self.network.arena.value(number)),
            Node::Constant(constant) => {
                let (text, face) = match constant {
                    Constant::Pi => ("π", Face::Italic),
                    Constant::E => ("e", Face::Italic),
                    Constant::Infinity => ("∞", Face::Italic),
                };
                atom(sheet.push(Layout::Symbol { text: text.to_owned(), face }), Kind::Letter)
            }
            Node::Name(name) => self.name_piece(sheet, name),
            Node::Parameter(index) => {
                let text = if index == 0 { "x".to_owned() } else { format!("x{}", index + 1) };
                atom(names::word(sheet, &text), Kind::Letter)
            }
            Node::Sum(terms) => self.sum(sheet, terms),
            Node::Product { coefficient, factors } => self.product(sheet, coefficient, factors),
            Node::Contraction { coefficient, factors, labels } => {
                self.contraction(sheet, coefficient, factors, labels, false)
            }
            Node::Selection(_) => self.selection(sheet, id),
            Node::Call { function, orders, arguments } => self.call(sheet, function, orders, arguments),
            Node::If { comparison, parts } => self.cases(sheet, comparison, parts),
            Node::Derivative { of, by, reach } => {
                let piece = self.derivative_piece(sheet, of, by, reach);
                if self.is_row(id) { self.transposed(sheet, piece, true) } else { piece }
            }
        }
    }

    fn name_piece(&mut self, sheet: &mut Sheet, name: NameId) -> Piece {
        let layout = self.name(sheet, name);
        let (level, kind, tall) = match sheet.get(layout) {
            Layout::Script { sup: Some(_), .. } => (Level::Scripted, Kind::Letter, false),
            Layout::Fraction { .. } => (Level::Atom, Kind::Fraction, true),
            Layout::Verbatim(latex) if !takes_power(latex) => (Level::Scripted, Kind::Letter, false),
            Layout::Symbol { face: Face::Upright, .. } => (Level::Atom, Kind::Word, false),
            _ => (Level::Atom, Kind::Letter, false),
        };
        let is_function = self.network.functions.find(&self.network.quantity(name).stem).is_some();
        let kind = if is_function { Kind::Word } else { kind };
        Piece { layout, level, kind, negative: false, tall }
    }

    pub(super) fn derivative_piece(&mut self, sheet: &mut Sheet, of: ExprId, by: NameId, reach: Reach) -> Piece {
        if let Some(name) = self.network.arena.as_name(of) {
            if let Some(layout) = self.error(name, by).filter(|_| reach == Reach::Total) {
                let scripted = matches!(sheet.get(layout), Layout::Script { sup: Some(_), .. });
                let level = if scripted { Level::Scripted } else { Level::Atom };
                return Piece { layout, level, kind: Kind::Letter, negative: false, tall: false };
            }
            let layout = self.link(sheet, name, by, reach);
            return Piece { layout, level: Level::Atom, kind: Kind::Fraction, negative: false, tall: true };
        }
        let sign = if self.style.ordinary { Operator::Differential } else { Operator::Partial };
        let d = sheet.push(Layout::Operator(sign));
        let variable = self.name(sheet, by);
        let denominator = sheet.push(Layout::Row(vec![d, variable]));
        let operator = sheet.push(Layout::Fraction { numerator: d, denominator });
        let piece = self.known(of);
        let open = piece.level <= Level::Product || piece.negative;
        let body = if open { self.parenthesised(sheet, piece) } else { piece.layout };
        let layout = sheet.push(Layout::Row(vec![operator, body]));
        Piece { layout, level: Level::OpenCall, kind: Kind::Fraction, negative: false, tall: true }
    }

    fn sum(&mut self, sheet: &mut Sheet, terms: &[ExprId]) -> Piece {
        let is_tensor = terms.first().is_some_and(|&term| !self.network.arena.shape(term).is_scalar());
        let pieces = match is_tensor {
            true => self.tensor_terms(sheet, terms),
            false => terms.iter().map(|&term| self.known(term)).collect(),
        };
        self.sum_of_pieces(sheet, &pieces)
    }

    /// Terms with their signs between them.
    pub(super) fn sum_of_pieces(&mut self, sheet: &mut Sheet, pieces: &[Piece]) -> Piece {
        let mut row = Vec::with_capacity(2 * pieces.len());
        let mut tall = false;
        for (at, &piece) in pieces.iter().enumerate() {
            let operator = match (at, piece.negative) {
                (0, false) => None,
                (0, true) => Some(Operator::Negative),
                (_, true) => Some(Operator::Minus),
                (_, false) => Some(Operator::Plus),
            };
            row.extend(operator.map(|operator| sheet.push(Layout::Operator(operator))));
            let open = piece.level == Level::Sum;
            row.push(if open { self.fenced(sheet, piece.layout) } else { piece.layout });
            tall |= piece.tall;
        }
        let layout = self.row(sheet, row);
        Piece { layout, level: Level::Sum, kind: Kind::Other, negative: false, tall }
    }

    /// `base` with a superscript; whatever is no single piece gets parentheses.
    pub(super) fn raised(&mut self, sheet: &mut Sheet, base: ExprId, sup: LayoutId) -> Piece {
        let piece = self.known(base);
        if let (Layout::Apply { function, argument }, Node::Call { .. }) =
            (sheet.get(piece.layout).clone(), self.network.arena.node(base))
            && matches!(sheet.get(function), Layout::Function { .. })
            && matches!(sheet.get(sup), Layout::Number(_))
        {
            let function = sheet.push(Layout::Script { base: function, sub: None, sup: Some(sup), primes: 0 });
            let layout = sheet.push(Layout::Apply { function, argument });
            return Piece { layout, ..piece };
        }
        self.raised_piece(sheet, piece, sup)
    }

    /// The same for a piece.
    pub(super) fn raised_piece(&mut self, sheet: &mut Sheet, piece: Piece, sup: LayoutId) -> Piece {
        let bare = piece.level == Level::Atom && !piece.negative && piece.kind != Kind::Fraction;
        let layout = match sheet.get(piece.layout).clone() {
            Layout::Script { base, sub, sup: None, primes: 0 } if bare => {
                sheet.push(Layout::Script { base, sub, sup: Some(sup), primes: 0 })
            }
            _ => {
                let base = if bare { piece.layout } else { self.parenthesised(sheet, piece) };
                sheet.push(Layout::Script { base, sub: None, sup: Some(sup), primes: 0 })
            }
        };
        let kind = if bare && piece.kind == Kind::Number { Kind::NumberPower } else { Kind::Other };
        Piece { layout, level: Level::Scripted, kind, negative: false, tall: piece.tall }
    }

    /// The network's arena.
    pub(super) fn arena(&self) -> &'a Arena {
        &self.network.arena
    }
}

fn atom(layout: LayoutId, kind: Kind) -> Piece {
    Piece { layout, level: Level::Atom, kind, negative: false, tall: false }
}

/// A number with its sign apart: a decimal if it ends and its denominator is above 9, else a fraction.
pub(super) fn number_piece(sheet: &mut Sheet, value: &Rational) -> Piece {
    let negative = value.is_negative();
    let magnitude = value.abs();
    if magnitude.is_integer() {
        let layout = sheet.push(Layout::Number(magnitude.to_string()));
        return Piece { layout, level: Level::Atom, kind: Kind::Number, negative, tall: false };
    }
    if let Some(decimal) = short_decimal(&magnitude) {
        let layout = sheet.push(Layout::Number(decimal));
        return Piece { layout, level: Level::Atom, kind: Kind::Number, negative, tall: false };
    }
    let (p, q) = magnitude.parts();
    let numerator = sheet.push(Layout::Number(p.to_string()));
    let denominator = sheet.push(Layout::Number(q.to_string()));
    let layout = sheet.push(Layout::Fraction { numerator, denominator });
    Piece { layout, level: Level::Atom, kind: Kind::Fraction, negative, tall: true }
}

/// 0.1, 0.05, 0.044715: the decimal form where it ends and a fraction would be no clearer.
fn short_decimal(value: &Rational) -> Option<String> {
    let (_, denominator) = value.small()?;
    let mut rest = denominator;
    let (mut twos, mut fives) = (0u32, 0u32);
    while rest % 2 == 0 {
        rest /= 2;
        twos += 1;
    }
    while rest % 5 == 0 {
        rest /= 5;
        fives += 1;
    }
    let places = twos.max(fives);
    if rest != 1 || denominator <= 9 || places > 12 {
        return None;
    }
    let scaled = value.mul(&Rational::integer(10i64.pow(places)))?.to_integer()?;
    let digits = format!("{scaled:0>width$}", width = places as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places as usize);
    Some(format!("{whole}.{fraction}"))
}

/// Whether a number is written as a fraction with a bar.
pub(super) fn is_bar_fraction(value: &Rational) -> bool {
    !value.is_integer() && short_decimal(&value.abs()).is_none()
}

/// Whether a coefficient is written at all.
pub(super) fn is_unit(coefficient: NumberId) -> bool {
    coefficient == NumberId::ONE || coefficient == NumberId::MINUS_ONE
}
