//! Whether inputs are what they were.

use gloss_io::Fingerprint;

/// In what the inputs of now differ from those of then, as a sentence without its end.
pub fn difference(then: &[Fingerprint], now: &[Fingerprint]) -> Option<String> {
    let at = then.iter().zip(now).position(|(then, now)| then != now);
    match at {
        Some(at) if then[at].name == now[at].name => Some(format!("{} was changed", now[at].name)),
        // Where one is missing or new, those behind it moved.
        Some(at) if then[at + 1..].iter().any(|f| f.name == now[at].name) => {
            Some(format!("{} is missing", then[at].name))
        }
        Some(at) => Some(format!("{} is new", now[at].name)),
        None => match (then.get(now.len()), now.get(then.len())) {
            (Some(missing), _) => Some(format!("{} is missing", missing.name)),
            (_, Some(new)) => Some(format!("{} is new", new.name)),
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
            let input = |word: &str| Fingerprint {
                name: word[..1].to_owned(),
                size: Some(word.len() as u64),
                modified: None,
            };
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
