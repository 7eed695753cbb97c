//! The weight shift around "but".

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Halves what comes before the first "but" and multiplies what follows by 1.5. The original
/// changes its list while it walks it and finds each place by value, so equal values change
/// at the first of their places. Heaps of places by value give the same without a search.
pub(super) fn shift(valences: &mut [f64], but: usize) {
    let mut places: HashMap<u64, BinaryHeap<Reverse<usize>>> = HashMap::new();
    for (i, v) in valences.iter().enumerate().filter(|(_, v)| **v != 0.0) {
        places.entry(v.to_bits()).or_default().push(Reverse(i));
    }
    for k in 0..valences.len() {
        let value = valences[k];
        // A zero stays zero under both factors.
        let Some(heap) = places.get_mut(&value.to_bits()) else { continue };
        let Some(&Reverse(first)) = heap.peek() else { continue };
        if first == but {
            continue;
        }
        heap.pop();
        let shifted = value * if first < but { 0.5 } else { 1.5 };
        valences[first] = shifted;
        places.entry(shifted.to_bits()).or_default().push(Reverse(first));
    }
}
