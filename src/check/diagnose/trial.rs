//! One formula as numbers at a point, against which others are tried.

use crate::check::diagnose::grid::Grid;
use crate::check::diagnose::numbers::Numbers;
use crate::check::diagnose::tensor::{near, ratio};
use crate::expr::ExprId;
use crate::network::Network;
use crate::rational::Rational;

/// A formula at a point.
#[derive(Debug)]
pub struct Trial {
    numbers: Numbers,
    wanted: Grid,
}

impl Trial {
    /// The values of a formula.
    pub fn new(network: &mut Network, wanted: ExprId) -> Trial {
        let (numbers, wanted) = Numbers::of(network, wanted);
        Trial { numbers, wanted }
    }

    /// Whether another formula has the same values.
    pub fn is_near(&mut self, network: &mut Network, other: ExprId) -> bool {
        self.numbers.refill();
        let value = self.numbers.value(network, other);
        near(&value, &self.wanted)
    }

    /// How many times another formula the wanted one is.
    pub fn ratio(&mut self, network: &mut Network, other: ExprId) -> Option<Rational> {
        let value = self.numbers.value(network, other);
        if near(&value, &self.wanted) { Some(Rational::ONE) } else { ratio(&self.wanted, &value) }
    }
}
