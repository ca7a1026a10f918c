//! What can be said of `left = right`: only a proof or certified agreement is right, only disjoint enclosures are wrong,
//! and everything else is undecided.

use crate::expr::NameId;

/// What was decided of one equality.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    /// Both sides are equal.
    Right(Right),
    /// There is a point where they differ.
    Wrong(Wrong),
    /// It cannot be told.
    Undecided(Undecided),
}

/// Why both sides are equal, and where.
#[derive(Clone, PartialEq, Debug)]
pub struct Right {
    /// What decided it.
    pub ground: Ground,
    /// Where only one side is defined, or both differ by a convention at a kink: a sentence; `None` if nowhere.
    pub except: Option<String>,
    /// The choices of sizes at which tensors were compared, where it is not known to hold for all sizes.
    pub sizes: Vec<Sizes>,
}

/// What symbolic sizes stand for in a comparison.
pub type Sizes = Vec<(NameId, usize)>;

/// What decided that both sides are equal.
#[derive(Clone, PartialEq, Debug)]
pub enum Ground {
    /// Both sides have one normal form, or agree under randomised identity testing with an error below 2⁻⁶⁰.
    Proved,
    /// They agree to `digits` decimal digits at `points` random points of the common domain, by rigorous enclosures.
    Numerically {
        /// How many points.
        points: u32,
        /// To how many decimal digits at least.
        digits: u32,
        /// Why there is no proof.
        reason: &'static str,
    },
    /// They agree to the digits in which the decimal literals are written.
    Rounded {
        /// Whether they certainly differ where the literals are taken as exact numbers.
        differs: bool,
    },
}

/// A point where both sides differ.
#[derive(Clone, PartialEq, Debug)]
pub struct Wrong {
    /// The point: values of the free scalars, in the order of the network.
    pub at: Vec<(NameId, f64)>,
    /// The point: values of the entries, counted from 1, of tensors.
    pub entries: Vec<(NameId, Vec<usize>, f64)>,
    /// Which entry of both sides differs, counted from 1; empty for scalars.
    pub entry: Vec<usize>,
    /// The sizes there.
    pub sizes: Sizes,
    /// The left side there.
    pub left: f64,
    /// The right side there.
    pub right: f64,
    /// On which part of the domain both sides agree all the same (`x ≥ 0`), if that was found out.
    pub holds_for: Option<String>,
}

/// Why nothing could be decided.
#[derive(Clone, PartialEq, Debug)]
pub struct Undecided {
    /// A sentence for the user, lower-case, without a full stop.
    pub reason: String,
}
