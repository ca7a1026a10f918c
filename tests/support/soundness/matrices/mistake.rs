//! Mistakes: one edit of a formula of vectors and matrices, as a person makes it.

use chainrule::check::diagnose::Kind;

use super::super::random::Dice;
use super::formula::Formula;
use super::value::{Environment, evaluate};
use Formula::{Call, Entrywise, Fraction, Name, Number, Ones, Product, Sum, Turned};

/// What an author may confuse.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Values of all names at one point, for their shapes.
    pub names: Environment,
    /// A name and what it is a function of: a, z.
    pub activations: Vec<(String, String)>,
    /// The sizes that count samples or components.
    pub sizes: Vec<String>,
}

/// The kinds of mistakes that are made, the likelier ones more than once.
const KINDS: [Kind; 26] = [
    Kind::Transpose,
    Kind::Transpose,
    Kind::Transpose,
    Kind::TransposeElsewhere,
    Kind::TransposeElsewhere,
    Kind::FactorOrder,
    Kind::FactorOrder,
    Kind::OuterSwapped,
    Kind::ElementwiseForProduct,
    Kind::ElementwiseForProduct,
    Kind::ProductForElementwise,
    Kind::MissingSum,
    Kind::SumForMean,
    Kind::MeanForSum,
    Kind::JacobianDiagonal,
    Kind::Sign,
    Kind::Constant,
    Kind::MissingFactor,
    Kind::NotDifferentiated,
    Kind::WrongArgument,
    Kind::OtherLayer,
    Kind::WrongVariable,
    Kind::LostPath,
    Kind::LostTerm,
    Kind::DoubledFactor,
    Kind::Bracket,
];

/// A formula with one mistake; nothing if the dice chose one that does not apply.
pub fn mistaken(formula: &Formula, world: &World, dice: &mut Dice) -> Option<(Kind, Formula)> {
    let kind = dice.pick(&KINDS);
    let edited = Editing { world, dice }.edit(kind, formula)?;
    (edited != *formula).then_some((kind, edited))
}

struct Editing<'a> {
    world: &'a World,
    dice: &'a mut Dice,
}

impl Editing<'_> {
    fn edit(&mut self, kind: Kind, formula: &Formula) -> Option<Formula> {
        match kind {
            Kind::Sign if self.dice.once_in(3) => return Some(Sum(vec![(true, formula.clone())])),
            Kind::Constant if self.dice.once_in(2) => {
                let number = self.dice.pick(&["2", "3", "4", "\\frac{1}{2}"]);
                return Some(Formula::times(numeral(number), formula.clone()));
            }
            Kind::MeanForSum => {
                let size = self.one_of(&self.world.sizes)?;
                let mean = Fraction(Box::new(Number("1".to_owned())), Box::new(Name(size)));
                return Some(Formula::times(mean, formula.clone()));
            }
            Kind::LostPath => {
                let Sum(terms) = formula else { return None };
                return self.without_term(terms);
            }
            _ => {}
        }
        let mut edited = formula.clone();
        let size = formula.size();
        let start = self.dice.below(size);
        for step in 0..size {
            let at = (start + step) % size;
            let part = edited.part_mut(at)?;
            if let Some(other) = self.part(kind, part, at == 0) {
                *part = other;
                return Some(edited);
            }
        }
        None
    }

    fn one_of<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() { None } else { Some(self.dice.pick(from)) }
    }

    /// A part with the mistake, where it can be made.
    fn part(&mut self, kind: Kind, part: &Formula, is_whole: bool) -> Option<Formula> {
        match (kind, part) {
            (Kind::Sign, Sum(terms)) => {
                let mut terms = terms.clone();
                let at = self.dice.below(terms.len());
                terms[at].0 = !terms[at].0;
                Some(Sum(terms))
            }
            (Kind::LostTerm, Sum(terms)) if !is_whole => self.without_term(terms),
            (Kind::Constant, Product(factors)) => {
                let rest: Vec<Formula> = factors.iter().filter(|factor| !is_numeral(factor)).cloned().collect();
                (rest.len() < factors.len() && !rest.is_empty()).then(|| Formula::product(rest))
            }
            (Kind::SumForMean, Product(factors)) => {
                let is_mean = |factor: &Formula| match factor {
                    Fraction(_, below) => matches!(&**below, Name(name) if self.world.sizes.contains(name)),
                    _ => false,
                };
                let rest: Vec<Formula> = factors.iter().filter(|factor| !is_mean(factor)).cloned().collect();
                (rest.len() < factors.len() && !rest.is_empty()).then(|| Formula::product(rest))
            }
            (Kind::MissingSum, Product(factors)) => {
                let is_ones = |factor: &Formula| *factor == Ones || *factor == Ones.turned();
                let at = factors.iter().position(is_ones)?;
                let mut rest = factors.clone();
                rest.remove(at);
                Some(Formula::product(rest))
            }
            (Kind::Transpose | Kind::TransposeElsewhere | Kind::FactorOrder | Kind::OuterSwapped, Product(factors)) => {
                self.rearranged(kind, factors)
            }
            (Kind::ElementwiseForProduct, Product(factors)) => {
                let at = self.pair(factors)?;
                let mut factors = factors.clone();
                let second = factors.remove(at + 1);
                factors[at] = Entrywise(vec![factors[at].clone(), second]);
                Some(Formula::product(factors))
            }
            (Kind::ProductForElementwise, Entrywise(factors)) => {
                let at = self.pair(factors)?;
                let mut factors = factors.clone();
                let second = factors.remove(at + 1);
                factors[at] = Product(vec![factors[at].clone(), second]);
                Some(Formula::entrywise(factors))
            }
            (Kind::JacobianDiagonal, Sum(terms)) => jacobian_diagonal(terms),
            (Kind::MissingFactor, Entrywise(factors)) => {
                let mut rest = factors.clone();
                rest.remove(self.dice.below(factors.len()));
                Some(Formula::entrywise(rest))
            }
            (Kind::MissingFactor, Product(factors)) => {
                let scalars = self.places(factors, |editing, factor| editing.is_scalar(factor) && !is_numeral(factor));
                let at = self.one_of(&scalars)?;
                let mut rest = factors.clone();
                rest.remove(at);
                Some(Formula::product(rest))
            }
            (Kind::DoubledFactor, Entrywise(factors)) => {
                let mut factors = factors.clone();
                let at = self.dice.below(factors.len());
                factors.insert(at, factors[at].clone());
                Some(Entrywise(factors))
            }
            (Kind::NotDifferentiated, Entrywise(factors)) => not_differentiated(factors),
            (Kind::NotDifferentiated | Kind::WrongArgument, Call(function, argument)) => {
                let plain = function.strip_suffix('\'')?;
                if kind == Kind::NotDifferentiated {
                    return Some(Call(plain.to_owned(), argument.clone()));
                }
                let Name(z) = &**argument else { return None };
                let a = self.world.activations.iter().find(|pair| pair.1 == *z)?.0.clone();
                Some(Call(function.clone(), Box::new(Name(a))))
            }
            (Kind::NotDifferentiated, Sum(terms)) => match terms.as_slice() {
                [(false, Number(_)), (true, Entrywise(square))] if square.len() == 2 && square[0] == square[1] => {
                    Some(square[0].clone())
                }
                _ => None,
            },
            (Kind::WrongArgument, Name(name)) => {
                let pairs = self.world.activations.iter();
                let mut found = pairs.filter_map(|(a, z)| match () {
                    () if a == name => Some(z),
                    () if z == name => Some(a),
                    () => None,
                });
                found.next().cloned().map(Name)
            }
            (Kind::OtherLayer, Name(name)) => {
                let others = self.others(name, |editing, other| editing.is_sibling(name, other));
                self.one_of(&others).map(Name)
            }
            (Kind::WrongVariable, Name(name)) => {
                let pairs = &self.world.activations;
                let are_pair = |a: &str, b: &str| {
                    pairs.iter().any(|pair| (pair.0 == a && pair.1 == b) || (pair.1 == a && pair.0 == b))
                };
                let others = self.others(name, |editing, other| {
                    !editing.is_sibling(name, other) && !are_pair(name, other) && editing.have_one_shape(name, other)
                });
                self.one_of(&others).map(Name)
            }
            (Kind::Bracket, Product(factors) | Entrywise(factors)) => loose_bracket(part, factors),
            _ => None,
        }
    }

    fn without_term(&mut self, terms: &[(bool, Formula)]) -> Option<Formula> {
        if terms.len() < 2 {
            return None;
        }
        let mut terms = terms.to_vec();
        terms.remove(self.dice.below(terms.len()));
        Some(match terms.as_slice() {
            [(false, only)] => only.clone(),
            _ => Sum(terms),
        })
    }

    fn is_scalar(&self, formula: &Formula) -> bool {
        evaluate(formula, &self.world.names).is_some_and(|value| value.rows == Some(1) && value.columns == Some(1))
    }

    fn places(&self, factors: &[Formula], wanted: impl Fn(&Self, &Formula) -> bool) -> Vec<usize> {
        (0..factors.len()).filter(|&at| wanted(self, &factors[at])).collect()
    }

    /// The first of two neighbours that are no scalars.
    fn pair(&mut self, factors: &[Formula]) -> Option<usize> {
        let tensors = self.places(factors, |editing, factor| !editing.is_scalar(factor));
        let pairs: Vec<usize> = tensors.iter().copied().filter(|at| tensors.contains(&(at + 1))).collect();
        self.one_of(&pairs)
    }

    /// Transposes and orders of the factors of a product.
    fn rearranged(&mut self, kind: Kind, factors: &[Formula]) -> Option<Formula> {
        let mut other = factors.to_vec();
        match kind {
            Kind::Transpose => {
                let tensors = self.places(factors, |editing, factor| !editing.is_scalar(factor));
                let at = self.one_of(&tensors)?;
                other[at] = other[at].clone().turned();
            }
            Kind::TransposeElsewhere => {
                let at = self.pair(factors)?;
                let are_turned = [at, at + 1].map(|at| matches!(factors[at], Turned(_)));
                if are_turned[0] == are_turned[1] {
                    return None;
                }
                for at in [at, at + 1] {
                    other[at] = other[at].clone().turned();
                }
            }
            Kind::FactorOrder => {
                let at = self.pair(factors)?;
                other.swap(at, at + 1);
            }
            _ => {
                let at = self.pair(factors)?;
                let (column, Turned(row)) = (&factors[at], &factors[at + 1]) else { return None };
                let is_column = |formula: &Formula| {
                    evaluate(formula, &self.world.names).is_some_and(|value| value.columns == Some(1))
                };
                if !is_column(column) || !is_column(row) {
                    return None;
                }
                other[at] = (**row).clone();
                other[at + 1] = column.clone().turned();
            }
        }
        Some(Product(other))
    }

    fn others(&self, name: &str, wanted: impl Fn(&Self, &str) -> bool) -> Vec<String> {
        let mut others: Vec<String> =
            self.world.names.keys().filter(|other| *other != name && wanted(self, other)).cloned().collect();
        others.sort();
        others
    }

    fn is_sibling(&self, name: &str, other: &str) -> bool {
        let stem = |name: &str| {
            let end = name.trim_end_matches('}');
            let stem = end.trim_end_matches(|letter: char| letter.is_ascii_digit());
            (stem.len() < end.len()).then(|| stem.to_owned())
        };
        stem(name).is_some() && stem(name) == stem(other)
    }

    fn have_one_shape(&self, name: &str, other: &str) -> bool {
        let shape = |name: &str| self.world.names.get(name).map(|value| (value.rows, value.columns));
        shape(name) == shape(other)
    }
}

fn numeral(text: &str) -> Formula {
    match text {
        "\\frac{1}{2}" => Fraction(Box::new(Number("1".to_owned())), Box::new(Number("2".to_owned()))),
        _ => Number(text.to_owned()),
    }
}

fn is_numeral(formula: &Formula) -> bool {
    match formula {
        Number(_) => true,
        Fraction(above, below) => is_numeral(above) && is_numeral(below),
        _ => false,
    }
}

/// diag(p ⊙ (1 − p)) for diag(p) − ppᵀ.
fn jacobian_diagonal(terms: &[(bool, Formula)]) -> Option<Formula> {
    let [(false, Call(function, p)), (true, Product(outer))] = terms else { return None };
    if function != "\\mathrm{diag}" || *outer != [(**p).clone(), p.clone().turned()] {
        return None;
    }
    let rest = Sum(vec![(false, Number("1".to_owned())), (true, (**p).clone())]);
    Some(Call(function.clone(), Box::new(Entrywise(vec![(**p).clone(), rest]))))
}

/// Without 1 − a beside a.
fn not_differentiated(factors: &[Formula]) -> Option<Formula> {
    let is_rest = |factor: &Formula| match factor {
        Sum(terms) => match terms.as_slice() {
            [(false, Number(one)), (true, a)] => one == "1" && factors.contains(a),
            _ => false,
        },
        _ => false,
    };
    let at = factors.iter().position(is_rest)?;
    let mut rest = factors.to_vec();
    rest.remove(at);
    Some(Formula::entrywise(rest))
}

/// A sum of which only the first term is multiplied.
fn loose_bracket(part: &Formula, factors: &[Formula]) -> Option<Formula> {
    let at = factors.iter().rposition(|factor| matches!(factor, Sum(terms) if terms.len() > 1))?;
    let Sum(terms) = &factors[at] else { return None };
    let with = |factors: Vec<Formula>| match part {
        Product(_) => Formula::product(factors),
        _ => Formula::entrywise(factors),
    };
    let mut terms = terms.clone();
    let mut before = factors[..at].to_vec();
    before.push(terms[0].1.clone());
    let last = terms.len() - 1;
    let mut after = vec![terms[last].1.clone()];
    after.extend_from_slice(&factors[at + 1..]);
    terms[0].1 = with(before);
    terms[last].1 = with(after);
    Some(Sum(terms))
}
