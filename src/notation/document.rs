//! A document: what a derivation looks like on paper, before any format.

use crate::notation::layout::{LayoutId, Operator, Sheet};

/// A piece of running text.
#[derive(Clone, PartialEq, Debug)]
pub enum Inline {
    /// Words.
    Text(String),
    /// A formula in the line.
    Math(LayoutId),
    /// Code: a name or command as typed.
    Code(String),
    /// Words that stand out.
    Strong(String),
}

/// One line of aligned equations: `left relation right   (note)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The left side; `None` goes on from the line above.
    pub left: Option<LayoutId>,
    /// `=` or `≈`.
    pub relation: Operator,
    /// The right side.
    pub right: LayoutId,
    /// A remark at the end of the line: the rule that gives it.
    pub note: Vec<Inline>,
}

/// How the cells of a column stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// The columns.
    pub align: Vec<Align>,
    /// Headings, one a column.
    pub header: Vec<Vec<Inline>>,
    /// Cells, one a column in each row.
    pub rows: Vec<Vec<Vec<Inline>>>,
}

/// A part of a document.
#[expect(missing_docs, reason = "the doc of a variant names its fields")]
#[derive(Clone, PartialEq, Debug)]
pub enum Block {
    /// A heading; level 1 is the title.
    Heading { level: u8, text: Vec<Inline> },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A display of aligned equations, with an identifier for references (`eq-theta2-chain`).
    Equations { lines: Vec<Line>, id: Option<String> },
    /// A table.
    Table(Table),
    /// Items of a list.
    List(Vec<Vec<Inline>>),
    /// Preformatted text, such as a plot in characters.
    Preformatted(String),
}

/// A document with the sheet that its formulas stand on.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// All formulas.
    pub sheet: Sheet,
    /// The parts in order.
    pub blocks: Vec<Block>,
}
