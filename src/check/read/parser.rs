//! The state while one side of a formula is read, and what all pieces of the reader share.

use std::cell::RefCell;

use crate::check::claim::{Literal, Part, PartId, PartKind, Side, Slip, combine};
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, NameId};
use crate::network::Origin;
use crate::rational::Rational;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Row, Tree};

use super::axis::StatedAxis;
use super::context::Context;
use super::entry::Places;
use super::product::Misfit;
use super::reduction::Listed;
use super::script::Indices;

/// How deep pieces may nest.
pub(super) const MAX_DEPTH: usize = 100;
/// How many parts a side may have, sums over an index written out.
const MAX_PARTS: usize = 2_000_000;

pub(super) type Result<T> = std::result::Result<T, Diagnostic>;

/// Where a row is being read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub items: &'t [ItemId],
    pub at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(items: &'t [ItemId]) -> Self {
        Cursor { items, at: 0 }
    }

    pub fn peek(&self) -> Option<ItemId> {
        self.items.get(self.at).copied()
    }

    pub fn second(&self) -> Option<ItemId> {
        self.items.get(self.at + 1).copied()
    }
}

/// An index letter with its value.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub letter: String,
    pub value: i64,
    /// Whether a sum or product binds it; else it is a general index of the formula.
    pub by_fold: bool,
}

/// Reads one side.
pub(super) struct Parser<'a> {
    pub context: &'a mut Context,
    pub tree: &'a Tree,
    pub bound: Vec<Bound>,
    pub parts: Vec<Part>,
    /// General indices that have no value yet; what names carry them stands as 0.
    pub free: Vec<String>,
    pub slips: Vec<Slip>,
    /// Where shapes do not fit; a part there stands for any scalar.
    pub misfits: Vec<Misfit>,
    /// Letters on axes of names whose general index has no value yet.
    pub free_entries: Vec<String>,
    /// The letters of the sums that are being read.
    pub summed: Vec<String>,
    /// Where indices that leave their axes are on them: 1 for the values of these letters that a sum keeps, 0 for others.
    pub kept: Vec<(ExprId, u128)>,
    /// The axis that the subscript of the function being applied names.
    pub axis: Option<StatedAxis>,
    /// Whether that axis stays with one entry.
    pub keeps: bool,
    /// What the arguments of the call that was read last say of its axis.
    pub listed: Listed,
    /// How often sums have been read again.
    pub again: usize,
    /// The letters on the quantities of the derivative that is read.
    pub places: Places,
    /// Whether a transpose stood on the variable of the derivative that is read.
    pub across: bool,
    /// What stands first behind an operator such as ∇_w: a bracket behind it says what it is a function of.
    pub operand: Option<ItemId>,
    /// The inside of the innermost bracket that is read, if what stands around it acts on each entry.
    pub entrywise: Option<Span>,
    /// Whether a sign of multiplication may mean another product.
    pub loosened: bool,
    /// Whether it reads the first side of a chain.
    pub is_left: bool,
    pub depth: usize,
    /// How many brackets are being read for what they say of a quantity before them.
    pub trials: usize,
    /// How many terms sums and products over an index have been written out to.
    pub folded: usize,
    /// The quantities that were named, with the places of their names.
    pub named: Vec<(NameId, Span)>,
    /// Whether names that the network lacks stand for any number; else they are errors.
    pub in_letters: bool,
    /// Whether names that the network has are such letters too.
    pub formal: bool,
    /// Letters whose values were asked for.
    pub used: RefCell<Vec<String>>,
}

/// The values of letters: those that folds bind, or all.
pub(super) struct Values<'p> {
    pub context: &'p Context,
    pub bound: &'p [Bound],
    pub used: &'p RefCell<Vec<String>>,
    pub folds_only: bool,
}

impl Indices for Values<'_> {
    fn value(&self, letter: &str) -> Option<i64> {
        let mut bound = self.bound.iter().rev().filter(|bound| bound.by_fold || !self.folds_only);
        if let Some(bound) = bound.find(|bound| bound.letter == letter) {
            let mut used = self.used.borrow_mut();
            if !used.iter().any(|known| known == letter) {
                used.push(letter.to_owned());
            }
            return Some(bound.value);
        }
        if self.folds_only {
            return None;
        }
        size(self.context, letter)
    }
}

/// The value of a size of the network.
fn size(context: &Context, letter: &str) -> Option<i64> {
    let network = &context.network;
    let size = network.sizes.iter().find(|size| {
        let quantity = network.quantity(size.name);
        *quantity.stem == *letter && quantity.indices.is_empty() && quantity.origin == Origin::Size
    })?;
    size.value.map(i64::from)
}

impl<'a> Parser<'a> {
    pub fn new(context: &'a mut Context, tree: &'a Tree, bound: &[(String, i64)]) -> Self {
        let bound = bound.iter().map(|(letter, value)| Bound { letter: letter.clone(), value: *value, by_fold: false });
        Parser {
            context,
            tree,
            bound: bound.collect(),
            parts: Vec::new(),
            free: Vec::new(),
            slips: Vec::new(),
            misfits: Vec::new(),
            free_entries: Vec::new(),
            summed: Vec::new(),
            kept: Vec::new(),
            axis: None,
            keeps: false,
            listed: Listed::default(),
            again: 0,
            places: Places::default(),
            across: false,
            operand: None,
            entrywise: None,
            loosened: false,
            is_left: false,
            depth: 0,
            trials: 0,
            folded: 0,
            named: Vec::new(),
            in_letters: false,
            formal: false,
            used: RefCell::new(Vec::new()),
        }
    }

    /// Reads a whole row as one side.
    pub fn side(&mut self, items: &[ItemId]) -> Result<Side> {
        let root = self.whole(items)?;
        self.finish(root)
    }

    /// Reads all of a row as one expression.
    pub fn whole(&mut self, items: &[ItemId]) -> Result<PartId> {
        if items.iter().any(|&id| *self.kind(id) == Kind::Gap) {
            let items: Vec<ItemId> = items.iter().copied().filter(|&id| *self.kind(id) != Kind::Gap).collect();
            return self.whole(&items);
        }
        let mut cursor = Cursor::new(items);
        let root = self.sum(&mut cursor)?;
        match cursor.peek() {
            None => Ok(root),
            Some(id) => Err(self.unexpected(id)),
        }
    }

    /// The side whose whole is `root`.
    pub fn finish(&mut self, root: PartId) -> Result<Side> {
        let mut parts = std::mem::take(&mut self.parts);
        parts.truncate(root.0 as usize + 1);
        let expr = parts.last().map_or(crate::expr::Arena::ZERO, |part| part.expr);
        let mut side = Side { expr, direct: None, parts };
        side.direct = self.with_direct_links(&side);
        Ok(side)
    }

    /// The side with each link of a product taken inside its equation; nothing if that makes no difference.
    fn with_direct_links(&mut self, side: &Side) -> Option<ExprId> {
        let mut direct: Vec<Option<ExprId>> = vec![None; side.parts.len()];
        for (part, slot) in side.parts.iter().zip(0..) {
            if let PartKind::Differential { direct: fixed, .. } = part.kind {
                direct[slot] = fixed;
            }
            if !matches!(part.kind, PartKind::Product | PartKind::Contraction(_)) {
                continue;
            }
            for child in &part.children {
                if let PartKind::Derivative { direct: link, .. } = side.part(*child).kind {
                    direct[child.0 as usize] = link;
                }
            }
        }
        if direct.iter().all(Option::is_none) {
            return None;
        }
        let rebuilt = side.rebuild(&mut self.context.network.arena, |id, _| direct[id.0 as usize])?;
        (rebuilt != side.expr).then_some(rebuilt)
    }

    /// Adds a part whose value follows from its children.
    pub fn combined(&mut self, kind: PartKind, children: Vec<PartId>, span: Span) -> Result<PartId> {
        if children.iter().any(|&child| !self.form(child).is_scalar()) {
            return self.combined_tensors(kind, children, span);
        }
        let values: Vec<ExprId> = children.iter().map(|child| self.parts[child.0 as usize].expr).collect();
        match combine(&mut self.context.network.arena, &kind, &values) {
            Some(expr) => self.push(kind, children, span, expr),
            None => Err(Diagnostic::error("unreadable", "this cannot be computed").at(span, "")),
        }
    }

    /// Adds a part with its value.
    pub fn push(&mut self, kind: PartKind, children: Vec<PartId>, span: Span, expr: ExprId) -> Result<PartId> {
        if self.parts.len() >= MAX_PARTS {
            let error = Diagnostic::error("too-long", format!("the formula has more than {MAX_PARTS} parts"));
            return Err(error.at(span, ""));
        }
        let id = PartId(self.parts.len() as u32);
        let form = Form::of(self.context.network.arena.dims(expr), false);
        self.parts.push(Part { kind, children, span, expr, form });
        Ok(id)
    }

    /// Adds a whole number.
    pub fn integer(&mut self, value: i64, span: Span) -> Result<PartId> {
        let expr = self.context.network.arena.integer(value);
        let literal = Literal { value: Rational::integer(value), decimals: None };
        self.push(PartKind::Number(literal), Vec::new(), span, expr)
    }

    pub fn expr(&self, part: PartId) -> ExprId {
        self.parts[part.0 as usize].expr
    }

    pub fn span_of(&self, part: PartId) -> Span {
        self.parts[part.0 as usize].span
    }

    pub fn kind(&self, id: ItemId) -> &'a Kind {
        self.tree.kind(id)
    }

    pub fn span(&self, id: ItemId) -> Span {
        self.tree.span(id)
    }

    pub fn row(&self, row: Row) -> &'a [ItemId] {
        self.tree.row(row)
    }

    /// Where items stand.
    pub fn span_of_items(&self, items: &[ItemId]) -> Span {
        match (items.first(), items.last()) {
            (Some(&first), Some(&last)) => self.span(first).to(self.span(last)),
            _ => Span::default(),
        }
    }

    /// The values of letters for scripts.
    pub fn values(&self, folds_only: bool) -> Values<'_> {
        Values { context: self.context, bound: &self.bound, used: &self.used, folds_only }
    }

    /// Reads something and takes back what it left if it cannot be read.
    pub fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (parts, slips, named, free) = (self.parts.len(), self.slips.len(), self.named.len(), self.free.len());
        let (misfits, kept, summed) = (self.misfits.len(), self.kept.len(), self.summed.len());
        let depth = self.depth;
        let result = read(self);
        if result.is_err() {
            self.parts.truncate(parts);
            self.slips.truncate(slips);
            self.misfits.truncate(misfits);
            self.kept.truncate(kept);
            self.summed.truncate(summed);
            self.named.truncate(named);
            self.free.truncate(free);
            self.depth = depth;
        }
        result
    }

    pub fn unexpected(&self, id: ItemId) -> Diagnostic {
        let (message, hint) = match self.kind(id) {
            Kind::Symbol(',' | ';') => ("a list is no quantity", "write one formula for each"),
            Kind::Relation(_) => {
                ("a relation is not expected here", "one side of an equation has no further relation in it")
            }
            Kind::Environment { .. } => {
                ("matrices and nested environments are not read yet", "write the formula for each entry")
            }
            Kind::Fence { open: Delimiter::Floor | Delimiter::Ceiling, .. } => {
                ("roundings are not known here", "the checker reads what has derivatives")
            }
            Kind::Symbol('!') => ("factorials are not known here", "write the number"),
            Kind::Command(name) if &**name == "pm" || &**name == "mp" => {
                ("`\\pm` says two things at once", "write one sign")
            }
            Kind::Command(name) if name.ends_with("dots") => {
                ("an ellipsis says no more than its reader guesses", "write all terms, or a sum over an index")
            }
            Kind::Command(name) if &**name == "int" => {
                ("integrals are not known here", "the checker reads derivatives, sums and products")
            }
            Kind::Symbol('|' | '‖') => ("this bar closes nothing", "write `\\lvert x \\rvert` for an absolute value"),
            _ => ("this cannot be read", "the formula is read up to here"),
        };
        Diagnostic::error("unreadable", message).at(self.span(id), "").hint(hint)
    }
}
