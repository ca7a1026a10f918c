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
    /// ;, between what stands below each other.
    Semicolon,
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
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Layout {
    /// Pieces side by side.
    Row(Vec<LayoutId>),
    /// A letter or word: Unicode text; each format spells Greek in its own way.
    Symbol { text: String, face: Face },
    /// An upright operator name, with its LaTeX command or nothing for `\mathrm`.
    Function { text: &'static str, latex: &'static str },
    /// A number, unsigned, in decimal notation.
    Number(String),
    /// LaTeX as written in a `show`, and what other formats print for it, if that is known.
    Verbatim { latex: String, plain: Option<LayoutId> },
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
    /// Entries in rows, in parentheses of their own.
    Matrix(Vec<Vec<LayoutId>>),
    /// Something with a brace and words below.
    Underbrace { body: LayoutId, label: LayoutId },
}

impl Operator {
    /// About how wide it is on paper with the space around it, in tenths of a digit.
    fn width(self) -> u32 {
        match self {
            Operator::Juxtapose => 3,
            Operator::Negative
            | Operator::Comma
            | Operator::Semicolon
            | Operator::Transpose
            | Operator::HadamardPower => 15,
            Operator::Partial | Operator::Differential => 11,
            Operator::Times | Operator::Star => 16,
            _ => 27,
        }
    }
}

/// About how wide a letter of a formula is, in tenths of a digit.
fn letter_width(letter: char) -> u32 {
    match letter {
        'm' | 'w' => 15,
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' => 8,
        _ if letter.is_uppercase() => 16,
        _ => 10,
    }
}

/// An arena of layouts.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    nodes: Vec<Layout>,
    /// Which pieces are higher than a line, side by side with `nodes`.
    tall: Vec<bool>,
    /// How wide the pieces are on paper, in tenths of a digit, side by side with `nodes`.
    widths: Vec<u32>,
}

impl Sheet {
    /// Adds a piece; its parts must have been added before.
    pub fn push(&mut self, layout: Layout) -> LayoutId {
        self.tall.push(self.towers(&layout));
        self.widths.push(self.measure(&layout));
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

    /// About how wide a piece is on paper, in digits.
    pub fn width(&self, id: LayoutId) -> u32 {
        self.widths[id.0 as usize] / 10
    }

    fn measure(&self, layout: &Layout) -> u32 {
        let letters = |text: &str| text.chars().map(letter_width).sum::<u32>();
        let of = |id: &LayoutId| self.widths[id.0 as usize];
        // A script is set in letters of seven tenths.
        let small = |id: &Option<LayoutId>| id.as_ref().map_or(0, |id| of(id) * 7 / 10);
        match layout {
            Layout::Row(row) => row.iter().map(of).fold(0, u32::saturating_add),
            Layout::Symbol { text, .. } | Layout::Number(text) | Layout::Text(text) => letters(text),
            Layout::Function { text, .. } => letters(text) + 3,
            Layout::Verbatim { latex, .. } => letters(latex) / 2,
            Layout::Operator(operator) => operator.width(),
            Layout::Fraction { numerator, denominator } => of(numerator).max(of(denominator)) + 8,
            Layout::Script { base, sub, sup, primes } => of(base) + small(sub).max(small(sup)) + 3 * u32::from(*primes),
            Layout::Root { body, .. } => of(body) + 15,
            Layout::Fenced { body, .. } => of(body) + if self.is_tall(*body) { 30 } else { 16 },
            Layout::Accent { body, .. } | Layout::Underbrace { body, .. } => of(body),
            Layout::Apply { function, argument } => of(function).saturating_add(of(argument)) + 3,
            Layout::Cases(rows) => {
                let widest = |side: fn(&(LayoutId, LayoutId)) -> &LayoutId| rows.iter().map(|row| of(side(row))).max();
                let (values, conditions) = (widest(|row| &row.0), widest(|row| &row.1));
                values.unwrap_or(0).saturating_add(conditions.unwrap_or(0)) + 50
            }
            Layout::Matrix(rows) => {
                let columns = rows.first().map_or(0, Vec::len);
                let widest = |column| rows.iter().map(|row| of(&row[column])).max().unwrap_or(0);
                (0..columns).map(|column| widest(column) + 20).fold(30, u32::saturating_add)
            }
        }
    }

    fn towers(&self, layout: &Layout) -> bool {
        match layout {
            Layout::Fraction { .. } | Layout::Cases(_) | Layout::Matrix(_) | Layout::Underbrace { .. } => true,
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

/// Whether two layouts of one sheet print alike: they are built of the same pieces, however these lie in rows.
pub fn same(sheet: &Sheet, a: LayoutId, b: LayoutId) -> bool {
    let (mut left, mut right) = (vec![Piece::Node(a)], vec![Piece::Node(b)]);
    loop {
        match (next_piece(sheet, &mut left), next_piece(sheet, &mut right)) {
            (None, None) => return true,
            (Some(Piece::End), Some(Piece::End)) => {}
            (Some(Piece::Node(a)), Some(Piece::Node(b))) => {
                let ((a, its_parts), (b, other_parts)) = (apart(sheet.get(a)), apart(sheet.get(b)));
                if a != b {
                    return false;
                }
                push_parts(&its_parts, &mut left);
                push_parts(&other_parts, &mut right);
            }
            _ => return false,
        }
    }
}

/// What a layout is built of, in order, each part with its end: equal for layouts that print alike, see [`same`].
pub fn pieces(sheet: &Sheet, layout: LayoutId) -> Vec<Option<Layout>> {
    let mut open = vec![Piece::Node(layout)];
    let mut found = Vec::new();
    while let Some(piece) = next_piece(sheet, &mut open) {
        found.push(match piece {
            Piece::End => None,
            Piece::Node(id) => {
                let (emptied, parts) = apart(sheet.get(id));
                push_parts(&parts, &mut open);
                Some(emptied)
            }
        });
    }
    found
}

/// What is left to compare: a layout, or the end of a part.
#[derive(Clone, Copy)]
enum Piece {
    Node(LayoutId),
    End,
}

/// The next piece that is not a row; a row gives its pieces.
fn next_piece(sheet: &Sheet, stack: &mut Vec<Piece>) -> Option<Piece> {
    loop {
        match stack.pop()? {
            Piece::Node(id) => match sheet.get(id) {
                Layout::Row(row) => stack.extend(row.iter().rev().map(|&piece| Piece::Node(piece))),
                _ => return Some(Piece::Node(id)),
            },
            Piece::End => return Some(Piece::End),
        }
    }
}

/// Puts parts on the stack, each with its end.
fn push_parts(parts: &[LayoutId], stack: &mut Vec<Piece>) {
    for &part in parts.iter().rev() {
        stack.extend([Piece::End, Piece::Node(part)]);
    }
}

/// A layout emptied of its parts, and the parts in order.
fn apart(layout: &Layout) -> (Layout, Vec<LayoutId>) {
    let mut emptied = layout.clone();
    let mut parts = Vec::new();
    let mut take = |part: &mut LayoutId| parts.push(std::mem::replace(part, LayoutId(0)));
    match &mut emptied {
        Layout::Row(row) => row.iter_mut().for_each(take),
        Layout::Fraction { numerator, denominator } => [numerator, denominator].into_iter().for_each(take),
        Layout::Script { base, sub, sup, .. } => {
            std::iter::once(base).chain(sub.iter_mut()).chain(sup.iter_mut()).for_each(take);
        }
        Layout::Root { index, body } => index.iter_mut().chain([body]).for_each(take),
        Layout::Fenced { body, .. } | Layout::Accent { body, .. } => take(body),
        Layout::Apply { function, argument } => [function, argument].into_iter().for_each(take),
        Layout::Cases(rows) => rows.iter_mut().flat_map(|(value, condition)| [value, condition]).for_each(take),
        Layout::Matrix(rows) => rows.iter_mut().flatten().for_each(take),
        Layout::Underbrace { body, label } => [body, label].into_iter().for_each(take),
        Layout::Verbatim { plain, .. } => plain.iter_mut().for_each(take),
        Layout::Symbol { .. } | Layout::Function { .. } | Layout::Number(_) | Layout::Text(_) | Layout::Operator(_) => {
        }
    }
    (emptied, parts)
}
