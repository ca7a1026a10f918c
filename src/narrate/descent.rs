//! Gradient descent as a table and a plot.

use crate::eval::{ArrayDescent, Descent, End, plot};
use crate::expr::NameId;
use crate::narrate::arrays::tensor_words;
use crate::narrate::phrases::{number, plain, text};
use crate::network::Network;
use crate::notation::document::{Align, Block, Document, Inline, Table};
use crate::notation::{Style, Typesetter};

/// The most parameters that the table has a column for.
const MAX_COLUMNS: usize = 6;
/// The most steps that the table has a row for; of more the first and last are shown.
const MAX_ROWS: usize = 40;

/// The document of `derive descend`.
pub fn descent(network: &Network, of: NameId, parameters: &[NameId], rate: f64, descent: &Descent) -> Document {
    let mut document = Document::default();
    let mut setter = Typesetter::new(network, Style::default());
    let sheet = &mut document.sheet;
    let cost = setter.name(sheet, of);
    let shown = &parameters[..parameters.len().min(MAX_COLUMNS)];
    let mut header = vec![vec![text("step")], vec![Inline::Math(cost)], vec![text("length of the gradient")]];
    header.extend(shown.iter().map(|&name| vec![Inline::Math(setter.name(sheet, name))]));
    let rows = descent
        .rows
        .iter()
        .enumerate()
        .filter(|(at, _)| *at < MAX_ROWS / 2 || at + MAX_ROWS / 2 >= descent.rows.len())
        .map(|(_, row)| {
            let mut cells = vec![vec![text(row.step.to_string())]];
            let values =
                [row.cost, row.gradient_norm].into_iter().chain(row.parameters.iter().copied().take(shown.len()));
            cells.extend(values.map(|value| vec![Inline::Math(number(sheet, value, 6))]));
            cells
        })
        .collect();
    let align = vec![Align::Right; header.len()];
    document.blocks.push(Block::Table(Table { align, header, rows }));
    if parameters.len() > shown.len() {
        let words = format!("{} further parameters move too; --json has them all.", parameters.len() - shown.len());
        document.blocks.push(Block::Paragraph(vec![text(words)]));
    }
    let costs = descent.rows.iter().map(|row| row.cost).collect();
    ending(network, &mut document, of, rate, (costs, descent.end));
    document
}

/// The document of `derive descend` for a network of tensors.
pub fn array_descent(network: &Network, of: NameId, rate: f64, descent: &ArrayDescent) -> Document {
    let mut document = Document::default();
    let mut setter = Typesetter::new(network, Style::default());
    let sheet = &mut document.sheet;
    let cost = setter.name(sheet, of);
    let header = vec![vec![text("step")], vec![Inline::Math(cost)], vec![text("length of the gradient")]];
    let shown = |at: &usize| *at < MAX_ROWS / 2 || at + MAX_ROWS / 2 >= descent.rows.len();
    let rows = descent.rows.iter().enumerate().filter(|(at, _)| shown(at)).map(|(at, &(cost, length))| {
        let numbers = [cost, length].map(|value| vec![Inline::Math(number(sheet, value, 6))]);
        [vec![text(at.to_string())]].into_iter().chain(numbers).collect()
    });
    let rows = rows.collect();
    document.blocks.push(Block::Table(Table { align: vec![Align::Right; 3], header, rows }));
    let costs = descent.rows.iter().map(|row| row.0).collect();
    ending(network, &mut document, of, rate, (costs, descent.end));
    let sheet = &mut document.sheet;
    let rows = descent
        .parameters
        .iter()
        .map(|(name, value)| vec![vec![Inline::Math(setter.name(sheet, *name))], vec![text(tensor_words(value))]]);
    let rows = rows.collect();
    let header = vec![vec![text("parameter")], vec![text("at the end")]];
    document.blocks.push(Block::Table(Table { align: vec![Align::Left; 2], header, rows }));
    document
}

/// The plot of the cost, and why the descent ended.
fn ending(network: &Network, document: &mut Document, of: NameId, rate: f64, (costs, end): (Vec<f64>, End)) {
    let steps = costs.len().saturating_sub(1);
    let costs: Vec<f64> = costs.into_iter().filter(|cost| cost.is_finite()).collect();
    if costs.len() > 1 {
        document.blocks.push(Block::Preformatted(plot(&costs, &network.spelling(of), 60, 12)));
    }
    let words = match end {
        End::Completed => format!("{} steps at rate {}.", steps, plain(rate, 6)),
        End::Stationary => "The gradient is 0: no further step changes anything.".to_owned(),
        End::CostNotFinite(value) => {
            format!("Stopped: the cost is {}; a smaller rate may help.", plain(value, 6))
        }
        End::GradientNotFinite(name) => {
            format!("Stopped: the derivative by {} is not finite; a smaller rate may help.", network.spelling(name))
        }
    };
    document.blocks.push(Block::Paragraph(vec![text(words)]));
}
