//! The error terms of scalars, from the cost backwards, and the derivatives that branch off: ∂C/∂w = δ a.

use super::Writer;
use crate::calculus::ErrorRow;
use crate::expr::{Arena, ExprId};
use crate::narrate::chains;
use crate::narrate::phrases::{equation, text};
use crate::notation::Signs;
use crate::notation::document::{Block, Inline, Line};
use crate::notation::layout::{Face, Layout, Operator, same};

/// The most terms of a row whose symbols and values stand in one line.
const ONE_LINE: usize = 2;

impl Writer<'_> {
    /// The error terms once, each from those before, then the derivatives by the variables.
    pub(super) fn error_terms(&mut self) {
        let rows = &self.story.errors;
        self.setter.set_signs(Signs::Letters);
        let mut named = Vec::new();
        let mut branches = Vec::new();
        for row in rows {
            let lines = self.error_lines(row);
            if row.is_named { named.extend(lines) } else { branches.extend(lines) }
        }
        self.setter.set_signs(Signs::Fractions);
        if !named.is_empty() {
            self.heading(2, "The error terms");
            let delta = Layout::Symbol { text: "δ".to_owned(), face: Face::Italic };
            let delta = self.document.sheet.push(delta);
            self.say(vec![
                text("Backwards from the cost, each error term "),
                Inline::Math(delta),
                text(" is found once, from those before:"),
            ]);
            self.push(Block::Equations { lines: named, id: None });
        }
        if !branches.is_empty() {
            self.heading(2, "Branching off");
            self.push(Block::Equations { lines: branches, id: None });
        }
    }

    /// δ² = ∂C/∂z² = δ³ · ∂z³/∂a² · ∂a²/∂z² = δ³ · w³ · a²(1 − a²).
    fn error_lines(&mut self, row: &ErrorRow) -> Vec<Line> {
        let sign = self.derivative(row.of, row.by);
        let letter = self.setter.error(row.of, row.by);
        let sheet = &mut self.document.sheet;
        let left = match letter {
            Some(letter) => {
                let equals = sheet.push(Layout::Operator(Operator::Equals));
                sheet.push(Layout::Row(vec![letter, equals, sign]))
            }
            None => sign,
        };
        let symbols: Vec<Vec<ExprId>> = row.terms.iter().map(|term| term.symbols.clone()).collect();
        let living = row.terms.iter().filter(|term| !term.values.contains(&Arena::ZERO));
        let mut values: Vec<Vec<ExprId>> = living.map(|term| term.values.clone()).collect();
        if values.is_empty() {
            values.push(vec![Arena::ZERO]);
        }
        let setter = &mut self.setter;
        let first = chains::sum(setter, sheet, &symbols);
        if same(sheet, first, sign) || letter.is_some_and(|letter| same(sheet, first, letter)) {
            return chains::lines(setter, sheet, Some(left), &values);
        }
        if row.terms.len() > ONE_LINE {
            let mut lines = chains::lines(setter, sheet, Some(left), &symbols);
            lines.extend(chains::lines(setter, sheet, None, &values));
            return lines;
        }
        let second = chains::sum(setter, sheet, &values);
        if row.terms.iter().map(|term| term.symbols.len()).sum::<usize>() > chains::ONE_LINE {
            return vec![equation(Some(left), first, Vec::new()), equation(None, second, Vec::new())];
        }
        let equals = sheet.push(Layout::Operator(Operator::Equals));
        let right = sheet.push(Layout::Row(vec![first, equals, second]));
        vec![equation(Some(left), right, Vec::new())]
    }
}
