//! Every two variants.

use crate::corpus::Corpus;
use crate::error::{CompareError, ErrorKind};
use crate::rules::nearest;

/// Every two variants: those with the gold first, with the gold on the left.
pub struct Pairs {
    pub all: Vec<(usize, usize)>,
    pub gold: Option<usize>,
}

impl Pairs {
    pub fn new(corpus: &Corpus, gold: Option<&str>) -> Result<Pairs, CompareError> {
        let number = |name| corpus.variants.iter().position(|variant| variant == name);
        let gold = match gold {
            Some(name) => Some(number(name).ok_or_else(|| unknown_gold(corpus, name))?),
            None => None,
        };
        let variants = corpus.variants.len();
        let others: Vec<usize> = (0..variants).filter(|at| Some(*at) != gold).collect();
        let with_gold = gold.into_iter().flat_map(|gold| others.iter().map(move |&at| (gold, at)));
        let without = others
            .iter()
            .enumerate()
            .flat_map(|(at, &left)| others[at + 1..].iter().map(move |&right| (left, right)));
        Ok(Pairs { all: with_gold.chain(without).collect(), gold })
    }

    /// Every two pairs with the gold, by their numbers.
    pub fn rivals(&self) -> Vec<(usize, usize)> {
        let with_gold = self.all.iter().filter(|(left, _)| Some(*left) == self.gold).count();
        (0..with_gold).flat_map(|a| (a + 1..with_gold).map(move |b| (a, b))).collect()
    }

    /// Variants that are not the gold.
    pub fn without_gold(&self, corpus: &Corpus) -> Vec<usize> {
        (0..corpus.variants.len()).filter(|at| Some(*at) != self.gold).collect()
    }
}

fn unknown_gold(corpus: &Corpus, name: &str) -> CompareError {
    let message = format!("the gold {name:?} is not among the variants");
    let help = match nearest(name, &corpus.variants) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("variants are {}", corpus.variants.join(", ")),
    };
    CompareError::new(ErrorKind::UnknownGold, message).help(help)
}
