//! Products whose shapes do not fit: which factors do not, and the transposes and the order that do and are true.
//!
//! Such a product is no expression, so a reader gives its factors as they are written, with what it takes to complete
//! the formula around it. A rearrangement is believed only when the completed formula is proved equal to the truth.

use crate::check::diagnose::Kind;
use crate::check::diagnose::diagnoser::Diagnosis;
use crate::check::diagnose::message::{shape_text, shortened, shown};
use crate::check::diagnose::numbers::Numbers;
use crate::check::diagnose::tensor::near;
use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId, Factor, Label, Labels, LabelsBuilder, NumberId};
use crate::network::Network;
use crate::notation::Style;
use crate::shape::Dim;

/// How a factor is joined to the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Join {
    /// By a matrix product; it binds closer.
    Product,
    /// By ⊙.
    Elementwise,
}

/// A factor as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrittenFactor {
    /// What is multiplied: a scalar, a vector or a matrix.
    pub expr: ExprId,
    /// Whether it is written transposed.
    pub transposed: bool,
    /// How it is joined to the factor before it; of the first one it says nothing.
    pub join: Join,
    /// Where it stands.
    pub span: Span,
}

/// Which vectors are meant by one axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Vectors {
    /// Columns, as in most texts.
    Columns,
    /// Rows, as where a batch has a sample in each row.
    Rows,
}

/// The most factors whose order is changed.
const MAX_FACTORS: usize = 5;
/// The most rearrangements that are handed to the checker.
const MAX_CONFIRMED: usize = 4;

/// The longest sentence that tells what stands there and the shapes, in characters.
const MAX_TOLD: usize = 200;

/// The two sides of a factor in a product; `None` is a side of length 1.
type Sides = [Option<Label>; 2];

/// Two factors, or two products around ⊙, that do not fit: where the right one stands, and both shapes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The number of the factor that does not fit to what stands before it.
    pub at: usize,
    /// The rows and columns before it, then its own.
    pub shapes: [[Option<Dim>; 2]; 2],
}

/// The product of factors as they are written.
///
/// # Errors
/// The first factor that does not fit to what stands before it.
pub fn product(arena: &mut Arena, factors: &[WrittenFactor], vectors: Vectors) -> Result<ExprId, Misfit> {
    oriented(arena, factors, vectors).map(|found| found.0)
}

/// The product, and whether it is a vector that stands the wrong way: a row where vectors are columns.
fn oriented(arena: &mut Arena, factors: &[WrittenFactor], vectors: Vectors) -> Result<(ExprId, bool), Misfit> {
    let mut fitting =
        Fitting { builder: LabelsBuilder::default(), sizes: Vec::new(), axes: Vec::new(), same: Vec::new() };
    let mut whole: Option<Sides> = None;
    let mut group: Option<Sides> = None;
    let mut start = 0;
    for (at, factor) in factors.iter().enumerate() {
        let own = fitting.sides(arena, *factor, vectors).ok_or(Misfit { at, shapes: [[None; 2]; 2] })?;
        group = Some(match group {
            Some(before) if factor.join == Join::Product => {
                fitting.multiply(arena, before, own).ok_or_else(|| fitting.misfit(at, before, own))?
            }
            before => {
                whole = fitting.elementwise(arena, whole, before, start)?;
                start = at;
                own
            }
        });
    }
    whole = fitting.elementwise(arena, whole, group, start)?;
    let sides = whole.unwrap_or([None; 2]);
    let turned = match vectors {
        Vectors::Columns => matches!(sides, [None, Some(_)]),
        Vectors::Rows => matches!(sides, [Some(_), None]),
    };
    let out: Vec<Label> = sides.into_iter().flatten().map(|label| fitting.root(label)).collect();
    for axes in &fitting.axes {
        let axes: Vec<Label> = axes.iter().map(|&label| fitting.root(label)).collect();
        fitting.builder.factor(&axes);
    }
    let labels = without_holes(&fitting.builder.out(&out));
    let factors: Vec<Factor> = factors.iter().map(|factor| Factor::plain(factor.expr)).collect();
    Ok((arena.contraction(NumberId::ONE, &factors, &labels), turned))
}

/// Labels without those that nothing carries, which would count as sums.
fn without_holes(labels: &Labels) -> Labels {
    let mut numbers: Vec<Option<Label>> = vec![None; labels.sizes.len()];
    let mut kept = Labels { sizes: Vec::new(), ..labels.clone() };
    for &label in labels.factors.iter().flatten().chain(&labels.out) {
        if numbers[label as usize].is_none() {
            numbers[label as usize] = Some(kept.sizes.len() as Label);
            kept.sizes.push(labels.sizes[label as usize]);
        }
    }
    for axes in kept.factors.iter_mut().chain(std::iter::once(&mut kept.out)) {
        axes.iter_mut().for_each(|label| *label = numbers[*label as usize].unwrap_or(*label));
    }
    kept
}

/// A product under construction.
struct Fitting {
    builder: LabelsBuilder,
    sizes: Vec<Dim>,
    axes: Vec<Vec<Label>>,
    /// Labels that are one: the later one, the earlier one.
    same: Vec<(Label, Label)>,
}

impl Fitting {
    fn root(&self, label: Label) -> Label {
        let mut label = label;
        while let Some(&(_, earlier)) = self.same.iter().find(|pair| pair.0 == label) {
            label = earlier;
        }
        label
    }

    /// The rows and columns of a factor with new labels; `None` if it has more axes than a matrix.
    fn sides(&mut self, arena: &Arena, factor: WrittenFactor, vectors: Vectors) -> Option<Sides> {
        let dims = arena.dims(factor.expr).to_vec();
        let axes = self.builder.labels(&dims);
        self.sizes.extend(&dims);
        self.axes.push(axes.clone());
        let mut sides = match (axes.as_slice(), vectors) {
            ([], _) => [None, None],
            (&[only], Vectors::Columns) => [Some(only), None],
            (&[only], Vectors::Rows) => [None, Some(only)],
            (&[row, column], _) => [Some(row), Some(column)],
            _ => return None,
        };
        if factor.transposed {
            sides.reverse();
        }
        Some(sides)
    }

    fn dim(&self, side: Option<Label>) -> Option<Dim> {
        side.map(|label| self.sizes[label as usize])
    }

    /// Makes two sides one, if they have one size.
    fn join(&mut self, arena: &Arena, a: Option<Label>, b: Option<Label>) -> bool {
        match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) if arena.shapes().same(self.sizes[a as usize], self.sizes[b as usize]) => {
                let (a, b) = (self.root(a), self.root(b));
                if a != b {
                    self.same.push((a.max(b), a.min(b)));
                }
                true
            }
            _ => false,
        }
    }

    fn multiply(&mut self, arena: &Arena, left: Sides, right: Sides) -> Option<Sides> {
        match (left, right) {
            ([None, None], other) | (other, [None, None]) => Some(other),
            ([row, inner], [other, column]) => self.join(arena, inner, other).then_some([row, column]),
        }
    }

    /// ⊙ of what stands before and a product that begins with factor number `at`.
    fn elementwise(
        &mut self,
        arena: &Arena,
        whole: Option<Sides>,
        group: Option<Sides>,
        at: usize,
    ) -> Result<Option<Sides>, Misfit> {
        let (Some(left), Some(right)) = (whole, group) else { return Ok(whole.or(group)) };
        match (left, right) {
            ([None, None], other) | (other, [None, None]) => Ok(Some(other)),
            _ if (0..2).all(|side| self.join(arena, left[side], right[side])) => Ok(Some(left)),
            _ => Err(self.misfit(at, left, right)),
        }
    }

    fn misfit(&self, at: usize, left: Sides, right: Sides) -> Misfit {
        Misfit { at, shapes: [left, right].map(|sides| sides.map(|side| self.dim(side))) }
    }
}

/// The factors in another order, with other transposes or signs.
#[derive(Clone, Debug)]
struct Rearranged {
    factors: Vec<WrittenFactor>,
    kind: Kind,
    /// The factor whose transpose or sign was changed.
    whose: Option<ExprId>,
    cost: usize,
}

/// What is wrong with a product that does not fit: the cheapest rearrangement of its factors with which the formula
/// around it, which `complete` builds, is the truth. The `edited` formula of the diagnosis is the right one.
pub fn rearrange(
    network: &mut Network,
    truth: ExprId,
    (factors, vectors): (&[WrittenFactor], Vectors),
    style: Style,
    complete: &mut dyn FnMut(&mut Network, ExprId) -> Option<ExprId>,
    is_truth: &mut dyn FnMut(&mut Network, ExprId) -> bool,
) -> Option<Diagnosis> {
    let (mut numbers, wanted) = Numbers::of(network, truth);
    let mut confirmed = 0;
    for other in rearrangements(factors) {
        let Ok((fitting, false)) = oriented(&mut network.arena, &other.factors, vectors) else { continue };
        let Some(whole) = complete(network, fitting) else { continue };
        let value = numbers.value(network, whole);
        if !near(&value, &wanted) {
            continue;
        }
        confirmed += 1;
        if is_truth(network, whole) {
            let message = sentence(network, style, factors, &other, fitting);
            let (parts, found) = (vec![fitting], vec![None]);
            return Some(Diagnosis { kind: other.kind, message, parts, found, whose: other.whose, edited: whole });
        }
        if confirmed == MAX_CONFIRMED {
            return None;
        }
    }
    None
}

/// Rearrangements of factors, the cheapest first.
fn rearrangements(factors: &[WrittenFactor]) -> Vec<Rearranged> {
    let mut found = Vec::new();
    let count = factors.len().min(MAX_FACTORS);
    if count < factors.len() {
        return found;
    }
    let signs = (1..count).map(Some).chain([None]);
    for sign in signs {
        for turned in 0..1usize << count {
            let mut other = factors.to_vec();
            let flipped = (0..count).filter(|at| turned >> at & 1 == 1);
            flipped.for_each(|at| other[at].transposed = !other[at].transposed);
            let Some(mut made) = turns(factors, &other) else { continue };
            if let Some(at) = sign {
                let was = factors[at].join;
                made.factors[at].join = if was == Join::Product { Join::Elementwise } else { Join::Product };
                made.kind =
                    if was == Join::Product { Kind::ProductForElementwise } else { Kind::ElementwiseForProduct };
                made.cost += 3;
            }
            if sign.is_none() && factors[1..].iter().all(|factor| factor.join == Join::Product) {
                orders(&made, &mut found);
            }
            if sign.is_some() || turned != 0 {
                found.push(made);
            }
        }
    }
    found.sort_by_key(|other| other.cost);
    found
}

/// The kind of a change of transposes; `None` if a scalar would be transposed by it.
fn turns(factors: &[WrittenFactor], other: &[WrittenFactor]) -> Option<Rearranged> {
    let changed: Vec<usize> = (0..factors.len()).filter(|&at| factors[at].transposed != other[at].transposed).collect();
    let gained = changed.iter().filter(|&&at| other[at].transposed).count();
    let moved = changed.len() == 2 && gained == 1;
    let kind = if moved { Kind::TransposeElsewhere } else { Kind::Transpose };
    let whose = changed.first().filter(|_| changed.len() == 1).map(|&at| factors[at].expr);
    Some(Rearranged { factors: other.to_vec(), kind, whose, cost: 2 * changed.len() })
}

/// Adds all other orders of factors that are joined by products.
fn orders(made: &Rearranged, found: &mut Vec<Rearranged>) {
    let count = made.factors.len();
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..count {
        let longer = orders.iter().flat_map(|order| {
            let free = (0..count).filter(|at| !order.contains(at));
            free.map(|at| order.iter().copied().chain([at]).collect::<Vec<usize>>()).collect::<Vec<_>>()
        });
        orders = longer.collect();
    }
    for order in orders.into_iter().filter(|order| !order.is_sorted()) {
        let factors = order.iter().map(|&at| made.factors[at]).collect();
        found.push(Rearranged { factors, kind: Kind::FactorOrder, whose: None, cost: made.cost + 3 });
    }
}

/// One sentence: what must be changed, what then stands there, and the shapes.
fn sentence(network: &Network, style: Style, factors: &[WrittenFactor], other: &Rearranged, fitting: ExprId) -> String {
    let whose = other.whose.map(|expr| shown(network, style, expr)).unwrap_or_default();
    let mut right = shown(network, style, fitting);
    let is_spread = |text: &str| text.contains('𝟏');
    if is_spread(&right) && !factors.iter().any(|factor| is_spread(&shown(network, style, factor.expr))) {
        // A number in a sum of matrices stays a number where the sum is transposed.
        right = as_written(network, style, &other.factors);
    }
    let right = shortened(right);
    let gained = other.whose.is_some_and(|whose| other.factors.iter().any(|own| own.expr == whose && own.transposed));
    let said = match other.kind {
        Kind::Transpose if whose.is_empty() => "transposes are missing or too many".to_owned(),
        Kind::Transpose if gained => format!("{whose} must be transposed"),
        Kind::Transpose => format!("{whose} must not be transposed"),
        Kind::TransposeElsewhere => "the transpose is on the wrong factor".to_owned(),
        Kind::ElementwiseForProduct => "⊙ stands where a matrix product belongs".to_owned(),
        Kind::ProductForElementwise => "a matrix product stands where ⊙ belongs".to_owned(),
        _ => "the factors stand in an order whose shapes do not fit".to_owned(),
    };
    let told = format!("{said}: {right}; {}", shapes(network, style, factors));
    if told.chars().count() > MAX_TOLD { said } else { told }
}

/// Factors one after another, each as it is written: (1 − Y)ᵀU.
fn as_written(network: &Network, style: Style, factors: &[WrittenFactor]) -> String {
    let mut out = String::new();
    for (at, factor) in factors.iter().enumerate() {
        let text = shown(network, style, factor.expr);
        let is_compound = text.contains([' ', '/']) || factor.transposed && text.ends_with('ᵀ');
        if at > 0 && factor.join == Join::Elementwise {
            out.push_str(" ⊙ ");
        }
        out.push_str(&if is_compound { format!("({text})") } else { text });
        if factor.transposed {
            out.push('ᵀ');
        }
    }
    out
}

/// `W₂ is [k, m], δ₂ is [k]`.
fn shapes(network: &Network, style: Style, factors: &[WrittenFactor]) -> String {
    let mut said: Vec<String> = Vec::new();
    for factor in factors.iter().filter(|factor| !network.arena.shape(factor.expr).is_scalar()) {
        let one = format!("{} is {}", shown(network, style, factor.expr), shape_text(network, style, factor.expr));
        if !said.contains(&one) {
            said.push(one);
        }
    }
    said.join(", ")
}

/// What is said of a product that does not fit when no rearrangement of it is known to be right.
pub fn misfit_sentence(network: &Network, style: Style, factors: &[WrittenFactor]) -> String {
    format!("the shapes of the factors do not fit: {}", shapes(network, style, factors))
}
