//! The results of a derivation: the links put in, the product so far, the simplified form.

use super::Writer;
use crate::calculus::{Gradient, Shape};
use crate::expr::{NameId, Reach};
use crate::narrate::phrases::{equation, text};
use crate::narrate::story::Depth;
use crate::narrate::{assumptions, tensors, vanishing, worked};
use crate::notation::TensorForm;
use crate::notation::document::{Block, Inline, Line};

impl Writer<'_> {
    /// The links put in, the product so far, the simplified result.
    pub(super) fn results(&mut self) {
        let story = self.story;
        let gradients = &story.derivation.gradients;
        if gradients.iter().all(|gradient| matches!(gradient.shape, Shape::Independent | Shape::Itself)) {
            return;
        }
        if let [Gradient { of, shape: Shape::Products(terms), .. }] = gradients.as_slice()
            && let [term] = terms.as_slice()
            && term.running.len() > 2
            && !self.tensors
        {
            self.heading(2, "The product so far");
            let lines: Vec<Line> = term
                .links
                .iter()
                .zip(&term.running)
                .map(|(link, &running)| {
                    let left = self.derivative(*of, link.by);
                    let right = self.expr(running);
                    equation(Some(left), right, Vec::new())
                })
                .collect();
            self.push(Block::Equations { lines, id: None });
        }
        self.heading(2, if gradients.len() == 1 { "The result" } else { "The results" });
        for gradient in gradients {
            self.result(gradient);
        }
    }

    /// The result of a tensor, with what simplified it.
    fn tensor_result(&mut self, gradient: &Gradient) {
        let sheet = &mut self.document.sheet;
        let shapes = self.setter.style().shapes;
        let note = if shapes {
            tensors::derivative_shape(&mut self.setter, sheet, gradient.of, gradient.by)
        } else {
            Vec::new()
        };
        let Gradient { of, by, simplified, .. } = *gradient;
        let reasons = assumptions::reasons(&mut self.setter, sheet, self.story.assumed.of(of, by));
        let note = tensors::with_remark(note, reasons);
        let wants_entries = self.setter.style().form != TensorForm::Matrix;
        let users: Vec<(NameId, Reach)> = match self.story.derivation.sweep(of).filter(|_| wants_entries) {
            Some(sweep) => sweep.users(by).map(|link| (link.of, sweep.reach(link))).collect(),
            None => Vec::new(),
        };
        let [in_matrices, in_indices] = tensors::forms(&mut self.setter, sheet, of, by, &[simplified]);
        let whole = [in_matrices, in_indices && users.is_empty()];
        let mut lines = tensors::value_lines(&mut self.setter, sheet, (of, by), simplified, whole, note.clone());
        if in_indices && !users.is_empty() {
            let note = if in_matrices { Vec::new() } else { note };
            lines.extend(tensors::entry_lines(&mut self.setter, sheet, gradient, &users, note));
        }
        if !in_indices && let Some(size) = tensors::summed_rows(self.network, simplified) {
            let size = self.setter.size(&mut self.document.sheet, size);
            let note = vec![text("summed over the "), Inline::Math(size), text(" rows")];
            let sheet = &mut self.document.sheet;
            lines.extend(tensors::value_lines(&mut self.setter, sheet, (of, by), simplified, [false, true], note));
        }
        let id = Some(self.label(gradient, "result"));
        self.push(Block::Equations { lines, id });
    }

    fn result(&mut self, gradient: &Gradient) {
        if self.tensors && !matches!(gradient.shape, Shape::Independent | Shape::Itself) {
            self.tensor_result(gradient);
            if self.story.depth == Depth::Full {
                self.simplified_by(gradient);
            }
            return;
        }
        if let Shape::Products(terms) = &gradient.shape {
            let links = vanishing::vanished(terms);
            if !links.is_empty() {
                let sentence = vanishing::sentence(&mut self.setter, &mut self.document.sheet, &links, false);
                self.say(sentence);
            }
        }
        let mut left = Some(self.derivative(gradient.of, gradient.by));
        let mut lines = Vec::new();
        let simplified = self.expr(gradient.simplified);
        match &gradient.shape {
            Shape::Independent | Shape::Itself => return,
            Shape::Products(terms) => {
                lines = self.put_in(gradient, terms);
                left = None;
            }
            Shape::Recursion(_) => {}
        }
        let same = matches!(lines.as_slice(), [only] if self.looks_like(only.right, simplified));
        if !same {
            lines.push(equation(left.take(), simplified, Vec::new()));
        }
        let assumed = self.story.assumed.of(gradient.of, gradient.by);
        let reasons = assumptions::reasons(&mut self.setter, &mut self.document.sheet, assumed);
        if let Some(last) = lines.last_mut() {
            last.note.extend(reasons);
        }
        let id = Some(self.label(gradient, "result"));
        self.push(Block::Equations { lines, id });
        if self.story.depth == Depth::Full {
            self.simplified_by(gradient);
        }
    }

    fn simplified_by(&mut self, gradient: &Gradient) {
        let sheet = &mut self.document.sheet;
        if let Some(block) = worked::rewritings(&mut self.setter, sheet, &gradient.rewritings) {
            self.say(vec![text("Simplified by:")]);
            self.push(block);
        }
    }
}
