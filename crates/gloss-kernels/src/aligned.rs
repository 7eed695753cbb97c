//! Numbers that vectors are loaded from.

/// Numbers that start at the beginning of a cache line, so that no vector of them lies in two.
#[derive(Debug, Default)]
pub(crate) struct Aligned<T> {
    numbers: Vec<T>,
    start: usize,
    len: usize,
}

impl<T: Copy + Default> Aligned<T> {
    const LINE: usize = 64;

    pub(crate) fn zeros(len: usize) -> Self {
        let mut aligned = Self::default();
        aligned.reset(len);
        aligned
    }

    /// Makes room for so many numbers; which ones they are is not said.
    pub(crate) fn reset(&mut self, len: usize) {
        let places = len + Self::LINE / size_of::<T>();
        if self.numbers.len() < places {
            self.numbers.resize(places, T::default());
        }
        self.len = len;
        self.start = self.numbers.as_ptr().align_offset(Self::LINE).min(self.numbers.len() - len);
    }

    pub(crate) fn get(&self) -> &[T] {
        &self.numbers[self.start..self.start + self.len]
    }

    pub(crate) fn get_mut(&mut self) -> &mut [T] {
        &mut self.numbers[self.start..self.start + self.len]
    }
}
