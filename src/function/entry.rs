//! What an entry of the function table holds.

use crate::function::builder::Builder;
use crate::function::known::Known;

/// All that is known of one function.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name in the network language.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// What other code knows it as; `None` if all of it stands here.
    pub known: Option<Known>,
    /// Where it belongs in `derive functions`.
    pub group: Group,
    /// What a call of it becomes when a network is read.
    pub form: Form,
    /// Whether the last parameter may be given any number of times.
    pub variadic: bool,
    /// Whether a text stands before its operands: the subscripts of `einsum`.
    pub takes_text: bool,
    /// Whether it can stand inside of a sum over an index, where operands have further axes in front.
    pub in_sums: bool,
    /// How many axes the first operand may have; empty if any number.
    pub ranks: &'static [usize],
    /// The keyword arguments that a call may have.
    pub options: &'static [&'static str],
    /// Names of the arguments, as `definition` and `derivatives` use them. None of them is `y`.
    pub parameters: &'static [&'static str],
    /// Values of the last parameters when a call leaves them out, as exact decimal literals.
    pub defaults: &'static [&'static str],
    /// How it is written in formulas.
    pub written: Written,
    /// What it is, in derive's own language, in functions that stand further down to the ground; `None` for a primitive.
    pub definition: Option<&'static str>,
    /// Parts of the definition that get a name and an equation of their own where a network calls it, as on paper: the
    /// name, in which `{}` is that of the first argument, and the part in derive's own language, inner ones first.
    pub parts: &'static [(&'static str, &'static str)],
    /// The partial derivative by each parameter, in derive's own language, in the parameters and the output `y`.
    pub derivatives: &'static [&'static str],
    /// Where it has no derivative, and what is taken there.
    pub kinks: &'static [Kink],
    /// For a choice among entries: what is taken where several are chosen; empty for other functions.
    pub ties: &'static str,
    /// Where it is defined, by the first argument.
    pub domain: Domain,
    /// Its value in floating point.
    pub kernel: Kernel,
    /// One sentence for `derive explain`, with the source of the formula where it has one.
    pub summary: &'static str,
}

impl Entry {
    /// What most functions of one argument have in common; an entry overrides the rest.
    pub(crate) const UNARY: Entry = Entry {
        name: "",
        aliases: &[],
        known: None,
        group: Group::Elementary,
        form: Form::Elementwise,
        variadic: false,
        takes_text: false,
        ranks: &[],
        in_sums: false,
        options: &[],
        parameters: &["x"],
        defaults: &[],
        written: Written::Operator { text: "", latex: "" },
        definition: None,
        parts: &[],
        derivatives: &[],
        kinks: &[],
        ties: "",
        domain: Domain::Everywhere,
        kernel: Kernel::Unary(std::convert::identity),
        summary: "",
    };

    /// Whether it takes any number of arguments from two on, two by two: max(a, b, c) is max(max(a, b), c), as in every
    /// language. Of a single one it is the function along all axes.
    pub fn takes_more(&self) -> bool {
        matches!(self.known, Some(Known::Larger | Known::Smaller))
    }

    /// The same for two arguments.
    pub(crate) const BINARY: Entry = Entry { parameters: &["a", "b"], ..Entry::UNARY };
}

/// A heading of `derive functions`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Group {
    /// exp, log, sin, …
    Elementary,
    /// sigmoid, relu, …
    Activation,
    /// sum, mean, softmax, …
    Reduction,
    /// dot, trace, inv, …
    LinearAlgebra,
    /// mse, cross_entropy, …
    Cost,
    /// layer_norm, conv2d, …
    Layer,
}

impl Group {
    /// All groups, in the order of `derive functions`.
    pub const ALL: [Group; 6] =
        [Group::Elementary, Group::Activation, Group::Reduction, Group::LinearAlgebra, Group::Cost, Group::Layer];

    /// The heading.
    pub fn heading(self) -> &'static str {
        match self {
            Group::Elementary => "Elementary functions",
            Group::Activation => "Activation functions",
            Group::Reduction => "Reductions",
            Group::LinearAlgebra => "Linear algebra",
            Group::Cost => "Costs",
            Group::Layer => "Layers",
        }
    }
}

/// What a call of a function becomes when a network is read.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A call that acts on each entry.
    Elementwise,
    /// A call with the argument and the number of an axis, counted from 0.
    AlongAxis {
        /// Whether the axis is still there in the value.
        keeps: bool,
    },
    /// A call with a square matrix.
    Square {
        /// Whether the value is a matrix, not a scalar.
        keeps: bool,
    },
    /// A call with class numbers, whose value has one more axis.
    Classes,
    /// Its definition, with the operands in the place of the parameters.
    Macro,
    /// What the builder makes of the operands.
    Built(Builder),
}

/// How a function is written; the layout tree decides about parentheses, each format about letters.
#[expect(missing_docs, reason = "the doc of a variant names its fields")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// An upright operator name; `latex` is its command (`\log`), or empty for `\mathrm{text}`.
    Operator { text: &'static str, latex: &'static str },
    /// An italic letter such as σ, with its LaTeX command and its Typst name.
    Letter { text: &'static str, latex: &'static str, typst: &'static str },
    /// e to the argument.
    Exponential,
    /// The n-th root.
    Root(u32),
    /// |x|.
    Bars,
    /// First argument to the power of the second.
    Power,
    /// `𝟙[x > 0]`.
    Indicator,
}

/// A place where a function has no derivative, though it is defined there.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Kink {
    /// The expression in the parameters that is 0 exactly there: `x`, `a - b`.
    pub zero: &'static str,
    /// What the derivative is taken to be there, and why; a sentence without a full stop.
    pub convention: &'static str,
}

impl Kink {
    /// The convention where there is none to make: the slope is infinite.
    pub const VERTICAL: &'static str = "the tangent is vertical there";

    /// Whether a value is taken for the derivative there.
    pub fn is_filled(&self) -> bool {
        self.convention != Kink::VERTICAL
    }
}

/// Where a function is defined and has a derivative off its kinks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Domain {
    /// All real numbers.
    Everywhere,
    /// x > 0.
    Positive,
    /// x ≥ 0.
    NonNegative,
    /// −1 ≤ x ≤ 1.
    ClosedUnit,
    /// −1 < x < 1.
    OpenUnit,
    /// x ≥ 1.
    AtLeastOne,
    /// cos x ≠ 0.
    NoPole,
    /// The base of a power: positive, or any with a whole exponent.
    PowerBase,
}

impl Domain {
    /// Whether the function is defined at these arguments.
    pub fn contains(self, arguments: &[f64]) -> bool {
        let x = arguments.first().copied().unwrap_or(f64::NAN);
        match self {
            Domain::Everywhere => true,
            Domain::Positive => x > 0.0,
            Domain::NonNegative => x >= 0.0,
            Domain::ClosedUnit => x.abs() <= 1.0,
            Domain::OpenUnit => x.abs() < 1.0,
            Domain::AtLeastOne => x >= 1.0,
            Domain::NoPole => libm::cos(x) != 0.0,
            Domain::PowerBase => {
                let exponent = arguments.get(1).copied().unwrap_or(1.0);
                x > 0.0 || (x == 0.0 && exponent >= 0.0) || (x < 0.0 && exponent.fract() == 0.0)
            }
        }
    }

    /// What the first argument must be, in a few words; empty if it may be any number.
    pub fn condition(self) -> &'static str {
        match self {
            Domain::Everywhere => "",
            Domain::Positive => "its argument must be positive",
            Domain::NonNegative => "its argument must not be negative",
            Domain::ClosedUnit => "its argument must lie between −1 and 1",
            Domain::OpenUnit => "its argument must lie strictly between −1 and 1",
            Domain::AtLeastOne => "its argument must be at least 1",
            Domain::NoPole => "its argument must not be an odd multiple of π/2",
            Domain::PowerBase => "the base must be positive, or the exponent a whole number",
        }
    }
}

/// A value in floating point, stable over the whole range.
#[derive(Clone, Copy, Debug)]
pub enum Kernel {
    /// Of one argument.
    Unary(fn(f64) -> f64),
    /// Of two.
    Binary(fn(f64, f64) -> f64),
    /// Not entry by entry.
    Tensor,
}
