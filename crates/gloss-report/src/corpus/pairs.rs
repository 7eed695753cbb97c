//! Which entities are mentioned together.

use serde::Serialize;

/// Two entities, and how often they are mentioned in one unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pair {
    /// Place of the more frequent one in `entities`.
    pub first: usize,
    /// Place of the other one.
    pub second: usize,
    /// Units that mention both.
    pub units: u64,
    /// Documents that do in some unit.
    pub documents: u64,
    /// Normalized pointwise mutual information (Bouma, GSCL 2009): 1 where one is never without the
    /// other, 0 where they are independent.
    pub npmi: f64,
}

/// Units with each of some entities, and with each pair of them.
#[derive(Debug)]
pub struct Pairs {
    entities: usize,
    units: u64,
    single: Vec<u64>,
    /// Units and documents, for each pair, at `first * entities + second`.
    both: Vec<(u64, u64)>,
}

impl Pairs {
    /// For so many entities.
    pub fn new(entities: usize) -> Pairs {
        Pairs {
            entities,
            units: 0,
            single: vec![0; entities],
            both: vec![(0, 0); entities * entities],
        }
    }

    /// Adds the units of a document: how many there are, and the entities of those that mention
    /// any, as pairs of unit and entity.
    pub fn add(&mut self, units: u64, mut found: Vec<(usize, usize)>) {
        self.units += units;
        found.sort_unstable();
        found.dedup();
        let mut together = Vec::new();
        for unit in found.chunk_by(|a, b| a.0 == b.0) {
            for (i, &(_, first)) in unit.iter().enumerate() {
                self.single[first] += 1;
                let place = |&(_, second): &(usize, usize)| first * self.entities + second;
                together.extend(unit[i + 1..].iter().map(place));
            }
        }
        together.sort_unstable();
        for same in together.chunk_by(|a, b| a == b) {
            let (units, documents) = &mut self.both[same[0]];
            *units += same.len() as u64;
            *documents += 1;
        }
    }

    /// How many units there were.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// The pairs that came together more than once, the most frequent first, at most so many.
    pub fn list(&self, most: usize) -> Vec<Pair> {
        let pair = |(place, &(units, documents)): (usize, &(u64, u64))| {
            let (first, second) = (place / self.entities, place % self.entities);
            let npmi = self.npmi(first, second, units);
            Pair { first, second, units, documents, npmi }
        };
        let often = self.both.iter().enumerate().filter(|(_, (units, _))| *units > 1);
        let mut pairs: Vec<Pair> = often.map(pair).collect();
        pairs.sort_by(|a, b| b.units.cmp(&a.units).then_with(|| b.npmi.total_cmp(&a.npmi)));
        pairs.truncate(most);
        pairs
    }

    fn npmi(&self, first: usize, second: usize, both: u64) -> f64 {
        let probability = |count: u64| count as f64 / self.units as f64;
        let (p, together) =
            (probability(self.single[first]) * probability(self.single[second]), probability(both));
        // Both in every unit: they are never apart.
        if together >= 1.0 { 1.0 } else { (together / p).ln() / -together.ln() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_by_unit_and_document() {
        let mut pairs = Pairs::new(3);
        // 0 and 1 are always together; 2 is with 0 as often as chance has it.
        pairs.add(4, vec![(0, 1), (0, 0), (0, 0), (1, 0), (1, 1), (1, 2)]);
        pairs.add(4, vec![(3, 1), (3, 0), (3, 2), (0, 0), (0, 1), (1, 2), (2, 2)]);
        let found = pairs.list(9);
        let shape: Vec<_> =
            found.iter().map(|p| (p.first, p.second, p.units, p.documents)).collect();
        assert_eq!(shape, [(0, 1, 4, 2), (0, 2, 2, 2), (1, 2, 2, 2)]);
        assert!((found[0].npmi - 1.0).abs() < 1e-9);
        assert!(found[1].npmi.abs() < 1e-9, "{}", found[1].npmi);
        assert_eq!(pairs.units(), 8);
        assert_eq!(pairs.list(1).len(), 1);
    }

    #[test]
    fn what_is_everywhere_is_never_apart() {
        let mut pairs = Pairs::new(2);
        pairs.add(2, vec![(0, 0), (0, 1), (1, 0), (1, 1)]);
        assert_eq!(pairs.list(1)[0].npmi.to_bits(), 1f64.to_bits());
    }
}
