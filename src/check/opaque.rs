//! Values of functions of which a field knows nothing: one random number per argument vector.
//!
//! Takes arguments lane by lane; gives the same values for the same arguments, and opposite ones for the opposite
//! argument of an odd function.

use super::field::{Element, Field};
use super::lanes;
use super::primitive::Primitive;
use super::random::Random;
use crate::expr::FunctionId;

/// Which function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Head {
    /// An odd function of the table.
    Odd(Primitive),
    /// A derivative of an abstract function.
    Abstract(FunctionId, Box<[u8]>),
}

#[derive(Clone, Debug)]
struct Entry {
    head: Head,
    arguments: Vec<Vec<Element>>,
    values: Vec<Element>,
}

/// The values given so far.
#[derive(Clone, Debug, Default)]
pub struct Opaques {
    entries: Vec<Entry>,
}

impl Opaques {
    /// The values of a function at these arguments.
    pub fn values(
        &mut self,
        field: &Field,
        random: &mut Random,
        head: &Head,
        arguments: &[&[Element]],
    ) -> Vec<Element> {
        for entry in self.entries.iter().filter(|entry| entry.head == *head) {
            let mut pairs = entry.arguments.iter().zip(arguments);
            if pairs.all(|(known, argument)| known == argument) {
                return entry.values.clone();
            }
            if let (Head::Odd(_), [argument]) = (head, arguments) {
                let opposite = |(&known, &new): (&Element, &Element)| field.neg(known) == new;
                if entry.arguments[0].iter().zip(*argument).all(opposite) {
                    return entry.values.iter().map(|&value| field.neg(value)).collect();
                }
            }
        }
        let count = arguments.first().map_or(0, |argument| argument.len());
        let at_zero = matches!(head, Head::Odd(_)) && arguments.iter().all(|all| all.iter().all(|e| e.is_zero()));
        let mut draw = || if at_zero { Element::ZERO } else { field.random(random) };
        let values: Vec<Element> = (0..count).map(|_| draw()).collect();
        let arguments = arguments.iter().map(|argument| argument.to_vec()).collect();
        self.entries.push(Entry { head: head.clone(), arguments, values: values.clone() });
        values
    }

    /// Drops the lanes whose mark is `false`.
    pub fn keep(&mut self, marks: &[bool]) {
        for entry in &mut self.entries {
            entry.arguments.iter_mut().for_each(|argument| lanes::keep(argument, marks));
            lanes::keep(&mut entry.values, marks);
        }
    }
}
