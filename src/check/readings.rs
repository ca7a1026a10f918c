//! Readings beside those that most authors mean: dX where a quantity is called d, places that can be read in two ways, vectors as rows, vectors that stand
//! for every row of a matrix.

use super::claim::{Claim, Part, PartKind, Side};
use super::decide::Details;
use super::diagnose::shapes::Vectors;
use super::form::{Extent, Form};
use super::judge::{Judge, Judgement};
use super::layouts::{Read, Tried};
use super::read::{Chain, Convention, Forks, defines, unnamed_rows};
use crate::expr::{Arena, NameId};
use crate::shape::SizeId;
use crate::syntax::latex::Tree;

/// What all sizes are where entries are counted in different orders.
const EQUAL_SIZE: u32 = 2;

/// The most readings of one formula that are tried.
const MAX_READINGS: usize = 24;

/// What is said of a wrong formula that is right with vectors as rows.
pub(super) const IN_ROWS: &str =
    "with vectors as rows it is right: `derive: layout=row` in a comment before it says that they are";

/// Why a formula is undecided that such a derivative makes unequal.
pub(super) const LEFT_OPEN: &str = "it has a second derivative by two quantities of which one depends on the other, and does not say what is held fixed";

/// Why a formula is undecided in which ∂⁺ goes through another quantity.
const BYPASSED: &str = "∂⁺ is 0 where the variable stands in another equation: what it holds fixed here is not said";

impl Judge {
    /// Reads a chain and judges it, with dX as a differential as well where a quantity is called d. Where a formula is not
    /// right under either reading it is told what that of differentials gives, if both are wrong.
    pub(super) fn read(&mut self, tree: &Tree, chain: &Chain, source: &str, layout: Option<&str>) -> Read {
        match self.read_differences(tree, chain, source, layout) {
            Read::Judged(Judgement::Wrong(_)) if self.context.bypassed => {
                Read::Judged(Judgement::Undecided(BYPASSED.to_owned()))
            }
            wrong @ Read::Judged(Judgement::Wrong(_)) => {
                match self.as_condition(wrong, (tree, chain), source, layout) {
                    wrong @ Read::Judged(Judgement::Wrong(_)) => self.as_value(wrong, (tree, chain), source, layout),
                    other => other,
                }
            }
            other => other,
        }
    }

    fn read_differences(&mut self, tree: &Tree, chain: &Chain, source: &str, layout: Option<&str>) -> Read {
        if self.context.has_size("d") && defines(&mut self.context, tree, chain) {
            // Nobody multiplies by a size without a sign; a definition cannot be read in both ways.
            self.context.differs = true;
            let found = self.read_changes(tree, chain, source, layout);
            self.context.differs = false;
            if matches!(found, Read::Defined(_)) {
                return found;
            }
        }
        self.context.may_differ = false;
        let plain = self.read_changes(tree, chain, source, layout);
        let settled = matches!(plain, Read::Defined(_) | Read::Judged(Judgement::Right { .. }));
        if settled || !std::mem::take(&mut self.context.may_differ) || self.context.differs {
            return plain;
        }
        self.context.differs = true;
        let found = self.read_changes(tree, chain, source, layout);
        self.context.differs = false;
        let both_wrong =
            matches!([&plain, &found], [Read::Judged(Judgement::Wrong(_)), Read::Judged(Judgement::Wrong(_))]);
        match found {
            Read::Judged(Judgement::Right { ground, mut notes }) => {
                notes.push("`d` read as the sign of a differential".to_owned());
                Read::Judged(Judgement::Right { ground, notes })
            }
            Read::Judged(Judgement::Wrong(_)) if !both_wrong => plain,
            found => found,
        }
    }

    /// What a formula is that is unread because of places such as `W \\odot v` of a square W: wrong if each of its readings
    /// is, right if each is, or what it was.
    pub(super) fn in_each_reading(
        &mut self,
        unread: Read,
        (tree, chain): (&Tree, &Chain),
        source: &str,
        layout: Option<&str>,
    ) -> Read {
        self.context.forks = Some(Forks::default());
        let mut first: Option<(Read, Convention)> = None;
        for _ in 0..MAX_READINGS {
            let found = self.in_conventions(tree, chain, source, layout);
            let judged = |read: &Read, right: bool| match read {
                Read::Judged(Judgement::Wrong(_)) => !right,
                Read::Judged(Judgement::Right { .. }) => right,
                _ => false,
            };
            let as_first =
                |right: bool| judged(&found.0, right) && first.as_ref().is_none_or(|(read, _)| judged(read, right));
            if !as_first(false) && !as_first(true) {
                break;
            }
            first = first.or(Some(found));
            let forks = self.context.forks.as_mut();
            if forks.is_none_or(|forks| forks.too_many() || !forks.advance()) {
                self.context.forks = None;
                return first.map_or(unread, |found| self.explained(found, (tree, chain), source, layout));
            }
        }
        self.context.forks = None;
        unread
    }

    /// What claims are; where x_i stands in them that only the matrix X tells, right or unread.
    pub(super) fn with_guessed_rows(&mut self, claims: Vec<Claim>, source: &str) -> Read {
        let judged = self.judge(&claims, source);
        match (self.context.guessed.take(), judged) {
            (Some((shown, matrix)), Judgement::Right { ground, mut notes }) => {
                notes.push(format!("`{shown}` read as a row or column of `{matrix}`, whichever fits"));
                Read::Judged(Judgement::Right { ground, notes })
            }
            // What its author calls so is not known.
            (Some((shown, matrix)), Judgement::Wrong(mistake)) => {
                Read::Unread(unnamed_rows(&shown, &matrix).at(mistake.span, ""))
            }
            (_, judged) => Read::Judged(judged),
        }
    }

    /// That a formula whose sides count their entries in different orders is wrong where all sizes are equal, so that the
    /// orders are one; nothing where it is right there.
    pub(super) fn wrong_at_equal_sizes(
        &mut self,
        (tree, chain): (&Tree, &Chain),
        source: &str,
        layout: Option<&str>,
    ) -> Option<Read> {
        let equal_sizes = self.context.clone();
        let whole = std::mem::replace(&mut self.context, equal_sizes);
        let network = &mut self.context.network;
        let equal = network.arena.integer(i64::from(EQUAL_SIZE));
        for size in network.sizes.iter_mut().filter(|size| size.value.is_none()) {
            size.value = Some(EQUAL_SIZE);
            network.quantities[size.name.0 as usize].value = Some(equal);
            network.arena.shapes_mut().declare_size(SizeId(size.name.0), Some(EQUAL_SIZE));
        }
        let (found, _) = self.in_conventions(tree, chain, source, layout);
        self.context = whole;
        match found {
            Read::Judged(Judgement::Wrong(mut mistake)) => {
                mistake.correct_latex = None;
                mistake.notes.push(
                    "its entries are counted in another order; it is wrong where all sizes are equal as well"
                        .to_owned(),
                );
                Some(Read::Judged(Judgement::Wrong(mistake)))
            }
            _ => None,
        }
    }

    /// Whether a wrong formula is right with vectors as rows, of which neither the network nor the document says anything.
    pub(super) fn is_right_in_rows(&mut self, (tree, chain): (&Tree, &Chain), source: &str) -> bool {
        if !self.context.has_tensors() || self.context.may_have_rows() || !self.explains() {
            return false;
        }
        let rows = Convention::all(Some("row")).iter().copied().find(|convention| convention.vectors == Vectors::Rows);
        let found = rows.and_then(|rows| {
            self.with_details(Details::OfRight, |judge| judge.under(rows, &mut Tried::default(), (tree, chain), source))
        });
        matches!(found, Some(Read::Judged(Judgement::Right { .. })))
    }

    /// Whether a second derivative stands in a claim by two quantities of which one depends on the other: what its author
    /// holds fixed, the formula does not say.
    pub(super) fn leaves_open(&mut self, claims: &[Claim]) -> bool {
        let sides = claims.iter().flat_map(|claim| [&claim.left, &claim.right]);
        let variables = sides.flat_map(|side| &side.parts).filter_map(|part| match &part.kind {
            PartKind::Derivative { by, .. } if by.len() > 1 => Some(by),
            _ => None,
        });
        variables.into_iter().any(|by| {
            let mut depends =
                |name: NameId, other: NameId| name != other && self.context.partial(name, other) != Arena::ZERO;
            by.iter().any(|&name| by.iter().any(|&other| depends(name, other)))
        })
    }

    /// What is said of vectors that stand for every row or every column of a matrix, as on paper they do not.
    pub(super) fn spread_vectors(&self, claims: &[Claim]) -> Vec<String> {
        let mut notes = Vec::new();
        for claim in claims {
            if matches!(claim.left.part(claim.left.root()).kind, PartKind::Name(_)) {
                continue;
            }
            for side in [&claim.left, &claim.right] {
                for note in side.parts.iter().filter_map(|part| self.spread_vector(side, part)) {
                    if !notes.contains(&note) {
                        notes.push(note);
                    }
                }
            }
        }
        notes
    }

    fn spread_vector(&self, side: &Side, part: &Part) -> Option<String> {
        let is_open = |form: Form| [form.rows, form.columns].contains(&Extent::Ones);
        let [child] = part.children[..] else { return None };
        let mut vector = side.part(child);
        if part.kind != PartKind::Transpose || !is_open(part.form) || is_open(vector.form) {
            return None;
        }
        while let (PartKind::Negative, [inner]) = (&vector.kind, vector.children.as_slice()) {
            vector = side.part(*inner);
        }
        let line = if part.form.rows == Extent::Ones { "row" } else { "column" };
        let mark = if vector.kind == PartKind::Transpose { "ᵀ" } else { "" };
        Some(format!("{}{mark} taken for every {line} of a matrix, as NumPy does", self.context.words(vector.expr)))
    }
}
