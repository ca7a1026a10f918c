//! Interned rational numbers, so that coefficients and exponents compare in one instruction.

use rustc_hash::FxHashMap;

use crate::rational::Rational;

/// An interned rational number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct NumberId(pub u32);

impl NumberId {
    /// 0.
    pub const ZERO: NumberId = NumberId(0);
    /// 1.
    pub const ONE: NumberId = NumberId(1);
    /// −1.
    pub const MINUS_ONE: NumberId = NumberId(2);
    /// 2.
    pub const TWO: NumberId = NumberId(3);
    /// ½.
    pub const HALF: NumberId = NumberId(4);
}

/// All numbers in use.
#[derive(Clone, Debug)]
pub struct Numbers {
    values: Vec<Rational>,
    by_value: FxHashMap<Rational, NumberId>,
}

impl Default for Numbers {
    fn default() -> Self {
        let mut numbers = Numbers { values: Vec::new(), by_value: FxHashMap::default() };
        let half = Rational::new(1, 2).unwrap_or(Rational::ONE);
        for value in [Rational::ZERO, Rational::ONE, Rational::integer(-1), Rational::integer(2), half] {
            numbers.intern(value);
        }
        numbers
    }
}

impl Numbers {
    /// The id of a value.
    pub fn intern(&mut self, value: Rational) -> NumberId {
        if let Some(&id) = self.by_value.get(&value) {
            return id;
        }
        let id = NumberId(self.values.len() as u32);
        self.values.push(value.clone());
        self.by_value.insert(value, id);
        id
    }

    /// The value of an id.
    pub fn get(&self, id: NumberId) -> &Rational {
        &self.values[id.0 as usize]
    }
}
