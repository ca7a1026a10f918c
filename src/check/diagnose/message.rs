//! The sentence that says what is wrong, in the names of the network.

use std::cmp::Ordering;

use crate::calculus::{Goal, NameUse, Simplifier};
use crate::check::diagnose::Kind;
use crate::check::diagnose::edit::Edit;
use crate::check::diagnose::slot::{Content, Slot};
use crate::check::diagnose::truth::{Link, Truth};
use crate::check::tensor;
use crate::emit::text;
use crate::expr::{ExprId, NameId, Node, NumberId, Reach, subexpressions};
use crate::network::Network;
use crate::notation::layout::Sheet;
use crate::notation::{Style, Typesetter};
use crate::rational::Rational;

/// One mistake that was found.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    /// The truth.
    pub truth: &'a Truth,
    /// Where the edit stands.
    pub slot: &'a Slot,
    /// The edit.
    pub edit: Edit,
}

impl Finding<'_> {
    /// The part of the truth that it concerns; for a coefficient the product of its path, or the whole.
    pub fn part(&self, network: &mut Network) -> ExprId {
        match self.slot.content {
            Content::Unit(_) | Content::Product => self.edit.part,
            Content::Coefficient => self.truth.part(network, &self.slot.paths),
        }
    }

    /// The link whose value is edited as a whole.
    fn link(&self) -> Option<Link> {
        let Content::Unit(unit) = self.slot.content else { return None };
        let unit = self.truth.units[unit];
        unit.link.filter(|_| unit.value == self.edit.part)
    }
}

/// One sentence for one mistake or several.
pub fn sentence(network: &mut Network, style: Style, findings: &[Finding<'_>]) -> String {
    if let [first, _, ..] = findings
        && is_one(findings)
    {
        let speaker = &mut Speaker { network, style };
        return format!("{} in {}", speaker.value(first.edit), speaker.terms(findings));
    }
    let said: Vec<String> = findings.iter().map(|finding| Speaker { network, style }.say(finding)).collect();
    match said.as_slice() {
        [only] => only.clone(),
        _ => format!("{} mistakes at once: {}", count_word(said.len()), said.join("; and ")),
    }
}

/// Whether several findings are one mistake that was made in several terms.
pub fn is_one(findings: &[Finding<'_>]) -> bool {
    let said = |finding: &Finding<'_>| (finding.edit.kind, finding.edit.part, finding.edit.beside);
    let is_inside = |finding: &Finding<'_>| !matches!(finding.slot.content, Content::Coefficient);
    let kinds = [Kind::MissingFactor, Kind::DoubledFactor, Kind::InvertedFactor, Kind::WrongVariable, Kind::OtherLayer];
    findings.iter().all(|finding| is_inside(finding) && said(finding) == said(&findings[0]))
        && kinds.contains(&findings[0].edit.kind)
}

fn count_word(count: usize) -> String {
    if count == 2 { "two".to_owned() } else { count.to_string() }
}

/// The most characters of two formulas that are told beside each other.
const MAX_COMPARED: usize = 130;

/// Says what was found, in the notation of a style.
struct Speaker<'a> {
    network: &'a mut Network,
    style: Style,
}

impl Speaker<'_> {
    fn say(&mut self, finding: &Finding<'_>) -> String {
        match finding.slot.content {
            Content::Coefficient => self.coefficient(finding),
            Content::Unit(_) | Content::Product => {
                let place = self.path_of(finding);
                format!("{}{place}", self.unit(finding))
            }
        }
    }

    /// A mistake in a factor, told by its value alone.
    fn value(&mut self, edit: Edit) -> String {
        let part = self.expr(edit.part);
        let beside = edit.beside.map(|beside| self.expr(beside)).unwrap_or_default();
        match edit.kind {
            Kind::MissingFactor => format!("the factor {part} is missing"),
            Kind::DoubledFactor => format!("the factor {part} stands once too often"),
            Kind::InvertedFactor => format!("it is divided by {part}, not multiplied"),
            Kind::OtherLayer => format!("{beside} of another layer stands where {part} belongs"),
            _ => format!("{beside} stands where {part} belongs"),
        }
    }

    /// The terms in which mistakes stand.
    fn terms(&mut self, findings: &[Finding<'_>]) -> String {
        let truth = findings[0].truth;
        let mut paths: Vec<usize> = findings.iter().flat_map(|finding| finding.slot.paths.iter().copied()).collect();
        paths.sort_unstable();
        paths.dedup();
        if paths.len() == truth.paths.len() {
            return if paths.len() == 2 { "both terms".to_owned() } else { "all terms".to_owned() };
        }
        let terms: Vec<String> = paths.into_iter().map(|path| self.term(truth, path)).collect();
        format!("the terms {}", terms.join(", "))
    }

    /// A mistake of a whole path or of the whole formula.
    fn coefficient(&mut self, finding: &Finding<'_>) -> String {
        let whole = finding.slot.paths.len() == finding.truth.paths.len();
        let what = if whole { "the result".to_owned() } else { self.path(finding) };
        match finding.edit.kind {
            Kind::Sign => format!("the sign of {what} is wrong"),
            Kind::LostPath if finding.slot.paths.len() > 1 => {
                let lost = finding.slot.paths.iter().map(|&path| self.term(finding.truth, path));
                let lost: Vec<String> = lost.filter(|term| term != "0").collect();
                format!("the terms {} are missing", lost.join(", "))
            }
            Kind::LostPath => format!("{what} is missing"),
            _ => {
                let factor = self.expr(finding.edit.value);
                format!("{what} has a wrong constant factor: it is {factor} times what it must be")
            }
        }
    }

    /// The path of a finding: its chain, or its product.
    fn path(&mut self, finding: &Finding<'_>) -> String {
        let units: Vec<usize> = finding.slot.paths.iter().flat_map(|&at| finding.truth.paths[at].clone()).collect();
        let links: Option<Vec<Link>> = units.iter().map(|&unit| finding.truth.units[unit].link).collect();
        match links {
            Some(links) if !links.is_empty() => {
                let chain: Vec<String> = links.iter().map(|&link| self.link(link)).collect();
                format!("the path {}", chain.join(" · "))
            }
            _ => {
                let part = finding.truth.part(self.network, &finding.slot.paths);
                format!("the term {}", self.expr(part))
            }
        }
    }

    /// The product of a path.
    fn term(&mut self, truth: &Truth, path: usize) -> String {
        let part = truth.part(self.network, &[path]);
        self.expr(part)
    }

    /// In which path a mistake stands, where there are others.
    fn path_of(&mut self, finding: &Finding<'_>) -> String {
        match finding.slot.paths[..] {
            [_] if finding.truth.paths.len() > 1 => format!(", in {}", self.path(finding)),
            _ => String::new(),
        }
    }

    /// A mistake in a unit.
    fn unit(&mut self, finding: &Finding<'_>) -> String {
        if let Some(said) = self.for_both(finding).or_else(|| self.arrangement(finding.edit)) {
            return said;
        }
        let Edit { kind, part, beside, .. } = finding.edit;
        let factor = self.factor(finding);
        let beside = beside.map(|beside| self.expr(beside)).unwrap_or_default();
        let plain = self.expr(part);
        match kind {
            Kind::Sign => format!("the sign of {plain} in {beside} is wrong"),
            Kind::MissingFactor if let Some(promise) = self.promise(part) => {
                format!("the factor {factor}, of which nothing says that it is 1 (`{promise}` would), is missing")
            }
            Kind::MissingFactor => format!("the factor {factor} is missing"),
            Kind::LostTerm | Kind::LostPath => format!("the term {plain} of {beside} is missing"),
            Kind::Constant if let Some(times) = self.fraction_of(finding.edit) => {
                format!("the term {plain} has a wrong constant factor: it is {times} times what it must be")
            }
            Kind::Constant => format!("{beside} stands where {plain} belongs: a constant factor is wrong"),
            Kind::NotDifferentiated => format!("{beside} stands where its derivative {factor} belongs"),
            Kind::WrongArgument if finding.link().is_some() => format!("{beside} stands where {factor} belongs"),
            Kind::WrongArgument => format!("{beside} stands where {plain} belongs, as what the derivative is taken at"),
            Kind::OtherLayer => format!("{beside} of another layer stands where {factor} belongs"),
            Kind::WrongVariable => format!("{beside} stands where {factor} belongs"),
            Kind::DoubledFactor => format!("the factor {factor} stands once too often"),
            Kind::InvertedFactor if let Some(below) = self.below(part) => {
                format!("it is multiplied by {}, not divided", self.expr(below))
            }
            Kind::InvertedFactor => format!("it is divided by {factor}, not multiplied"),
            Kind::Bracket => format!("the bracket around {plain} is missing or in the wrong place"),
            _ => format!("{plain} is wrong"),
        }
    }

    /// A matrix that stands for its transpose too, where both belong: 2A for A + Aᵀ.
    fn for_both(&mut self, finding: &Finding<'_>) -> Option<String> {
        let Content::Unit(unit) = finding.slot.content else { return None };
        let Edit { kind: Kind::Transpose, part, beside: Some(beside), .. } = finding.edit else { return None };
        let arena = &self.network.arena;
        let is_both = |&id: &ExprId| match arena.node(id) {
            Node::Sum(terms) => terms.contains(&part) && terms.contains(&beside),
            _ => false,
        };
        if !subexpressions(arena, finding.truth.units[unit].value).iter().any(is_both) {
            return None;
        }
        let [right, wrong] = [part, beside].map(|expr| self.simplified(expr, NameUse::Keep));
        Some(format!("{wrong} stands for {right} too, which it is if it is symmetric"))
    }

    /// A mistake in shapes, axes and sums.
    fn arrangement(&mut self, edit: Edit) -> Option<String> {
        // What is compared stays comparable: no names are put in.
        let mut plain = |expr| self.simplified(expr, NameUse::Keep);
        let right = plain(edit.part);
        let wrong = edit.beside.map(&mut plain).unwrap_or_default();
        let whose = edit.whose.map(&mut plain).unwrap_or_default();
        let shapes = |speaker: &mut Self| {
            let wrong = edit.beside.map(|beside| speaker.shape(beside)).unwrap_or_default();
            (speaker.shape(edit.part), wrong)
        };
        // What is longer than a line is not compared by eye.
        let is_long = right.chars().count() + wrong.chars().count() > MAX_COMPARED;
        let compared = if is_long { String::new() } else { format!(": {right}, not {wrong}") };
        Some(match edit.kind {
            Kind::MissingFactor if edit.whose == Some(edit.value) => {
                format!("the factor that is 1 where two indices are equal, and else 0, is missing: it is {right}")
            }
            Kind::Transpose => {
                let whose = whose.strip_suffix('ᵀ').unwrap_or(&whose);
                let sign = format!("{whose}ᵀ");
                let must = match (right.contains(&sign), wrong.contains(&sign)) {
                    (true, false) => format!("{whose} must be transposed"),
                    (false, true) => format!("{whose} must not be transposed"),
                    _ => format!("the transpose of {whose} is wrong"),
                };
                format!("{must}{compared}")
            }
            Kind::InvertedFactor if self.is_inverse(edit) => {
                format!("{wrong} stands where its inverse {right} belongs")
            }
            Kind::TransposeElsewhere => {
                let transposes = |text: &str| text.matches('ᵀ').count();
                let said = match transposes(&right).cmp(&transposes(&wrong)) {
                    Ordering::Equal => "the transpose is on the wrong matrix",
                    Ordering::Greater => "transposes are missing",
                    Ordering::Less => "there are too many transposes",
                };
                format!("{said}{compared}")
            }
            Kind::FactorOrder => format!("the factors stand in the wrong order{compared}"),
            Kind::OuterSwapped => {
                let (right_shape, wrong_shape) = shapes(self);
                let told = match right_shape == wrong_shape {
                    true => String::new(),
                    false => format!("; the one is {right_shape}, the other {wrong_shape}"),
                };
                format!("the outer product is swapped{compared}{told}")
            }
            Kind::OtherLayout => {
                let (right_shape, wrong_shape) = shapes(self);
                match right_shape == wrong_shape {
                    true => "it is right in the other layout".to_owned(),
                    false => format!("it is right in the other layout: here it is {right_shape}, not {wrong_shape}"),
                }
            }
            Kind::MissingSum => {
                let (right_shape, wrong_shape) = shapes(self);
                format!(
                    "the sum over the axis of size {whose} is missing: {wrong_shape} where it must be {right_shape}"
                )
            }
            Kind::ExtraSum => {
                let wrong_shape = self.shape(edit.value);
                let right_shape = self.shape(edit.part);
                format!("it is summed over an axis that must stay: {wrong_shape} where it must be {right_shape}")
            }
            Kind::MeanForSum => format!("a mean stands where a sum belongs: it is {wrong} times what it must be"),
            Kind::SumForMean => format!("a sum stands where a mean belongs: it is {wrong} times what it must be"),
            Kind::JacobianDiagonal if self.is_flatter(edit) => {
                let (right_shape, wrong_shape) = shapes(self);
                format!(
                    "the diagonal of the Jacobian stands for all of it: it is {right}, {right_shape} and not {wrong_shape}"
                )
            }
            Kind::JacobianDiagonal => {
                format!("the Jacobian is taken for its diagonal: it is {right}, whose other entries are not 0")
            }
            Kind::ElementwiseForProduct => format!("⊙ stands where a matrix product belongs{compared}"),
            Kind::ProductForElementwise => format!("a matrix product stands where ⊙ belongs{compared}"),
            _ => return None,
        })
    }

    /// Whether a matrix stands where its inverse belongs.
    fn is_inverse(&self, edit: Edit) -> bool {
        matches!(self.network.arena.node(edit.part), Node::Call { arguments: &[only], .. } if Some(only) == edit.beside)
    }

    /// Whether a vector stands where a matrix belongs.
    fn is_flatter(&self, edit: Edit) -> bool {
        self.network.arena.dims(edit.value).len() < self.network.arena.dims(edit.part).len()
    }

    /// `[m, n]`, `a scalar`.
    fn shape(&mut self, expr: ExprId) -> String {
        shape_text(self.network, self.style, expr)
    }

    /// A factor by its value; a link by its sign too: ∂a²/∂z² = a²(1 − a²).
    fn factor(&mut self, finding: &Finding<'_>) -> String {
        let value = self.expr(finding.edit.part);
        match finding.link() {
            Some(link) => format!("{} = {value}", self.link(link)),
            None => value,
        }
    }

    /// The fraction that stands in the place of a whole number of times the same, where it is less than once.
    fn fraction_of(&mut self, edit: Edit) -> Option<String> {
        let arena = &mut self.network.arena;
        let number = |expr: ExprId| match arena.node(expr) {
            Node::Product { coefficient, .. } | Node::Contraction { coefficient, .. } => {
                arena.value(coefficient).clone()
            }
            _ => Rational::ONE,
        };
        let [right, wrong] = [edit.part, edit.beside?].map(number);
        if wrong.is_integer() {
            return None;
        }
        let times = wrong.mul(&right.recip()?)?;
        let times = arena.number(times);
        Some(self.expr(times))
    }

    /// How a network says that a part is 1, if it is the sum of given numbers, which an author may take for 1: 𝟏ᵀt for
    /// probabilities t.
    fn promise(&self, part: ExprId) -> Option<String> {
        let arena = &self.network.arena;
        let Node::Contraction { coefficient: NumberId::ONE, factors: &[only], labels } = arena.node(part) else {
            return None;
        };
        let labels = arena.labels(labels);
        let axes = &labels.factors[0];
        let name = arena.as_name(only.base).filter(|&name| self.network.definition(name).is_none())?;
        if only.exponent != NumberId::ONE || labels.summed().next().is_none() {
            return None;
        }
        let name = self.network.spelling(name);
        let summed: Vec<usize> = (0..axes.len()).filter(|&at| !labels.out.contains(&axes[at])).collect();
        match summed[..] {
            [axis] if axes.len() > 1 => Some(format!("assume sum({name}, axis={axis}) = 1")),
            _ if summed.len() == axes.len() => Some(format!("assume sum({name}) = 1")),
            _ => None,
        }
    }

    /// u of 1/u.
    fn below(&mut self, part: ExprId) -> Option<ExprId> {
        let only = match self.network.arena.node(part) {
            Node::Product { coefficient: NumberId::ONE, factors: &[only] } => only,
            // Entry by entry.
            Node::Contraction { coefficient: NumberId::ONE, factors: &[only], labels }
                if self.network.arena.labels(labels).factors[0] == self.network.arena.labels(labels).out =>
            {
                only
            }
            _ => return None,
        };
        let exponent = self.network.arena.value(only.exponent).clone();
        let arena = &mut self.network.arena;
        exponent.is_negative().then(|| {
            let positive = arena.number_id(exponent.neg());
            arena.power(only.base, positive)
        })
    }

    /// An expression; of tensors as it is simplified, for a chain of Jacobians is full of I.
    fn expr(&mut self, expr: ExprId) -> String {
        self.simplified(expr, NameUse::Fold)
    }

    fn simplified(&mut self, expr: ExprId, names: NameUse) -> String {
        let expr = match tensor::concerns(self.network, &[expr]) {
            true => Simplifier::new(self.network, Goal::Textbook, names).simplify(self.network, expr),
            false => expr,
        };
        shortened(shown(self.network, self.style, expr))
    }

    fn link(&mut self, link: Link) -> String {
        let mut sheet = Sheet::default();
        let layout = Typesetter::new(self.network, self.style).link(&mut sheet, link.of, link.by, link.reach);
        text::formula(&sheet, layout)
    }
}

/// Longer formulas say nothing in a sentence.
const MAX_SHOWN: usize = 300;

/// A formula in a sentence; an ellipsis in the place of a long one.
pub fn shortened(text: String) -> String {
    if text.chars().count() > MAX_SHOWN { "…".to_owned() } else { text }
}

/// An expression as text.
pub fn shown(network: &Network, style: Style, expr: ExprId) -> String {
    let mut sheet = Sheet::default();
    let layout = Typesetter::new(network, style).expr(&mut sheet, expr);
    text::formula(&sheet, layout)
}

/// The symbol of a derivative as text.
pub fn shown_link(network: &Network, style: Style, of: NameId, by: NameId) -> String {
    let mut sheet = Sheet::default();
    let layout = Typesetter::new(network, style).link(&mut sheet, of, by, Reach::Total);
    text::formula(&sheet, layout)
}

/// A name as text.
pub fn shown_name(network: &Network, style: Style, name: NameId) -> String {
    let mut sheet = Sheet::default();
    let layout = Typesetter::new(network, style).name(&mut sheet, name);
    text::formula(&sheet, layout)
}

/// The shape of an expression in the names of the network: `[m, n]`, `a scalar`.
pub fn shape_text(network: &Network, style: Style, expr: ExprId) -> String {
    let mut sheet = Sheet::default();
    let dims = network.arena.dims(expr).to_vec();
    let mut setter = Typesetter::new(network, style);
    let sizes: Vec<String> = dims
        .into_iter()
        .map(|dim| {
            let layout = setter.size(&mut sheet, dim);
            text::formula(&sheet, layout)
        })
        .collect();
    if sizes.is_empty() { "a scalar".to_owned() } else { format!("[{}]", sizes.join(", ")) }
}
