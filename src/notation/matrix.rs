//! The layout of contractions in matrix notation: chains with transposes, ⊙ and ⊘, diag, 𝟏, tr, norms, scalars in
//! front and below a fraction.
//!
//! Squares of named columns are a ⊙ a, of longer operands u^{⊙2}; what has a negative exponent stands after ⊘; a root
//! of all entries is √v. A scalar in every entry is s𝟏, a number among vectors the number itself.

use crate::expr::{ExprId, Factor, Label, Labels, LabelsId, Node, NumberId};
use crate::function::{FunctionRef, Written};
use crate::notation::algebra::{Link, Product, Term, Trait};
use crate::notation::contraction::matrix_form;
use crate::notation::formula::Typesetter;
use crate::notation::layout::{Face, Fence, Layout, Operator, Sheet};
use crate::notation::nested::open_products;
use crate::notation::piece::{Kind, Level, Piece};
use crate::notation::product::Part;
use crate::notation::unit::{is_row_of, is_unit, wide_rank, without_units};
use crate::rational::Rational;
use crate::shape::Dim;

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
        self.contraction_of(sheet, coefficient, factors, labels, turned)
    }

    /// The same for labels that stand in no expression.
    pub(super) fn contraction_of(
        &mut self,
        sheet: &mut Sheet,
        coefficient: NumberId,
        factors: &[Factor],
        labels: Labels,
        turned: bool,
    ) -> Piece {
        if !turned && let Some(piece) = self.broadcast_as_written(sheet, coefficient, factors, &labels) {
            return piece;
        }
        let mut value = self.arena().value(coefficient).clone();
        let singles = self.as_written && factors.len() == 1;
        let (factors, labels) = open_products(self.arena(), singles, &mut value, factors, labels);
        let (whole, flipped) = self.letters(sheet, value.is_negative(), &factors, labels);
        let mut letters = whole.clone();
        let absorbed = self.absorb_selections(sheet, &mut letters);
        // What comes out as a column is a row where the axes are 1 × d.
        let sizes: Vec<Dim> = whole.labels.out.iter().map(|&label| whole.labels.sizes[label as usize]).collect();
        let turned = turned != is_row_of(&sizes);
        letters.labels = without_units(&letters.labels);
        // What leaves terms out has a form in indices only.
        let leaves_out = factors.iter().any(|factor| self.leaves_out.contains(&factor.base));
        let absorbed = absorbed.filter(|()| !leaves_out);
        match absorbed.and_then(|()| matrix_form(&letters.labels, &letters.traits)) {
            Some(mut product) => {
                if turned {
                    product.body = product.body.map(Link::turned_through);
                }
                let value = if flipped { value.neg() } else { value };
                self.matrix_product(sheet, &value, &product, &letters)
            }
            None => {
                self.falls_to_indices = true;
                self.index_product(sheet, &value, &whole)
            }
        }
    }

    /// The factors with their pieces; a difference is turned round for a minus sign.
    fn letters(&mut self, sheet: &mut Sheet, negative: bool, factors: &[Factor], labels: Labels) -> (Letters, bool) {
        let factors = factors.to_vec();
        let mut pieces: Vec<Piece> = factors.iter().map(|factor| self.letter_piece(sheet, factor.base)).collect();
        let mut flipped = false;
        if negative && !self.as_written {
            // One of two equal differences keeps its sign: −(x − μ)(x − μ)ᵀ.
            let is_alone = |factor: &Factor| factors.iter().filter(|other| other.base == factor.base).count() == 1;
            let is_plain = |factor: &Factor| factor.exponent == NumberId::ONE && is_alone(factor);
            for (at, factor) in factors.iter().enumerate().filter(|(_, factor)| is_plain(factor)) {
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
            absolute: factors[at].exponent == NumberId::ONE && self.absolute_of(factors[at].base).is_some(),
            row: self.is_row(factors[at].base),
            slim: labels.factors[at].iter().any(|&label| is_unit(labels.sizes[label as usize])),
        });
        let traits = traits.collect();
        let sliced = vec![false; factors.len()];
        (Letters { factors, labels, pieces, traits, sliced }, flipped)
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
                let is_wide = |label: &Label| !is_unit(labels.sizes[*label as usize]);
                let counts = labels.summed().filter(is_wide).count();
                (!links && counts == 0).then(|| self.arena().value(coefficient))
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
        whole: &Labels,
    ) -> Option<Piece> {
        let labels = without_units(whole);
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
        // Beside a square matrix nothing says whether a vector is its rows or its columns.
        if let [rows, columns] = labels.sizes[..]
            && rows == columns
            && labels.factors.iter().any(|axes| axes.len() == 1)
        {
            return None;
        }
        let mut value = self.arena().value(coefficient).clone();
        let (factors, labels) = open_products(self.arena(), true, &mut value, factors, whole.clone());
        let labels = without_units(&labels);
        let (letters, _) = self.letters(sheet, false, &factors, labels);
        let (vectors, scalars): (Vec<usize>, Vec<usize>) =
            (0..factors.len()).partition(|&at| !letters.labels.factors[at].is_empty());
        // A transpose that was opened lies across the result.
        let across = |at: usize| !labels_aligned(&letters.labels, at);
        let is_row = |at: usize| letters.traits[at].row;
        let parts = vectors.into_iter().map(|at| Link {
            term: Term::Factor(at),
            transposed: across(at) != is_row(at),
            vector: false,
        });
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
        if let Some(link) = &product.body
            && let Some(piece) = self.scaled_reciprocal(sheet, value, (&above, &below), link, letters)
        {
            return piece;
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
            Term::Factor(at) => self.rank_of(letters.factors[at].base),
            Term::Size(_) => 1,
            _ => 2,
        }
    }

    /// The place of a scalar among others.
    pub(super) fn rank_of(&self, base: ExprId) -> u8 {
        match self.arena().node(base) {
            Node::Number(_) | Node::Constant(_) => 0,
            Node::Name(_) => 1,
            Node::Call { .. } | Node::Sum(_) => 3,
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
        let is_one_hot = self.classes_of(base).is_some();
        link.vector && !letters.sliced[at] && exponent == NumberId::ONE && (is_name(base) || is_two || is_one_hot)
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
    pub(super) fn term(&mut self, sheet: &mut Sheet, term: &Term, letters: &Letters) -> Piece {
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
                let is_row = match &**body {
                    Term::Factor(at) => letters.traits[*at].row,
                    Term::Hadamard(parts) => are_rows(parts, letters),
                    _ => false,
                };
                let link = Link { term: (**body).clone(), transposed: is_row, vector: true };
                let body = self.link_piece(sheet, &link, letters);
                self.named(sheet, "diag", body)
            }
            Term::Trace(body) => {
                let body = self.term(sheet, body, letters);
                self.named(sheet, "tr", body)
            }
            Term::AbsoluteNorm(at) => self.absolute_norm(sheet, letters, *at),
            Term::SquaredNorm(link) => self.squared_norm(sheet, link, letters),
            Term::Size(label) => self.size_piece(sheet, letters.labels.sizes[*label as usize]),
        }
    }

    /// diag(…), tr(…).
    fn named(&mut self, sheet: &mut Sheet, text: &'static str, body: Piece) -> Piece {
        let function = sheet.push(Layout::Function { text, latex: "" });
        // A list stands in parentheses of its own.
        let is_fenced = body.kind == Kind::List && !body.negative;
        let argument = if is_fenced { body.layout } else { self.parenthesised(sheet, body) };
        let layout = sheet.push(Layout::Apply { function, argument });
        Piece { layout, level: Level::Atom, kind: Kind::Call, negative: false, tall: body.tall }
    }

    /// v where an expression is the column |v|.
    fn absolute_of(&self, id: ExprId) -> Option<ExprId> {
        let Node::Call { function, arguments: &[argument], .. } = self.arena().node(id) else { return None };
        let FunctionRef::Table(entry) = self.network.functions.get(function) else { return None };
        (entry.written == Written::Bars && wide_rank(self.arena(), argument) == 1).then_some(argument)
    }

    /// ‖v‖₁.
    fn absolute_norm(&mut self, sheet: &mut Sheet, letters: &Letters, at: usize) -> Piece {
        let argument = self.absolute_of(letters.factors[at].base);
        let body = argument.map_or(letters.pieces[at], |argument| self.known(argument));
        let base = sheet.push(Layout::Fenced { fence: Fence::DoubleBars, body: body.layout });
        let sub = Some(sheet.push(Layout::Number("1".to_owned())));
        let layout = sheet.push(Layout::Script { base, sub, sup: None, primes: 0 });
        Piece { layout, level: Level::Atom, kind: Kind::Other, negative: false, tall: true }
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
}

/// Whether the axes of a factor are the last ones of the result, in their order.
fn labels_aligned(labels: &Labels, at: usize) -> bool {
    let axes = &labels.factors[at];
    axes.len() <= labels.out.len() && *axes == labels.out[labels.out.len() - axes.len()..]
}

/// Takes the minus signs off products; whether they make one. A sum keeps its own.
pub(super) fn take_signs(pieces: &mut [Piece]) -> bool {
    let mut negative = false;
    for piece in pieces.iter_mut().filter(|piece| piece.negative && piece.level != Level::Sum) {
        piece.negative = false;
        negative = !negative;
    }
    negative
}

/// Whether all operands are rows by themselves, so that their product is one.
pub(super) fn are_rows(parts: &[Link], letters: &Letters) -> bool {
    parts.iter().all(|part| matches!(part.term, Term::Factor(at) if letters.traits[at].row))
}

fn symbol(sheet: &mut Sheet, text: &str, face: Face) -> Piece {
    let layout = sheet.push(Layout::Symbol { text: text.to_owned(), face });
    Piece { layout, level: Level::Atom, kind: Kind::Letter, negative: false, tall: false }
}
