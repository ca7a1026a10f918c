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
    /// ⊘, the quotient entry by entry.
    EntrywiseDivide,
    /// ⊙ in a superscript, before an exponent that acts on each entry.
    HadamardPower,
    /// ⊤ in a superscript.
    Transpose,
    /// Σ, with what it runs over below.
    Sum,
    /// ×, between the sizes of a shape.
    Cross,
    /// + in a subscript, without space.
    IndexPlus,
    /// = in a subscript, without space.
    IndexEquals,
    /// A comma in a subscript, without space.
    IndexComma,
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
    /// Which pieces are higher than a line, side by side with `nodes`.
    tall: Vec<bool>,
}

impl Sheet {
    /// Adds a piece; its parts must have been added before.
    pub fn push(&mut self, layout: Layout) -> LayoutId {
        self.tall.push(self.towers(&layout));
        self.nodes.push(layout);
        LayoutId((self.nodes.len() - 1) as u32)
    }

    /// The piece of an id.
    pub fn get(&self, id: LayoutId) -> &Layout {
        &self.nodes[id.0 as usize]
    }

    /// Whether a piece is higher than a line, so that fences around it must grow.
    pub fn is_tall(&self, id: LayoutId) -> bool {
        self.tall[id.0 as usize]
    }

    fn towers(&self, layout: &Layout) -> bool {
        match layout {
            Layout::Fraction { .. } | Layout::Cases(_) | Layout::Underbrace { .. } => true,
            Layout::Operator(Operator::Sum) => true,
            Layout::Row(row) => row.iter().any(|&id| self.is_tall(id)),
            Layout::Script { base, .. } => self.is_tall(*base),
            Layout::Root { body, .. } | Layout::Fenced { body, .. } | Layout::Accent { body, .. } => {
                self.is_tall(*body)
            }
            Layout::Apply { argument, .. } => self.is_tall(*argument),
            _ => false,
        }
    }
}

/// Whether two layouts of one sheet print alike: they are built of the same pieces.
pub fn same(sheet: &Sheet, a: LayoutId, b: LayoutId) -> bool {
    let mut stack = vec![(a, b)];
    while let Some((a, b)) = stack.pop() {
        if a == b {
            continue;
        }
        match (sheet.get(a), sheet.get(b)) {
            (Layout::Row(a), Layout::Row(b)) if a.len() == b.len() => {
                stack.extend(a.iter().copied().zip(b.iter().copied()));
            }
            (Layout::Fraction { numerator: a, denominator: c }, Layout::Fraction { numerator: b, denominator: d }) => {
                stack.extend([(*a, *b), (*c, *d)])
            }
            (
                Layout::Script { base: a, sub: c, sup: e, primes: p },
                Layout::Script { base: b, sub: d, sup: f, primes: q },
            ) if p == q && c.is_some() == d.is_some() && e.is_some() == f.is_some() => {
                stack.push((*a, *b));
                stack.extend(c.zip(*d));
                stack.extend(e.zip(*f));
            }
            (Layout::Fenced { fence: f, body: a }, Layout::Fenced { fence: g, body: b }) if f == g => {
                stack.push((*a, *b));
            }
            (Layout::Apply { function: a, argument: c }, Layout::Apply { function: b, argument: d }) => {
                stack.extend([(*a, *b), (*c, *d)]);
            }
            (a, b) if a == b => {}
            _ => return false,
        }
    }
    true
}
