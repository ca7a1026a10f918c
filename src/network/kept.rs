//! What modules above have worked out of a network and keep for their next question about it.
//!
//! Takes and gives values of any type, one of each. A copy of a network begins without them, since it may be changed where
//! they would not know.

use std::any::Any;
use std::fmt;

/// Values by their types.
#[derive(Default)]
pub struct Kept(Vec<Box<dyn Any + Send + Sync>>);

impl Kept {
    /// Takes the value of a type out, or a new one.
    pub fn take<T: Any + Send + Sync + Default>(&mut self) -> T {
        let found = self.0.iter().position(|value| value.is::<T>()).map(|at| self.0.swap_remove(at));
        found.and_then(|value| value.downcast::<T>().ok()).map_or_else(T::default, |value| *value)
    }

    /// Keeps a value.
    pub fn put<T: Any + Send + Sync>(&mut self, value: T) {
        self.0.retain(|known| !known.is::<T>());
        self.0.push(Box::new(value));
    }
}

impl Clone for Kept {
    fn clone(&self) -> Kept {
        Kept::default()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} kept", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_value_of_each_type_is_kept_and_a_copy_has_none() {
        let mut kept = Kept::default();
        kept.put(3_u32);
        kept.put(4_u32);
        kept.put("word".to_owned());
        let mut copy = kept.clone();
        assert_eq!((kept.take::<u32>(), kept.take::<u32>()), (4, 0));
        assert_eq!((kept.take::<String>(), copy.take::<String>()), ("word".to_owned(), String::new()));
    }
}
