//! The test set: sentences that passages carry, and sentences that they do not.

use proptest::prelude::*;

use super::lexicon::Lexicon;
use super::{Annotations, Label, Limits, SentenceVerdict, Source, sentences};

const DEVELOPMENT: &str = include_str!("../tests/development.txt");
const HELD_OUT: &str = include_str!("../tests/held_out.txt");
const FRESH: &str = include_str!("../tests/fresh.txt");

/// A sentence, and in which way it is false, if it is.
struct Case<'f> {
    sentence: &'f str,
    kind: Option<&'f str>,
}

/// The passages of a file, each with its sentences.
fn read(file: &str) -> Vec<(String, Vec<Case<'_>>)> {
    let mut passages: Vec<(String, Vec<Case<'_>>)> = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        if line.starts_with("## ") {
            passages.push((String::new(), Vec::new()));
            continue;
        }
        let (text, cases) = passages.last_mut().unwrap();
        if let Some(sentence) = line.strip_prefix("+ ") {
            cases.push(Case { sentence, kind: None });
        } else if let Some((kind, sentence)) =
            line.strip_prefix("- ").and_then(|l| l.split_once(": "))
        {
            cases.push(Case { sentence, kind: Some(kind) });
        } else {
            text.push_str(line);
            text.push_str("\n\n");
        }
    }
    passages
}

/// Counts over a file.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    /// False sentences, and those of them of which a clause is unsupported.
    is_false: usize,
    flagged: usize,
    /// True sentences, those of them of which a clause is unsupported, and those that are partly carried.
    is_true: usize,
    wrongly: usize,
    partly: usize,
}

fn score(file: &str, lexicon: &Lexicon) -> Counts {
    let mut counts = Counts::default();
    for (text, cases) in read(file) {
        let annotations = Annotations::default();
        let source = Source::with_lexicon(&text, &sentences(&text), &annotations, lexicon);
        for case in cases {
            let checked = source.verify(case.sentence, Limits::default(), &|| false);
            let label = checked.iter().map(SentenceVerdict::label).max().unwrap();
            let flagged = usize::from(label == Label::Unsupported);
            if case.kind.is_some() {
                counts.is_false += 1;
                counts.flagged += flagged;
            } else {
                counts.is_true += 1;
                counts.wrongly += flagged;
                counts.partly += usize::from(label == Label::Partly);
            }
            if std::env::var_os("SHOW_ERRORS").is_some() && (flagged == 1) != case.kind.is_some() {
                show(&case, &checked);
            }
        }
    }
    println!("{counts:?}");
    counts
}

fn show(case: &Case<'_>, checked: &[SentenceVerdict]) {
    println!("{}: {}", case.kind.unwrap_or("true"), case.sentence);
    for clause in checked.iter().flat_map(|sentence| &sentence.clauses) {
        println!("    {:?} {:?}", &case.sentence[clause.range.clone()], clause.verdict);
    }
}

/// At least so many false sentences are flagged, and at most so many true ones flagged or partly carried.
#[track_caller]
fn check(file: &str, lexicon: &Lexicon, flagged: usize, wrongly: usize, partly: usize) {
    let counts = score(file, lexicon);
    assert!(counts.flagged >= flagged, "{counts:?}");
    assert!(counts.wrongly <= wrongly, "{counts:?}");
    assert!(counts.partly <= partly, "{counts:?}");
}

#[test]
fn sentences_that_rules_were_tuned_to() {
    check(DEVELOPMENT, Lexicon::english(), 76, 0, 7);
}

#[test]
fn sentences_that_were_held_out() {
    check(HELD_OUT, Lexicon::english(), 39, 1, 3);
}

#[test]
fn sentences_that_were_never_looked_at() {
    check(FRESH, Lexicon::english(), 17, 1, 2);
}

/// They earn their place: without them true sentences are flagged, and more are partly carried.
#[test]
fn synonyms_are_worth_having() {
    let without = Lexicon::without_synonyms();
    for file in [DEVELOPMENT, HELD_OUT] {
        let (with, without) = (score(file, Lexicon::english()), score(file, &without));
        assert!(
            with.wrongly + with.partly < without.wrongly + without.partly,
            "{with:?} {without:?}"
        );
    }
}

/// "Soro's detention of an envoy" is not Soro's detention.
#[test]
fn whose_deed_it_is_and_whom_it_is_done_to() {
    let text = "Soldiers seized President Ilan Soro last week. His supporters protested against Soro's detention. \
                Canadian envoys visited the capital on Friday.\n\n\
                In Meridi, a crowd marked one week since his capture.";
    let source = Source::read(text, &sentences(text), &Annotations::default());
    let check = |sentence: &str, expected: Label| {
        let verdicts = source.verify(sentence, Limits::default(), &|| false);
        assert_eq!(verdicts[0].label(), expected, "{verdicts:?}");
    };
    check("Supporters protested against the detention of Soro.", Label::Supported);
    check("Supporters protested against Ilan Soro's detention.", Label::Supported);
    check("Supporters protested against Soro's detention of a Canadian envoy.", Label::Unsupported);
    check("Supporters protested against the soldiers' detention of Soro.", Label::Supported);
    // "his capture" says nothing against it, the document does.
    check("In Meridi, Soro's detention of a Canadian envoy marked one week.", Label::Unsupported);
}

fn pieces() -> impl Strategy<Value = String> {
    const PIECE: &str =
        "[A-Z][a-z]{1,6}|was|by|the|of|who|, |\\. |\n\n|1,2|€|’s|said|because|\\PC{1,3}| ";
    prop::collection::vec(PIECE, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Whatever text is judged against whatever document, clauses are in their sentences, these in order
    /// and without overlap, and sources in the document.
    #[test]
    fn anything_is_judged(document in pieces(), text in pieces(), cuts in prop::collection::vec(0_usize..90, 0..6)) {
        let mut ranges = sentences(&document);
        // Sentences of others may be anything.
        ranges.extend(cuts.chunks(2).map(|cut| cut[0]..*cut.last().unwrap()));
        let mentions = cuts.iter().map(|&at| (at..at + 7, at as i64)).collect();
        let names = cuts.iter().map(|&at| at..at + 2).collect();
        let annotations = Annotations { mentions, names, ..Annotations::default() };
        let source = Source::read(&document, &ranges, &annotations);
        let mut end = 0;
        for sentence in source.verify(&text, Limits::default(), &|| false) {
            prop_assert!(end <= sentence.range.start && text.get(sentence.range.clone()).is_some());
            end = sentence.range.end;
            for clause in &sentence.clauses {
                prop_assert!(text.get(clause.range.clone()).is_some());
                prop_assert!(sentence.range.start <= clause.range.start && clause.range.end <= end);
                prop_assert!((0.0..=1.0).contains(&clause.verdict.score));
                for range in source.sources_of(&clause.verdict) {
                    prop_assert!(document.get(range).is_some());
                }
            }
        }
    }
}
