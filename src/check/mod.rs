//! Deciding whether two formulas are equal: the arithmetic that the checker stands on.
//!
//! Takes random seeds and exact rationals; gives residues, lanes of residues, tables of
//! exponentials, and rigorous real enclosures. The modules stand in the order of use.

pub mod form;

pub mod claim;
pub mod read;
pub mod verdict;

pub mod random;

pub mod modulus;

pub mod field;
pub mod lanes;

pub mod echelon;

pub mod relation;

pub mod basis;

pub mod circle;

pub mod number;

pub mod float;

pub mod precise;

pub mod ball;

pub mod erf;

pub mod real;

pub mod functions;

pub mod primitive;

pub mod circuit;

pub mod unfold;

pub mod enclose;

pub mod draw;

pub mod facts;

pub mod search;

pub mod rounding;

pub mod size;

pub mod signs;
mod total;

pub mod opaque;

pub mod samples;

mod characters;

pub mod atoms;

pub mod fingerprint;

mod angle;

mod kinks;

mod known;

mod rules;

mod marks;

pub mod proof;

pub mod domain;

pub mod part;

pub mod excuse;

mod shared;

pub mod decide;

pub mod entries;

mod memory;

mod square;

mod extents;

pub mod tensor;

pub mod pair;

pub mod diagnose;

pub mod bindings;
mod components;
pub mod document;
pub mod judge;
mod language;
mod layouts;
mod links;
mod mend;
mod misfit;
mod mixed;
mod narrow;
mod primes;
mod readings;
pub mod report;
mod stationary;
mod sums;
mod wording;
pub mod written;
