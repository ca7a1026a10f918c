//! Formulas of vectors and matrices as an author writes them: a tree that is printed to LaTeX, edited and evaluated
//! without any part of the checker.

/// A formula; vectors are columns unless they are transposed.
#[derive(Clone, PartialEq, Debug)]
pub enum Formula {
    /// A number as it is written.
    Number(String),
    /// A quantity by its LaTeX.
    Name(String),
    /// 𝟏, as long as what stands around it wants.
    Ones,
    /// I.
    Identity,
    /// Aᵀ.
    Turned(Box<Formula>),
    /// A⁻¹.
    Inverse(Box<Formula>),
    /// A product in juxtaposition.
    Product(Vec<Formula>),
    /// u ⊙ v.
    Entrywise(Vec<Formula>),
    /// u ⊘ v.
    Over(Box<Formula>, Box<Formula>),
    /// A fraction; below stands a scalar.
    Fraction(Box<Formula>, Box<Formula>),
    /// A sum; true before a term that is subtracted.
    Sum(Vec<(bool, Formula)>),
    /// A power of a scalar.
    Power(Box<Formula>, u32),
    /// A power entry by entry.
    EntryPower(Box<Formula>, u32),
    /// A function by its LaTeX.
    Call(String, Box<Formula>),
    /// 𝟙[u > 0].
    Positive(Box<Formula>),
    /// ‖u‖.
    Norm(Box<Formula>),
}

use Formula::{
    Call, EntryPower, Entrywise, Fraction, Identity, Inverse, Name, Norm, Number, Ones, Over, Positive, Power, Product,
    Sum, Turned,
};

/// How tightly a formula is bound.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Level {
    Sum,
    Entrywise,
    Product,
    Atom,
}

impl Formula {
    /// The formula transposed.
    pub fn turned(self) -> Formula {
        match self {
            Turned(inner) => *inner,
            other => Turned(Box::new(other)),
        }
    }

    /// A product with a number in front.
    pub fn times(number: Formula, of: Formula) -> Formula {
        match of {
            Product(mut factors) => {
                factors.insert(0, number);
                Product(factors)
            }
            other => Product(vec![number, other]),
        }
    }

    /// A product of what is left, one factor by itself.
    pub fn product(mut factors: Vec<Formula>) -> Formula {
        if factors.len() == 1 { factors.remove(0) } else { Product(factors) }
    }

    /// The same for ⊙.
    pub fn entrywise(mut factors: Vec<Formula>) -> Formula {
        if factors.len() == 1 { factors.remove(0) } else { Entrywise(factors) }
    }

    fn level(&self) -> Level {
        match self {
            Sum(_) => Level::Sum,
            Entrywise(_) | Over(..) => Level::Entrywise,
            Product(_) => Level::Product,
            _ => Level::Atom,
        }
    }

    /// In brackets where it is bound no tighter than its place wants.
    fn within(&self, level: Level) -> String {
        let text = self.latex();
        if self.level() >= level { text } else { format!("\\left({text}\\right)") }
    }

    /// The formula in LaTeX.
    pub fn latex(&self) -> String {
        match self {
            Number(text) | Name(text) => text.clone(),
            Ones => "\\mathbf{1}".to_owned(),
            Identity => "I".to_owned(),
            Turned(inner) => match &**inner {
                Inverse(matrix) => format!("{}^{{-\\top}}", matrix.base()),
                inner => format!("{}^{{\\top}}", inner.base()),
            },
            Inverse(inner) => format!("{}^{{-1}}", inner.base()),
            Product(factors) => joined(factors.iter().map(|factor| factor.within(Level::Atom)), " "),
            Entrywise(factors) => joined(factors.iter().map(|factor| factor.within(Level::Atom)), " \\odot "),
            Over(above, below) => format!("{} \\oslash {}", above.within(Level::Atom), below.within(Level::Atom)),
            Fraction(above, below) => format!("\\frac{{{}}}{{{}}}", above.latex(), below.latex()),
            Sum(terms) => sum(terms),
            Power(base, exponent) => format!("{}^{{{exponent}}}", base.base()),
            EntryPower(base, exponent) => format!("{}^{{\\odot {exponent}}}", base.base()),
            Call(function, argument) => format!("{function}\\left({}\\right)", argument.latex()),
            Positive(argument) => format!("\\mathbf{{1}}[{} > 0]", argument.latex()),
            Norm(argument) => format!("\\lVert {}\\rVert", argument.latex()),
        }
    }

    /// What a script is put on.
    fn base(&self) -> String {
        match self {
            Name(_) | Ones | Identity | Norm(_) => self.latex(),
            _ => format!("\\left({}\\right)", self.latex()),
        }
    }

    /// The parts, in order.
    pub fn children(&self) -> Vec<&Formula> {
        match self {
            Number(_) | Name(_) | Ones | Identity => Vec::new(),
            Turned(a) | Inverse(a) | Power(a, _) | EntryPower(a, _) | Call(_, a) | Positive(a) | Norm(a) => vec![a],
            Product(parts) | Entrywise(parts) => parts.iter().collect(),
            Over(a, b) | Fraction(a, b) => vec![a, b],
            Sum(terms) => terms.iter().map(|term| &term.1).collect(),
        }
    }

    fn children_mut(&mut self) -> Vec<&mut Formula> {
        match self {
            Number(_) | Name(_) | Ones | Identity => Vec::new(),
            Turned(a) | Inverse(a) | Power(a, _) | EntryPower(a, _) | Call(_, a) | Positive(a) | Norm(a) => vec![a],
            Product(parts) | Entrywise(parts) => parts.iter_mut().collect(),
            Over(a, b) | Fraction(a, b) => vec![a, b],
            Sum(terms) => terms.iter_mut().map(|term| &mut term.1).collect(),
        }
    }

    /// How many parts it has, itself among them.
    pub fn size(&self) -> usize {
        1 + self.children().into_iter().map(Formula::size).sum::<usize>()
    }

    /// Its part number `at`, itself being 0.
    pub fn part_mut(&mut self, at: usize) -> Option<&mut Formula> {
        if at == 0 {
            return Some(self);
        }
        let mut rest = at - 1;
        for child in self.children_mut() {
            let size = child.size();
            if rest < size {
                return child.part_mut(rest);
            }
            rest -= size;
        }
        None
    }

    /// All names in it.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Name(name) => vec![name],
            other => other.children().into_iter().flat_map(Formula::names).collect(),
        }
    }
}

fn joined(parts: impl Iterator<Item = String>, by: &str) -> String {
    parts.collect::<Vec<String>>().join(by)
}

fn sum(terms: &[(bool, Formula)]) -> String {
    let mut text = String::new();
    for (at, (minus, term)) in terms.iter().enumerate() {
        text.push_str(match (at, minus) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        });
        text.push_str(&term.within(Level::Entrywise));
    }
    text
}
