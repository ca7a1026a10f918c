//! vec(A), the columns of a matrix below each other, and u ⊗ v beside it: both as the tensor that they are the entries of.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Tree};

use super::parser::{Cursor, Parser, Result};

/// Whether vec(·) stands in one of the sides of a chain.
pub(super) fn has_stack(tree: &Tree, sides: &[Vec<ItemId>]) -> bool {
    let mut waiting: Vec<ItemId> = sides.iter().flatten().copied().collect();
    while let Some(id) = waiting.pop() {
        if is_word(tree, tree.kind(id)) {
            return true;
        }
        tree.add_parts(id, &mut waiting);
    }
    false
}

fn is_word(tree: &Tree, kind: &Kind) -> bool {
    match kind {
        Kind::Accent { name: "operatorname" | "mathrm" | "mathsf" | "mathop", body } => {
            tree.word(*body).as_deref() == Some("vec")
        }
        Kind::Text(text) => text.trim() == "vec",
        _ => false,
    }
}

impl Parser<'_> {
    /// `\operatorname{vec}(A)`.
    pub fn stack(&mut self, cursor: &mut Cursor<'_>, base: ItemId) -> Result<Option<PartId>> {
        if !self.context.has_tensors() || !is_word(self.tree, self.kind(base)) || self.context.symbols.has_base("vec") {
            return Ok(None);
        }
        let Some(Kind::Fence { open: Delimiter::Round | Delimiter::Square, body, .. }) =
            cursor.second().map(|id| self.kind(id))
        else {
            return Ok(None);
        };
        let span = self.span_of_items(&cursor.items[cursor.at..cursor.at + 2]);
        cursor.at += 2;
        let inner = self.inside(*body, span)?;
        self.stacked(inner, span).map(Some)
    }

    fn stacked(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        if form.is_vector() || form.is_single() {
            return Ok(part);
        }
        if !form.is_matrix() || form.indices != 0 {
            return self.unclear("vec(·) is read of matrices whose size is said, without indices", span);
        }
        let expr = self.expr(part);
        let arena = &mut self.context.network.arena;
        let expr = if arena.dims(expr).len() == 2 { arena.permute(expr, &[1, 0]) } else { expr };
        self.push_formed(PartKind::Made, vec![part], span, expr, Form::HIGH)
    }
}
