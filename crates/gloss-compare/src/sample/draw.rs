//! Which documents are taken.

use std::collections::{HashMap, HashSet};

use rand_core::Rng;

use crate::corpus::Corpus;
use crate::error::{CompareError, ErrorKind};
use crate::result::Comparison;
use crate::statistics::stream;

/// How many documents are taken, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleOptions {
    /// How many.
    pub count: usize,
    /// The share of them that is drawn at random, from 0 to 1.
    pub random_share: f64,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// Documents by their numbers in the corpus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Drawn from all documents, each as likely as any other, in the order of the corpus.
    pub random: Vec<usize>,
    /// Of the others those in which variants differ most, the first first.
    pub disagreements: Vec<usize>,
    /// How many documents there are.
    pub population: usize,
}

/// Takes a sample: the random stratum first, so that it is drawn from all documents, then those of
/// the rest that the comparison lists as differing most. Where fewer differ, fewer are taken.
///
/// # Errors
///
/// Where the share is none, or the count is 0 or more than there are documents.
pub fn sample(
    corpus: &Corpus,
    comparison: &Comparison,
    options: &SampleOptions,
) -> Result<Sample, CompareError> {
    let population = corpus.documents.len();
    let SampleOptions { count, random_share, seed } = *options;
    if count == 0 || count > population {
        let message = format!("a sample of {count} documents cannot be taken of {population}");
        return Err(CompareError::new(ErrorKind::BadSample, message)
            .help(format!("take from 1 to {population}")));
    }
    if !(0.0..=1.0).contains(&random_share) {
        let message = format!("the share of random documents is {random_share}");
        return Err(CompareError::new(ErrorKind::BadSample, message).help("give 0 to 1"));
    }
    let random = draw(population, (count as f64 * random_share).round() as usize, seed);
    let drawn: HashSet<usize> = random.iter().copied().collect();
    let numbers: HashMap<&str, usize> =
        corpus.documents.iter().enumerate().map(|(at, d)| (d.id.as_str(), at)).collect();
    let differing = comparison.disagreements.documents.iter();
    let disagreements = differing
        .filter_map(|found| numbers.get(found.document.as_str()).copied())
        .filter(|number| !drawn.contains(number))
        .take(count - random.len())
        .collect();
    Ok(Sample { random, disagreements, population })
}

/// So many of the numbers below `population`, without replacement, sorted: Fisher and Yates' shuffle,
/// ended early.
fn draw(population: usize, count: usize, seed: u64) -> Vec<usize> {
    // The last of the streams: those of the resamples begin at 0.
    let mut random = stream(seed, usize::MAX - 1);
    let mut numbers: Vec<usize> = (0..population).collect();
    for at in 0..count.min(population) {
        let rest = (population - at) as u128;
        let chosen = at + ((u128::from(random.next_u64()) * rest) >> 64) as usize;
        numbers.swap(at, chosen);
    }
    numbers.truncate(count);
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_document_is_as_likely_as_any_other() {
        let mut counts = [0usize; 10];
        for seed in 0..2_000 {
            let drawn = draw(10, 3, seed);
            assert!(drawn.windows(2).all(|two| two[0] < two[1]) && drawn.len() == 3);
            drawn.iter().for_each(|&number| counts[number] += 1);
        }
        // 600 each is expected, with a standard deviation of 20.
        assert!(counts.iter().all(|count| (500..700).contains(count)), "{counts:?}");
        assert_eq!(draw(10, 3, 7), draw(10, 3, 7));
        assert_eq!(draw(3, 3, 7), [0, 1, 2]);
        assert_eq!(draw(3, 0, 7), Vec::<usize>::new());
    }
}
