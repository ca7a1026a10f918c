//! Room for the numbers of a node.

use std::ops::{Deref, DerefMut};

use crate::eval::tensor::element::Element;

/// What the numbers begin at a multiple of, in bytes: a line of the cache, so that no vector lies on two.
const LINE: usize = 64;

/// Numbers that begin with a line of the cache.
#[derive(Debug, Default)]
pub(super) struct Buffer<T> {
    /// The numbers, with room before them.
    entries: Vec<T>,
    start: usize,
}

impl<T: Element> Buffer<T> {
    /// So many zeros.
    pub(super) fn zeros(count: usize) -> Self {
        let mut entries = vec![T::zero(); count + LINE / size_of::<T>()];
        // What cannot be aligned works as well.
        let start = entries.as_ptr().align_offset(LINE).min(entries.len() - count);
        entries.truncate(start + count);
        Buffer { entries, start }
    }
}

impl<T> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.entries[self.start..]
    }
}

impl<T> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.entries[self.start..]
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffer, LINE};

    #[test]
    fn a_buffer_begins_with_a_line_of_the_cache_and_is_as_long_as_it_should() {
        for count in [0, 1, 7, 1000] {
            let buffer: Buffer<f32> = Buffer::zeros(count);
            assert_eq!((buffer.len(), buffer.as_ptr().align_offset(LINE)), (count, 0));
        }
    }
}
