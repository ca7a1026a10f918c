//! The chains of a derivation in symbols, one product a path, and what is said of the paths.

use super::Writer;
use crate::calculus::{Gradient, PathProduct, Shape, Sweep};
use crate::expr::{Arena, ExprId};
use crate::narrate::phrases::text;
use crate::narrate::vanishing;
use crate::narrate::{chains, tensors, track};
use crate::notation::document::{Block, Inline, Line};
use crate::notation::layout::{Layout, Operator};

impl Writer<'_> {
    /// The chain of each derivative in symbols.
    pub(super) fn chains(&mut self) {
        let story = self.story;
        self.heading(2, if story.derivation.gradients.len() == 1 { "The chain" } else { "The chains" });
        for gradient in &story.derivation.gradients {
            match &gradient.shape {
                Shape::Independent | Shape::Itself => self.trivial(gradient),
                Shape::Products(terms) => {
                    self.step_sentence(gradient);
                    self.path_sentence(gradient);
                    let lines = self.symbols(gradient, terms);
                    let id = Some(self.label(gradient, "chain"));
                    self.push(Block::Equations { lines, id });
                }
                Shape::Recursion(_) if !story.errors.is_empty() => {
                    self.step_sentence(gradient);
                    self.path_sentence(gradient);
                }
                Shape::Recursion(rows) => {
                    self.step_sentence(gradient);
                    self.path_sentence(gradient);
                    let sheet = &mut self.document.sheet;
                    let lines = track::lines(self.network, &mut self.setter, sheet, gradient.of, rows);
                    let id = Some(self.label(gradient, "chain"));
                    self.push(Block::Equations { lines, id });
                }
            }
        }
    }

    /// What is said of paths over steps, whose derivative is 0.
    fn step_sentence(&mut self, gradient: &Gradient) {
        let links = self.steps.towards(self.network, gradient.by);
        if !links.is_empty() && Some(gradient.of) == self.story.derivation.sweeps.first().map(Sweep::of) {
            let sentence = vanishing::sentence(&mut self.setter, &mut self.document.sheet, &links, true);
            self.say(sentence);
        }
    }

    /// "Two paths lead from C to w; the derivative is their sum."
    fn path_sentence(&mut self, gradient: &Gradient) {
        if gradient.path_count < 2 {
            return;
        }
        let sheet = &mut self.document.sheet;
        let (of, by) = (self.setter.name(sheet, gradient.of), self.setter.name(sheet, gradient.by));
        let count = match gradient.path_count {
            u64::MAX => "More paths than can be counted".to_owned(),
            count => format!("{count} paths"),
        };
        let end = match gradient.shape {
            Shape::Recursion(_) if !self.story.errors.is_empty() => "; the error terms above hold all of them.",
            Shape::Recursion(_) => "; each derivative on the way is found once, from those before it:",
            _ => "; the derivative is the sum over them:",
        };
        self.say(vec![
            text(format!("{count} lead from ")),
            Inline::Math(of),
            text(" to "),
            Inline::Math(by),
            text(end),
        ]);
    }

    /// What needs no chain: a derivative by itself, or by what has no influence.
    pub(super) fn trivial(&mut self, gradient: &Gradient) {
        let symbol = self.derivative(gradient.of, gradient.by);
        let steps = match gradient.shape {
            Shape::Independent => self.steps.towards(self.network, gradient.by),
            _ => Vec::new(),
        };
        let sheet = &mut self.document.sheet;
        let (of, by) = (self.setter.name(sheet, gradient.of), self.setter.name(sheet, gradient.by));
        let identity = matches!(gradient.shape, Shape::Itself) && tensors::rank(self.network, gradient.of) > 0;
        let (words, value) = match gradient.shape {
            Shape::Itself if identity => (" is the variable itself", "I"),
            Shape::Itself => (" is the variable itself", "1"),
            _ if !steps.is_empty() => (" changes only in steps with ", "0"),
            _ => (" does not depend on ", "0"),
        };
        let mut sentence = vec![Inline::Math(of), text(words)];
        if gradient.shape == Shape::Independent {
            sentence.push(Inline::Math(by));
        }
        if steps.iter().any(|&link| link != (gradient.of, gradient.by)) {
            sentence.push(text("; wherever they exist, "));
            sentence.extend(vanishing::equations(&mut self.setter, sheet, &steps));
        }
        let equals = sheet.push(Layout::Operator(Operator::Equals));
        let value = sheet.push(Layout::Number(value.to_owned()));
        let formula = sheet.push(Layout::Row(vec![symbol, equals, value]));
        sentence.extend([text(": "), Inline::Math(formula), text(".")]);
        self.say(sentence);
    }

    /// The derivative as Σ over paths of the chain in symbols.
    pub(super) fn symbols(&mut self, gradient: &Gradient, terms: &[PathProduct]) -> Vec<Line> {
        let chains: Vec<Vec<ExprId>> = terms.iter().map(|term| term.symbols.clone()).collect();
        self.sum_of_chains(gradient, &chains)
    }

    /// The derivative as Σ over paths of the links put in; links that are 1 are not written, nor paths that give 0.
    pub(super) fn put_in(&mut self, gradient: &Gradient, terms: &[PathProduct]) -> Vec<Line> {
        let living = terms.iter().filter(|term| !term.values.contains(&Arena::ZERO));
        let chains = living.map(|term| {
            let kept: Vec<ExprId> = term.values.iter().copied().filter(|&value| value != Arena::ONE).collect();
            if kept.is_empty() { vec![Arena::ONE] } else { kept }
        });
        let mut chains: Vec<Vec<ExprId>> = chains.collect();
        if chains.is_empty() {
            chains.push(vec![Arena::ZERO]);
        }
        self.sum_of_chains(gradient, &chains)
    }

    fn sum_of_chains(&mut self, gradient: &Gradient, chains: &[Vec<ExprId>]) -> Vec<Line> {
        let left = self.derivative(gradient.of, gradient.by);
        chains::lines(&mut self.setter, &mut self.document.sheet, Some(left), chains)
    }
}
