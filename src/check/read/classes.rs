//! Class numbers of samples as indices: P_{i,y_i}, 𝟙[y_i = j], 𝟙[y⁽ⁱ⁾ = k], where y holds a class for each sample.

use crate::diagnostic::Span;
use crate::expr::{ExprId, NameId};
use crate::function::{Functions, Known};
use crate::shape::Dim;
use crate::syntax::latex::{Delimiter, ItemId, Kind};

use super::parser::Parser;
use super::shift::Place;
use super::symbols::{Spelling, WrittenName};

/// What stands between the name and the letter in the text of such an index, as in no other.
const OF: char = '@';

impl Parser<'_> {
    /// The text of an index that is the class of a sample: `y@i` for y_i and y⁽ⁱ⁾.
    pub fn class_text(&self, id: ItemId) -> Option<String> {
        let written = WrittenName::of(self.tree, id).filter(|written| written.primes == 0)?;
        let letter = match (written.sub, written.sup) {
            (Some(sub), None) => self.letters_of(self.row(sub))?,
            (None, Some(sup)) => match self.row(sup) {
                [only] => match *self.kind(*only) {
                    Kind::Fence { open: Delimiter::Round, body, .. } => self.letters_of(self.row(body))?,
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        let [letter] = <[String; 1]>::try_from(letter).ok()?;
        self.sample_classes(&written.base)?;
        Some(format!("{}{OF}{letter}", written.base))
    }

    /// Letters and classes of samples side by side: the i and the y_i of P_{i y_i}; nothing without such a class.
    pub fn letters_and_classes(&self, items: &[ItemId]) -> Option<Vec<String>> {
        let index = |&id: &ItemId| self.class_text(id).or_else(|| self.letters_of(&[id])?.pop());
        let indices: Vec<String> = items.iter().map(index).collect::<Option<_>>()?;
        indices.iter().any(|index| index.contains(OF)).then_some(indices)
    }

    /// Whether an index is the class of a sample.
    pub fn is_class_of_sample(&self, index: &str) -> bool {
        index.contains(OF)
    }

    /// The quantity that holds a class for each sample, how many samples there are, and how many classes.
    fn sample_classes(&self, base: &str) -> Option<(NameId, Dim, Dim)> {
        let &[name] = self.context.symbols.quantities(&Spelling::new(base, "", "")) else { return None };
        let classes = self.context.network.quantity(name).facts.classes?;
        match self.dims_of(name)[..] {
            [samples] => Some((name, samples, classes)),
            _ => None,
        }
    }

    /// The one-hot vectors of the classes of all samples, with the axes of samples and classes and the letter of the sample.
    pub fn hot_samples(&mut self, index: &str) -> Option<(ExprId, [Dim; 2], String)> {
        let (base, letter) = index.split_once(OF)?;
        let (name, samples, classes) = self.sample_classes(base)?;
        let class = self.context.network.name_expr(name);
        let function = Functions::with(Known::OneHot);
        let hot = self.context.network.arena.call_of_shape(function, &[class], &[samples, classes]);
        Some((hot, [samples, classes], letter.to_owned()))
    }

    /// What the class of a sample picks on an axis.
    pub fn place_of_class(&mut self, index: &str, dim: Dim, span: Span) -> Option<Place> {
        let (hot, [samples, classes], letter) = self.hot_samples(index)?;
        if !self.context.network.arena.shapes().same(classes, dim) {
            let _ = self.unclear("this class is no index of this axis", span);
            return None;
        }
        let bit = self.index(&letter, samples, span)?;
        Some(Place::Picked(hot, 1 << bit))
    }
}
