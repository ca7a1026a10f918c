//! Signs of products: quadratic characters of known atoms, and what they say of a further one.
//!
//! Squares play the positive numbers. If an atom times some atoms of known sign is a square in all lanes, its sign is
//! theirs: 1 − tanh x times eˣ + e⁻ˣ times eˣ is 2. Linear algebra over GF(2) finds such products.

/// A character in each lane: whether the value is no square.
pub type Character = Vec<bool>;

/// Lanes in words of 64.
fn packed(character: &[bool]) -> Vec<u64> {
    let word = |lanes: &[bool]| lanes.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit));
    character.chunks(64).map(word).collect()
}

/// A product of known atoms.
#[derive(Clone, Debug)]
struct Row {
    /// A word, and a bit in it that only this row and earlier ones have.
    pivot: (usize, u64),
    character: Vec<u64>,
    negative: bool,
}

/// An echelon form of the characters of known atoms.
#[derive(Clone, Debug, Default)]
pub struct Characters {
    rows: Vec<Row>,
}

impl Characters {
    /// Those that know but −1.
    pub fn new(lanes: usize) -> Self {
        let mut characters = Characters::default();
        // −1 is no square.
        characters.insert(&vec![true; lanes], true);
        characters
    }

    /// How many independent characters are known.
    pub fn rank(&self) -> usize {
        self.rows.len()
    }

    /// Puts in the character of a known atom. What depends on those before tells nothing new.
    pub fn insert(&mut self, character: &[bool], negative: bool) {
        let (rest, negative) = self.reduce(character, negative);
        if let Some(at) = rest.iter().position(|&word| word != 0) {
            let pivot = (at, rest[at] & rest[at].wrapping_neg());
            self.rows.push(Row { pivot, character: rest, negative });
        }
    }

    /// The sign of a value with this character, if it is a product of known atoms times a square.
    pub fn sign(&self, character: &[bool]) -> Option<i8> {
        let (rest, negative) = self.reduce(character, false);
        let is_known = rest.iter().all(|&word| word == 0);
        is_known.then_some(if negative { -1 } else { 1 })
    }

    fn reduce(&self, character: &[bool], mut negative: bool) -> (Vec<u64>, bool) {
        let mut rest = packed(character);
        for row in &self.rows {
            if rest[row.pivot.0] & row.pivot.1 != 0 {
                rest.iter_mut().zip(&row.character).for_each(|(word, &other)| *word ^= other);
                negative ^= row.negative;
            }
        }
        (rest, negative)
    }
}

#[cfg(test)]
mod tests {
    use super::Characters;
    use pretty_assertions::assert_eq;

    #[test]
    fn the_sign_of_a_product_is_the_product_of_signs() {
        let (a, b) = ([true, false, true, false], [true, true, false, false]);
        let mut characters = Characters::new(4);
        assert_eq!(
            (characters.sign(&[true; 4]), characters.sign(&[false; 4]), characters.sign(&a)),
            (Some(-1), Some(1), None)
        );
        characters.insert(&a, false);
        characters.insert(&b, true);
        assert_eq!((characters.sign(&a), characters.sign(&b), characters.rank()), (Some(1), Some(-1), 3));
        // ab and −ab.
        assert_eq!(characters.sign(&[false, true, true, false]), Some(-1));
        assert_eq!(characters.sign(&[true, false, false, true]), Some(1));
        assert_eq!(characters.sign(&[true, false, false, false]), None);
    }
}
