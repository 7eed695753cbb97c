//! The most frequent of many things, in bounded memory.
//!
//! Counts are exact as long as there is room for all. Then Space-Saving (Metwally, Agrawal and
//! El Abbadi, "Efficient computation of frequent and top-k elements in data streams", ICDT 2005):
//! what is new takes the place, and the count, of the least frequent. With room for m things and
//! N seen, no count is more than N/m too high, and whatever came more often than that is kept.

use std::collections::{BTreeSet, HashMap};

/// Longer names are cut.
const MOST_BYTES: usize = 200;

/// Counts of names, each with a label.
#[derive(Debug)]
pub struct HeavyHitters {
    room: usize,
    places: HashMap<String, HashMap<String, usize>>,
    entries: Vec<Entry>,
    /// By count, once there is no more room.
    order: Option<BTreeSet<(u64, usize)>>,
}

/// One of the most frequent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its label.
    pub label: String,
    /// Its name.
    pub name: String,
    /// How often it came: exactly, or at most.
    pub count: u64,
    /// By how much the count may be too high.
    pub error: u64,
}

/// A name as it is counted.
pub fn cut(name: &str) -> &str {
    let end = (0..=MOST_BYTES.min(name.len())).rev().find(|&end| name.is_char_boundary(end));
    &name[..end.unwrap_or(0)]
}

impl HeavyHitters {
    /// Room for so many, at least one.
    pub fn new(room: usize) -> HeavyHitters {
        HeavyHitters { room: room.max(1), places: HashMap::new(), entries: Vec::new(), order: None }
    }

    /// Counts one more.
    pub fn add(&mut self, label: &str, name: &str) {
        let (label, name) = (cut(label), cut(name));
        if let Some(&place) = self.places.get(label).and_then(|names| names.get(name)) {
            return self.increase(place);
        }
        let (label, name) = (label.to_owned(), name.to_owned());
        let names = self.places.entry(label.clone()).or_default();
        if self.entries.len() < self.room {
            names.insert(name.clone(), self.entries.len());
            self.entries.push(Entry { label, name, count: 1, error: 0 });
            return;
        }
        let entries = &self.entries;
        let order = self.order.get_or_insert_with(|| {
            entries.iter().enumerate().map(|(place, entry)| (entry.count, place)).collect()
        });
        // There is room for one at least.
        let Some(&(error, place)) = order.first() else { return };
        names.insert(name.clone(), place);
        let new = Entry { label, name, count: error, error };
        let old = std::mem::replace(&mut self.entries[place], new);
        if let Some(names) = self.places.get_mut(&old.label) {
            names.remove(&old.name);
        }
        self.increase(place);
    }

    fn increase(&mut self, place: usize) {
        let count = self.entries[place].count;
        if let Some(order) = &mut self.order {
            order.remove(&(count, place));
            order.insert((count + 1, place));
        }
        self.entries[place].count += 1;
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether all counts are exact.
    pub fn is_exact(&self) -> bool {
        self.order.is_none()
    }

    /// All that are kept, the most frequent first, then by name.
    pub fn into_sorted(mut self) -> Vec<Entry> {
        self.entries.sort_by(|a, b| {
            b.count.cmp(&a.count).then_with(|| (&a.name, &a.label).cmp(&(&b.name, &b.label)))
        });
        self.entries
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_are_as_good_as_the_paper_says(
            names in prop::collection::vec(0u32..40, 0..600), room in 1usize..50,
        ) {
            let mut exact: HashMap<String, u64> = HashMap::new();
            let mut hitters = HeavyHitters::new(room);
            for name in &names {
                // Few are frequent, many are not.
                let name = (name * name / 40).to_string();
                hitters.add("L", &name);
                *exact.entry(name).or_default() += 1;
            }
            prop_assert_eq!(hitters.is_exact(), exact.len() <= room);
            let found = hitters.into_sorted();
            prop_assert!(found.len() <= room);
            let bound = names.len() as u64 / room as u64;
            for entry in &found {
                let count = exact[&entry.name];
                prop_assert!(entry.count >= count && entry.count - entry.error <= count);
                prop_assert!(entry.error <= bound);
            }
            for (name, count) in exact {
                prop_assert!(count <= bound || found.iter().any(|entry| entry.name == name));
            }
        }
    }

    #[test]
    fn names_are_cut_between_characters() {
        let mut hitters = HeavyHitters::new(9);
        let long = format!("{}é", "x".repeat(MOST_BYTES - 1));
        hitters.add("L", &long);
        hitters.add("L", &long);
        let found = hitters.into_sorted();
        assert_eq!((found[0].name.len(), found[0].count), (MOST_BYTES - 1, 2));
    }
}
