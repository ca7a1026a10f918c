//! The layout tree: a formula as a person sees it. Every format prints this tree and decides nothing.
//!
//! Nodes stand in an arena ([`Sheet`]), children before parents, so that formulas with a million factors print, and
//! drop, without recursion.

/// A piece of a formula on a [`Sheet`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct LayoutId(pub u32);

/// How the letters of a symbol are set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Face {
    /// A variable: italic.
    Italic,
    /// A word or operator name: upright.
    Upright,
    /// Bold italic (vectors and matrices).
    Bold,
    /// Calligraphic.
    Calligraphic,
    /// Double-struck (𝟙).
    DoubleStruck,
}

/// A mark above a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Mark {
    /// ŷ.
    Hat,
    /// x̄.
    Bar,
    /// x̃.
    Tilde,
    /// v⃗.
    Vector,
    /// ẋ.
    Dot,
}

/// A pair of fences.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Fence {
    /// ( ).
    Round,
    /// [ ].
    Square,
    /// { }.
    Curly,
    /// | |.
    Bars,
    /// ‖ ‖.
    DoubleBars,
    /// A bar on the right only, for "evaluated at".
    EvaluatedAt,
}

/// A symbol between or before operands; each format knows its own spelling and spacing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Operator {
    /// + between terms.
    Plus,
    /// − between terms.
    Minus,
    /// − before a term.
    Negative,
    /// The product of factors that need a sign: ·.
    Times,
    /// The product sign of the article: ∗.
    Star,
    /// An invisible product: juxtaposition.
    Juxtapose,
    /// =.
    Equals,
    /// ≈.
    Approx,
    /// <.
    Less,
    /// ≤.
    LessEqual,
    /// >.
    Greater,
    /// ≥.
    GreaterEqual,
    /// ≠.
    NotEqual,
    /// ,.
    Comma,
    /// ⊙.
    Hadamard,
    /// ∂.
    Partial,
    /// d, upright or italic as the format has it.
    Differential,
    /// ∇.
    Nabla,
    /// …, between factors or terms.
    Dots,
    /// :=, "is defined as".
    Defines,
}

/// A piece of a formula.
#[expect(missing_docs, reason = "the doc of a variant names its fields")]
#[derive(Clone, PartialEq, Debug)]
pub enum Layout {
    /// Pieces side by side.
    Row(Vec<LayoutId>),
    /// A letter or word: Unicode text; each format spells Greek in its own way.
    Symbol { text: String, face: Face },
    /// An upright operator name, with its LaTeX command or nothing for `\mathrm`.
    Function { text: &'static str, latex: &'static str },
    /// A number, unsigned, in decimal notation.
    Number(String),
    /// A command of the user's own, LaTeX as written in a `show`.
    Verbatim(String),
    /// Words inside a formula.
    Text(String),
    /// An operator.
    Operator(Operator),
    /// A fraction.
    Fraction { numerator: LayoutId, denominator: LayoutId },
    /// Scripts at the right of a base; primes stand before the superscript.
    Script { base: LayoutId, sub: Option<LayoutId>, sup: Option<LayoutId>, primes: u8 },
    /// A root; `index` is `None` for a square root.
    Root { index: Option<LayoutId>, body: LayoutId },
    /// Something in fences that grow with it.
    Fenced { fence: Fence, body: LayoutId },
    /// A symbol with a mark above.
    Accent { mark: Mark, body: LayoutId },
    /// A name and its argument: `σ(z)`, `tanh z`.
    Apply { function: LayoutId, argument: LayoutId },
    /// A case distinction: values and conditions.
    Cases(Vec<(LayoutId, LayoutId)>),
    /// Something with a brace and words below.
    Underbrace { body: LayoutId, label: LayoutId },
}

/// An arena of layouts.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    nodes: Vec<Layout>,
}

impl Sheet {
    /// Adds a piece; its parts must have been added before.
    pub fn push(&mut self, layout: Layout) -> LayoutId {
        self.nodes.push(layout);
        LayoutId((self.nodes.len() - 1) as u32)
    }

    /// The piece of an id.
    pub fn get(&self, id: LayoutId) -> &Layout {
        &self.nodes[id.0 as usize]
    }
}
