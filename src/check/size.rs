//! How large a fraction a fingerprint stands for: its degree and the bits of its coefficients, for the error bound.
//!
//! Both saturate as floating-point numbers; they are upper bounds of what the formula is in the drawn elements.

/// Bounds for numerator and denominator.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Size {
    /// Degree of the numerator.
    pub above: f64,
    /// Degree of the denominator.
    pub below: f64,
    /// Bits of the numerator's coefficients.
    pub bits_above: f64,
    /// Bits of the denominator's coefficients.
    pub bits_below: f64,
}

impl Size {
    /// A drawn element.
    pub const LEAF: Size = Size { above: 1.0, below: 0.0, bits_above: 1.0, bits_below: 0.0 };

    /// A rational number.
    pub fn number(bits_above: u64, bits_below: u64) -> Size {
        Size { above: 0.0, below: 0.0, bits_above: bits_above as f64, bits_below: bits_below as f64 }
    }

    /// A monomial in drawn elements; `weight` is the sum of the absolute exponents.
    pub fn monomial(weight: f64) -> Size {
        Size { above: weight, below: weight, bits_above: weight, bits_below: weight }
    }

    /// A sum over the product of all denominators.
    pub fn sum(terms: impl Iterator<Item = Size> + Clone) -> Size {
        let below: f64 = terms.clone().map(|term| term.below).sum();
        let bits_below: f64 = terms.clone().map(|term| term.bits_below).sum();
        let above = terms.clone().map(|term| term.above + (below - term.below)).fold(0.0, f64::max);
        let bits = terms.clone().map(|term| term.bits_above + (bits_below - term.bits_below)).fold(0.0, f64::max);
        let count = terms.count().max(1) as f64;
        Size { above, below, bits_above: bits + libm::log2(count) + 1.0, bits_below }
    }

    /// A product.
    pub fn times(self, other: Size) -> Size {
        Size {
            above: self.above + other.above,
            below: self.below + other.below,
            bits_above: self.bits_above + other.bits_above,
            bits_below: self.bits_below + other.bits_below,
        }
    }

    /// A power with a rational exponent of this size.
    pub fn power(self, exponent: f64) -> Size {
        let factor = exponent.abs().max(1.0);
        let (above, below) = if exponent < 0.0 { (self.below, self.above) } else { (self.above, self.below) };
        let (bits_above, bits_below) =
            if exponent < 0.0 { (self.bits_below, self.bits_above) } else { (self.bits_above, self.bits_below) };
        Size {
            above: above * factor,
            below: below * factor,
            bits_above: (bits_above + 1.0) * factor,
            bits_below: (bits_below + 1.0) * factor,
        }
    }

    /// The degree of the difference of two such fractions.
    pub fn degree(self, other: Size) -> f64 {
        (self.above + other.below).max(other.above + self.below).max(1.0)
    }

    /// The bits of the coefficients of that difference.
    pub fn bits(self, other: Size) -> f64 {
        (self.bits_above + other.bits_below).max(other.bits_above + self.bits_below) + 1.0
    }
}
