//! The chain rule, worked: from the text of a network to gradients with every step, and back from
//! hand-written derivations to verdicts.
//!
//! The modules stand in the order of the data flow; each may use only those above it.
//!
//! What `derive net.txt --wrt w --latex` does, in a program:
//!
//! ```
//! use chainrule::calculus::{Deltas, Goal, Request, Sigma};
//! use chainrule::emit::latex;
//! use chainrule::narrate::{Story, Wish, document};
//! use chainrule::network::{FreeNames, read_network};
//! use chainrule::notation::Style;
//!
//! let text = "param w, b; input x; a = sigmoid(w*x + b); cost C = a^2";
//! let (network, errors) = read_network(text, FreeNames::Refused);
//! let mut network = network.ok_or("not a network")?;
//! assert!(errors.is_empty());
//!
//! let (of, w) = (network.cost.ok_or("no cost")?, network.find("w").ok_or("no w")?);
//! let (sigma, goal, deltas) = (Sigma::Activation, Goal::Textbook, Deltas::Named);
//! let request = Request { of, by: vec![vec![w]], max_paths: 6, sigma, goal, deltas };
//! let story = Story::new(&mut network, &Wish::of(request));
//! let formulas = latex::fragment(&document(&network, &story, Style::default(), None));
//! assert!(formulas.contains(r"= 2a^{2}x(1 - a)"), "{formulas}");
//! # Ok::<(), &str>(())
//! ```

pub mod diagnostic;

pub mod rational;

pub mod syntax;

pub mod shape;

pub mod expr;

pub mod function;

pub mod network;

pub mod calculus;

pub mod eval;

pub mod notation;

pub mod narrate;

pub mod emit;

pub mod notes;

pub mod check;
