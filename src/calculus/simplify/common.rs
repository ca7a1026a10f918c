//! Common factors of a sum of tensors: A_ij x_j + A_ji x_j is (A + Aᵀ)x.
//!
//! A factor is common to terms that have it with the same labels of the result at the same places. Its labels that are
//! summed in every term become axes of the remainders, which are added up into one new factor. A label that is summed
//! in some terms and in the result in others gets a link there: Aᵀdiag(p)A − Aᵀp pᵀA = Aᵀ(diag(p) − ppᵀ)A.

use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::parts::{Part, Parts};
use crate::calculus::simplify::unit::is_unit;
use crate::expr::{Arena, ExprId, Label, NumberId};
use crate::network::Network;
use crate::rational::Rational;
use crate::shape::Dim;

/// What an axis of the common factor is in the terms.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Axis {
    /// It stands at these places of the result in every term.
    Out(Vec<usize>),
    /// It is summed in every term.
    Summed,
    /// It is summed in some terms and stands at this place of the result in the others.
    Mixed(usize),
}

/// A factor that terms share; `None` for a sum over an axis that dangles in every term.
#[derive(Clone, Debug)]
pub(super) struct Common {
    base: Option<(ExprId, NumberId)>,
    axes: Vec<Axis>,
    sizes: Vec<Dim>,
    /// For each term the number of its factor (none for a dangling axis) and the labels of the axes.
    places: Vec<(Option<usize>, Vec<Label>)>,
    /// Whether the factor is the first of the first term.
    leads: bool,
}

/// A sum with a factor taken out: the factor, and the terms of what remains.
pub(super) struct TakenOut {
    pub(super) whole: Parts,
    /// The place of the remainder among the factors of `whole`.
    pub(super) rest: usize,
    pub(super) terms: Vec<Parts>,
    pub(super) covers_result: bool,
}

impl Common {
    pub(super) fn is_scalar(&self) -> bool {
        self.axes.is_empty()
    }

    /// The number of axes of the factor.
    pub(super) fn rank(&self) -> usize {
        self.axes.len()
    }

    /// The factor itself, if it has one.
    pub(super) fn base(&self) -> Option<ExprId> {
        self.base.map(|(base, _)| base)
    }

    /// The matrix, if it stands at one end of a product in every term.
    pub(super) fn side(&self) -> Option<ExprId> {
        let (base, exponent) = self.base?;
        let is_side = match self.axes.as_slice() {
            [Axis::Summed | Axis::Mixed(_), Axis::Out(places)] | [Axis::Out(places), Axis::Summed | Axis::Mixed(_)] => {
                places.len() == 1
            }
            _ => false,
        };
        (is_side && exponent == NumberId::ONE).then_some(base)
    }
}

impl Simplifier {
    /// The factors that all of `terms` share, in the order of the first.
    pub(super) fn commons(&mut self, network: &mut Network, terms: &[Parts]) -> Vec<Common> {
        let mut found = Vec::new();
        for at in 0..terms[0].factors.len() {
            found.extend(self.common(network, terms, at));
        }
        found.extend(dangling(terms));
        found
    }

    /// Factor number `at` of the first term, if the others have it too.
    fn common(&mut self, network: &mut Network, terms: &[Parts], at: usize) -> Option<Common> {
        let first = &terms[0];
        let part = &first.factors[at];
        if !distinct(&part.axes) {
            return None;
        }
        let class = self.measures.class(&mut network.arena, part.base);
        let mut exponent = network.arena.value(part.exponent).clone();
        let mut common = Common {
            base: None,
            axes: part.axes.iter().map(|&label| axis(first, label)).collect(),
            sizes: part.axes.iter().map(|&label| first.size(label)).collect(),
            places: vec![(Some(at), part.axes.clone())],
            leads: at == 0,
        };
        for term in &terms[1..] {
            let (place, labels, axes, shared) = self.partner(network, term, class, &exponent, &common.axes)?;
            common.places.push((Some(place), labels));
            common.axes = axes;
            exponent = shared;
        }
        common.base = Some((part.base, network.arena.number_id(exponent)));
        Some(common)
    }

    /// The factor of a term that is the common one, its labels, what the axes are then, and the exponent shared.
    fn partner(
        &mut self,
        network: &mut Network,
        term: &Parts,
        class: ExprId,
        exponent: &Rational,
        axes: &[Axis],
    ) -> Option<(usize, Vec<Label>, Vec<Axis>, Rational)> {
        for (place, part) in term.factors.iter().enumerate() {
            if part.axes.len() != axes.len()
                || !distinct(&part.axes)
                || self.measures.class(&mut network.arena, part.base) != class
            {
                continue;
            }
            let other = network.arena.value(part.exponent).clone();
            if other.is_negative() != exponent.is_negative() {
                continue;
            }
            let shared = if exponent.abs() <= other.abs() { exponent.clone() } else { other };
            let mut turns = vec![part.axes.clone()];
            if self.measures.is_symmetric(class) {
                turns.push(part.axes.iter().rev().copied().collect());
            }
            let met = turns.into_iter().filter_map(|labels| {
                let met: Option<Vec<Axis>> =
                    axes.iter().zip(&labels).map(|(own, &label)| join(own, axis(term, label))).collect();
                Some((labels, met?))
            });
            // A symmetric matrix is turned so that it stands as in the terms before.
            let mixed = |met: &[Axis]| met.iter().filter(|axis| matches!(axis, Axis::Mixed(_))).count();
            if let Some((labels, met)) = met.min_by_key(|(_, met)| mixed(met)) {
                return Some((place, labels, met, shared));
            }
        }
        None
    }

    /// The sum of `terms` with the common factor in front; `None` if what remains has too many axes.
    pub(super) fn taken_out(&mut self, network: &mut Network, terms: &[Parts], common: &Common) -> Option<TakenOut> {
        let rests: Vec<Parts> = terms
            .iter()
            .zip(&common.places)
            .map(|(term, place)| without(&mut network.arena, term, place.0, common.base))
            .collect::<Option<_>>()?;
        let used = |axis: usize| rests.iter().zip(&common.places).any(|(rest, place)| rest.uses(place.1[axis]) > 0);
        let rank = terms[0].out.len();
        let mut whole = Parts::one();
        let own = whole.labels(&common.sizes);
        let mut out: Vec<Option<Label>> = vec![None; rank];
        for (axis, &label) in common.axes.iter().zip(&own) {
            if let Axis::Out(places) = axis {
                places.iter().for_each(|&place| out[place] = Some(label));
            }
        }
        // The axes of the remainder: for each the label in the whole and where it is in the terms.
        let mut axes: Vec<(Label, Source)> = Vec::new();
        for (place, slot) in out.iter_mut().enumerate().filter(|(_, slot)| slot.is_none()) {
            let label = whole.label(terms[0].size(terms[0].out[place]));
            *slot = Some(label);
            axes.push((label, Source::Result(place)));
        }
        for (at, axis) in common.axes.iter().enumerate() {
            let is_mixed = matches!(axis, Axis::Mixed(_));
            if is_unit(common.sizes[at]) && is_mixed {
                return None;
            }
            // An axis of size 1 is summed on each factor by itself.
            let needed = is_mixed || used(at) && !is_unit(common.sizes[at]);
            if needed {
                axes.push((own[at], Source::Factor(at)));
            }
            if !matches!(axis, Axis::Out(_)) {
                whole.summed.push(own[at]);
            }
        }
        // What remains in a formula of matrices is one; in an entry with indices it may have as many axes as that.
        if axes.len() > rank.max(2) {
            return None;
        }
        whole.out = out.into_iter().flatten().collect();
        let mut remainders = remainders(&rests, terms, common, &axes);
        if axes.len() == 2 && turned(&remainders) {
            axes.reverse();
            remainders.iter_mut().for_each(|rest| rest.out.reverse());
        }
        let covers_result =
            common.axes.iter().map(|axis| if let Axis::Out(places) = axis { places.len() } else { 0 }).sum::<usize>()
                == rank;
        let rest = Part { base: Arena::ONE, exponent: NumberId::ONE, axes: axes.iter().map(|axis| axis.0).collect() };
        whole.factors = vec![rest];
        if let Some((base, exponent)) = common.base {
            let part = Part { base, exponent, axes: own };
            whole.factors.insert(if common.leads { 0 } else { 1 }, part);
        }
        let rest = usize::from(common.base.is_some() && common.leads);
        Some(TakenOut { whole, rest, terms: remainders, covers_result })
    }

    /// Whether the rules "no vector on one axis of a matrix unless some term is a full matrix" and "no vector that would
    /// leave diag(u) behind" allow the factor: Uᵀ(v ⊙ z) + u ⊙ z stays.
    pub(super) fn is_welcome(&self, terms: &[Parts], common: &Common) -> bool {
        let rank = terms[0].out.len();
        if let (1, [Axis::Mixed(at)]) = (rank, common.axes.as_slice()) {
            let leaves_identity = |term: &Parts, own: Label| own != term.out[*at] || term.uses(own) == 1;
            return terms.iter().zip(&common.places).all(|(term, place)| leaves_identity(term, place.1[0]));
        }
        let on_result = common.axes.iter().any(|axis| matches!(axis, Axis::Out(_)));
        if rank < 2 || common.axes.len() != 1 || !on_result {
            return true;
        }
        // Only that vector has the axis: an outer product.
        let alone = terms.iter().zip(&common.places).all(|(term, place)| term.uses(place.1[0]) == 1);
        alone
            || terms.iter().zip(&common.places).any(|(term, place)| {
                term.factors
                    .iter()
                    .enumerate()
                    .any(|(at, part)| Some(at) != place.0 && term.out.iter().all(|label| part.axes.contains(label)))
            })
    }
}

/// Where an axis of the remainder comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Source {
    Result(usize),
    Factor(usize),
}

fn remainders(rests: &[Parts], terms: &[Parts], common: &Common, axes: &[(Label, Source)]) -> Vec<Parts> {
    let each = rests.iter().zip(terms).zip(&common.places);
    each.map(|((rest, term), place)| {
        let mut rest = rest.clone();
        rest.out = axes
            .iter()
            .map(|&(_, source)| match source {
                Source::Result(at) => term.out[at],
                Source::Factor(at) => place.1[at],
            })
            .collect();
        let out = rest.out.clone();
        rest.summed.retain(|label| !out.contains(label));
        // What was summed and stood on the common factor alone is summed there.
        let gone = &place.1;
        let kept: Vec<Label> =
            rest.summed.iter().copied().filter(|label| !gone.contains(label) || rest.uses(*label) > 0).collect();
        rest.summed = kept;
        rest
    })
    .collect()
}

/// Whether more of the remainders are transposed matrices than matrices.
fn turned(remainders: &[Parts]) -> bool {
    let mut balance = 0i32;
    for rest in remainders {
        let reversed: Vec<Label> = rest.out.iter().rev().copied().collect();
        if distinct(&rest.out) {
            balance += rest.factors.iter().filter(|part| part.axes == reversed).count() as i32;
            balance -= rest.factors.iter().filter(|part| part.axes == rest.out).count() as i32;
        }
    }
    balance > 0
}

/// The term without its common factor, or with the rest of its power.
fn without(arena: &mut Arena, term: &Parts, at: Option<usize>, base: Option<(ExprId, NumberId)>) -> Option<Parts> {
    let mut rest = term.clone();
    let (Some(at), Some((_, exponent))) = (at, base) else { return Some(rest) };
    let left = arena.value(rest.factors[at].exponent).add(&arena.value(exponent).neg())?;
    if left.is_zero() {
        rest.factors.remove(at);
    } else {
        rest.factors[at].exponent = arena.number_id(left);
    }
    Some(rest)
}

fn axis(term: &Parts, label: Label) -> Axis {
    match term.places(label) {
        places if places.is_empty() => Axis::Summed,
        places => Axis::Out(places),
    }
}

/// What an axis is in all terms, given what it is in those before and in the next.
fn join(own: &Axis, next: Axis) -> Option<Axis> {
    let single = |places: &[usize]| if let [place] = places { Some(Axis::Mixed(*place)) } else { None };
    match (own, &next) {
        (own, next) if own == next => Some(own.clone()),
        (Axis::Summed, Axis::Out(places)) | (Axis::Out(places), Axis::Summed) => single(places),
        (Axis::Mixed(_), Axis::Summed) => Some(own.clone()),
        (Axis::Mixed(place), Axis::Out(places)) if places == &[*place] => Some(own.clone()),
        _ => None,
    }
}

fn distinct(labels: &[Label]) -> bool {
    (0..labels.len()).all(|at| !labels[..at].contains(&labels[at]))
}

/// An axis that is summed, and met by one factor only, in every term: (P − Y)ᵀ𝟏 for Pᵀ𝟏 − Yᵀ𝟏.
fn dangling(terms: &[Parts]) -> Option<Common> {
    // ‖u‖² − ‖v‖² stays.
    let is_square = |term: &Parts, label: Label| {
        let mut holders = term.factors.iter().filter(|part| part.axes.contains(&label));
        term.out.is_empty() && holders.all(|part| part.exponent == NumberId::TWO)
    };
    if terms.iter().all(|term| term.summed.iter().any(|&label| term.uses(label) == 1 && is_square(term, label))) {
        return None;
    }
    let candidates = |term: &Parts, size: Option<Dim>| {
        let mut labels = term.summed.iter().copied();
        labels.find(|&label| {
            term.uses(label) == 1 && !is_unit(term.size(label)) && size.is_none_or(|size| term.size(label) == size)
        })
    };
    let size = terms[0].size(candidates(&terms[0], None)?);
    let places: Option<Vec<(Option<usize>, Vec<Label>)>> =
        terms.iter().map(|term| Some((None, vec![candidates(term, Some(size))?]))).collect();
    Some(Common { base: None, axes: vec![Axis::Summed], sizes: vec![size], places: places?, leads: false })
}
