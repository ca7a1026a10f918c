//! Links worked: one line each, or one line for every application of a rule.

use crate::calculus::{LocalPartial, Rewriting, Rule, Worked};
use crate::expr::ExprId;
use crate::narrate::phrases::{equation, rule_name, rule_words};
use crate::narrate::story::Story;
use crate::narrate::tensors;
use crate::notation::document::{Block, Inline, Line};
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet, same};
use crate::notation::{TensorForm, Typesetter};

/// ∂C/∂ŷ = ∂/∂ŷ (ŷ − y)² = 2(ŷ − y), with the rule: a line for each link.
pub(super) fn one_line_each(story: &Story, setter: &mut Typesetter<'_>, sheet: &mut Sheet) -> Vec<Block> {
    let mut lines: Vec<Line> = Vec::with_capacity(story.locals.len());
    // Asked once: it looks at every quantity.
    let has_tensors = setter.network().has_tensors();
    for &link in &story.locals {
        let value = value_of(story, link);
        let mut written = vec![value];
        // An equation in letters has its letters on both sides; Σᵢ of a scalar has none left.
        let definition = setter.network().definition(link.of).map(|equation| equation.value);
        written.extend(definition.filter(|_| setter.written_axes(link.of) > 0));
        let [in_matrices, in_indices] = tensors::forms(setter, sheet, link.of, link.by, &written);
        let mut both = Vec::new();
        if in_matrices {
            both.push(one_line(story, setter, sheet, link, value));
        }
        if in_indices {
            both.push(line_in_indices(story, setter, sheet, link, value, both.is_empty()));
        }
        match has_tensors {
            true => lines.extend(both.into_iter().flat_map(|line| tensors::two_if_long(sheet, line))),
            false => lines.extend(both),
        }
    }
    vec![Block::Equations { lines, id: None }]
}

fn one_line(story: &Story, setter: &mut Typesetter<'_>, sheet: &mut Sheet, link: LocalPartial, value: ExprId) -> Line {
    let left = setter.link(sheet, link.of, link.by, story.derivation.reach(link));
    let result = setter.derivative_value(sheet, link.of, link.by, value);
    let Some(worked) = story.worked.get(&(link.of, link.by)) else {
        return equation(Some(left), result, Vec::new());
    };
    let first = setter.derivative_as_written(sheet, link.of, link.by, worked.lines[0].expr);
    let right = joined(sheet, first, result);
    let note = rule_words(setter, sheet, leading_rules(worked));
    let note = with_shape(setter, sheet, link, note);
    equation(Some(left), right, note)
}

fn with_shape(setter: &mut Typesetter<'_>, sheet: &mut Sheet, link: LocalPartial, note: Vec<Inline>) -> Vec<Inline> {
    if !setter.style().shapes {
        return note;
    }
    let shape = tensors::derivative_shape(setter, sheet, link.of, link.by);
    tensors::with_remark(note, shape)
}

/// A link in indices: ∂zᵢ/∂Wⱼₖ = ∂/∂Wⱼₖ (…) = 𝟙[i = j] xₖ, with its rule unless that has been said.
fn line_in_indices(
    story: &Story,
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    link: LocalPartial,
    value: ExprId,
    is_first: bool,
) -> Line {
    let definition = setter.network().definition(link.of).map(|equation| equation.value);
    let reach = story.derivation.reach(link);
    let (left, right) = tensors::link_in_indices(setter, sheet, link, reach, value, definition);
    if !is_first {
        return equation(Some(left), right, Vec::new());
    }
    let rules = story.worked.get(&(link.of, link.by)).map(leading_rules).unwrap_or_default();
    let note = rule_words(setter, sheet, rules);
    let note = with_shape(setter, sheet, link, note);
    equation(Some(left), right, note)
}

/// The rule that is applied first; where that only takes sums and constants apart, those that the terms need as well.
fn leading_rules(worked: &Worked) -> Vec<(Rule, ExprId)> {
    let applied = |at: usize| worked.lines.get(at).map(|line| line.rules.as_slice()).unwrap_or_default();
    let mut rules = applied(1).to_vec();
    for at in 2..=3 {
        if rules.iter().any(|(rule, _)| !matches!(rule, Rule::Sum | Rule::ConstantFactor)) {
            break;
        }
        rules.extend(applied(at).iter().filter(|(rule, _)| *rule != Rule::Constant));
    }
    rules
}

/// `a = b` as one right side.
fn joined(sheet: &mut Sheet, a: LayoutId, b: LayoutId) -> LayoutId {
    let equals = sheet.push(Layout::Operator(Operator::Equals));
    sheet.push(Layout::Row(vec![a, equals, b]))
}

fn value_of(story: &Story, link: LocalPartial) -> ExprId {
    story.derivation.locals.get(&(link.of, link.by)).copied().unwrap_or(link.value)
}

/// Every application of a rule, a display for each link.
pub(super) fn every_rule(story: &Story, setter: &mut Typesetter<'_>, sheet: &mut Sheet) -> Vec<Block> {
    let mut blocks = Vec::new();
    for &link in &story.locals {
        let value = value_of(story, link);
        let worked = story.worked.get(&(link.of, link.by)).map(|worked| worked.lines.as_slice()).unwrap_or_default();
        let mut written = vec![value];
        written.extend(worked.iter().map(|line| line.expr));
        let [in_matrices, in_indices] = tensors::forms(setter, sheet, link.of, link.by, &written);
        for (_, as_matrices) in
            [(in_matrices, true), (in_indices, false)].into_iter().filter(|(is_wanted, _)| *is_wanted)
        {
            let lines = every_line(story, setter, sheet, link, as_matrices);
            blocks.push(Block::Equations { lines, id: None });
        }
    }
    blocks
}

/// ∂of/∂by with all that is applied, in matrices or in indices.
fn every_line(
    story: &Story,
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    link: LocalPartial,
    in_matrices: bool,
) -> Vec<Line> {
    let value = value_of(story, link);
    let worked = story.worked.get(&(link.of, link.by)).map(|worked| worked.lines.as_slice()).unwrap_or_default();
    let reach = story.derivation.reach(link);
    let (left, letters) = match in_matrices {
        true => (setter.link(sheet, link.of, link.by, reach), Vec::new()),
        false => tensors::left_in_indices(setter, sheet, link, reach),
    };
    let mut left = Some(left);
    let mut lines = Vec::new();
    let mut last = None;
    for line in worked {
        let right = match in_matrices {
            true => setter.derivative_value(sheet, link.of, link.by, line.expr),
            false => setter.component(sheet, line.expr, &letters),
        };
        let note = rule_words(setter, sheet, line.rules.iter().copied());
        lines.push(equation(left.take(), right, note));
        last = Some(right);
    }
    let value = match in_matrices {
        true => setter.derivative_value(sheet, link.of, link.by, value),
        false => setter.component(sheet, value, &letters),
    };
    if last.is_none_or(|last| !same(sheet, last, value)) {
        lines.push(equation(left.take(), value, rule_name(Rule::Simplify)));
    }
    lines
}

/// The most rewritings that are listed for one result.
const MAX_REWRITINGS: usize = 40;

/// The rewritings that simplified a result: before = after, with the rule.
pub(super) fn rewritings(setter: &mut Typesetter<'_>, sheet: &mut Sheet, rewritings: &[Rewriting]) -> Option<Block> {
    let shown = rewritings.iter().filter(|rewriting| rewriting.rule != Rule::Flatten).take(MAX_REWRITINGS);
    let lines: Vec<Line> = shown
        .map(|rewriting| {
            let sides = [rewriting.before, rewriting.after];
            // Entries on both sides where one side has no form in matrices.
            let in_matrices = setter.style().form != TensorForm::Index
                && sides.iter().all(|&side| setter.has_matrix_form(sheet, side));
            let letters = setter.letters_of_expr(rewriting.before);
            let [left, right] = sides.map(|side| match in_matrices {
                true => setter.expr(sheet, side),
                false => setter.component(sheet, side, &letters),
            });
            equation(Some(left), right, rule_name(rewriting.rule))
        })
        .collect();
    (!lines.is_empty()).then_some(Block::Equations { lines, id: None })
}
