//! Whether inputs are what they were.

use std::fs;
use std::time::UNIX_EPOCH;

use gloss_io::Input;
use serde::{Deserialize, Serialize};

/// What is known of an input without reading it: enough to notice that it was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(
    /// The path as documents name it.
    pub String,
    /// Its length in bytes.
    pub u64,
    /// When it was changed, in nanoseconds since 1970; compared for equality alone, so a clock that
    /// was wrong does no harm.
    pub i128,
);

impl Fingerprint {
    /// The fingerprint of an input; with zeros for standard input and for what cannot be had.
    pub fn of(input: &Input) -> Fingerprint {
        let metadata = match input {
            Input::Stdin => None,
            Input::File(path) => fs::metadata(path).ok(),
        };
        let modified = metadata.as_ref().and_then(|m| m.modified().ok()).unwrap_or(UNIX_EPOCH);
        let nanoseconds = match modified.duration_since(UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
            Err(before) => i128::try_from(before.duration().as_nanos()).map_or(i128::MIN, |n| -n),
        };
        Fingerprint(input.name(), metadata.map_or(0, |m| m.len()), nanoseconds)
    }
}

/// In what the inputs of now differ from those of then, as a sentence without its end.
pub fn difference(then: &[Fingerprint], now: &[Fingerprint]) -> Option<String> {
    let at = then.iter().zip(now).position(|(then, now)| then != now);
    match at {
        Some(at) if then[at].0 == now[at].0 => Some(format!("{} was changed", now[at].0)),
        // Where one is missing or new, those behind it moved.
        Some(at) if then[at + 1..].iter().any(|f| f.0 == now[at].0) => {
            Some(format!("{} is missing", then[at].0))
        }
        Some(at) => Some(format!("{} is new", now[at].0)),
        None => match (then.get(now.len()), now.get(then.len())) {
            (Some(missing), _) => Some(format!("{} is missing", missing.0)),
            (_, Some(new)) => Some(format!("{} is new", new.0)),
            (None, None) => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let inputs = |text: &str| -> Vec<Fingerprint> {
            let input = |word: &str| Fingerprint(word[..1].to_owned(), word.len() as u64, 0);
            text.split_whitespace().map(input).collect()
        };
        let check = |then: &str, now: &str, expected: Option<&str>| {
            let found = difference(&inputs(then), &inputs(now));
            assert_eq!(found.as_deref(), expected, "{then:?} {now:?}");
        };
        check("a b c", "a b c", None);
        check("", "", None);
        check("a b c", "a bb c", Some("b was changed"));
        check("a b c", "a c", Some("b is missing"));
        check("a b c", "a b", Some("c is missing"));
        check("a c", "a b c", Some("b is new"));
        check("a", "a b", Some("b is new"));
        check("a", "b", Some("b is new"));
    }
}
