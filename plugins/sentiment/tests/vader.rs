//! The scorer against Python's results, and what must hold for any text.

use gloss_sentiment::vader::{Label, Vader};
use proptest::prelude::*;
use std::sync::LazyLock;

static VADER: LazyLock<Vader> = LazyLock::new(Vader::new);

#[test]
fn equals_python_on_the_golden_file() {
    let mut rows = 0;
    for line in include_str!("golden.jsonl").lines() {
        let (text, expected): (String, [f64; 4]) = serde_json::from_str(line).unwrap();
        let s = VADER.score(&text, &[]);
        assert_eq!([s.compound, s.positive, s.neutral, s.negative], expected, "{text:?}");
        rows += 1;
    }
    assert!(rows > 100, "only {rows} golden rows");
}

#[test]
fn a_masked_entity_is_neutral() {
    let text = "The United States won.";
    let without = VADER.score(text, &[]);
    let with = VADER.score(text, &[4..17, 18..21]);
    assert_eq!(without.words[0].range, 4..10);
    assert_eq!((with.compound, with.neutral, with.label()), (0.0, 1.0, Label::Neutral));
}

#[test]
fn a_masked_word_leaves_its_neighbours_alone() {
    // Each masked word would boost, negate, halve or complete an idiom; it only keeps its place.
    for (text, masked, like) in [
        ("Very good", "Very", "Xxxx good"),
        ("not good", "not", "xxx good"),
        ("not Rose good", "Rose", "not xxxx good"),
        ("good but bad", "but", "good xxx bad"),
        ("it was a bad ass", "bad", "it was a xxx ass"),
        ("GOOD day", "day", "GOOD xxx"),
        ("good U!S!", "U!S!", "good x!x!"),
    ] {
        let start = text.find(masked).unwrap();
        let range = start..start + masked.len();
        let scores = VADER.score(text, std::slice::from_ref(&range));
        assert_eq!(scores, VADER.score(like, &[]), "{text:?}");
    }
}

#[test]
fn an_emoji_counts_at_its_own_bytes() {
    let scores = VADER.score("é😀good x", &[]);
    let ranges: Vec<_> = scores.words.iter().map(|w| w.range.clone()).collect();
    assert!(
        !ranges.is_empty() && ranges.iter().all(|r| *r == (2..6) || *r == (2..10)),
        "{ranges:?}"
    );
}

#[test]
fn a_word_of_the_user_counts() {
    let vader = Vader::new().with_lexicon([("Zorgly", 2.0)]);
    assert_eq!(vader.score("zorgly", &[]).label(), Label::Positive);
    assert_eq!(VADER.score("zorgly", &[]).label(), Label::Neutral);
}

proptest! {
    #[test]
    fn any_text_is_scored(words in proptest::collection::vec(
        prop_oneof!["good|bad|but|NOT|no|kind|of|very|least", "😀|👨‍👩‍👧|❤️|!|:\\)|ſ", "\\PC{0,5}"], 0..20
    )) {
        let text = words.join(" ");
        let s = VADER.score(&text, &[]);
        for v in [s.compound, s.positive, s.neutral, s.negative] {
            prop_assert!(v.is_finite());
        }
        for word in &s.words {
            prop_assert!(!word.range.is_empty() && text.get(word.range.clone()).is_some());
            prop_assert!(word.weight.is_finite() && word.weight != 0.0);
        }
        let masked = VADER.score(&text, std::slice::from_ref(&(0..text.len())));
        prop_assert_eq!(masked.compound, 0.0);
        prop_assert!(masked.words.is_empty());
    }
}
