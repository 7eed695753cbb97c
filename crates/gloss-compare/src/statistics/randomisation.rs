//! Approximate randomisation: what if the two sides' documents were dealt at random?

use rand_core::Rng;
use serde::{Deserialize, Serialize};

use super::random::stream;
use super::swaps::Swaps;
use crate::threads::in_chunks;

/// A randomisation test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Randomisation {
    /// Two-sided.
    pub p_value: f64,
    /// Whether all ways to swap documents were tried, because there are few.
    pub exact: bool,
}

/// Swaps what two sides got for a document, for each with even chance, `rounds` times, and counts
/// how often the difference is at least as far from 0 as it is in fact. Noreen, "Computer-intensive
/// methods for testing hypotheses", 1989; Yeh, "More accurate tests for the statistical significance
/// of result differences", 2000. The p-value is (count + 1) / (rounds + 1), or exact where there are
/// no more ways to swap than rounds.
///
/// `first` and `second` hold a row of `width` counts for each document; `statistics` computes values
/// from sums of such rows. There is one test for each value.
pub fn randomise(
    (first, second, width): (&[u32], &[u32], usize),
    (rounds, seed, threads): (usize, u64, usize),
    statistics: impl Fn(&[i64]) -> Vec<f64> + Sync,
) -> Vec<Randomisation> {
    let swaps = Swaps::new(first, second, width);
    let difference = |sums: &[i64]| -> Vec<f64> {
        let swapped: Vec<i64> = sums.iter().zip(&swaps.first).map(|(s, a)| a + s).collect();
        let rest: Vec<i64> = sums.iter().zip(&swaps.second).map(|(s, b)| b - s).collect();
        statistics(&rest).iter().zip(statistics(&swapped)).map(|(b, a)| b - a).collect()
    };
    let observed = difference(&vec![0; width]);
    let documents = swaps.documents();
    let exact = documents < 63 && (1usize << documents) <= rounds;
    let rounds = if exact { 1 << documents } else { rounds };
    let chunks = in_chunks(rounds, threads, |range| {
        let mut counts = vec![0u64; observed.len()];
        let mut sums = vec![0; width];
        for round in range {
            if exact {
                swaps.sums_of(|| round as u64, &mut sums);
            } else {
                let mut random = stream(seed, round);
                swaps.sums_of(|| random.next_u64(), &mut sums);
            }
            for ((count, found), observed) in
                counts.iter_mut().zip(difference(&sums)).zip(&observed)
            {
                // A difference that is the same but for rounding counts as the same.
                *count += u64::from(found.abs() >= observed.abs() - 1e-12);
            }
        }
        counts
    });
    (0..observed.len())
        .map(|at| {
            let count = chunks.iter().map(|counts| counts[at]).sum::<u64>() as f64;
            let p_value =
                if exact { count / rounds as f64 } else { (count + 1.0) / (rounds as f64 + 1.0) };
            Randomisation { p_value, exact }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(sums: &[i64]) -> Vec<f64> {
        vec![sums[0] as f64]
    }

    #[test]
    fn few_documents_are_exact() {
        let check = |first: &[u32], second: &[u32], expected: f64| {
            let test = randomise((first, second, 1), (10_000, 1, 1), sum)[0];
            assert!(test.exact && (test.p_value - expected).abs() < 1e-12, "{test:?}");
        };
        check(&[1, 1], &[1, 1], 1.0);
        check(&[0, 0, 0], &[1, 1, 1], 0.25);
        check(&[0, 0, 0, 5], &[1, 1, 0, 5], 0.5);
        check(&[0, 1, 0, 0, 0], &[1, 0, 1, 1, 1], 12.0 / 32.0);
    }

    #[test]
    fn many_documents_come_near_the_binomial() {
        // 60 documents, of which 38 speak for the second side: twice the binomial tail.
        let first: Vec<u32> = (0..60).map(|i| u32::from(i >= 38)).collect();
        let second: Vec<u32> = first.iter().map(|a| 1 - a).collect();
        let test = randomise((&first, &second, 1), (20_000, 7, 2), sum)[0];
        let exact = super::super::mcnemar(22, 38).p_value;
        assert!(!test.exact && (test.p_value - exact).abs() < 0.006, "{test:?} {exact}");
    }
}
