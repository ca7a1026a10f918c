//! Case distinctions and indicators: {1 if x > 0; 0 otherwise}, 𝟙[z > 0], 𝟙[x = max(x)].

use crate::expr::{Arena, ExprId, Node, NumberId};
use crate::network::may_agree_widely;
use crate::notation::formula::Typesetter;
use crate::notation::index::Index;
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Operator, Sheet};
use crate::notation::number::number_piece;
use crate::notation::piece::{Kind, Level, Piece};
use crate::syntax::ast::Comparison;

impl Typesetter<'_> {
    /// A case distinction; nested ones in the otherwise branch become further rows. That between the ones and the zeros
    /// of a tensor is an indicator.
    pub(super) fn cases(&mut self, sheet: &mut Sheet, id: ExprId, comparison: Comparison, parts: [ExprId; 4]) -> Piece {
        if self.is_indicator(parts) {
            let sides = [parts[0], parts[1]].map(|side| self.side(sheet, side));
            return self.indicator_of(sheet, comparison, sides);
        }
        let mut rows = Vec::new();
        let (mut comparison, mut parts) = (comparison, parts);
        let is_open = !self.as_written && self.is_open_at_tie(comparison, parts) && !self.is_own_case(id);
        let last = loop {
            let sides = [parts[0], parts[1]].map(|side| self.branch_side(sheet, side));
            let condition = self.comparison(sheet, comparison, sides);
            let then = self.branch(sheet, parts[2]);
            rows.push((self.signed(sheet, then), condition));
            match self.arena().node(parts[3]) {
                Node::If { comparison: next, parts: inner } => (comparison, parts) = (next, inner),
                _ => break parts[3],
            }
        };
        if !is_open {
            let otherwise = sheet.push(Layout::Text("otherwise".to_owned()));
            let piece = self.branch(sheet, last);
            rows.push((self.signed(sheet, piece), otherwise));
        }
        let layout = sheet.push(Layout::Cases(rows));
        Piece { layout, level: Level::Sum, kind: Kind::Other, negative: false, tall: true }
    }

    /// Whether branches are those of the derivative of a maximum, 1 and 0 with 1/2 for a tie: there is no derivative at the
    /// tie, and what is taken there is said in words. A tie over a whole region is a case of its own.
    fn is_open_at_tie(&self, comparison: Comparison, parts: [ExprId; 4]) -> bool {
        let [left, right, then, otherwise] = parts;
        let opposite = match comparison {
            Comparison::Greater => Comparison::Less,
            Comparison::Less => Comparison::Greater,
            _ => return false,
        };
        let Node::If { comparison: inner, parts: [same, as_before, other, tie] } = self.arena().node(otherwise) else {
            return false;
        };
        let is_half = self.arena().as_number(tie).is_some_and(|number| number.small() == Some((1, 2)));
        let is_unit = then == Arena::ONE && other == Arena::ZERO || then == Arena::ZERO && other == Arena::ONE;
        let is_tie = inner == opposite && same == left && as_before == right && is_half && is_unit;
        is_tie && !may_agree_widely(self.network, left, right)
    }

    /// A side of the condition of a branch: a scalar in every entry is written as the scalar.
    fn branch_side(&mut self, sheet: &mut Sheet, id: ExprId) -> Piece {
        let plain = self.side(sheet, id);
        if plain.layout == self.known(id).layout { self.branch(sheet, id) } else { plain }
    }

    /// A branch, or a side of a condition: the rows of a matrix that are all one vector are 𝟏uᵀ, since nothing beside it
    /// says which way u lies.
    fn branch(&mut self, sheet: &mut Sheet, id: ExprId) -> Piece {
        let Node::Contraction { labels, .. } = self.arena().node(id) else { return self.known(id) };
        let labels = self.arena().labels(labels);
        let longest = labels.factors.iter().map(Vec::len).max().unwrap_or(0);
        if !self.as_written || longest == 0 || longest >= labels.out.len() {
            return self.known(id);
        }
        let in_indices = self.falls_to_indices;
        self.as_written = false;
        let piece = self.piece(sheet, id);
        self.as_written = true;
        self.falls_to_indices |= in_indices;
        piece
    }

    /// The entry of a case distinction.
    pub(super) fn cases_of_entries(
        &mut self,
        sheet: &mut Sheet,
        comparison: Comparison,
        parts: [ExprId; 4],
        indices: &[Index],
        used: &mut Vec<char>,
        depth: u32,
    ) -> Piece {
        let [left, right, then, otherwise] = parts.map(|part| self.entry_of_part(sheet, part, indices, used, depth));
        if self.is_indicator(parts) {
            return self.indicator_of(sheet, comparison, [left, right]);
        }
        let condition = self.comparison(sheet, comparison, [left, right]);
        let last = sheet.push(Layout::Text("otherwise".to_owned()));
        let rows = vec![(self.signed(sheet, then), condition), (self.signed(sheet, otherwise), last)];
        let layout = sheet.push(Layout::Cases(rows));
        Piece { layout, level: Level::Sum, kind: Kind::Other, negative: false, tall: true }
    }

    /// The entry of an operand, the operand itself if it is a scalar.
    pub(super) fn entry_of_part(
        &mut self,
        sheet: &mut Sheet,
        part: ExprId,
        indices: &[Index],
        used: &mut Vec<char>,
        depth: u32,
    ) -> Piece {
        let outside = used.len();
        let piece = match self.arena().dims(part).len() {
            0 => self.entry(sheet, part, &[], used, depth),
            rank if rank == indices.len() => self.entry(sheet, part, indices, used, depth),
            _ => self.known(part),
        };
        used.truncate(outside);
        piece
    }

    /// Whether the branches are 1 and 0 in every entry of a tensor.
    fn is_indicator(&self, parts: [ExprId; 4]) -> bool {
        !self.arena().shape(parts[2]).is_scalar()
            && self.spread_number(parts[2]).is_some_and(|number| number.is_one())
            && self.spread_number(parts[3]).is_some_and(|number| number.is_zero())
    }

    /// A side of a comparison entry by entry: a scalar in every entry of a vector is written as the scalar.
    fn side(&mut self, sheet: &mut Sheet, id: ExprId) -> Piece {
        if let Some(number) = self.spread_number(id).cloned() {
            return number_piece(sheet, &number);
        }
        match self.arena().node(id) {
            Node::Contraction { coefficient: NumberId::ONE, factors: [only], labels }
                if only.exponent == NumberId::ONE
                    && self.arena().shape(only.base).is_scalar()
                    && self.arena().labels(labels).out.len() == 1 =>
            {
                self.known(only.base)
            }
            _ => self.known(id),
        }
    }

    fn comparison(&mut self, sheet: &mut Sheet, comparison: Comparison, [left, right]: [Piece; 2]) -> LayoutId {
        let operator = sheet.push(Layout::Operator(match comparison {
            Comparison::Less => Operator::Less,
            Comparison::LessEqual => Operator::LessEqual,
            Comparison::Greater => Operator::Greater,
            Comparison::GreaterEqual => Operator::GreaterEqual,
            Comparison::Equal => Operator::Equals,
            Comparison::NotEqual => Operator::NotEqual,
        }));
        let row = vec![self.signed(sheet, left), operator, self.signed(sheet, right)];
        sheet.push(Layout::Row(row))
    }

    /// 𝟙[left > right]; a number stands on the right: 𝟙[z < 1] for 1 > z.
    fn indicator_of(&mut self, sheet: &mut Sheet, comparison: Comparison, sides: [Piece; 2]) -> Piece {
        let is_number = sides.map(|side| side.kind == Kind::Number && side.level == Level::Atom);
        let (comparison, sides) = match (comparison, is_number) {
            (Comparison::Greater, [true, false]) => (Comparison::Less, [sides[1], sides[0]]),
            _ => (comparison, sides),
        };
        let one = sheet.push(Layout::Symbol { text: "1".to_owned(), face: Face::DoubleStruck });
        let body = self.comparison(sheet, comparison, sides);
        let fence = sheet.push(Layout::Fenced { fence: Fence::Square, body });
        let layout = sheet.push(Layout::Row(vec![one, fence]));
        let tall = sides.iter().any(|side| side.tall);
        Piece { layout, level: Level::Atom, kind: Kind::Other, negative: false, tall }
    }

    /// 𝟙[x > 0]; a difference is written as a comparison.
    pub(super) fn indicator(&mut self, sheet: &mut Sheet, argument: ExprId) -> Piece {
        let sides = match self.difference(argument) {
            Some((left, right)) => [self.side(sheet, left), Piece { negative: false, ..self.known(right) }],
            None => [self.known(argument), zero(sheet)],
        };
        self.indicator_of(sheet, Comparison::Greater, sides)
    }

    /// The entry of an indicator.
    pub(super) fn indicator_of_entries(
        &mut self,
        sheet: &mut Sheet,
        argument: ExprId,
        indices: &[Index],
        used: &mut Vec<char>,
        depth: u32,
    ) -> Piece {
        let sides = match self.difference(argument) {
            Some((left, right)) => {
                let left = self.entry_of_part(sheet, left, indices, used, depth);
                let right = self.entry_of_part(sheet, right, indices, used, depth);
                [left, Piece { negative: !right.negative, ..right }]
            }
            None => [self.entry_of_part(sheet, argument, indices, used, depth), zero(sheet)],
        };
        self.indicator_of(sheet, Comparison::Greater, sides)
    }

    /// x and −y of x − y, if that is better written as a comparison.
    fn difference(&self, argument: ExprId) -> Option<(ExprId, ExprId)> {
        let Node::Sum(&[left, right]) = self.arena().node(argument) else { return None };
        let (l, r) = (self.known(left), self.known(right));
        (!l.negative && r.negative && r.level != Level::Sum).then_some((left, right))
    }
}

fn zero(sheet: &mut Sheet) -> Piece {
    let layout = sheet.push(Layout::Number("0".to_owned()));
    Piece { layout, level: Level::Atom, kind: Kind::Number, negative: false, tall: false }
}
