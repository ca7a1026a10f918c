//! The tree of a formula: which tokens belong together, without any meaning.
//!
//! All items of a formula live in one arena and name their parts by number, so that a tree of any size is built, walked and dropped
//! without recursion. Parts have smaller numbers than their whole, except that a script's parts may follow it.

use crate::diagnostic::Span;

/// The number of an item in its tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct ItemId(pub(super) u32);

/// Items side by side; read it with [`Tree::row`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Row {
    start: u32,
    end: u32,
}

impl Row {
    /// Whether nothing stands in it.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// How many items stand in it.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

/// The rows of an environment; read them with [`Tree::rows`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rows {
    start: u32,
    end: u32,
}

/// One item with its place in the document.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Where it stands; what a macro wrote stands at the macro's call.
    pub span: Span,
}

/// What an item is.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// A control word that is nothing below, without its backslash: `theta`, `partial`, `sum`, `mycommand`.
    Command(Box<str>),
    /// A letter of the Latin alphabet.
    Letter(char),
    /// A number without a sign: `12`, `0.39`.
    Digits(Box<str>),
    /// Any other character: `+`, `,`, `/`, `∂`, `²`; a bar that is no fence is `|` or `‖`.
    Symbol(char),
    /// A sign between two sides.
    Relation(Relation),
    /// The content of `\text{…}` and its kin.
    Text(Box<str>),
    /// `{…}`.
    Group(Row),
    /// Scripts on a base, in whatever order they were written.
    Script {
        /// What carries them; nothing in `{}^T`, and never a script itself.
        base: Option<ItemId>,
        /// Below.
        sub: Option<Row>,
        /// Above, without a superscript that consists of primes.
        sup: Option<Row>,
        /// How many primes.
        primes: u32,
    },
    /// A bracket with its content; sizes (`\left`, `\bigl`) are gone.
    Fence {
        /// The delimiter before.
        open: Delimiter,
        /// The delimiter after.
        close: Delimiter,
        /// The content.
        body: Row,
    },
    /// `\frac{…}{…}` and its kin, `{… \over …}`.
    Fraction {
        /// Above the line.
        over: Row,
        /// Below the line.
        under: Row,
    },
    /// `\sqrt[index]{body}`.
    Root {
        /// Which root.
        index: Option<Row>,
        /// The root of what.
        body: Row,
    },
    /// A sign above or below, or a typeface: `\hat{…}`, `\mathbf{…}`, `\operatorname{…}`.
    Accent {
        /// The command, without its backslash: `hat`, `mathbf`.
        name: &'static str,
        /// What carries it.
        body: Row,
    },
    /// `\begin{name} … \end{name}`.
    Environment {
        /// Its name without the star: `aligned`, `cases`, `pmatrix`.
        name: &'static str,
        /// Its rows of cells.
        rows: Rows,
    },
    /// `\\` outside the cells of an environment.
    Break,
    /// `&` outside the cells of an environment.
    Align,
    /// `\quad` or `\qquad` in the row of a formula or in a cell.
    Gap,
}

/// A sign between two sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Relation {
    /// `=`
    Equal,
    /// `\approx`, `\simeq`, `\doteq`
    Approximate,
    /// `\equiv`
    Equivalent,
    /// `:=`, `\coloneqq`, `\triangleq`
    Define,
    /// `\neq`
    NotEqual,
    /// `<`
    Less,
    /// `\leq`
    LessEqual,
    /// `>`
    Greater,
    /// `\geq`
    GreaterEqual,
    /// `\propto`
    Proportional,
    /// `\sim`
    Similar,
    /// `\to`, `\rightarrow`, `\mapsto`
    To,
    /// `\leftarrow`, `\gets`
    Gets,
    /// `\Rightarrow`, `\implies`, `\iff`
    Implies,
    /// `\in`
    Member,
}

/// One side of a fence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Delimiter {
    /// The dot of `\left.`
    Empty,
    /// `(` `)`
    Round,
    /// `[` `]`
    Square,
    /// `\{` `\}`
    Curly,
    /// `|`
    Bar,
    /// `\|`
    DoubleBar,
    /// `\langle` `\rangle`
    Angle,
    /// `\lfloor` `\rfloor`
    Floor,
    /// `\lceil` `\rceil`
    Ceiling,
}

/// A formula as a tree.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tree {
    items: Vec<Item>,
    children: Vec<ItemId>,
    cells: Vec<Row>,
    lines: Vec<Rows>,
    root: Row,
}

impl Tree {
    /// What stands side by side at the top.
    pub fn root(&self) -> Row {
        self.root
    }

    /// The items of a row.
    pub fn row(&self, row: Row) -> &[ItemId] {
        self.children.get(row.start as usize..row.end as usize).unwrap_or_default()
    }

    /// The rows of an environment, each as its cells.
    pub fn rows(&self, rows: Rows) -> impl Iterator<Item = &[Row]> {
        let lines = self.lines.get(rows.start as usize..rows.end as usize).unwrap_or_default();
        lines.iter().map(|line| self.cells.get(line.start as usize..line.end as usize).unwrap_or_default())
    }

    /// What an item is.
    pub fn kind(&self, id: ItemId) -> &Kind {
        &self.items[id.0 as usize].kind
    }

    /// Where an item stands.
    pub fn span(&self, id: ItemId) -> Span {
        self.items[id.0 as usize].span
    }

    /// Where a row stands, from its first item to its last; nothing when it is empty.
    pub fn row_span(&self, row: Row) -> Option<Span> {
        let items = self.row(row);
        Some(self.span(*items.first()?).to(self.span(*items.last()?)))
    }

    /// Adds the items that an item consists of, one level down.
    pub fn add_parts(&self, id: ItemId, parts: &mut Vec<ItemId>) {
        let mut add = |row: Row| parts.extend(self.row(row));
        match *self.kind(id) {
            Kind::Group(body) | Kind::Fence { body, .. } | Kind::Accent { body, .. } => add(body),
            Kind::Script { base, sub, sup, .. } => {
                sub.into_iter().chain(sup).for_each(&mut add);
                parts.extend(base);
            }
            Kind::Fraction { over, under } => [over, under].into_iter().for_each(add),
            Kind::Root { index, body } => index.into_iter().chain([body]).for_each(add),
            Kind::Environment { rows, .. } => self.rows(rows).flatten().copied().for_each(add),
            Kind::Command(_) | Kind::Letter(_) | Kind::Digits(_) | Kind::Symbol(_) | Kind::Relation(_) => {}
            Kind::Text(_) | Kind::Break | Kind::Align | Kind::Gap => {}
        }
    }

    /// All items, parts and discarded wrappers included.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The letters, digits and texts of a row as one word, as in `\mathrm{softmax}`; nothing when anything else stands in it.
    pub fn word(&self, row: Row) -> Option<String> {
        let mut word = String::new();
        for &id in self.row(row) {
            match self.kind(id) {
                Kind::Letter(letter) => word.push(*letter),
                Kind::Digits(digits) => word.push_str(digits),
                Kind::Text(text) => word.push_str(text.trim()),
                Kind::Symbol('-') if !word.is_empty() => word.push('-'),
                _ => return None,
            }
        }
        (!word.is_empty()).then_some(word)
    }

    pub(super) fn push(&mut self, kind: Kind, span: Span) -> ItemId {
        let id = ItemId(index(self.items.len()));
        self.items.push(Item { kind, span });
        id
    }

    pub(super) fn item_mut(&mut self, id: ItemId) -> &mut Item {
        &mut self.items[id.0 as usize]
    }

    pub(super) fn push_row(&mut self, items: impl IntoIterator<Item = ItemId>) -> Row {
        let start = index(self.children.len());
        self.children.extend(items);
        Row { start, end: index(self.children.len()) }
    }

    pub(super) fn push_line(&mut self, cells: impl IntoIterator<Item = Row>) -> Rows {
        let start = index(self.cells.len());
        self.cells.extend(cells);
        Rows { start, end: index(self.cells.len()) }
    }

    pub(super) fn push_lines(&mut self, lines: impl IntoIterator<Item = Rows>) -> Rows {
        let start = index(self.lines.len());
        self.lines.extend(lines);
        Rows { start, end: index(self.lines.len()) }
    }

    pub(super) fn set_root(&mut self, root: Row) {
        self.root = root;
    }
}

/// A position in an arena; texts are shorter than 4 GB, as their spans are.
fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
