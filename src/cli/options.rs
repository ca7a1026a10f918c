//! The command line: one description of the flags that feeds parsing, help and completions.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  derive examples/article.net --wrt theta2            the worked gradient, as text
  derive examples/article.net --wrt theta2 --latex    the same, to paste into notes
  derive examples/article.net -o gradient.tex         all parameters, a document that compiles
  derive -e 'C = (sigmoid(w*x + b) - y)^2' --wrt w    without a file
  derive examples/rnn.net --wrt w --steps full        every rule that is applied
  derive eval examples/article.net --at x=0.2         numbers, confirmed by finite differences
";

/// Write the network, get the worked gradient. Write your own derivation, have it checked.
#[derive(Parser, Debug)]
#[command(
    name = "derive",
    version,
    before_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    max_term_width = 100
)]
pub struct Options {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub derive: DeriveOptions,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Evaluate a network: quantities, local partials, gradients, each confirmed by a finite difference
    Eval(EvalOptions),
    /// Follow the gradient downhill and show the cost at each step
    Descend(DescendOptions),
    /// Check derivations that people wrote: documents, folders, or one formula
    Check(CheckOptions),
    /// Decide whether two expressions are equal: exit code 0 equal, 1 different, 3 undecided
    Equal(EqualOptions),
    /// List the function table
    Functions {
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one function: definition, derivative with its steps, kinks, domain
    Explain {
        /// A function of the table, such as sigmoid
        function: String,
        #[command(flatten)]
        output: OutputOptions,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Where the network comes from.
#[derive(Args, Debug)]
pub struct SourceOptions {
    /// The network file; - reads standard input
    #[arg(value_name = "FILE", required_unless_present = "expressions")]
    pub file: Option<PathBuf>,
    /// A line of the network language; names that are not declared are scalars (repeatable)
    #[arg(short = 'e', long = "expression", value_name = "TEXT", conflicts_with = "file")]
    pub expressions: Vec<String>,
    /// The quantity to differentiate, in place of the file's cost
    #[arg(long, value_name = "NAME")]
    pub of: Option<String>,
}

/// Where values come from.
#[derive(Args, Debug)]
pub struct PointOptions {
    /// Values: `x=0.5,theta1=0.8,W=[[1,2],[3,4]],W[1,2]=0.5,b=b.npy` (repeatable)
    #[arg(long = "at", value_name = "NAME=VALUE,…", allow_hyphen_values = true)]
    pub at: Vec<String>,
    /// A point that the file names
    #[arg(long, value_name = "NAME")]
    pub point: Option<String>,
    /// A file of values (repeatable): .json, .csv, .npy, .npz, .safetensors; NAME=FILE for one quantity; - reads JSON from standard input
    #[arg(long, value_name = "[NAME=]FILE")]
    pub values: Vec<String>,
}

/// How much is shown.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Steps {
    /// The chain alone
    Chain,
    /// The chain, and each local partial in one line
    Local,
    /// Every application of a rule
    Full,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SigmaForm {
    /// σ′(z)
    Prime,
    /// σ(z)(1 − σ(z))
    Expanded,
    /// a(1 − a) where a = σ(z) has a name
    Activation,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotationName {
    /// As the file shows its names
    Article,
    /// Layers as bare superscripts, weights w, error terms δ
    Nielsen,
    /// Layers as superscripts in parentheses, C₀, the parameter first
    #[value(name = "3blue1brown")]
    ThreeBlueOneBrown,
    /// The cost J, layers as superscripts in parentheses
    Goodfellow,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimesSign {
    /// ·
    Dot,
    /// ∗, as in the article
    Star,
    /// Nothing
    None,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum HostName {
    Github,
    Obsidian,
    Quarto,
    Mdbook,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormName {
    /// Vectors and matrices; indices where there is no such form
    Matrix,
    /// Entries with indices and sums
    Index,
    /// One beside the other
    Both,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum LayoutName {
    /// Jacobians with a row for each entry of the quantity; a gradient has the shape of its variable
    Mixed,
    /// A row for each entry of the quantity, always
    Numerator,
    /// A row for each entry of the variable, always
    Denominator,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeltaNames {
    /// Where a name makes the formulas shorter
    Named,
    /// Nowhere: every result is written out
    Written,
}

/// What is printed.
#[derive(Args, Debug, Clone)]
pub struct OutputOptions {
    /// Print LaTeX to paste
    #[arg(long, group = "format")]
    pub latex: bool,
    /// With --latex: a whole document that compiles
    #[arg(long, requires = "latex")]
    pub standalone: bool,
    /// Print Markdown
    #[arg(long, group = "format")]
    pub markdown: bool,
    /// Print Markdown for this host; default: github, for a .qmd file quarto
    #[arg(long, value_enum, conflicts_with_all = ["latex", "json"])]
    pub host: Option<HostName>,
    /// Print JSON
    #[arg(long, group = "format")]
    pub json: bool,
    /// Write to a file; its ending (.tex, .md, .json, .txt) picks the format if no flag does
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The sign between the factors of a chain
    #[arg(long, value_enum, default_value = "dot")]
    pub times: TimesSign,
    /// The book whose symbols are used
    #[arg(long, value_enum, default_value = "article")]
    pub notation: NotationName,
    /// How derivatives of tensors are written
    #[arg(long, value_enum, default_value = "matrix")]
    pub form: FormName,
    /// In which order the axes of derivatives stand; default: mixed, with 3blue1brown denominator
    #[arg(long, value_enum)]
    pub layout: Option<LayoutName>,
    /// Write the shape of each quantity at its side
    #[arg(long)]
    pub shapes: bool,
}

/// Derive.
#[derive(Args, Debug)]
pub struct DeriveOptions {
    #[command(flatten)]
    pub source: SourceOptions,
    /// By what to differentiate: names, a comma list, or all (every param); default: all (repeatable)
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub wrt: Vec<String>,
    /// One mixed derivative by the whole list: --wrt theta2,b1 --mixed gives ∂²C/∂b₁∂θ₂, first by θ₂
    #[arg(long, requires = "wrt")]
    pub mixed: bool,
    /// How much is shown
    #[arg(long, value_enum, default_value = "local")]
    pub steps: Steps,
    /// The most paths written as a sum of products; beyond, the recursion with shared adjoints
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub paths: usize,
    /// Write every path, however many there are (at most 10000)
    #[arg(long, conflicts_with = "paths")]
    pub all_paths: bool,
    /// How the derivative of an activation is written
    #[arg(long, value_enum, default_value = "activation")]
    pub sigma: SigmaForm,
    /// Whether derivatives on the way are called δ; default: named for tensors and with nielsen, else written
    #[arg(long, value_enum)]
    pub deltas: Option<DeltaNames>,
    /// Multiply out the result
    #[arg(long, conflicts_with = "factor")]
    pub expand: bool,
    /// Take common factors out of the result
    #[arg(long)]
    pub factor: bool,
    #[command(flatten)]
    pub point: PointOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

/// Evaluate.
#[derive(Args, Debug)]
pub struct EvalOptions {
    #[command(flatten)]
    pub source: SourceOptions,
    /// The gradients to show: names, a comma list, or all (repeatable)
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub wrt: Vec<String>,
    #[command(flatten)]
    pub point: PointOptions,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Write to a file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Compare.
#[derive(Args, Debug)]
pub struct EqualOptions {
    /// The left side, in LaTeX or the network language
    #[arg(value_name = "LEFT", allow_hyphen_values = true)]
    pub left: String,
    /// The right side
    #[arg(value_name = "RIGHT", allow_hyphen_values = true)]
    pub right: String,
    /// A network whose names, functions and assumptions hold; other names are scalars; - reads standard input
    #[arg(long, value_name = "FILE")]
    pub net: Option<PathBuf>,
    /// The language of both sides; auto tells it for each by its backslashes, braces, bars and dollars
    #[arg(long, value_enum, default_value = "auto")]
    pub syntax: SyntaxName,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The language of an expression.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SyntaxName {
    /// Told by the text
    Auto,
    /// That of network files
    Network,
    /// LaTeX mathematics
    Latex,
}

/// Descend.
#[derive(Args, Debug)]
pub struct DescendOptions {
    #[command(flatten)]
    pub source: SourceOptions,
    /// The parameters to move: names, a comma list, or all (repeatable)
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub wrt: Vec<String>,
    #[command(flatten)]
    pub point: PointOptions,
    /// The learning rate
    #[arg(long, default_value_t = 0.1, allow_hyphen_values = true)]
    pub rate: f64,
    /// The number of steps
    #[arg(long, default_value_t = 20)]
    pub steps: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Write to a file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  derive check notes.md --net net.txt                  every formula of a document
  derive check notes/ --net a.net --net b.net --json   a folder; each formula is read against the network that knows it
  derive check --net net.txt --claim '\\frac{\\partial C}{\\partial b_3} = 2(\\hat y - y)\\,\\sigma\'(z^3)'
  derive check --net net.txt --wrt b3 --claim '2*(yhat - y)*yhat*(1 - yhat)'
";

/// Check.
#[derive(Args, Debug)]
#[command(before_help = CHECK_EXAMPLES)]
pub struct CheckOptions {
    /// Markdown, LaTeX and notebooks, or folders of them; - reads standard input
    #[arg(value_name = "FILE", required_unless_present = "claim")]
    pub files: Vec<PathBuf>,
    /// A network that formulas are read against; a document may name its own (repeatable)
    #[arg(long, value_name = "FILE")]
    pub net: Vec<PathBuf>,
    /// One formula, in LaTeX or in the network language
    #[arg(long, value_name = "FORMULA", conflicts_with = "files", allow_hyphen_values = true)]
    pub claim: Option<String>,
    /// The formula of --claim is a right side alone: the derivative by this quantity
    #[arg(long, value_name = "NAME", requires = "claim")]
    pub wrt: Option<String>,
    /// With --wrt: the quantity that is differentiated, in place of the network's cost
    #[arg(long, value_name = "NAME", requires = "wrt")]
    pub of: Option<String>,
    /// A definition that the formula of --claim uses (repeatable)
    #[arg(long, value_name = "DEFINITION", requires = "claim", allow_hyphen_values = true)]
    pub given: Vec<String>,
    /// The layout that formulas of derivatives are read in; without it each standard one is tried
    #[arg(long, value_name = "LAYOUT", value_parser = ["numerator", "denominator", "row", "column"])]
    pub layout: Option<String>,
    /// Names of the formulas and those of the network: J=C,h=a (repeatable)
    #[arg(long, value_name = "NAME=NAME,…")]
    pub map: Vec<String>,
    /// List the formulas that claim nothing too, each with the reason
    #[arg(short, long)]
    pub verbose: bool,
    /// Print JSON
    #[arg(long, group = "report")]
    pub json: bool,
    /// Print workflow annotations for GitHub
    #[arg(long, group = "report")]
    pub github: bool,
    /// Write a JUnit file as well
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}
