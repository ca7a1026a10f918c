//! Deciding whether two formulas are equal: the arithmetic that the checker stands on.
//!
//! Takes random seeds and exact rationals; gives residues, lanes of residues, tables of
//! exponentials, and rigorous real enclosures. The modules stand in the order of use.

mod form;

mod claim;
pub mod read;
pub mod verdict;

pub mod random;

mod modulus;

mod field;
mod lanes;

mod echelon;

mod relation;

mod basis;

mod circle;

mod number;

mod float;

mod precise;

mod ball;

mod erf;

mod real;

mod functions;

mod primitive;

mod circuit;

mod unfold;

mod enclose;

mod draw;

mod facts;

mod search;

mod rounding;

mod size;

mod signs;
mod total;

mod opaque;

mod samples;

mod characters;

mod atoms;

mod fingerprint;

mod actual;
mod angle;

mod kinks;

mod known;

mod rules;

mod marks;

mod proof;

mod domain;

mod part;

mod excuse;

mod shared;

pub mod decide;

mod entries;

mod memory;

mod square;

mod extents;

mod tensor;

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
mod nowhere;
mod primes;
mod readings;
pub mod report;
mod stationary;
mod sums;
mod wording;
pub mod written;
