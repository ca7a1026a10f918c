//! The layout of contractions in matrix notation: chains with transposes, ⊙ and ⊘, diag, 𝟏, tr, norms, scalars in
//! front and below a fraction.
//!
//! Squares of named columns are a ⊙ a, of longer operands u^{⊙2}; what has a negative exponent stands after ⊘; a root
//! of all entries is √v. A scalar in every entry is s𝟏, a number among vectors the number itself.

use crate::expr::{ExprId, Factor, Label, Labels, LabelsId, Node, NumberId};
use crate::function::FunctionRef;
use crate::notation::contraction::{Link, Product, Term, Trait, is_symmetric, matrix_form};
use crate::notation::formula::{Kind, Level, Piece, Typesetter};
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Operator, Sheet};
use crate::notation::product::Part;
use crate::rational::Rational;

/// The factors of a contraction with their layouts.
#[derive(Clone)]
pub(super) struct Letters {
    pub(super) factors: Vec<Factor>,
    pub(super) labels: Labels,
    pub(super) pieces: Vec<Piece>,
    pub(super) traits: Vec<Trait>,
    /// Whether entries of a factor are picked, so that its piece is not that of its base.
    pub(super) sliced: Vec<bool>,
}

impl Letters {
    /// Takes a factor out.
    pub(super) fn remove(&mut self, at: usize) {
        self.factors.remove(at);
        self.labels.factors.remove(at);
        self.pieces.remove(at);
        self.traits.remove(at);
        self.sliced.remove(at);
        for other in &mut self.traits {
            other.same -= usize::from(other.same > at);
        }
    }

    /// Takes out labels that stand on nothing.
    pub(super) fn drop_unused(&mut self) {
        let labels = &mut self.labels;
        let is_used = |label: Label| labels.out.contains(&label) || labels.uses(label) > 0;
        let kept: Vec<Label> = (0..labels.sizes.len() as Label).filter(|&label| is_used(label)).collect();
        let renumber = |label: &mut Label| *label = kept.iter().position(|own| own == label).unwrap_or(0) as Label;
        labels.out.iter_mut().chain(labels.factors.iter_mut().flatten()).for_each(renumber);
        labels.sizes = kept.iter().map(|&label| labels.sizes[label as usize]).collect();
    }
}

impl Typesetter<'_> {
    /// A contraction in matrices where it has a form in them, else in indices.
    pub(super) fn contraction(
        &mut self,
        sheet: &mut Sheet,
        coefficient: NumberId,
        factors: &[Factor],
        labels: LabelsId,
        turned: bool,
    ) -> Piece {
        let labels = self.arena().labels(labels).clone();
        if !turned && let Some(piece) = self.broadcast_as_written(sheet, coefficient, factors, &labels) {
            return piece;
        }
        let value = self.arena().value(coefficient).clone();
        let (whole, flipped) = self.letters(sheet, value.is_negative(), factors, labels);
        let mut letters = whole.clone();
        let absorbed = self.absorb_selections(sheet, &mut letters);
        match absorbed.and_then(|()| matrix_form(&letters.labels, &letters.traits)) {
            Some(mut product) => {
                if turned {
                    product.body = product.body.map(Link::turned_through);
                }
                let value = if flipped { value.neg() } else { value };
                self.matrix_product(sheet, &value, &product, &letters)
            }
            None => self.index_product(sheet, &value, &whole),
        }
    }

    /// The factors, transposes among them undone by their labels; a difference is turned round for a minus sign.
    fn letters(
        &mut self,
        sheet: &mut Sheet,
        negative: bool,
        factors: &[Factor],
        mut labels: Labels,
    ) -> (Letters, bool) {
        let mut factors = factors.to_vec();
        for (factor, axes) in factors.iter_mut().zip(&mut labels.factors) {
            while let Some((inner, order)) = self.transposed_inner(factor.base) {
                factor.base = inner;
                *axes = order.iter().map(|&axis| axes[axis]).collect();
            }
        }
        let mut pieces: Vec<Piece> = factors.iter().map(|factor| self.letter_piece(sheet, factor.base)).collect();
        let mut flipped = false;
        if negative && !self.as_written {
            for (at, factor) in factors.iter().enumerate().filter(|(_, factor)| factor.exponent == NumberId::ONE) {
                if let Some(piece) = self.turned_difference(sheet, factor.base) {
                    pieces[at] = piece;
                    flipped = true;
                    break;
                }
            }
        }
        let two = Rational::integer(2);
        let traits = (0..factors.len()).map(|at| Trait {
            same: factors[..at].iter().position(|other| *other == factors[at]).unwrap_or(at),
            symmetric: self.is_symmetric(factors[at].base),
            squared: *self.arena().value(factors[at].exponent) == two,
        });
        let traits = traits.collect();
        let sliced = vec![false; factors.len()];
        (Letters { factors, labels, pieces, traits, sliced }, flipped)
    }

    /// What an expression is the transpose of, with the place of each of its axes in the expression.
    fn transposed_inner(&self, id: ExprId) -> Option<(ExprId, Vec<usize>)> {
        let Node::Contraction {
            coefficient: NumberId::ONE,
            factors: &[Factor { base, exponent: NumberId::ONE }],
            labels,
        } = self.arena().node(id)
        else {
            return None;
        };
        let labels = self.arena().labels(labels);
        let axes = &labels.factors[0];
        let distinct = (1..axes.len()).all(|at| !axes[..at].contains(&axes[at]));
        if !distinct || axes.len() < 2 || axes.len() != labels.out.len() || labels.sizes.len() != axes.len() {
            return None;
        }
        let order: Option<Vec<usize>> =
            axes.iter().map(|label| labels.out.iter().position(|out| out == label)).collect();
        order.map(|order| (base, order))
    }

    /// a − b for the sum b − a, unless b is a number (1 − a stays).
    fn turned_difference(&mut self, sheet: &mut Sheet, id: ExprId) -> Option<Piece> {
        let Node::Sum(&[first, second]) = self.arena().node(id) else { return None };
        let (a, b) = (self.known(first), self.known(second));
        if a.negative || !b.negative || self.spread_number(first).is_some() || b.level == Level::Sum {
            return None;
        }
        let minus = sheet.push(Layout::Operator(Operator::Minus));
        let layout = sheet.push(Layout::Row(vec![b.layout, minus, a.layout]));
        Some(Piece { layout, level: Level::Sum, kind: Kind::Other, negative: false, tall: a.tall || b.tall })
    }

    /// The number that stands in every entry of an expression.
    pub(super) fn spread_number(&self, id: ExprId) -> Option<&Rational> {
        match self.arena().node(id) {
            Node::Number(number) => Some(self.arena().value(number)),
            Node::Contraction { coefficient, factors: [], labels } => {
                let labels = self.arena().labels(labels);
                let links = (1..labels.out.len()).any(|at| labels.out[..at].contains(&labels.out[at]));
                (!links && labels.sizes.len() == labels.out.len()).then(|| self.arena().value(coefficient))
            }
            _ => None,
        }
    }

    /// In the user's own equation, operands that broadcast stand side by side as they were written: X ⊙ γ, or b alone.
    fn broadcast_as_written(
        &mut self,
        sheet: &mut Sheet,
        coefficient: NumberId,
        factors: &[Factor],
        labels: &Labels,
    ) -> Option<Piece> {
        let out = &labels.out;
        let aligned = |axes: &Vec<Label>| axes.len() <= out.len() && *axes == out[out.len() - axes.len()..];
        let distinct = (1..out.len()).all(|at| !out[..at].contains(&out[at]));
        if !self.as_written || !distinct || labels.sizes.len() != out.len() || !labels.factors.iter().all(aligned) {
            return None;
        }
        let full = labels.factors.iter().map(Vec::len).max().unwrap_or(0);
        let sizes = labels.sizes[labels.sizes.len() - full..].to_vec();
        if full == out.len() && full < 2 || sizes.len() > 2 && full != out.len() {
            return None;
        }
        let value = self.arena().value(coefficient).clone();
        let (letters, _) = self.letters(sheet, false, factors, labels.clone());
        let (vectors, scalars): (Vec<usize>, Vec<usize>) =
            (0..factors.len()).partition(|&at| !letters.labels.factors[at].is_empty());
        let parts = vectors.into_iter().map(|at| Link { term: Term::Factor(at), transposed: false, vector: false });
        let parts: Vec<Link> = parts.collect();
        let body = match parts.len() {
            0 => None,
            1 => parts.into_iter().next(),
            _ => Some(Link { term: Term::Hadamard(parts), transposed: false, vector: false }),
        };
        let product = Product { scalars: scalars.into_iter().map(Term::Factor).collect(), body };
        Some(self.matrix_product(sheet, &value, &product, &letters))
    }

    /// coefficient · scalars · body.
    fn matrix_product(&mut self, sheet: &mut Sheet, value: &Rational, product: &Product, letters: &Letters) -> Piece {
        let mut above = Vec::new();
        let mut below = Vec::new();
        let mut scalars: Vec<(u8, &Term)> =
            product.scalars.iter().map(|term| (self.rank(term, letters), term)).collect();
        scalars.sort_by_key(|(rank, _)| *rank);
        for (_, term) in scalars {
            match *term {
                Term::Factor(at) if self.arena().value(letters.factors[at].exponent).is_negative() => {
                    below.push(self.scalar_part(sheet, letters, at, true));
                }
                Term::Factor(at) => above.push(self.scalar_part(sheet, letters, at, false)),
                _ => above.push(Part::of(self.term(sheet, term, letters))),
            }
        }
        // uᵀv in parentheses before anything else.
        let count = above.len() + usize::from(product.body.is_some());
        for (at, part) in above.iter_mut().enumerate() {
            part.wrapped |= at + 1 < count && part.piece.kind == Kind::Chain;
        }
        let body = product.body.as_ref().map(|link| {
            let short = self.is_short(link, letters);
            (self.link_piece(sheet, link, letters), short)
        });
        self.with_scalars(sheet, value, above, below, body)
    }

    /// Names stand before products, those before functions.
    fn rank(&self, term: &Term, letters: &Letters) -> u8 {
        match *term {
            Term::Factor(at) => match self.arena().node(letters.factors[at].base) {
                Node::Number(_) | Node::Constant(_) => 0,
                Node::Name(_) => 1,
                Node::Call { .. } | Node::Sum(_) => 3,
                _ => 2,
            },
            Term::Size(_) => 1,
            _ => 2,
        }
    }

    fn scalar_part(&mut self, sheet: &mut Sheet, letters: &Letters, at: usize, below: bool) -> Part {
        let exponent = self.arena().value(letters.factors[at].exponent).clone();
        let exponent = if below { exponent.neg() } else { exponent };
        let piece = letters.pieces[at];
        Part::of(if exponent.is_one() { piece } else { self.power_of(sheet, piece, &exponent) })
    }

    /// Whether a column is short enough to stand above a fraction: a name, or a sum of two.
    fn is_short(&self, link: &Link, letters: &Letters) -> bool {
        let Term::Factor(at) = link.term else { return false };
        let Factor { base, exponent } = letters.factors[at];
        let is_name = |id: ExprId| match self.arena().node(id) {
            Node::Name(_) => true,
            Node::Product { factors: [only], .. } | Node::Contraction { factors: [only], .. } => {
                matches!(self.arena().node(only.base), Node::Name(_)) && only.exponent == NumberId::ONE
            }
            _ => false,
        };
        let is_two = matches!(self.arena().node(base), Node::Sum([a, b]) if is_name(*a) && is_name(*b));
        link.vector && !letters.sliced[at] && exponent == NumberId::ONE && (is_name(base) || is_two)
    }

    /// The scalars as a line or a fraction, then the body.
    pub(super) fn with_scalars(
        &mut self,
        sheet: &mut Sheet,
        value: &Rational,
        above: Vec<Part>,
        below: Vec<Part>,
        body: Option<(Piece, bool)>,
    ) -> Piece {
        let magnitude = value.abs();
        if below.is_empty() {
            let unit = magnitude.is_one() && (!above.is_empty() || body.is_some());
            let mut parts = above;
            parts.extend(body.map(|(piece, _)| Part::of(piece)));
            return self.join(sheet, (!unit).then_some(magnitude), parts, value.is_negative());
        }
        let (p, q) = magnitude.parts();
        let whole = |digits: String| Rational::parse(&digits).filter(|number| !number.is_one());
        let (top, bottom) = (whole(p.to_string()), whole(q.to_string()));
        let bare = above.is_empty() && top.is_none();
        let (inside, outside) = match body {
            Some((piece, true)) if bare => (Some(piece), None),
            Some((piece, _)) => (None, Some(piece)),
            None => (None, None),
        };
        let mut over = above;
        over.extend(inside.map(Part::of));
        let numerator = match over.is_empty() {
            true => self.join(sheet, Some(top.unwrap_or_else(|| Rational::integer(1))), over, false),
            false => self.join(sheet, top, over, false),
        };
        let under = self.join(sheet, bottom, below, false);
        let denominator = if under.negative { self.parenthesised(sheet, under) } else { under.layout };
        let negative = numerator.negative != value.is_negative();
        let layout = sheet.push(Layout::Fraction { numerator: numerator.layout, denominator });
        let front = Piece { layout, level: Level::Product, kind: Kind::Fraction, negative: false, tall: true };
        match outside {
            Some(piece) => self.join(sheet, None, vec![Part::of(front), Part::of(piece)], negative),
            None => Piece { negative, ..front },
        }
    }

    /// One term of matrix notation.
    fn term(&mut self, sheet: &mut Sheet, term: &Term, letters: &Letters) -> Piece {
        match term {
            Term::Factor(at) => self.factor_piece(sheet, letters, *at),
            Term::Base(at) => letters.pieces[*at],
            Term::Diagonal(at) => {
                let body = self.factor_piece(sheet, letters, *at);
                self.named(sheet, "diag", body)
            }
            Term::Ones(_) => symbol(sheet, "1", Face::Bold),
            Term::Identity(_) => {
                let taken = self.network.quantities.iter().any(|quantity| &*quantity.stem == "I");
                symbol(sheet, "I", if taken { Face::Bold } else { Face::Italic })
            }
            Term::Chain(links) => self.chain_piece(sheet, links, letters),
            Term::Hadamard(parts) => self.hadamard_piece(sheet, parts, letters),
            Term::Diag(body) => {
                let body = self.term(sheet, body, letters);
                self.named(sheet, "diag", body)
            }
            Term::Trace(body) => {
                let body = self.term(sheet, body, letters);
                self.named(sheet, "tr", body)
            }
            Term::SquaredNorm(link) => self.squared_norm(sheet, link, letters),
            Term::Size(label) => self.size_piece(sheet, letters.labels.sizes[*label as usize]),
        }
    }

    /// diag(…), tr(…).
    fn named(&mut self, sheet: &mut Sheet, text: &'static str, body: Piece) -> Piece {
        let function = sheet.push(Layout::Function { text, latex: "" });
        let argument = self.parenthesised(sheet, body);
        let layout = sheet.push(Layout::Apply { function, argument });
        Piece { layout, level: Level::Atom, kind: Kind::Call, negative: false, tall: body.tall }
    }

    /// ‖v‖², ‖M‖_F².
    fn squared_norm(&mut self, sheet: &mut Sheet, link: &Link, letters: &Letters) -> Piece {
        let body = self.term(sheet, &link.term, letters);
        // The sign does not matter to a norm.
        let base = sheet.push(Layout::Fenced { fence: Fence::DoubleBars, body: body.layout });
        let sub = (!link.vector).then(|| sheet.push(Layout::Symbol { text: "F".to_owned(), face: Face::Italic }));
        let sup = Some(sheet.push(Layout::Number("2".to_owned())));
        let layout = sheet.push(Layout::Script { base, sub, sup, primes: 0 });
        Piece { layout, level: Level::Scripted, kind: Kind::Other, negative: false, tall: true }
    }

    /// A factor to its exponent, entry by entry.
    fn factor_piece(&mut self, sheet: &mut Sheet, letters: &Letters, at: usize) -> Piece {
        if letters.factors[at].exponent == NumberId::ONE {
            return letters.pieces[at];
        }
        let alone = Link { term: Term::Factor(at), transposed: false, vector: true };
        self.hadamard_piece(sheet, &[alone], letters)
    }

    /// Operands with ⊙ between them, those with negative exponents after ⊘.
    fn hadamard_piece(&mut self, sheet: &mut Sheet, parts: &[Link], letters: &Letters) -> Piece {
        let mut above: Vec<Piece> = Vec::new();
        let mut below: Vec<Piece> = Vec::new();
        for part in parts {
            let at = match part.term {
                Term::Factor(at) if letters.factors[at].exponent != NumberId::ONE => at,
                _ => {
                    above.push(self.link_piece(sheet, part, letters));
                    continue;
                }
            };
            let exponent = self.arena().value(letters.factors[at].exponent).clone();
            let side = if exponent.is_negative() { &mut below } else { &mut above };
            let symmetric = letters.traits[at].symmetric;
            let transposed = part.transposed && !symmetric;
            side.extend(self.entrywise_power(sheet, letters.pieces[at], &exponent.abs(), transposed));
        }
        let negative = take_signs(&mut above) != take_signs(&mut below);
        let tall = above.iter().chain(&below).any(|piece| piece.tall);
        if let ([only], []) = (above.as_slice(), below.as_slice()) {
            return Piece { negative: negative != only.negative, ..*only };
        }
        if above.is_empty() {
            above.push(crate::notation::formula::number_piece(sheet, &Rational::integer(1)));
        }
        let mut row = self.between(sheet, &above, Operator::Hadamard);
        if !below.is_empty() {
            row.push(sheet.push(Layout::Operator(Operator::EntrywiseDivide)));
            let divisor = self.between(sheet, &below, Operator::Hadamard);
            let layout = self.row(sheet, divisor);
            row.push(if below.len() > 1 { self.fenced(sheet, layout) } else { layout });
        }
        let layout = self.row(sheet, row);
        Piece { layout, level: Level::Hadamard, kind: Kind::Other, negative, tall }
    }

    fn between(&mut self, sheet: &mut Sheet, pieces: &[Piece], operator: Operator) -> Vec<LayoutId> {
        let mut row = Vec::with_capacity(2 * pieces.len());
        for (at, piece) in pieces.iter().enumerate() {
            if at > 0 {
                row.push(sheet.push(Layout::Operator(operator)));
            }
            let open = piece.level <= Level::Product && piece.kind != Kind::Fraction || piece.negative;
            row.push(if open { self.parenthesised(sheet, *piece) } else { piece.layout });
        }
        row
    }

    /// a, a ⊙ a (as two operands), u^{⊙3}, √u.
    fn entrywise_power(&mut self, sheet: &mut Sheet, base: Piece, exponent: &Rational, transposed: bool) -> Vec<Piece> {
        let turned = |setter: &mut Self, sheet: &mut Sheet, piece| {
            if transposed { setter.transposed(sheet, piece, false) } else { piece }
        };
        match exponent.small() {
            Some((1, 1)) => vec![turned(self, sheet, base)],
            Some((2, 1)) if base.level >= Level::Scripted && base.kind != Kind::Call => {
                let piece = turned(self, sheet, base);
                vec![piece, piece]
            }
            Some((1, 2)) => {
                let root = self.root_of(sheet, base, 2);
                vec![turned(self, sheet, root)]
            }
            _ => {
                let sign = sheet.push(Layout::Operator(Operator::HadamardPower));
                let power = self.exponent_layout(sheet, exponent);
                let sup = sheet.push(Layout::Row(vec![sign, power]));
                let piece = self.raised_piece(sheet, base, sup);
                vec![turned(self, sheet, piece)]
            }
        }
    }

    /// Matrices, columns and rows side by side; equal inverses side by side are one power.
    fn chain_piece(&mut self, sheet: &mut Sheet, links: &[Link], letters: &Letters) -> Piece {
        let mut pieces: Vec<Piece> = Vec::with_capacity(links.len());
        let mut at = 0;
        while at < links.len() {
            let link = &links[at];
            let run = links[at..].iter().take_while(|next| self.is_same_inverse(link, next, letters)).count();
            pieces.push(match run {
                0 | 1 => self.link_piece(sheet, link, letters),
                run => self.inverse_power(sheet, link, run, letters),
            });
            at += run.max(1);
        }
        let negative = take_signs(&mut pieces);
        let tall = pieces.iter().any(|piece| piece.tall);
        let mut row = Vec::with_capacity(pieces.len());
        let end = pieces.len();
        for (at, piece) in pieces.iter().enumerate() {
            let loose = piece.level <= Level::Product && piece.kind != Kind::Chain;
            let open = loose || piece.negative || piece.level == Level::OpenCall && at + 1 < end;
            if at > 0 && (piece.kind == Kind::Word || pieces[at - 1].kind == Kind::Word) {
                row.push(sheet.push(Layout::Operator(Operator::Juxtapose)));
            }
            row.push(if open && end > 1 { self.parenthesised(sheet, *piece) } else { piece.layout });
        }
        let layout = self.row(sheet, row);
        Piece { layout, level: Level::Product, kind: Kind::Chain, negative, tall }
    }

    fn link_piece(&mut self, sheet: &mut Sheet, link: &Link, letters: &Letters) -> Piece {
        let mut turned = link.transposed && !is_symmetric(&letters.traits, &link.term);
        if let Some(matrix) = self.inverted(&link.term, letters) {
            return self.inverse(sheet, matrix, 1, turned);
        }
        if let Term::Factor(at) = link.term {
            turned ^= !letters.sliced[at] && self.is_row(letters.factors[at].base);
        }
        let piece = self.term(sheet, &link.term, letters);
        if turned { self.transposed(sheet, piece, true) } else { piece }
    }

    /// Mᵀ; the sign stays outside.
    pub(super) fn transposed(&mut self, sheet: &mut Sheet, piece: Piece, keep_sign: bool) -> Piece {
        let sup = sheet.push(Layout::Operator(Operator::Transpose));
        let negative = keep_sign && piece.negative && piece.level != Level::Sum;
        let bare = Piece { negative: piece.negative && !negative, ..piece };
        Piece { negative, ..self.raised_piece(sheet, bare, sup) }
    }

    /// The matrix whose inverse a term is.
    fn inverted(&self, term: &Term, letters: &Letters) -> Option<ExprId> {
        let Term::Factor(at) = *term else { return None };
        let Factor { base, exponent: NumberId::ONE } = letters.factors[at] else { return None };
        if letters.sliced[at] { None } else { self.inverse_of(base) }
    }

    /// X where an expression is X⁻¹.
    pub(super) fn inverse_of(&self, id: ExprId) -> Option<ExprId> {
        match self.arena().node(id) {
            Node::Call { function, arguments: &[matrix], .. } => match self.network.functions.get(function) {
                FunctionRef::Table(entry) => (entry.name == "inv").then_some(matrix),
                FunctionRef::User(_) => None,
            },
            _ => None,
        }
    }

    fn is_same_inverse(&self, a: &Link, b: &Link, letters: &Letters) -> bool {
        let (Some(left), Some(right)) = (self.inverted(&a.term, letters), self.inverted(&b.term, letters)) else {
            return false;
        };
        let turned = a.transposed == b.transposed || is_symmetric(&letters.traits, &a.term);
        left == right && turned
    }

    fn inverse_power(&mut self, sheet: &mut Sheet, link: &Link, times: usize, letters: &Letters) -> Piece {
        match self.inverted(&link.term, letters) {
            Some(matrix) => {
                let turned = link.transposed && !is_symmetric(&letters.traits, &link.term);
                self.inverse(sheet, matrix, times, turned)
            }
            None => self.link_piece(sheet, link, letters),
        }
    }

    /// X⁻¹, X⁻², X⁻ᵀ.
    pub(super) fn inverse(&mut self, sheet: &mut Sheet, matrix: ExprId, times: usize, turned: bool) -> Piece {
        let minus = sheet.push(Layout::Operator(Operator::Negative));
        let mut row = vec![minus];
        if times > 1 || !turned {
            row.push(sheet.push(Layout::Number(times.to_string())));
        }
        if turned {
            row.push(sheet.push(Layout::Operator(Operator::Transpose)));
        }
        let sup = sheet.push(Layout::Row(row));
        let piece = self.known(matrix);
        self.raised_piece(sheet, piece, sup)
    }
}

/// Takes the minus signs off products; whether they make one. A sum keeps its own.
fn take_signs(pieces: &mut [Piece]) -> bool {
    let mut negative = false;
    for piece in pieces.iter_mut().filter(|piece| piece.negative && piece.level != Level::Sum) {
        piece.negative = false;
        negative = !negative;
    }
    negative
}

fn symbol(sheet: &mut Sheet, text: &str, face: Face) -> Piece {
    let layout = sheet.push(Layout::Symbol { text: text.to_owned(), face });
    Piece { layout, level: Level::Atom, kind: Kind::Letter, negative: false, tall: false }
}
