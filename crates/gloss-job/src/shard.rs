//! Shards: parts of the input that are run apart.
//!
//! Shard `i` of `n` has the documents whose position in the input is `i - 1` modulo `n`. So nobody
//! has to count the documents first, each shard is about as long and as hard as the others whatever
//! the order of the input, and to merge is to deal the documents out again in turn.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which part of the input a run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// Shard `number`, from 1, of `count`. `None` when there is no such one.
    #[must_use]
    pub fn new(number: u64, count: u64) -> Option<Shard> {
        (1 <= number && number <= count).then(|| Shard { index: number - 1, count })
    }

    /// Its number, from 1.
    #[must_use]
    pub fn number(self) -> u64 {
        self.index + 1
    }

    /// How many shards there are.
    #[must_use]
    pub fn count(self) -> u64 {
        self.count
    }

    /// Position in the input of its document with this number, both from 0.
    #[must_use]
    pub fn position(self, number: u64) -> u64 {
        self.index.saturating_add(number.saturating_mul(self.count))
    }

    /// How many of the first `total` documents of the input it has.
    #[must_use]
    pub fn share_of(self, total: u64) -> u64 {
        total.saturating_sub(self.index).div_ceil(self.count)
    }
}

impl Default for Shard {
    /// The whole input.
    fn default() -> Shard {
        Shard { index: 0, count: 1 }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number(), self.count)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let parse = || {
            let (number, count) = text.split_once('/')?;
            Shard::new(number.parse().ok()?, count.parse().ok()?)
        };
        parse().ok_or_else(|| {
            format!("{text:?} is no shard: say `2/5` for the second of five; the first is `1/5`")
        })
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(text: String) -> Result<Shard, String> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> String {
        shard.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shards_are_written_as_i_of_n() {
        let check = |text: &str, expected: Option<(u64, u64)>| {
            let found = text.parse::<Shard>().ok().map(|s| (s.number(), s.count()));
            assert_eq!(found, expected, "{text}");
        };
        check("1/1", Some((1, 1)));
        check("3/8", Some((3, 8)));
        for wrong in ["0/3", "4/3", "1/0", "1", "/", "a/b", "-1/2", "1/2/3", "", " 1/2"] {
            check(wrong, None);
        }
    }

    proptest! {
        #[test]
        fn each_document_is_in_one_shard(total in 0u64..200, count in 1u64..20) {
            let shards = (1..=count).filter_map(|number| Shard::new(number, count));
            let mut positions: Vec<u64> =
                shards.flat_map(|s| (0..s.share_of(total)).map(move |i| s.position(i))).collect();
            positions.sort_unstable();
            prop_assert_eq!(positions, (0..total).collect::<Vec<_>>());
        }
    }
}
