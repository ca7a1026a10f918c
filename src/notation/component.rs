//! Index notation: the entry of a tensor at letters i, j, k, … with its sums and with Kronecker deltas as 𝟙[i = j].
//!
//! A selection is put into the indices: Σ_k 𝟙[k = i + 1] x_k is x_{i+1}. Entries beyond the ends of a tensor are 0.

use crate::expr::{ExprId, Factor, Label, Labels, LabelsId, NameId, Node, OrdersId, Reach, Selection};
use crate::notation::bound::Bound;
use crate::notation::excluded;
use crate::notation::formula::Typesetter;
use crate::notation::index::{self, Index, UNIT};
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};
use crate::notation::matrix::Letters;
use crate::notation::names;
use crate::notation::piece::{Kind, Level, Piece};
use crate::notation::product::Part;
use crate::notation::unit::is_unit;
use crate::rational::Rational;
use crate::shape::Dim;

/// Indices in the order in which they are taken.
const LETTERS: &str = "ijklprstuvaehmnoxbcdfgqwyz";

/// Factors above and below the line.
#[derive(Default)]
struct Side {
    above: Vec<Part>,
    below: Vec<Part>,
}

/// How deep an entry is put into the parts of an expression; further down the whole gets the index.
pub(super) const MAX_DEPTH: u32 = 12;

impl Typesetter<'_> {
    /// The formula of one entry; there are as many letters as axes.
    pub fn component(&mut self, sheet: &mut Sheet, expr: ExprId, letters: &[char]) -> LayoutId {
        self.piece(sheet, expr);
        let indices: Vec<Index> = letters.iter().map(|&letter| Index::letter(letter)).collect();
        let mut used = letters.to_vec();
        let piece = self.entry(sheet, expr, &indices, &mut used, MAX_DEPTH);
        self.signed(sheet, piece)
    }

    /// ∂/∂Wⱼₖ (…)ᵢ, not worked yet: the first `split` letters are those of the entry of `of`.
    pub fn unworked_entry(
        &mut self,
        sheet: &mut Sheet,
        of: ExprId,
        by: NameId,
        letters: &[char],
        split: usize,
    ) -> LayoutId {
        self.piece(sheet, of);
        let indices: Vec<Index> = letters.iter().map(|&letter| Index::letter(letter)).collect();
        self.open_derivative(sheet, of, (by, split), &indices, &mut letters.to_vec(), MAX_DEPTH).layout
    }

    /// A size: n, 4, n − k + 1.
    pub fn size(&mut self, sheet: &mut Sheet, dim: Dim) -> LayoutId {
        self.size_piece(sheet, dim).layout
    }

    /// The first letters that name nothing in this network, no size either.
    pub fn index_letters(&mut self, count: usize) -> Vec<char> {
        self.free_letters().iter().copied().take(count).collect()
    }

    fn free_letters(&mut self) -> &[char] {
        if self.letters.is_empty() {
            // Sizes too: a sum to k is over another letter than k. And W_i keeps its i.
            let stems = self.network.quantities.iter().map(|quantity| &*quantity.stem);
            let taken: Vec<&str> =
                stems.flat_map(|stem| [Some(stem), stem.split_once('_').map(|(_, sub)| sub)]).flatten().collect();
            let is_free = |letter: &char| !taken.iter().any(|name| name.chars().eq([*letter]));
            self.letters = LETTERS.chars().filter(is_free).collect();
        }
        &self.letters
    }

    /// A letter that is not in use.
    pub(super) fn fresh(&mut self, used: &mut Vec<char>) -> char {
        let free = self.free_letters().iter().copied().find(|letter| !used.contains(letter));
        // More axes than letters: Greek ones go on.
        let letter = free.or_else(|| ('α'..='ω').find(|letter| !used.contains(letter))).unwrap_or('?');
        used.push(letter);
        letter
    }

    /// A base with indices below, beside what stands there already.
    pub(super) fn with_indices(&mut self, sheet: &mut Sheet, base: LayoutId, indices: &[Index]) -> LayoutId {
        if indices.iter().all(Index::is_unit) {
            return base;
        }
        let below = index::row(sheet, self.network, indices);
        self.with_subscript(sheet, base, below)
    }

    pub(super) fn with_subscript(&mut self, sheet: &mut Sheet, base: LayoutId, below: LayoutId) -> LayoutId {
        match sheet.get(base).clone() {
            Layout::Script { base, sub: None, sup, primes } => {
                sheet.push(Layout::Script { base, sub: Some(below), sup, primes })
            }
            Layout::Script { base, sub: Some(own), sup, primes } => {
                let comma = sheet.push(Layout::Operator(Operator::IndexComma));
                let both = sheet.push(Layout::Row(vec![own, comma, below]));
                sheet.push(Layout::Script { base, sub: Some(both), sup, primes })
            }
            _ => sheet.push(Layout::Script { base, sub: Some(below), sup: None, primes: 0 }),
        }
    }

    /// A contraction of more than two axes, or without a form in matrices: its entry at i, j, k, …
    pub(super) fn index_product(&mut self, sheet: &mut Sheet, value: &Rational, letters: &Letters) -> Piece {
        let mut used = Vec::new();
        let mut out: Vec<Index> = Vec::new();
        for &label in &letters.labels.out {
            let is_unit = is_unit(letters.labels.sizes[label as usize]);
            out.push(Index::letter(if is_unit { UNIT } else { self.fresh(&mut used) }));
        }
        self.summed(sheet, value, &letters.factors, &letters.labels, &out, &mut used, MAX_DEPTH)
    }

    /// The entry of an expression.
    pub(super) fn entry(
        &mut self,
        sheet: &mut Sheet,
        id: ExprId,
        indices: &[Index],
        used: &mut Vec<char>,
        depth: u32,
    ) -> Piece {
        match self.network.arena.node(id) {
            Node::Name(_) => {
                let piece = self.known(id);
                let layout = self.with_indices(sheet, piece.layout, indices);
                Piece { layout, level: piece.level.max(Level::Scripted), ..piece }
            }
            Node::Sum(terms) if depth > 0 => {
                if let ([index], Some(list)) = (indices, self.list_of_names(sheet, terms)) {
                    let layout = self.with_indices(sheet, list.layout, std::slice::from_ref(index));
                    return Piece { layout, level: Level::Atom, kind: Kind::Other, ..list };
                }
                if let ([_, _], Some(grid)) = (indices, self.grid_of_all(sheet, terms)) {
                    let layout = self.with_indices(sheet, grid.layout, indices);
                    return Piece { layout, ..grid };
                }
                if let Some(joined) = self.joined(sheet, terms) {
                    let layout = self.with_indices(sheet, joined.layout, indices);
                    return Piece { layout, kind: Kind::Other, ..joined };
                }
                let mut pieces: Vec<Piece> = Vec::with_capacity(terms.len());
                for &term in terms {
                    // Each term may use the same letters for its sums.
                    let outside = used.len();
                    pieces.push(self.entry(sheet, term, indices, used, depth - 1));
                    used.truncate(outside);
                }
                self.sum_of_pieces(sheet, &pieces)
            }
            Node::Contraction { coefficient, factors, labels } if depth > 0 => {
                let value = self.network.arena.value(coefficient).clone();
                let labels = self.labels_of(labels);
                self.summed(sheet, &value, factors, &labels, indices, used, depth - 1)
            }
            Node::Product { coefficient, .. } if depth > 0 => {
                let parts = self.all_factors(id);
                self.with_entries(sheet, &parts, indices, used, depth - 1, |setter, sheet| {
                    let Node::Product { factors, .. } = setter.network.arena.node(id) else { return setter.known(id) };
                    setter.product(sheet, coefficient, factors)
                })
            }
            Node::Selection(selection) => {
                let selection = self.network.arena.selection_of(selection).clone();
                let layout = self.selected(sheet, &selection, indices);
                Piece { layout, level: Level::Atom, kind: Kind::Other, negative: false, tall: false }
            }
            Node::If { comparison, parts } if depth > 0 => {
                if let Some(form) = self.left_out(comparison, parts, indices) {
                    if self.is_excluded(&form) {
                        return self.entry(sheet, parts[2], indices, used, depth);
                    }
                    if self.arena().as_exclusion(id).is_some() {
                        return self.exclusion(sheet, &form);
                    }
                }
                let piece = self.cases_of_entries(sheet, comparison, parts, indices, used, depth - 1);
                delta_if_atom(piece)
            }
            Node::Call { function, arguments: &[argument], .. } if depth > 0 && self.is_indicator_call(function) => {
                let piece = self.indicator_of_entries(sheet, argument, indices, used, depth - 1);
                delta_if_atom(piece)
            }
            Node::Call { function, orders, arguments } if depth > 0 && self.acts_on_entries(function) => {
                self.call_of_entries(sheet, function, orders, arguments, indices, used, depth - 1)
            }
            Node::Call { function, orders: OrdersId::NONE, arguments }
                if depth > 0 && self.runs(function, arguments) =>
            {
                self.running_call(sheet, function, arguments, indices, used, depth - 1)
            }
            Node::Call { .. } if self.classes_of(id).is_some() && !indices.is_empty() => {
                let classes = self.classes_of(id).unwrap_or(id);
                self.one_hot_entry(sheet, classes, indices, used).unwrap_or_else(|| self.known(id))
            }
            Node::Derivative { of, by, reach } if self.network.arena.as_name(of).is_some() => {
                self.derivative_indexed(sheet, of, by, reach, indices)
            }
            Node::Derivative { of, by, .. } if depth > 0 => {
                let rank = self.network.arena.dims(of).len().min(indices.len());
                self.open_derivative(sheet, of, (by, rank), indices, used, depth - 1)
            }
            // A number is the same in every entry.
            Node::Number(_) | Node::Constant(_) => self.known(id),
            _ if indices.is_empty() => self.known(id),
            _ => {
                let piece = self.known(id);
                let body = if piece.kind == Kind::Call && piece.level == Level::Atom && !piece.negative {
                    piece.layout
                } else {
                    self.parenthesised(sheet, piece)
                };
                let layout = self.with_indices(sheet, body, indices);
                Piece { layout, level: Level::Scripted, kind: Kind::Other, negative: false, tall: piece.tall }
            }
        }
    }

    fn labels_of(&self, labels: LabelsId) -> Labels {
        self.network.arena.labels(labels).clone()
    }

    fn derivative_indexed(
        &mut self,
        sheet: &mut Sheet,
        of: ExprId,
        by: NameId,
        reach: Reach,
        indices: &[Index],
    ) -> Piece {
        let whole = self.network.arena.as_name(of).filter(|_| reach == Reach::Total);
        if let Some((of, letter)) = whole.and_then(|of| Some((of, self.error(of, by)?))) {
            let indices = self.letters_of_error(of, by, indices);
            let layout = self.with_indices(sheet, letter, &indices);
            return Piece { layout, level: Level::Scripted, kind: Kind::Letter, negative: false, tall: false };
        }
        let Some(of) = self.network.arena.as_name(of) else { return self.known(of) };
        let layout = self.derivative_at(sheet, (of, by), reach, indices);
        Piece { layout, level: Level::Atom, kind: Kind::Fraction, negative: false, tall: true }
    }

    /// ∂/∂Wⱼₖ (…)ᵢ for a derivative that is not worked yet.
    fn open_derivative(
        &mut self,
        sheet: &mut Sheet,
        of: ExprId,
        (by, rank): (NameId, usize),
        indices: &[Index],
        used: &mut Vec<char>,
        depth: u32,
    ) -> Piece {
        let (first, second) = indices.split_at(rank);
        let d = names::differential(&self.style, sheet);
        let variable = self.name(sheet, by);
        let variable = self.with_indices(sheet, variable, second);
        let denominator = sheet.push(Layout::Row(vec![d, variable]));
        let operator = sheet.push(Layout::Fraction { numerator: d, denominator });
        let outside = used.len();
        let piece = self.entry(sheet, of, first, used, depth);
        used.truncate(outside);
        // A case distinction stands in a brace of its own.
        let is_cases = matches!(sheet.get(piece.layout), Layout::Cases(_));
        let open = piece.level <= Level::Product && !is_cases || piece.negative;
        let body = if open { self.parenthesised(sheet, piece) } else { piece.layout };
        let layout = sheet.push(Layout::Row(vec![operator, body]));
        Piece { layout, level: Level::OpenCall, kind: Kind::Fraction, negative: false, tall: true }
    }

    /// 𝟙[i = j + 1].
    pub(super) fn selected(&mut self, sheet: &mut Sheet, selection: &Selection, indices: &[Index]) -> LayoutId {
        let mut form = Index::fixed(selection.offset.clone());
        for (index, &coefficient) in indices.iter().zip(&selection.coefficients) {
            form = form.clone().plus(&index.as_number(), coefficient).unwrap_or(form);
        }
        index::condition(sheet, self.network, &form)
    }

    /// coefficient · Σ 𝟙[…] · factors at their indices.
    #[expect(clippy::too_many_arguments, reason = "a contraction and where its entry is taken")]
    fn summed(
        &mut self,
        sheet: &mut Sheet,
        value: &Rational,
        factors: &[Factor],
        labels: &Labels,
        out: &[Index],
        used: &mut Vec<char>,
        depth: u32,
    ) -> Piece {
        let mut indices: Vec<Option<Index>> = vec![None; labels.sizes.len()];
        let mut deltas: Vec<Piece> = Vec::new();
        for (index, &size) in indices.iter_mut().zip(&labels.sizes) {
            *index = is_unit(size).then(|| Index::letter(UNIT));
        }
        let wide = labels.out.iter().zip(out).filter(|(label, _)| !is_unit(labels.sizes[**label as usize]));
        for (&label, index) in wide {
            match &indices[label as usize] {
                None => indices[label as usize] = Some(index.clone()),
                Some(first) => {
                    let form = first.clone().plus(index, -1).unwrap_or_default();
                    let layout = index::condition(sheet, self.network, &form);
                    deltas.push(Piece { layout, level: Level::Atom, kind: Kind::Delta, negative: false, tall: false });
                }
            }
        }
        let (mut gone, bound) = self.solve_selections(sheet, factors, labels, &mut indices, used);
        let outside = self.excluded.len();
        let mut conditions: Vec<(char, LayoutId)> = Vec::new();
        let mut inside = Side::default();
        let exclusions = self.exclusions(factors, labels, &indices).into_iter().map(|(at, form)| (Some(at), form));
        let within = self.exclusions_within(factors, labels, &indices).into_iter().map(|form| (None, form));
        for (at, form) in exclusions.chain(within).collect::<Vec<_>>() {
            gone.extend(at);
            if self.is_excluded(&form) {
                continue;
            }
            let is_free = |letter: &char| conditions.iter().all(|own| own.0 != *letter);
            let letter = excluded::letter_of(&bound, &form).filter(is_free);
            match letter.and_then(|letter| Some((letter, self.below_sum(sheet, letter, &form)?))) {
                Some(below) => conditions.push(below),
                // A factor of a factor stands there.
                None if at.is_none() => continue,
                None if bound.iter().any(|bound| form.has(bound.letter)) => {
                    inside.above.push(Part::of(self.exclusion(sheet, &form)));
                }
                None => deltas.push(self.exclusion(sheet, &form)),
            }
            self.excluded.push(form);
        }
        let mut front = Side { above: deltas.into_iter().map(Part::of).collect(), below: Vec::new() };
        for (label, &size) in labels.sizes.iter().enumerate() {
            if labels.is_summed(label as Label) && labels.uses(label as Label) == 0 && !is_unit(size) {
                front.above.push(Part::of(self.size_piece(sheet, size)));
            }
        }
        for at in self.scalars_first(factors, labels).into_iter().filter(|at| !gone.contains(at)) {
            let own: Vec<Index> =
                labels.factors[at].iter().map(|&label| indices[label as usize].clone().unwrap_or_default()).collect();
            let is_inside = own.iter().any(|index| bound.iter().any(|bound| index.has(bound.letter)));
            let side = if is_inside { &mut inside } else { &mut front };
            self.entry_of_factor(sheet, factors[at], &own, used, depth, side);
        }
        self.excluded.truncate(outside);
        if bound.is_empty() {
            return self.with_scalars(sheet, value, front.above, front.below, None);
        }
        let body = self.with_scalars(sheet, &Rational::ONE, inside.above, inside.below, None);
        let series = self.series(sheet, &bound, &conditions, Piece { negative: false, ..body });
        let value = if body.negative { value.neg() } else { value.clone() };
        let whole = self.with_scalars(sheet, &value, front.above, front.below, Some((series, false)));
        Piece { kind: Kind::Series, ..whole }
    }

    /// The numbers of the factors: 𝟙[…] in front, then scalars, numbers and names before functions, then the others in
    /// their order.
    fn scalars_first(&self, factors: &[Factor], labels: &Labels) -> Vec<usize> {
        let mut order: Vec<usize> = (0..factors.len()).collect();
        order.sort_by_key(|&at| match self.arena().node(factors[at].base) {
            Node::Selection(_) => (0, 0),
            _ if labels.factors[at].is_empty() => (1, self.rank_of(factors[at].base)),
            _ => (2, 0),
        });
        order
    }

    /// One factor of a product at its indices, above or below the line.
    fn entry_of_factor(
        &mut self,
        sheet: &mut Sheet,
        factor: Factor,
        own: &[Index],
        used: &mut Vec<char>,
        depth: u32,
        side: &mut Side,
    ) {
        // An entry of 𝟏 is no factor.
        if !own.is_empty() && self.spread_number(factor.base).is_some_and(Rational::is_one) {
            return;
        }
        let mut piece = self.entry(sheet, factor.base, own, used, depth);
        if matches!(self.network.arena.node(factor.base), Node::Selection(_)) {
            piece.kind = Kind::Delta;
        }
        let exponent = self.network.arena.value(factor.exponent).clone();
        let size = exponent.abs();
        let piece = if size.is_one() { piece } else { self.power_of(sheet, piece, &size) };
        let has_sum = piece.kind == Kind::Series && size.is_one();
        let parts = if exponent.is_negative() { &mut side.below } else { &mut side.above };
        parts.push(Part { piece, wrapped: has_sum || Part::of(piece).wrapped });
    }

    /// Σ_{k,l} in front of a product, with bounds for a letter that needs them.
    fn series(&mut self, sheet: &mut Sheet, bound: &[Bound], conditions: &[(char, LayoutId)], piece: Piece) -> Piece {
        let mut row = Vec::new();
        let is_open = |bound: &&Bound| bound.size.is_none() && conditions.iter().all(|own| own.0 != bound.letter);
        let open: Vec<Index> = bound.iter().filter(is_open).map(|bound| Index::letter(bound.letter)).collect();
        if !open.is_empty() {
            let base = sheet.push(Layout::Operator(Operator::Sum));
            let sub = Some(index::row(sheet, self.network, &open));
            row.push(sheet.push(Layout::Script { base, sub, sup: None, primes: 0 }));
        }
        for bound in bound {
            let Some(size) = bound.size else { continue };
            let base = sheet.push(Layout::Operator(Operator::Sum));
            let letter = index::one(sheet, self.network, &Index::letter(bound.letter));
            let from = [Layout::Operator(Operator::IndexEquals), Layout::Number("1".to_owned())];
            let [equals, one] = from.map(|piece| sheet.push(piece));
            let sub = Some(sheet.push(Layout::Row(vec![letter, equals, one])));
            let sup = Some(self.size_piece(sheet, size).layout);
            row.push(sheet.push(Layout::Script { base, sub, sup, primes: 0 }));
        }
        for bound in bound {
            let Some(&(_, below)) = conditions.iter().find(|own| own.0 == bound.letter) else { continue };
            let base = sheet.push(Layout::Operator(Operator::Sum));
            row.push(sheet.push(Layout::Script { base, sub: Some(below), sup: None, primes: 0 }));
        }
        let body = if piece.level <= Level::Sum { self.fenced(sheet, piece.layout) } else { piece.layout };
        row.push(body);
        let layout = sheet.push(Layout::Row(row));
        Piece { layout, level: Level::Product, kind: Kind::Series, negative: piece.negative, tall: true }
    }
}

/// 𝟙[…] stands apart from what follows, as a Kronecker delta does.
fn delta_if_atom(piece: Piece) -> Piece {
    match piece.level {
        Level::Atom => Piece { kind: Kind::Delta, ..piece },
        _ => piece,
    }
}
