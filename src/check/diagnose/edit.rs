//! One edit of a unit: what it becomes, and what of it was changed.

use crate::check::diagnose::Kind;
use crate::expr::{Arena, ExprId};

/// A unit as a mistake would have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The kind of mistake.
    pub kind: Kind,
    /// What the unit becomes.
    pub value: ExprId,
    /// The part of the truth that the mistake concerns: the missing factor, the name that was confused.
    pub part: ExprId,
    /// What stands in its place, or the sum in which the part is a term.
    pub beside: Option<ExprId>,
    /// Whether it is far-fetched: an edit of one of several equal parts, or deep inside. Others are preferred to it.
    pub is_remote: bool,
    /// The factor that the sentence names, where it is neither of them: the matrix that must be transposed.
    pub whose: Option<ExprId>,
}

impl Edit {
    /// An edit that is not far-fetched.
    pub fn new(kind: Kind, value: ExprId, part: ExprId) -> Edit {
        Edit { kind, value, part, beside: None, is_remote: false, whose: None }
    }

    /// The same with what stands in the place of the part.
    pub fn beside(self, beside: ExprId) -> Edit {
        Edit { beside: Some(beside), ..self }
    }

    /// The same, far-fetched or not.
    pub fn remote(self, is_remote: bool) -> Edit {
        Edit { is_remote, ..self }
    }

    /// What is preferred comes first.
    pub fn rank(&self) -> (bool, Kind) {
        (self.is_remote, self.kind)
    }
}

/// Edits in the order of preference, each value once: of two that give the same the preferred one stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Edits {
    list: Vec<Edit>,
}

impl Edits {
    /// Adds an edit.
    pub fn push(&mut self, edit: Edit) {
        self.list.push(edit);
    }

    /// All edits that change `truth`, preferred ones first. Nothing but a lost path makes a product 0.
    pub fn finish(mut self, truth: ExprId) -> Vec<Edit> {
        self.list.sort_by_key(Edit::rank);
        let mut seen = rustc_hash::FxHashSet::default();
        self.list.retain(|edit| {
            let is_nothing = edit.value == Arena::ZERO && edit.kind != Kind::LostPath;
            edit.value != truth && !is_nothing && seen.insert(edit.value)
        });
        self.list
    }
}
