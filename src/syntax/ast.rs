//! The syntax tree of a network file: statements, and expressions in an index arena.
//!
//! Takes nothing; holds what the parser read, with spans. Children always stand before their parents, so that a walk
//! from first to last needs no recursion, and dropping the tree needs none either.

use rustc_hash::FxHashMap;

use crate::diagnostic::Span;
use crate::rational::Rational;

/// A name in canonical spelling (`θ₂`, `θ2`, `theta_2` and `theta2` are one symbol), interned in its [`Ast`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct Symbol(pub u32);

/// An expression of the syntax tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct AstId(pub u32);

/// A run of expressions in [`Ast::list`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AstList {
    start: u32,
    len: u32,
}

impl AstList {
    /// How many expressions it holds.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether it holds none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// `-x` or `x.T`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOperator {
    /// The negative.
    Negate,
    /// The transpose (`.T`, `'`, `ᵀ`).
    Transpose,
}

/// An operator between two expressions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOperator {
    /// `/`: elementwise.
    Divide,
    /// `@`.
    MatrixMultiply,
    /// `^`.
    Power,
}

/// A comparison in a condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Comparison {
    /// `<`.
    Less,
    /// `<=`, `≤`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`, `≥`.
    GreaterEqual,
    /// `=`, `==`.
    Equal,
    /// `!=`, `≠`.
    NotEqual,
}

impl Comparison {
    /// Whether `left` compares so with `right`; a number that is none is only unequal.
    #[inline]
    pub fn holds<T: PartialOrd>(self, left: T, right: T) -> bool {
        match self {
            Comparison::Less => left < right,
            Comparison::LessEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterEqual => left >= right,
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
        }
    }
}

/// What a fold over an index does: `sum(i in 1..n, …)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fold {
    /// Σ.
    Sum,
    /// Π.
    Product,
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

/// An expression. Its span is [`Ast::span`].
#[expect(missing_docs, reason = "the doc of a variant names its fields")]
#[derive(Clone, PartialEq, Debug)]
pub enum AstNode {
    /// An exact literal: an index into [`Ast::numbers`].
    Number(u32),
    /// A name without brackets: a quantity, a size, a constant (`pi`, `e`, `inf`).
    Name(Symbol),
    /// `base[i, j]`. Items are expressions, [`AstNode::Range`], [`AstNode::All`] or [`AstNode::NewAxis`].
    Index { base: AstId, items: AstList },
    /// `lower..upper`, inside brackets or as a bound.
    Range { lower: AstId, upper: AstId },
    /// `:` inside brackets.
    All,
    /// `None` inside brackets.
    NewAxis,
    /// A prefix or postfix operator.
    Unary { operator: UnaryOperator, operand: AstId },
    /// An infix operator.
    Binary { operator: BinaryOperator, left: AstId, right: AstId },
    /// `a + b - c`, flat: two terms or more; a subtracted term is a negated one.
    Sum { terms: AstList },
    /// `a * b * c`, flat: two factors or more, elementwise.
    Product { factors: AstList },
    /// `f(u, v, axis=0)`, `f''(u)`: positional arguments, then keyword arguments (an index into [`Ast::keywords`]).
    Call { function: Symbol, name_span: Span, primes: u8, arguments: AstList, keywords: Option<u32> },
    /// `if left comparison right then … else …`.
    If { comparison: Comparison, left: AstId, right: AstId, then: AstId, otherwise: AstId },
    /// `[a, b]`; a matrix is a list of lists.
    List(AstList),
    /// A string literal (the subscripts of `einsum`): an index into [`Ast::strings`].
    Text(u32),
    /// `sum(i in lower..upper if condition, body)`; `range` is a [`AstNode::Range`] or a size.
    Fold { fold: Fold, index: Symbol, range: AstId, condition: Option<AstCondition>, body: AstId },
}

/// `left comparison right`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AstCondition {
    /// What is compared.
    pub left: AstId,
    /// How.
    pub comparison: Comparison,
    /// With what.
    pub right: AstId,
}

/// A name where it is defined or mentioned, with the indices of a family: `z`, `z[3]`, `W[1..3]`.
#[derive(Clone, PartialEq, Debug)]
pub struct NameRef {
    /// The stem.
    pub symbol: Symbol,
    /// What stands in the first brackets, if any.
    pub indices: Option<AstList>,
    /// The whole reference.
    pub span: Span,
}

/// What a leaf is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Data that goes in.
    Input,
    /// Data that the output is compared with.
    Target,
    /// A parameter: what is derived by when nothing else is said.
    Param,
    /// A constant, such as a weight of a penalty.
    Const,
}

/// The kinds of entries that a shape may promise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShapeKind {
    /// `[m, n]`: real numbers.
    Real,
    /// `simplex[k]`: entries sum to 1.
    Simplex,
    /// `onehot[k]`.
    OneHot,
    /// `index[k]`: a class number.
    Index,
    /// `binary[m, n]`: zeros and ones.
    Binary,
}

/// A shape as written: `[m, n]`, `onehot[k]`, `[N] index[k]`.
#[derive(Clone, PartialEq, Debug)]
pub struct ShapeExpr {
    /// Axes of the batch, before the kind: `[N]` in `[N] onehot[k]`.
    pub batch: AstList,
    /// What the entries are.
    pub kind: ShapeKind,
    /// The axes.
    pub axes: AstList,
    /// The whole shape.
    pub span: Span,
}

/// One leaf of a declaration.
#[derive(Clone, PartialEq, Debug)]
pub struct Declaration {
    /// The name.
    pub name: NameRef,
    /// Its shape, its own or the one that follows in the list.
    pub shape: Option<ShapeExpr>,
    /// Its value.
    pub value: Option<AstId>,
}

/// A quantity and its value at a point.
#[derive(Clone, PartialEq, Debug)]
pub struct Assignment {
    /// The quantity.
    pub name: NameRef,
    /// A constant expression.
    pub value: AstId,
}

/// A statement of a network file.
#[expect(missing_docs, reason = "the doc of a variant names its fields")]
#[derive(Clone, PartialEq, Debug)]
pub enum Statement {
    /// `param w : [n] = …, b`.
    Declare { role: Role, leaves: Vec<Declaration> },
    /// `dim n, m = 4`; the name may be indexed (`dim n[0..3]`).
    Dim { sizes: Vec<Declaration> },
    /// `NAME = expression`, `cost NAME = expression`.
    Equation { name: NameRef, value: AstId, cost: bool },
    /// `f(u, v) = expression`.
    Function { name: Symbol, name_span: Span, parameters: Vec<(Symbol, Span)>, body: AstId },
    /// `function g, h` (no signature) or `function E(h : [n]) : []`.
    Abstract { name: Symbol, name_span: Span, signature: Option<Signature> },
    /// `for l in 1..L { … }`; `range` is a [`AstNode::Range`].
    For { index: Symbol, range: AstId, body: Vec<Spanned> },
    /// `assume sum(y) = 1`.
    Assume { condition: AstCondition },
    /// `at "after training" x = 0.5, y = 1`.
    At { label: Option<String>, values: Vec<Assignment> },
    /// `show PATTERN as FORM`, one for each pair.
    Show { pattern: String, pattern_span: Span, form: String, form_span: Span },
}

/// The signature of an abstract function.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    /// Names and shapes of the arguments.
    pub parameters: Vec<(Symbol, Span, Option<ShapeExpr>)>,
    /// Shape of the value.
    pub result: Option<ShapeExpr>,
}

/// A statement and its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Spanned {
    /// What it says.
    pub statement: Statement,
    /// Where.
    pub span: Span,
}

/// A whole network file, or one expression.
#[derive(Clone, Debug, Default)]
pub struct Ast {
    /// The text that was read, without its comments.
    pub source: String,
    /// The statements in the order of the file.
    pub statements: Vec<Spanned>,
    nodes: Vec<AstNode>,
    spans: Vec<Span>,
    lists: Vec<AstId>,
    /// Numbers of the file.
    pub numbers: Vec<Rational>,
    /// String literals.
    pub strings: Vec<String>,
    /// Keyword arguments of calls: name, its place, value.
    pub keywords: Vec<Vec<(Symbol, Span, AstId)>>,
    symbols: Vec<String>,
    by_text: FxHashMap<String, Symbol>,
}

impl Ast {
    /// Adds a node; its children must have been added before.
    pub fn push(&mut self, node: AstNode, span: Span) -> AstId {
        let id = AstId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.spans.push(span);
        id
    }

    /// Adds a run of expressions.
    pub fn push_list(&mut self, items: &[AstId]) -> AstList {
        let start = self.lists.len() as u32;
        self.lists.extend_from_slice(items);
        AstList { start, len: items.len() as u32 }
    }

    /// Adds a literal.
    pub fn push_number(&mut self, value: Rational, span: Span) -> AstId {
        let index = self.numbers.len() as u32;
        self.numbers.push(value);
        self.push(AstNode::Number(index), span)
    }

    /// The node of an id.
    pub fn node(&self, id: AstId) -> &AstNode {
        &self.nodes[id.0 as usize]
    }

    /// The place of an expression.
    pub fn span(&self, id: AstId) -> Span {
        self.spans[id.0 as usize]
    }

    /// Says that an expression stands in parentheses, which then belong to its place.
    pub fn enclose(&mut self, id: AstId, span: Span) {
        self.spans[id.0 as usize] = span;
    }

    /// Calls a function with each direct child of an expression.
    pub fn for_each_child(&self, id: AstId, mut visit: impl FnMut(AstId)) {
        match self.node(id) {
            AstNode::Number(_) | AstNode::Name(_) | AstNode::All | AstNode::NewAxis | AstNode::Text(_) => {}
            AstNode::Range { lower, upper } => [*lower, *upper].into_iter().for_each(visit),
            AstNode::Unary { operand, .. } => visit(*operand),
            AstNode::Binary { left, right, .. } => [*left, *right].into_iter().for_each(visit),
            AstNode::Sum { terms: list } | AstNode::Product { factors: list } | AstNode::List(list) => {
                self.list(*list).iter().copied().for_each(visit);
            }
            AstNode::Index { base, items } => {
                visit(*base);
                self.list(*items).iter().copied().for_each(visit);
            }
            AstNode::Call { arguments, keywords, .. } => {
                self.list(*arguments).iter().copied().for_each(&mut visit);
                let keywords = keywords.map(|at| self.keywords[at as usize].as_slice()).unwrap_or_default();
                keywords.iter().for_each(|keyword| visit(keyword.2));
            }
            AstNode::If { left, right, then, otherwise, .. } => {
                [*left, *right, *then, *otherwise].into_iter().for_each(visit);
            }
            AstNode::Fold { range, condition, body, .. } => {
                visit(*range);
                if let Some(condition) = condition {
                    visit(condition.left);
                    visit(condition.right);
                }
                visit(*body);
            }
        }
    }

    /// The expressions of a run.
    pub fn list(&self, list: AstList) -> &[AstId] {
        &self.lists[list.start as usize..(list.start + list.len) as usize]
    }

    /// How many expressions there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The symbol of a canonical spelling.
    pub fn intern(&mut self, canonical: &str) -> Symbol {
        if let Some(&symbol) = self.by_text.get(canonical) {
            return symbol;
        }
        let symbol = Symbol(self.symbols.len() as u32);
        self.symbols.push(canonical.to_owned());
        self.by_text.insert(canonical.to_owned(), symbol);
        symbol
    }

    /// The symbol of a canonical spelling, if the file has it.
    pub fn symbol(&self, canonical: &str) -> Option<Symbol> {
        self.by_text.get(canonical).copied()
    }

    /// The canonical spelling.
    pub fn text(&self, symbol: Symbol) -> &str {
        &self.symbols[symbol.0 as usize]
    }
}
