//! What a function does to the entries of a tensor: f(uᵢⱼ), max_k uᵢₖ, softmax_j(uᵢⱼ).

use crate::expr::{ExprId, FunctionId, Node, OrdersId};
use crate::function::{Form, FunctionRef, Written};
use crate::notation::bound::Bound;
use crate::notation::formula::Typesetter;
use crate::notation::index::{self, Index, Mark};
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};
use crate::notation::piece::{Kind, Level, Piece};
use crate::rational::Rational;

impl Typesetter<'_> {
    /// Whether a call is a function of single entries.
    pub(super) fn acts_on_entries(&self, function: FunctionId) -> bool {
        match self.network.functions.get(function) {
            FunctionRef::Table(entry) => matches!(entry.form, Form::Elementwise),
            FunctionRef::User(_) => false,
        }
    }

    pub(super) fn is_indicator_call(&self, function: FunctionId) -> bool {
        match self.network.functions.get(function) {
            FunctionRef::Table(entry) => entry.written == Written::Indicator,
            FunctionRef::User(_) => false,
        }
    }

    /// Whether a call is a function along an axis that is written with the letter which runs along it. softmax(Z)ᵢⱼ
    /// needs none: the function of a matrix acts on its rows.
    pub(super) fn runs(&self, function: FunctionId, arguments: &[ExprId]) -> bool {
        let FunctionRef::Table(entry) = self.network.functions.get(function) else { return false };
        let (Form::AlongAxis { keeps }, &[argument, axis]) = (entry.form, arguments) else { return false };
        let rank = self.arena().dims(argument).len();
        let is_last = self.axis(axis).is_some_and(|axis| axis + 1 == rank);
        let needs_none = rank == 1 || keeps && is_last && rank <= 2;
        self.axis(axis).is_some() && (self.is_indexed(argument) || !needs_none)
    }

    pub(super) fn axis(&self, axis: ExprId) -> Option<usize> {
        self.arena().as_number(axis).and_then(Rational::to_integer).and_then(|axis| usize::try_from(axis).ok())
    }

    /// max_k uᵢₖ, softmax_j(uᵢⱼ): the letter below the name runs along the axis. One inside another of the same kind
    /// is one with two letters.
    pub(super) fn running_call(
        &mut self,
        sheet: &mut Sheet,
        function: FunctionId,
        arguments: &[ExprId],
        indices: &[Index],
        used: &mut Vec<char>,
        depth: u32,
    ) -> Piece {
        let mut own = indices.to_vec();
        let mut argument = arguments[0];
        let keeps = self.arena().dims(argument).len() == indices.len();
        let mut axis = self.axis(arguments[1]).unwrap_or(0);
        let outside = used.len();
        let plain = |index: &Index| {
            index.offset == Default::default() && matches!(index.marks.as_slice(), [(Mark::Letter(_), 1)])
        };
        let mut running: Vec<Bound> = Vec::new();
        let bound = |setter: &Self, letter: char, argument: ExprId, axis: usize| {
            let shown = setter.tells_range(argument, axis);
            Bound { letter, size: (!shown).then(|| setter.arena().dims(argument)[axis]) }
        };
        let mut entry_of = None;
        if keeps {
            let at_itself = own.get(axis).is_some_and(|index| {
                plain(index) && own.iter().filter(|other| other.marks == index.marks).count() == 1
            });
            if !at_itself {
                entry_of = Some(std::mem::replace(&mut own[axis], Index::letter(self.fresh(used))));
            }
            if let Some((Mark::Letter(letter), _)) = own[axis].marks.first() {
                running.push(bound(self, *letter, argument, axis));
            }
        } else {
            loop {
                let letter = self.fresh(used);
                running.push(bound(self, letter, argument, axis));
                own.insert(axis.min(own.len()), Index::letter(letter));
                let Node::Call { function: inner, orders: OrdersId::NONE, arguments: next } =
                    self.arena().node(argument)
                else {
                    break;
                };
                match (inner == function, next) {
                    (true, &[next, place]) => (argument, axis) = (next, self.axis(place).unwrap_or(0)),
                    _ => break,
                }
            }
        }
        let piece = self.entry(sheet, argument, &own, used, depth);
        used.truncate(outside);
        let below = self.below_function(sheet, &running);
        let symbol = self.function_symbol(sheet, function);
        let symbol = self.with_subscript(sheet, symbol, below);
        let body = self.parenthesised(sheet, piece);
        let layout = sheet.push(Layout::Apply { function: symbol, argument: body });
        let whole = Piece { layout, level: Level::Atom, kind: Kind::Call, negative: false, tall: piece.tall };
        let Some(index) = entry_of else { return whole };
        let layout = self.parenthesised(sheet, whole);
        let layout = self.with_indices(sheet, layout, &[index]);
        Piece { layout, level: Level::Scripted, kind: Kind::Other, ..whole }
    }

    /// The letters that run, each with its range where nothing else tells it: `k`, `1 ≤ k ≤ 2`.
    fn below_function(&mut self, sheet: &mut Sheet, running: &[Bound]) -> LayoutId {
        if running.iter().all(|bound| bound.size.is_none()) {
            let letters: Vec<Index> = running.iter().map(|bound| Index::letter(bound.letter)).collect();
            return index::row(sheet, self.network, &letters);
        }
        let mut row = Vec::new();
        for (at, bound) in running.iter().enumerate() {
            if at > 0 {
                row.push(sheet.push(Layout::Operator(Operator::Comma)));
            }
            let letter = index::one(sheet, self.network, &Index::letter(bound.letter));
            let Some(size) = bound.size else {
                row.push(letter);
                continue;
            };
            row.push(sheet.push(Layout::Number("1".to_owned())));
            row.push(sheet.push(Layout::Operator(Operator::LessEqual)));
            row.push(letter);
            row.push(sheet.push(Layout::Operator(Operator::LessEqual)));
            row.push(self.size_piece(sheet, size).layout);
        }
        self.row(sheet, row)
    }

    /// f(uᵢⱼ): the entries of the arguments stand in for the arguments while the call is set.
    #[expect(clippy::too_many_arguments, reason = "a call and where its entry is taken")]
    pub(super) fn call_of_entries(
        &mut self,
        sheet: &mut Sheet,
        function: FunctionId,
        orders: OrdersId,
        arguments: &[ExprId],
        indices: &[Index],
        used: &mut Vec<char>,
        depth: u32,
    ) -> Piece {
        self.with_entries(sheet, arguments, indices, used, depth, |setter, sheet| {
            setter.call(sheet, function, orders, arguments)
        })
    }

    /// The factors of a product and those of products inside, which may be set flat.
    pub(super) fn all_factors(&self, id: ExprId) -> Vec<ExprId> {
        let (mut all, mut stack) = (Vec::new(), vec![id]);
        while let Some(product) = stack.pop() {
            if let Node::Product { factors, .. } = self.arena().node(product) {
                all.extend(factors.iter().map(|factor| factor.base));
                stack.extend(factors.iter().map(|factor| factor.base));
            }
        }
        all
    }

    /// Sets something while the entries of `parts` stand in for them.
    pub(super) fn with_entries(
        &mut self,
        sheet: &mut Sheet,
        parts: &[ExprId],
        indices: &[Index],
        used: &mut Vec<char>,
        depth: u32,
        set: impl FnOnce(&mut Self, &mut Sheet) -> Piece,
    ) -> Piece {
        let mut wholes = Vec::with_capacity(parts.len());
        for &part in parts {
            let entry = self.entry_of_part(sheet, part, indices, used, depth);
            wholes.push((part, self.known(part), entry));
        }
        for &(part, _, entry) in &wholes {
            self.set_piece(part, entry);
        }
        let outside = std::mem::replace(&mut self.in_entries, true);
        let piece = set(self, sheet);
        self.in_entries = outside;
        // The first of equal parts remembers the whole.
        for (part, whole, _) in wholes.into_iter().rev() {
            self.set_piece(part, whole);
        }
        piece
    }
}
