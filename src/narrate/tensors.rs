//! What derivations of tensors say beyond those of scalars: the layout of their derivatives, shapes, entries with
//! indices, and the adjoints δ one after another.

use crate::calculus::{Adjoints, AssumptionUses, Gradient, LocalPartial, Rule};
use crate::eval::Tensor;
use crate::expr::{ExprId, NameId, Node, Reach, subexpressions};
use crate::narrate::assumptions;
use crate::narrate::phrases::{equation, rule_name, text};
use crate::network::{Network, Origin};
use crate::notation::document::{Inline, Line};
use crate::notation::layout::{Face, Layout, LayoutId, Operator, Sheet, same};
use crate::notation::{Orientation, Style, TensorForm, Typesetter};
use crate::shape::Dim;
use crate::syntax::ast::Role;

/// The number of axes of a quantity.
pub(super) fn rank(network: &Network, name: NameId) -> usize {
    network.arena.shapes().dims(network.quantity(name).shape).len()
}

/// How the axes of the derivatives stand.
pub(super) fn layout_sentence(style: Style) -> Vec<Inline> {
    vec![text(match style.orientation {
        Orientation::Mixed => {
            "Layout: a Jacobian has a row for each entry of what is differentiated and a column for each entry of the \
             variable; the gradient of a scalar has the shape of its variable."
        }
        Orientation::Numerator => {
            "Numerator layout: a derivative has a row for each entry of what is differentiated and a column for each \
             entry of the variable, so that the derivative of a scalar by a column is a row, and by a matrix has the \
             transposed shape."
        }
        Orientation::Denominator => {
            "Denominator layout: a derivative has a row for each entry of the variable and a column for each entry of \
             what is differentiated; the derivative of a scalar has the shape of its variable, and chains run from the \
             variable to the cost."
        }
    })]
}

/// z ∈ ℝᵐ, W ∈ ℝᵐˣⁿ as a remark: ℝ with its sizes.
pub(super) fn shape_words(setter: &mut Typesetter<'_>, sheet: &mut Sheet, name: NameId) -> Vec<Inline> {
    let network = setter.network();
    let dims = network.arena.shapes().dims(network.quantity(name).shape);
    if dims.is_empty() {
        return vec![text("scalar")];
    }
    let mut row = Vec::new();
    for (at, &dim) in dims.iter().enumerate() {
        if at > 0 {
            row.push(sheet.push(Layout::Operator(Operator::Cross)));
        }
        row.push(setter.size(sheet, dim));
    }
    vec![Inline::Math(setter.row(sheet, row))]
}

/// Adds a remark after what is there.
pub(super) fn with_remark(mut note: Vec<Inline>, remark: Vec<Inline>) -> Vec<Inline> {
    if !note.is_empty() && !remark.is_empty() {
        note.push(text(", "));
    }
    note.extend(remark);
    note
}

/// The letters for the axes of ∂of/∂by, and how many of them are those of `of`.
fn letters(setter: &mut Typesetter<'_>, of: NameId, by: NameId) -> (Vec<char>, usize) {
    let first = rank(setter.network(), of);
    (setter.letters_of(&[of, by]), first)
}

/// Whether ∂of/∂by has more axes than a matrix.
pub(super) fn needs_indices(setter: &Typesetter<'_>, of: NameId, by: NameId) -> bool {
    setter.written_axes(of) + setter.written_axes(by) > 2
}

/// ∂zᵢ/∂Wⱼₖ with its letters.
pub(super) fn left_in_indices(
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    link: LocalPartial,
    reach: Reach,
) -> (LayoutId, Vec<char>) {
    let (letters, _) = letters(setter, link.of, link.by);
    let reach = setter.link_reach(link.of, link.by, reach);
    (setter.derivative_entry(sheet, link.of, link.by, reach, &letters), letters)
}

/// ∂zᵢ/∂Wⱼₖ = ∂/∂Wⱼₖ (Σₗ Wᵢₗ xₗ) = 𝟙[i = j] xₖ: a link in indices, its equation first if that is wanted.
pub(super) fn link_in_indices(
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    link: LocalPartial,
    reach: Reach,
    value: ExprId,
    definition: Option<ExprId>,
) -> (LayoutId, LayoutId) {
    let (letters, split) = letters(setter, link.of, link.by);
    let reach = setter.link_reach(link.of, link.by, reach);
    let left = setter.derivative_entry(sheet, link.of, link.by, reach, &letters);
    let right = setter.component(sheet, value, &letters);
    let Some(definition) = definition else { return (left, right) };
    let applied = setter.unworked_entry(sheet, definition, link.by, &letters, split);
    let equals = sheet.push(Layout::Operator(Operator::Equals));
    (left, sheet.push(Layout::Row(vec![applied, equals, right])))
}

/// Whether ∂of/∂by is written in matrices, and whether in indices. All that is written must have the form.
pub(super) fn forms(
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    of: NameId,
    by: NameId,
    written: &[ExprId],
) -> [bool; 2] {
    let has_form = !needs_indices(setter, of, by) && written.iter().all(|&expr| setter.has_matrix_form(sheet, expr));
    let has_entries = setter.written_axes(of) + setter.written_axes(by) > 0;
    let holds_tensors = |setter: &Typesetter<'_>| {
        let arena = &setter.network().arena;
        let mut parts = written.iter().flat_map(|&expr| subexpressions(arena, expr));
        parts.any(|part| !arena.shape(part).is_scalar())
    };
    match setter.style().form {
        _ if !has_form => [false, true],
        TensorForm::Index if has_entries || holds_tensors(setter) => [false, true],
        TensorForm::Both if has_entries => [true, true],
        _ => [true, false],
    }
}

/// The number of samples that a derivative is summed over: the size of the rows of an input or a target that no
/// parameter has.
pub(super) fn summed_rows(network: &Network, value: ExprId) -> Option<Dim> {
    let shapes = network.arena.shapes();
    let dims = |wanted: fn(Role) -> bool| {
        let quantities = network.quantities.iter();
        let leaves = quantities.filter(move |quantity| matches!(quantity.origin, Origin::Leaf(role) if wanted(role)));
        leaves.map(|quantity| shapes.dims(quantity.shape))
    };
    let is_data = |role| matches!(role, Role::Input | Role::Target);
    let is_rows = |size: Dim| {
        dims(is_data).any(|dims| dims.len() > 1 && dims[0] == size)
            && !dims(|role| role == Role::Param).any(|dims| dims.contains(&size))
    };
    let terms = match network.arena.node(value) {
        Node::Sum(terms) => terms.to_vec(),
        _ => vec![value],
    };
    terms.into_iter().find_map(|term| {
        let Node::Contraction { labels, .. } = network.arena.node(term) else { return None };
        let labels = network.arena.labels(labels);
        labels.summed().map(|label| labels.sizes[label as usize]).find(|&size| is_rows(size))
    })
}

/// How one entry of a derivative comes about: the chain rule with its sums, the links put in, the result.
pub(super) fn entry_lines(
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    gradient: &Gradient,
    users: &[(NameId, Reach)],
    note: Vec<Inline>,
) -> Vec<Line> {
    let Gradient { of, by, .. } = *gradient;
    let (letters, _) = letters(setter, of, by);
    let left = setter.derivative_entry(sheet, of, by, Reach::Total, &letters);
    let mut lines = Vec::new();
    if users.iter().any(|&(user, _)| user != of) {
        let chain = setter.chain_entry(sheet, of, by, users, &letters);
        lines.push(equation(Some(left), chain, rule_name(Rule::Chain)));
    }
    let put_in = setter.component(sheet, gradient.substituted, &letters);
    let result = setter.component(sheet, gradient.simplified, &letters);
    let first = lines.is_empty();
    if !same(sheet, put_in, result) && !first {
        lines.push(equation(None, put_in, Vec::new()));
    }
    let mut rules: Vec<Rule> = gradient.rewritings.iter().map(|rewriting| rewriting.rule).collect();
    rules.retain(|rule| *rule == Rule::Contract);
    let reason = rules.first().filter(|_| !first).map(|&rule| rule_name(rule)).unwrap_or_default();
    lines.push(equation(first.then_some(left), result, with_remark(reason, note)));
    lines
}

/// The lines of ∂of/∂by = value in matrices, in indices or both, the error term's letter in front if it has one.
pub(super) fn value_lines(
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    (of, by): (NameId, NameId),
    value: ExprId,
    [in_matrices, in_indices]: [bool; 2],
    note: Vec<Inline>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    if in_matrices {
        let sign = setter.result_sign(sheet, of, by);
        let left = match setter.error(of, by) {
            Some(letter) => {
                let equals = sheet.push(Layout::Operator(Operator::Equals));
                sheet.push(Layout::Row(vec![letter, equals, sign]))
            }
            None => sign,
        };
        let right = setter.derivative_value(sheet, of, by, value);
        lines.push(equation(Some(left), right, note.clone()));
    }
    if in_indices {
        let (letters, _) = letters(setter, of, by);
        let mut left = setter.derivative_entry(sheet, of, by, Reach::Total, &letters);
        if let Some(letter) = setter.error_entry(sheet, of, by, &letters) {
            let equals = sheet.push(Layout::Operator(Operator::Equals));
            left = sheet.push(Layout::Row(vec![letter, equals, left]));
        }
        let right = setter.component(sheet, value, &letters);
        let note = if lines.is_empty() { note } else { Vec::new() };
        lines.push(equation(Some(left), right, note));
    }
    lines
}

/// The adjoints from the cost down, each in terms of those before: −y ⊘ p, δ₂ = p − y, W₂ᵀδ₂, …
pub(super) fn adjoint_lines(
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    (adjoints, assumed): (&Adjoints, &AssumptionUses),
    names: &[NameId],
    shapes: bool,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for &name in names {
        let Some(value) = adjoints.value(name) else { continue };
        let note = if shapes { derivative_shape(setter, sheet, adjoints.of(), name) } else { Vec::new() };
        let reasons = assumptions::reasons(setter, sheet, assumed.of(adjoints.of(), name));
        let note = with_remark(note, reasons);
        let forms = forms(setter, sheet, adjoints.of(), name, &[value]);
        lines.extend(value_lines(setter, sheet, (adjoints.of(), name), value, forms, note));
    }
    lines
}

/// The shape of ∂of/∂by as a remark.
pub(super) fn derivative_shape(setter: &mut Typesetter<'_>, sheet: &mut Sheet, of: NameId, by: NameId) -> Vec<Inline> {
    let network = setter.network();
    let dims = |name: NameId| network.arena.shapes().dims(network.quantity(name).shape).to_vec();
    let (of_name, by_name) = (of, by);
    let (of, by) = (dims(of), dims(by));
    let mut sizes: Vec<LayoutId> = Vec::new();
    let other_way = setter.is_other_way(of_name, by_name);
    let mut all: Vec<Dim> = of.iter().chain(&by).copied().collect();
    if other_way {
        all.reverse();
        if all.len() == 1 {
            sizes.push(sheet.push(Layout::Number("1".to_owned())));
        }
    }
    for dim in all {
        sizes.push(setter.size(sheet, dim));
    }
    if sizes.is_empty() {
        return vec![text("scalar")];
    }
    let mut row = Vec::new();
    for (at, size) in sizes.into_iter().enumerate() {
        if at > 0 {
            row.push(sheet.push(Layout::Operator(Operator::Cross)));
        }
        row.push(size);
    }
    vec![Inline::Math(setter.row(sheet, row))]
}

/// The most letters and signs of a right side a = b on one line.
const LONG_RIGHT: usize = 26;

/// A line `left = a = b` that is long as two.
pub(super) fn two_if_long(sheet: &Sheet, line: Line) -> Vec<Line> {
    let Layout::Row(row) = sheet.get(line.right) else { return vec![line] };
    let is_pair = |equals: LayoutId| *sheet.get(equals) == Layout::Operator(Operator::Equals);
    match *row.as_slice() {
        [first, equals, second] if is_pair(equals) && weight(sheet, line.right) > LONG_RIGHT => {
            vec![equation(line.left, first, Vec::new()), equation(None, second, line.note)]
        }
        _ => vec![line],
    }
}

/// How many letters, numbers and signs a formula has side by side.
fn weight(sheet: &Sheet, id: LayoutId) -> usize {
    let mut count = 0;
    let mut stack = vec![id];
    while let Some(id) = stack.pop() {
        match sheet.get(id) {
            Layout::Row(row) => stack.extend(row),
            Layout::Fraction { numerator, denominator } => {
                stack.push(if weight_of_row(sheet, *numerator) > weight_of_row(sheet, *denominator) {
                    *numerator
                } else {
                    *denominator
                });
            }
            Layout::Script { base, sub, .. } => {
                count += sub.map_or(0, |sub| weight_of_row(sheet, sub) / 2);
                stack.push(*base);
            }
            Layout::Accent { body: base, .. } => stack.push(*base),
            Layout::Root { body, .. } | Layout::Underbrace { body, .. } => stack.push(*body),
            Layout::Fenced { body, .. } => {
                count += 1;
                stack.push(*body);
            }
            Layout::Apply { function, argument } => stack.extend([function, argument]),
            Layout::Function { text, .. } => count += text.len().div_ceil(2),
            Layout::Matrix(rows) => stack.extend(rows.iter().flatten()),
            Layout::Cases(rows) => stack.extend(rows.first().map(|(value, _)| value)),
            _ => count += 1,
        }
    }
    count
}

fn weight_of_row(sheet: &Sheet, id: LayoutId) -> usize {
    match sheet.get(id) {
        Layout::Row(row) => row.len(),
        _ => 1,
    }
}

/// What stands in the display of adjoints, and what δ means there.
pub(super) fn error_sentence(sheet: &mut Sheet) -> Vec<Inline> {
    let [small, large] =
        ["δ", "Δ"].map(|text| sheet.push(Layout::Symbol { text: text.to_owned(), face: Face::Italic }));
    vec![
        text(
            "From the cost backwards, each adjoint in terms of those before; one that makes what follows shorter is called ",
        ),
        Inline::Math(small),
        text(", a matrix "),
        Inline::Math(large),
        text(":"),
    ]
}

/// The numbers of ∂of/∂by in the layout of the style.
pub fn in_layout(setter: &Typesetter<'_>, of: NameId, by: NameId, value: &Tensor) -> Tensor {
    if !setter.is_other_way(of, by) {
        return value.clone();
    }
    match *value.dims.as_slice() {
        [rows, columns] => {
            let entries = (0..columns).flat_map(|column| (0..rows).map(move |row| row * columns + column));
            Tensor { dims: vec![columns, rows], data: entries.map(|at| value.data[at]).collect() }
        }
        [size] => Tensor { dims: vec![1, size], data: value.data.clone() },
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_layout;
    use crate::eval::Tensor;
    use crate::network::{FreeNames, read_network};
    use crate::notation::{Orientation, Style, Typesetter};
    use pretty_assertions::assert_eq;

    #[test]
    fn numbers_stand_as_the_formulas_do() {
        let text = "input x : [2]\nparam W : [3, 2]\nz = W @ x\ncost C = sum(z)\n";
        let network = read_network(text, FreeNames::Refused).0.expect("a network");
        let [c, z, x, w] = ["C", "z", "x", "W"].map(|name| network.find(name).expect(name));
        let matrix = Tensor { dims: vec![3, 2], data: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0] };
        let turned = Tensor { dims: vec![2, 3], data: vec![1.0, 3.0, 5.0, 2.0, 4.0, 6.0] };
        let vector = Tensor { dims: vec![2], data: vec![1.0, 2.0] };
        let row = Tensor { dims: vec![1, 2], data: vec![1.0, 2.0] };
        let cases = [
            (Orientation::Mixed, c, w, &matrix, &matrix),
            (Orientation::Mixed, z, x, &matrix, &matrix),
            (Orientation::Numerator, c, w, &matrix, &turned),
            (Orientation::Numerator, c, x, &vector, &row),
            (Orientation::Numerator, z, x, &matrix, &matrix),
            (Orientation::Denominator, c, w, &matrix, &matrix),
            (Orientation::Denominator, z, x, &matrix, &turned),
        ];
        for (orientation, of, by, value, expected) in cases {
            let setter = Typesetter::new(&network, Style { orientation, ..Style::default() });
            assert_eq!(&in_layout(&setter, of, by, value), expected);
        }
    }
}
