//! Products: numbers in front, a fraction for what is below the line, a sign only where juxtaposition would mislead.

use crate::expr::{ExprId, Factor, Node, NumberId};
use crate::notation::formula::Typesetter;
use crate::notation::layout::{Fence, Layout, LayoutId, Operator, Sheet};
use crate::notation::number::{is_bar_fraction, number_piece};
use crate::notation::piece::{Kind, Level, Piece};
use crate::rational::Rational;

/// One factor as it will be set.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) piece: Piece,
    /// A sum, a product entry by entry or what ends in an open call: it needs parentheses unless it stands alone; what
    /// ends in an open call may also stand last.
    pub(super) wrapped: bool,
}

impl Part {
    pub(super) fn of(piece: Piece) -> Part {
        Part { piece, wrapped: piece.level <= Level::Hadamard || piece.level.is_open() }
    }
}

impl Typesetter<'_> {
    pub(super) fn product(&mut self, sheet: &mut Sheet, coefficient: NumberId, factors: &[Factor]) -> Piece {
        let value = self.arena().value(coefficient).clone();
        if value.is_negative()
            && let Some((base, turned)) = self.turned_inner_product(sheet, factors)
        {
            // −(p − y)ᵀz is (y − p)ᵀz.
            let kept = self.known(base);
            self.set_piece(base, turned);
            let piece = self.product_of(sheet, &value.neg(), factors);
            self.set_piece(base, kept);
            return piece;
        }
        self.product_of(sheet, &value, factors)
    }

    /// An inner product among factors whose difference is turned round, and what it is then.
    fn turned_inner_product(&mut self, sheet: &mut Sheet, factors: &[Factor]) -> Option<(ExprId, Piece)> {
        if self.as_written {
            return None;
        }
        for factor in factors.iter().filter(|factor| factor.exponent == NumberId::ONE) {
            let Node::Contraction { coefficient: NumberId::ONE, factors, labels } = self.arena().node(factor.base)
            else {
                continue;
            };
            let indexed = std::mem::take(&mut self.falls_to_indices);
            let piece = self.contraction(sheet, NumberId::MINUS_ONE, factors, labels, false);
            let is_plain = !std::mem::replace(&mut self.falls_to_indices, indexed);
            if is_plain && !piece.negative {
                return Some((factor.base, piece));
            }
        }
        None
    }

    fn product_of(&mut self, sheet: &mut Sheet, value: &Rational, factors: &[Factor]) -> Piece {
        let (above, below): (Vec<Factor>, Vec<Factor>) =
            factors.iter().partition(|factor| !self.arena().value(factor.exponent).is_negative());
        if below.is_empty() {
            let number = (!value.abs().is_one() || above.is_empty()).then(|| value.abs());
            return self.line(sheet, number, &above, value.is_negative());
        }
        self.fraction(sheet, value, &above, &below)
    }

    /// Numerator over denominator, the sign in front.
    fn fraction(&mut self, sheet: &mut Sheet, value: &Rational, above: &[Factor], below: &[Factor]) -> Piece {
        let bar = is_bar_fraction(value);
        let (p, q) = value.abs().parts();
        let as_rational = |digits: String| Rational::parse(&digits);
        let (top, bottom) =
            if bar { (as_rational(p.to_string()), as_rational(q.to_string())) } else { (Some(value.abs()), None) };
        let top = top.filter(|top| !top.is_one() || above.is_empty());
        let flipped: Vec<Factor> = below.to_vec();
        let numerator = self.line(sheet, top, above, false);
        let denominator = self.line_below(sheet, bottom, &flipped);
        let sign = numerator.negative != value.is_negative();
        let layout = sheet.push(Layout::Fraction { numerator: numerator.layout, denominator });
        Piece { layout, level: Level::Product, kind: Kind::Fraction, negative: sign, tall: true }
    }

    fn line_below(&mut self, sheet: &mut Sheet, number: Option<Rational>, factors: &[Factor]) -> LayoutId {
        let mut parts: Vec<Part> = factors.iter().map(|factor| self.part(sheet, *factor, true)).collect();
        wrap_chains(&mut parts);
        let piece = self.join(sheet, number, parts, false);
        if piece.negative { self.parenthesised(sheet, piece) } else { piece.layout }
    }

    /// Factors side by side, with a number in front.
    pub(super) fn line(
        &mut self,
        sheet: &mut Sheet,
        number: Option<Rational>,
        factors: &[Factor],
        negative: bool,
    ) -> Piece {
        let opened = self.open_nested(factors);
        let mut parts: Vec<Part> = opened.iter().map(|factor| self.part(sheet, *factor, false)).collect();
        if !self.as_written {
            chain_last(&mut parts);
        }
        wrap_chains(&mut parts);
        self.join(sheet, number, parts, negative)
    }

    /// Nested products without a denominator and without a number of their own print flat.
    fn open_nested(&self, factors: &[Factor]) -> Vec<Factor> {
        let mut opened = Vec::with_capacity(factors.len());
        let mut stack: Vec<Factor> = factors.iter().rev().copied().collect();
        while let Some(factor) = stack.pop() {
            match self.arena().node(factor.base) {
                Node::Product { coefficient: NumberId::ONE, factors: inner }
                    if factor.exponent == NumberId::ONE
                        && inner.iter().all(|inner| !self.arena().value(inner.exponent).is_negative()) =>
                {
                    stack.extend(inner.iter().rev());
                }
                _ => opened.push(factor),
            }
        }
        opened
    }

    /// One factor: the base, a power, a root.
    fn part(&mut self, sheet: &mut Sheet, factor: Factor, below: bool) -> Part {
        let exponent = self.arena().value(factor.exponent).clone();
        let exponent = if below { exponent.neg() } else { exponent };
        let piece = if exponent.is_one() { self.known(factor.base) } else { self.power(sheet, factor.base, &exponent) };
        Part::of(piece)
    }

    fn power(&mut self, sheet: &mut Sheet, base: ExprId, exponent: &Rational) -> Piece {
        if let Some(piece) = self.norm_power(sheet, self.known(base), exponent) {
            return piece;
        }
        if let Some((1, n)) = exponent.small()
            && (2..=9).contains(&n)
        {
            return self.root(sheet, base, n as u32);
        }
        let sup = self.exponent_layout(sheet, exponent);
        self.raised(sheet, base, sup)
    }

    /// The same for a piece.
    pub(super) fn power_of(&mut self, sheet: &mut Sheet, base: Piece, exponent: &Rational) -> Piece {
        if let Some(piece) = self.norm_power(sheet, base, exponent) {
            return piece;
        }
        if let Some((1, n)) = exponent.small()
            && (2..=9).contains(&n)
        {
            return self.root_of(sheet, base, n as u32);
        }
        let sup = self.exponent_layout(sheet, exponent);
        self.raised_piece(sheet, base, sup)
    }

    /// A power of ‖v‖² is one of ‖v‖.
    pub(super) fn norm_power(&mut self, sheet: &mut Sheet, base: Piece, exponent: &Rational) -> Option<Piece> {
        let Layout::Script { base: norm, sub, sup: Some(sup), primes: 0 } = sheet.get(base.layout).clone() else {
            return None;
        };
        let is_norm = matches!(sheet.get(norm), Layout::Fenced { fence: Fence::DoubleBars, .. });
        if !is_norm || !matches!(sheet.get(sup), Layout::Number(two) if two == "2") || base.negative {
            return None;
        }
        let doubled = exponent.mul(&Rational::integer(2))?;
        let sup = (!doubled.is_one()).then(|| self.exponent_layout(sheet, &doubled));
        let level = if sup.is_some() { Level::Scripted } else { Level::Atom };
        let layout = match (sub, sup) {
            (None, None) => norm,
            (sub, sup) => sheet.push(Layout::Script { base: norm, sub, sup, primes: 0 }),
        };
        Some(Piece { layout, level, ..base })
    }

    /// An exponent: a whole number, or a fraction on one line.
    pub(super) fn exponent_layout(&mut self, sheet: &mut Sheet, exponent: &Rational) -> LayoutId {
        match exponent.small() {
            Some((p, q)) if q != 1 => {
                let p = sheet.push(Layout::Number(p.to_string()));
                let slash = sheet.push(Layout::Text("/".to_owned()));
                let q = sheet.push(Layout::Number(q.to_string()));
                sheet.push(Layout::Row(vec![p, slash, q]))
            }
            _ => number_piece(sheet, exponent).layout,
        }
    }

    /// Puts the parts in a row; the sign of the first goes to the front of the whole.
    pub(super) fn join(
        &mut self,
        sheet: &mut Sheet,
        number: Option<Rational>,
        parts: Vec<Part>,
        negative: bool,
    ) -> Piece {
        let mut negative = negative;
        let mut row: Vec<LayoutId> = Vec::with_capacity(parts.len() + 1);
        let mut tall = false;
        let mut before: Option<Kind> = None;
        let mut level = Level::Product;
        let mut kind = Kind::Other;
        if let Some(number) = number {
            let piece = number_piece(sheet, &number);
            row.push(piece.layout);
            tall |= piece.tall;
            before = Some(piece.kind);
            kind = piece.kind;
            if parts.is_empty() {
                level = piece.level;
            }
        }
        let count = parts.len() + row.len();
        let end = parts.len();
        for (at, part) in parts.into_iter().enumerate() {
            let first = row.is_empty();
            let last = at + 1 == end;
            let mut piece = part.piece;
            if first && piece.negative && (piece.level != Level::Sum) {
                negative = !negative;
                piece.negative = false;
            }
            let alone = count == 1;
            let wrap = piece.negative || part.wrapped && !alone && !(last && piece.level.is_open());
            let (layout, shown) =
                if wrap { (self.parenthesised(sheet, piece), Kind::Other) } else { (piece.layout, piece.kind) };
            if before == Some(Kind::Delta) {
                row.push(sheet.push(Layout::Operator(Operator::Juxtapose)));
            } else if let Some(before) = before
                && needs_sign(before, shown, wrap)
            {
                row.push(sheet.push(Layout::Operator(Operator::Times)));
            }
            row.push(layout);
            tall |= piece.tall;
            before = Some(if wrap { Kind::Other } else { piece.kind });
            if alone {
                (level, kind) = (piece.level, piece.kind);
            } else if first {
                kind = shown;
            }
            if last && !alone && !wrap && piece.level.is_open() {
                level = Level::OpenProduct;
            }
        }
        let layout = self.row(sheet, row);
        Piece { layout, level, kind, negative, tall }
    }
}

/// 2a wᵀu, not 2(wᵀu)a: one inner product or sum Σ among other numbers stands behind them.
fn chain_last(parts: &mut [Part]) {
    let mut chains = (0..parts.len()).filter(|&at| is_chain(&parts[at]));
    if let (Some(only), None) = (chains.next(), chains.next()) {
        parts[only..].rotate_left(1);
    }
}

/// Whether a part is an inner product or a sum Σ.
fn is_chain(part: &Part) -> bool {
    matches!(part.piece.kind, Kind::Chain | Kind::Series)
}

/// (uᵀv)(aᵀb): several inner products or sums Σ side by side have parentheses, and one that something follows.
fn wrap_chains(parts: &mut [Part]) {
    let several = parts.iter().filter(|part| is_chain(part)).count() > 1;
    let count = parts.len();
    for (at, part) in parts.iter_mut().enumerate() {
        part.wrapped |= is_chain(part) && (several || at + 1 < count);
    }
}

/// Whether two neighbours need a sign between them: before digits, between a word and what follows, after a name that
/// would read as a function called with the next factor. 2𝟙[i = j] is set with a bold 1, so that it would read as 21.
fn needs_sign(before: Kind, after: Kind, parenthesised: bool) -> bool {
    match (before, after) {
        (_, Kind::Number | Kind::NumberPower) => true,
        (Kind::Number, Kind::Fraction | Kind::Delta) => true,
        (_, Kind::List) => before != Kind::Number,
        (Kind::Word, Kind::Chain) => false,
        (Kind::Word, _) => parenthesised || after != Kind::Fraction,
        (_, Kind::Word) => before != Kind::Number,
        _ => false,
    }
}
