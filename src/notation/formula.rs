//! From an expression to its layout: the only place that decides precedence, parentheses, signs and order.
//!
//! Takes an [`ExprId`]; gives a [`LayoutId`] on a sheet. Works through the distinct subexpressions in postorder, so that
//! neither depth nor size matters.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{Arena, Constant, ExprId, NameId, Node, Postorder};
use crate::network::Network;
use crate::notation::derivative::Signs;
use crate::notation::form::takes_power;
use crate::notation::index::Index;
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Operator, Sheet};
use crate::notation::names;
use crate::notation::number::number_piece;
use crate::notation::own::Own;
use crate::notation::piece::{Kind, Level, Piece, atom};
use crate::notation::style::Style;

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
    /// Whether entries stand in for what is laid out.
    pub(super) in_entries: bool,
    /// The letters that name nothing; empty until one is needed.
    pub(super) letters: Vec<char>,
    /// The conditions form = 0 of the terms that are left out where a part of a formula stands.
    pub(super) excluded: Vec<Index>,
    /// The tensors that have been laid out and leave terms out along axes of their own, or a part of them does.
    pub(super) leaves_out: FxHashSet<ExprId>,
    pub(super) symmetric: FxHashMap<ExprId, bool>,
    /// The quantities that are symmetric matrices by their equations, once it was asked.
    pub(super) symmetric_names: FxHashSet<NameId>,
    pub(super) knows_symmetric_names: bool,
    /// What is written in indices, in itself or in a part of it.
    indexed: FxHashSet<ExprId>,
    /// Whether the piece that is being laid out is written in indices.
    pub(super) falls_to_indices: bool,
    /// What the user's equations hold; nothing until it is looked for.
    pub(super) own: Option<Own>,
    names: FxHashMap<NameId, LayoutId>,
    /// Derivatives ∂of/∂by of the formula of a derivative that no other way adds to.
    pub(super) direct: FxHashSet<(NameId, NameId)>,
    /// The error terms: signs ∂of/∂by that have a letter of their own.
    pub(super) errors: FxHashMap<(NameId, NameId), LayoutId>,
    /// How chains write the signs that have a letter.
    pub(super) signs: Signs,
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
            in_entries: false,
            letters: Vec::new(),
            excluded: Vec::new(),
            leaves_out: FxHashSet::default(),
            symmetric: FxHashMap::default(),
            symmetric_names: FxHashSet::default(),
            knows_symmetric_names: false,
            indexed: FxHashSet::default(),
            falls_to_indices: false,
            own: None,
            names: FxHashMap::default(),
            direct: FxHashSet::default(),
            errors: FxHashMap::default(),
            signs: Signs::default(),
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
        // What is ones as a whole has a shape of its own, as the number among the terms of a sum has not.
        self.as_written = self.spread_number(expr).is_none();
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
                let is_joined = matches!(sheet.get(piece.layout), Layout::Fenced { fence: Fence::Square, .. });
                self.note_indices(id, is_joined);
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

    /// Remembers whether an expression was written in indices, in itself or in a part. Of the terms of [x; y] what is
    /// joined counts.
    fn note_indices(&mut self, id: ExprId, is_joined: bool) {
        let arena = self.arena();
        let takes_selections = is_joined || matches!(arena.node(id), Node::Contraction { .. });
        let parts: Vec<ExprId> = match is_joined {
            true => arena.children(id).flat_map(|term| arena.children(term)).collect(),
            false => arena.children(id).collect(),
        };
        let in_part = parts
            .into_iter()
            .any(|part| self.indexed.contains(&part) || !takes_selections && self.is_wide_selection(part));
        let leaves_out = self.is_guard(id)
            || !arena.shape(id).is_scalar() && arena.children(id).any(|part| self.leaves_out.contains(&part));
        if leaves_out {
            self.leaves_out.insert(id);
        }
        if self.falls_to_indices || in_part || leaves_out {
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
            Node::If { comparison, parts } => self.cases(sheet, id, comparison, parts),
            Node::Derivative { of, by, reach } => {
                let piece = self.derivative_piece(sheet, of, by, reach);
                if self.is_turned_sign(id) { self.transposed(sheet, piece, true) } else { piece }
            }
        }
    }

    fn name_piece(&mut self, sheet: &mut Sheet, name: NameId) -> Piece {
        let layout = self.name(sheet, name);
        let (level, kind, tall) = match sheet.get(layout) {
            Layout::Script { sup: Some(_), .. } => (Level::Scripted, Kind::Letter, false),
            Layout::Fraction { .. } => (Level::Atom, Kind::Fraction, true),
            Layout::Verbatim { latex, .. } if !takes_power(latex) => (Level::Scripted, Kind::Letter, false),
            Layout::Symbol { face: Face::Upright, .. } => (Level::Atom, Kind::Word, false),
            _ => (Level::Atom, Kind::Letter, false),
        };
        let is_function = self.network.functions.find(&self.network.quantity(name).stem).is_some();
        let kind = if is_function { Kind::Word } else { kind };
        Piece { layout, level, kind, negative: false, tall }
    }

    fn sum(&mut self, sheet: &mut Sheet, terms: &[ExprId]) -> Piece {
        let is_tensor = terms.first().is_some_and(|&term| !self.network.arena.shape(term).is_scalar());
        let pieces = match is_tensor {
            true => self.tensor_terms(sheet, terms),
            false => terms.iter().map(|&term| self.known(term)).collect(),
        };
        if let [only] = pieces.as_slice() {
            return *only;
        }
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
            // The user's own parentheses stay; a sum that comes out goes on.
            let goes_on = !self.as_written && !piece.negative && !matches!(sheet.get(piece.layout), Layout::Cases(_));
            let open = piece.level == Level::Sum && !goes_on;
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
            && matches!(sheet.get(function), Layout::Function { text, .. } if !is_two_words(text))
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
        let two_words = matches!(sheet.get(piece.layout), Layout::Apply { function, .. }
            if matches!(sheet.get(*function), Layout::Function { text, .. } if is_two_words(text)));
        let bare = piece.level == Level::Atom && !piece.negative && piece.kind != Kind::Fraction && !two_words;
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

/// Whether a function is written as one of another, log det: a power above the second word would be of that alone.
fn is_two_words(text: &str) -> bool {
    text.contains(' ')
}
