//! The numbers of a derivation: factors, central differences, and what is not to be trusted.

use super::Writer;
use crate::calculus::{Gradient, PathProduct, Shape};
use crate::eval::{TroubleKind, Values};
use crate::expr::ExprId;
use crate::narrate::arrays::{CONFIRMED, confirmed_cells, tensor_words};
use crate::narrate::phrases::{left_out_note, number, plain, text, verdict_notes, verdict_words, with_code};
use crate::narrate::{network as listing, numbers, tensors};
use crate::notation::document::{Align, Block, Inline, Table};

impl Writer<'_> {
    pub(super) fn numbers(&mut self, values: &Values) {
        let story = self.story;
        self.heading(2, "In numbers");
        if let Some(reason) = &story.no_numbers {
            let mut words = format!("There are no numbers: {}", reason.message);
            if let Some(hint) = &reason.hint {
                words.push_str(&format!(" ({hint})"));
            }
            self.say(with_code(&format!("{words}.")));
            return;
        }
        let sentence = listing::point(self.network, &mut self.setter, &mut self.document.sheet, values);
        if !sentence.is_empty() {
            self.say(sentence);
        }
        if !story.arrays.is_empty() {
            self.array_tables();
            return self.troubles();
        }
        if let [Gradient { shape: Shape::Products(terms), .. }] = story.derivation.gradients.as_slice() {
            for term in terms {
                self.factor_table(term);
            }
        }
        self.difference_table();
        self.troubles();
    }

    /// The number of each factor and of the product so far.
    fn factor_table(&mut self, term: &PathProduct) {
        let value = |expr: &ExprId| self.story.values.get(expr).copied().unwrap_or(f64::NAN);
        let numbers: Vec<f64> = term.values.iter().map(value).collect();
        let mut rows = Vec::new();
        let mut product = 1.0;
        for (at, factor) in numbers.iter().enumerate() {
            product *= factor;
            let link = term.links[at];
            let reach = self.story.derivation.reach(link);
            let symbol = self.setter.link(&mut self.document.sheet, link.of, link.by, reach);
            let formula = self.expr(term.values[at]);
            let sheet = &mut self.document.sheet;
            rows.push(vec![
                vec![Inline::Math(symbol)],
                vec![Inline::Math(formula)],
                vec![Inline::Math(number(sheet, *factor, 6))],
                vec![Inline::Math(number(sheet, product, 6))],
            ]);
        }
        let header = ["link", "formula", "value", "product so far"].map(|word| vec![text(word)]).to_vec();
        let align = vec![Align::Left, Align::Left, Align::Right, Align::Right];
        self.push(Block::Table(Table { align, header, rows }));
    }

    /// The derived values beside the central differences.
    fn difference_table(&mut self) {
        let story = self.story;
        let mut rows = Vec::new();
        for (gradient, confirmed) in story.derivation.gradients.iter().zip(&story.confirmed) {
            let symbol = self.derivative(gradient.of, gradient.by);
            let derived = story.values.get(&gradient.simplified).copied().unwrap_or(f64::NAN);
            let sheet = &mut self.document.sheet;
            let mut row = vec![vec![Inline::Math(symbol)], vec![Inline::Math(number(sheet, derived, 8))]];
            match confirmed {
                Some(confirmed) => {
                    row.push(vec![Inline::Math(number(sheet, confirmed.difference.value, 8))]);
                    row.push(vec![text(plain(confirmed.difference.step, 2))]);
                    row.push(vec![text(plain(confirmed.difference.error, 2))]);
                    row.push(vec![text(verdict_words(confirmed.verdict))]);
                }
                None => row.extend([Vec::new(), Vec::new(), Vec::new(), vec![text("not taken")]]),
            }
            rows.push(row);
        }
        let header = ["derivative", "derived", "central difference", "step", "error", "verdict"]
            .map(|word| vec![text(word)])
            .to_vec();
        let align = vec![Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left];
        self.push(Block::Table(Table { align, header, rows }));
        let taken = story.confirmed.iter().flatten().count();
        if let Some(note) = left_out_note(taken, story.confirmed.len()) {
            self.say(note);
        }
        for note in verdict_notes(story.confirmed.iter().flatten().map(|confirmed| confirmed.verdict)) {
            self.say(note);
        }
    }

    /// Derivatives that are tensors, and what central differences say of their entries.
    fn array_tables(&mut self) {
        let story = self.story;
        let (mut values, mut differences) = (Vec::new(), Vec::new());
        for (gradient, array) in story.derivation.gradients.iter().zip(&story.arrays) {
            let symbol = vec![Inline::Math(self.derivative(gradient.of, gradient.by))];
            let Some(array) = array else { continue };
            let value = tensors::in_layout(&self.setter, gradient.of, gradient.by, &array.value);
            values.push(vec![symbol.clone(), vec![text(tensor_words(&value))]]);
            differences.push([vec![symbol], confirmed_cells(&array.confirmed)].concat());
        }
        let header = ["derivative", "value"].map(|word| vec![text(word)]).to_vec();
        self.push(Block::Table(Table { align: vec![Align::Left; 2], header, rows: values }));
        let header = CONFIRMED.map(|word| vec![text(word)]).to_vec();
        let align = vec![Align::Left, Align::Right, Align::Right, Align::Left, Align::Left];
        self.push(Block::Table(Table { align, header, rows: differences }));
        for note in verdict_notes(story.arrays.iter().flatten().map(|array| array.confirmed.verdict)) {
            self.say(note);
        }
    }

    /// Overflow, domains, kinks, each with the equation that it comes from.
    fn troubles(&mut self) {
        let story = self.story;
        let items: Vec<Vec<Inline>> = story
            .troubles
            .iter()
            .take(20)
            .map(|trouble| with_code(&numbers::trouble_words(self.network, trouble)))
            .collect();
        let serious = story.troubles.iter().any(|trouble| !matches!(trouble.kind, TroubleKind::Kink { .. }));
        if items.is_empty() {
            return;
        }
        let words = if serious { "These numbers are not to be trusted:" } else { "Note:" };
        self.say(vec![text(words)]);
        self.push(Block::List(items));
    }
}
