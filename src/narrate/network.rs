//! The network itself: its equations as the user wrote them, and the point.

use crate::eval::Values;
use crate::expr::NameId;
use crate::narrate::phrases::{equation, number, text};
use crate::narrate::tensors::shape_words;
use crate::network::{Network, Origin};
use crate::notation::document::{Block, Inline};
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet, same};
use crate::notation::{TensorForm, Typesetter};

/// The most equations that are listed; of a longer network the first and the last are.
const MAX_LISTED: usize = 40;

/// The equations, first to last.
pub(super) fn equations(network: &Network, setter: &mut Typesetter<'_>, sheet: &mut Sheet) -> Vec<Block> {
    let all: Vec<usize> = (0..network.equations.len())
        .filter(|&at| matches!(network.quantity(network.equations[at].name).origin, Origin::Equation(_)))
        .collect();
    let (shown, left_out): (Vec<usize>, usize) = if all.len() <= MAX_LISTED {
        (all, 0)
    } else {
        let head = all.iter().take(6);
        let tail = all.iter().skip(all.len() - 6);
        (head.chain(tail).copied().collect(), all.len() - 12)
    };
    let mut lines = Vec::new();
    for &at in &shown {
        let line = network.equations[at];
        let mut shape = if setter.style().shapes { shape_words(setter, sheet, line.name) } else { Vec::new() };
        let as_written = setter.expr_as_written(sheet, line.value);
        let [in_matrices, in_indices] = match setter.style().form {
            _ if !setter.has_matrix_form(sheet, line.value) => [false, true],
            TensorForm::Index if network.has_tensors() => [false, true],
            TensorForm::Both if network.has_tensors() => [true, true],
            _ => [true, false],
        };
        if in_matrices {
            let left = setter.name(sheet, line.name);
            lines.push(equation(Some(left), as_written, std::mem::take(&mut shape)));
        }
        if in_indices {
            let letters = setter.letters_of(&[line.name]);
            let left = setter.indexed_name(sheet, line.name, &letters);
            let right = setter.component(sheet, line.value, &letters);
            // A scalar may have one form only.
            if in_matrices && letters.is_empty() && same(sheet, as_written, right) {
                continue;
            }
            lines.push(equation(Some(left), right, shape));
        }
    }
    let mut blocks = vec![Block::Equations { lines, id: None }];
    if left_out > 0 {
        let words = format!("The {left_out} equations between the first and the last six are not shown.");
        blocks.push(Block::Paragraph(vec![text(words)]));
    }
    blocks
}

/// The value of a leaf: as it is declared where that is a fraction such as 1/3, else in a few digits, which may not be all.
fn shown_value(
    network: &Network,
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    leaf: NameId,
    value: f64,
) -> (Operator, LayoutId) {
    let rounded = format!("{value:.*e}", DIGITS - 1).parse() != Ok(value);
    let declared = network.quantity(leaf).value.filter(|&declared| {
        network.arena.as_number(declared).is_some_and(|number| number.to_f64() == value && number.small().is_some())
    });
    match declared.filter(|_| rounded) {
        Some(declared) => (Operator::Equals, setter.expr(sheet, declared)),
        None => (if rounded { Operator::Approx } else { Operator::Equals }, number(sheet, value, DIGITS)),
    }
}

/// The digits of a value in the sentence about the point.
const DIGITS: usize = 6;

/// The most values that the sentence about the point lists.
const MAX_VALUES: usize = 24;

/// "At x = 0.5, y = 1": the leaves with their values.
pub(super) fn point(network: &Network, setter: &mut Typesetter<'_>, sheet: &mut Sheet, values: &Values) -> Vec<Inline> {
    let leaves: Vec<NameId> = (0..network.quantities.len() as u32)
        .map(NameId)
        .filter(|&name| matches!(network.quantity(name).origin, Origin::Leaf(_)) && values.get(name).is_some())
        .collect();
    if leaves.is_empty() {
        return Vec::new();
    }
    let mut sentence = vec![text("At ")];
    for (at, &leaf) in leaves.iter().take(MAX_VALUES).enumerate() {
        if at > 0 {
            sentence.push(text(", "));
        }
        let name = setter.name(sheet, leaf);
        let (relation, value) = shown_value(network, setter, sheet, leaf, values.get(leaf).unwrap_or(f64::NAN));
        let equals = sheet.push(Layout::Operator(relation));
        sentence.push(Inline::Math(sheet.push(Layout::Row(vec![name, equals, value]))));
    }
    if leaves.len() > MAX_VALUES {
        sentence.push(text(format!(" and {} further values", leaves.len() - MAX_VALUES)));
    }
    sentence.push(text(":"));
    sentence
}
