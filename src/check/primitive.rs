//! The functions that the checker computes itself; all others it takes by their definition in the table.
//!
//! Takes what an entry without a definition is known as; gives the rule.

use crate::function::Known;

/// A function with rules of its own, in residues and in enclosures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Primitive {
    /// The exponential.
    Exp,
    /// The natural logarithm.
    Log,
    /// The real cube root.
    CubeRoot,
    /// A power whose exponent is no constant.
    Power,
    /// The absolute value.
    Absolute,
    /// −1, 0 or 1.
    Sign,
    /// 1 above 0, else 0.
    Step,
    /// The sine.
    Sine,
    /// The cosine.
    Cosine,
    /// The arc sine.
    ArcSine,
    /// The arc tangent.
    ArcTangent,
    /// The error function.
    Error,
}

impl Primitive {
    /// The rule of an entry of the table that has no definition; `None` if there is none.
    pub fn of(known: Known) -> Option<Self> {
        Some(match known {
            Known::Exponential => Primitive::Exp,
            Known::Logarithm => Primitive::Log,
            Known::CubeRoot => Primitive::CubeRoot,
            Known::Power => Primitive::Power,
            Known::Absolute => Primitive::Absolute,
            Known::Sign => Primitive::Sign,
            Known::Step => Primitive::Step,
            Known::Sine => Primitive::Sine,
            Known::Cosine => Primitive::Cosine,
            Known::ArcSine => Primitive::ArcSine,
            Known::ArcTangent => Primitive::ArcTangent,
            Known::Error => Primitive::Error,
            _ => return None,
        })
    }

    /// Whether its values are random in a field, so that only its derivative tells something of it. All of these are odd.
    pub fn is_opaque(self) -> bool {
        matches!(self, Primitive::ArcSine | Primitive::ArcTangent | Primitive::Error)
    }

    /// Whether it depends on the sign of its argument.
    pub fn has_sign(self) -> bool {
        matches!(self, Primitive::Absolute | Primitive::Sign | Primitive::Step)
    }
}

#[cfg(test)]
mod tests {
    use super::Primitive;
    use crate::function::{Form, table};
    use pretty_assertions::assert_eq;

    #[test]
    fn every_entry_of_scalars_has_a_definition_or_a_rule() {
        let without: Vec<&str> = table()
            .filter(|entry| matches!(entry.form, Form::Elementwise))
            .filter(|entry| entry.definition.is_some() == entry.known.and_then(Primitive::of).is_some())
            .map(|entry| entry.name)
            .collect();
        assert_eq!(without, Vec::<&str>::new());
    }
}
