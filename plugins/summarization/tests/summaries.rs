//! What every summary keeps to, on written cases and on any text.

use std::ops::Range;

use gloss_summarization::{Budget, Method, Summarizer, SummaryOptions};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

const NEWS: &[&str] = &[
    "The city council voted on Monday to close the old harbour bridge to cars.",
    "However, the harbour bridge will stay open to buses and to bicycles.",
    "Engineers found deep cracks in the steel of the harbour bridge in March.",
    "He said the cracks in the bridge could not be repaired before winter.",
    "Shops near the harbour fear that the closed bridge will cost them customers.",
    "Engineers found deep cracks in the steel of the harbour bridge in March.",
    "A new bridge would cost the city about forty million euros by 2031.",
    "The council will vote on money for the new bridge in November.",
];

fn join(sentences: &[&str]) -> (String, Vec<Range<usize>>) {
    let (mut text, mut ranges) = (String::new(), Vec::new());
    for sentence in sentences {
        let start = text.len();
        text.push_str(sentence);
        ranges.push(start..text.len());
        text.push(' ');
    }
    (text, ranges)
}

fn with(method: Method, budget: Budget) -> SummaryOptions {
    SummaryOptions { method, budget, ..SummaryOptions::default() }
}

/// The chosen indices, after the checks that hold for every summary.
fn chosen(options: SummaryOptions, text: &str, ranges: &[Range<usize>]) -> Vec<usize> {
    let budget = options.budget;
    let redundancy = options.method != Method::Lead && options.mmr_lambda < 1.0;
    let leaning = options.method != Method::Lead
        && options.language == "en"
        && options.dangling_penalty == 1.0;
    let summarizer = Summarizer::new(options).expect("valid options");
    let summary = summarizer.summarize(text, ranges).expect("valid ranges");
    let sentences = summary.sentences;
    assert!(sentences.windows(2).all(|pair| pair[0].index < pair[1].index), "document order");
    for (at, sentence) in sentences.iter().enumerate() {
        assert_eq!(sentence.range, ranges[sentence.index], "whole sentences");
        assert!((0.0..=1.0).contains(&sentence.score), "score {}", sentence.score);
        let slice = &text[sentence.range.clone()];
        assert!(!slice.trim().is_empty(), "blank sentence {}", sentence.index);
        let before = &sentences[..at];
        // With a sentence chosen earlier on, there is one to lean on.
        let alone = before.last().is_some_and(|other| other.index + 1 != sentence.index);
        assert!(!(leaning && alone && slice.starts_with("However, ")), "{slice:?} dangles");
        let copy = before.iter().any(|other| &text[other.range.clone()] == slice);
        assert!(!(redundancy && copy), "{slice:?} is chosen twice");
    }
    let words = |r: &Range<usize>| text[r.clone()].unicode_words().count();
    let kept = match budget {
        Budget::Ratio(r) => sentences.len() <= ((r * ranges.len() as f64).round() as usize).max(1),
        Budget::Sentences(n) => sentences.len() <= n,
        Budget::Words(n) => sentences.iter().map(|s| words(&s.range)).sum::<usize>() <= n,
        _ => false,
    };
    assert!(kept, "{budget:?} is exceeded by {sentences:?}");
    sentences.into_iter().map(|s| s.index).collect()
}

const METHODS: [Method; 3] = [Method::LexRank, Method::TextRank, Method::Lead];

#[test]
fn budget_is_kept_and_used() {
    let (text, ranges) = join(NEWS);
    let check = |budget, expected: usize| {
        for method in METHODS {
            let found = chosen(with(method, budget), &text, &ranges).len();
            assert_eq!(found, expected, "{method:?} {budget:?}");
        }
    };
    check(Budget::Ratio(0.01), 1);
    check(Budget::Ratio(0.25), 2);
    check(Budget::Ratio(0.5), 4);
    check(Budget::Sentences(1), 1);
    check(Budget::Sentences(3), 3);
    check(Budget::Words(1), 0);
    check(Budget::Words(14), 1);
    check(Budget::Words(28), 2);
}

#[test]
fn edges() {
    let check = |sentences: &[&str], expected: &[usize]| {
        let (text, ranges) = join(sentences);
        for method in METHODS {
            let found = chosen(with(method, Budget::Sentences(4)), &text, &ranges);
            assert_eq!(found, expected, "{method:?} {sentences:?}");
        }
    };
    check(&[], &[]);
    check(&[""], &[]);
    check(&["  "], &[]);
    check(&NEWS[..1], &[0]);
    check(&["Short."], &[0]);
    for method in METHODS {
        assert!(chosen(with(method, Budget::Ratio(1.0)), "", &[]).is_empty());
        assert!(chosen(with(method, Budget::Ratio(1.0)), "No ranges.", &[]).is_empty());
    }
}

#[test]
fn copies_are_chosen_once() {
    let check = |sentences: &[&str], expected: usize| {
        let (text, ranges) = join(sentences);
        for method in [Method::LexRank, Method::TextRank] {
            let found = chosen(with(method, Budget::Sentences(9)), &text, &ranges).len();
            assert_eq!(found, expected, "{method:?} {sentences:?}");
        }
    };
    check(NEWS, 7);
    check(&[NEWS[0], NEWS[0]], 1);
    // Stop words alone, so that there is no cosine to go by.
    check(&["What is there is not for you.", "What is there is not for you."], 1);
}

#[test]
fn dangling_sentences_follow_the_one_before() {
    let (text, ranges) = join(NEWS);
    for method in [Method::LexRank, Method::TextRank] {
        for count in 1..=NEWS.len() {
            let found = chosen(with(method, Budget::Sentences(count)), &text, &ranges);
            for dangling in [1, 3] {
                let orphan = found.contains(&dangling) && !found.contains(&(dangling - 1));
                assert!(!orphan, "{method:?} {count}: {found:?}");
            }
        }
    }
}

/// The most central sentence dangles, and the one before it is about something else.
#[test]
fn penalty_keeps_a_central_orphan_out() {
    let check = |opening: &str| {
        let central = format!("{opening} the council vote closed the old harbour bridge to cars.");
        let (text, ranges) = join(&[
            "The council vote surprised many traders along the seafront.",
            "Rain fell over northern hills during most of Sunday evening.",
            &central,
            "The harbour bridge was built by Norwegian engineers in 1931.",
            "Closed to cars, old streets nearby became quiet after dark.",
        ]);
        for method in [Method::LexRank, Method::TextRank] {
            let base = with(method, Budget::Sentences(1));
            let free = SummaryOptions { position_weight: 0.0, dangling_penalty: 0.0, ..base };
            assert_eq!(chosen(free.clone(), &text, &ranges), [2], "{method:?} {opening}");
            let strict = SummaryOptions { dangling_penalty: 1.0, ..free };
            let found = chosen(strict, &text, &ranges);
            assert!(found.len() == 1 && found != [2], "{method:?} {opening}: {found:?}");
        }
    };
    check("However,");
    check("He said");
}

proptest! {
    #[test]
    fn any_text_any_ranges(
        text in "(\\PC|[ .?!\u{201c}\u{201d}\n]|He |However, |the bridge ){0,60}",
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
        method in prop::sample::select(METHODS.to_vec()),
        language in prop::sample::select(vec!["en", "de", "fr-CA", "zh", ""]),
        budget in prop_oneof![
            (0.01..=1.0).prop_map(Budget::Ratio),
            (1_usize..9).prop_map(Budget::Sentences),
            (1_usize..40).prop_map(Budget::Words),
        ],
        skip_fragments: bool,
        min_words in 0_usize..4,
    ) {
        let bounds: Vec<usize> =
            text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| bounds[cut.index(bounds.len())]).collect();
        cuts.sort_unstable();
        let ranges: Vec<Range<usize>> = cuts.windows(2).map(|pair| pair[0]..pair[1]).collect();
        let language = language.to_owned();
        let base = with(method, budget);
        let options = SummaryOptions { language, skip_fragments, min_words, ..base };
        chosen(options, &text, &ranges);
    }
}
