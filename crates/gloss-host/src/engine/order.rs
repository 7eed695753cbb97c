//! Puts what is finished back into the order of the input.

use std::collections::BTreeMap;

/// Values by their places, from 0, handed out without a gap.
#[derive(Debug)]
pub struct InOrder<T> {
    next: u64,
    waiting: BTreeMap<u64, T>,
}

impl<T> Default for InOrder<T> {
    fn default() -> InOrder<T> {
        InOrder { next: 0, waiting: BTreeMap::new() }
    }
}

impl<T> InOrder<T> {
    /// Takes the value of a place; each has one.
    pub fn put(&mut self, place: u64, value: T) {
        self.waiting.insert(place, value);
    }

    /// The value of the first place whose value was not handed out, if it is there.
    pub fn next(&mut self) -> Option<T> {
        let value = self.waiting.remove(&self.next)?;
        self.next += 1;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_in_order() {
        let mut order = InOrder::default();
        let mut all = Vec::new();
        for place in [2, 1, 0, 4, 3, 5] {
            order.put(place, place);
            while let Some(value) = order.next() {
                all.push(value);
            }
            assert!(place > 0 || all == [0, 1, 2]);
        }
        assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    }
}
