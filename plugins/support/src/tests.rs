//! The test set: sentences that passages carry, and sentences that they do not.

use super::check::Label;
use super::clauses::sentences;
use super::lexicon::Lexicon;
use super::options::Options;
use super::source::Source;
use super::verify::{Against, Checked, verify};

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
        let mut source = Source::read(&text, sentences(&text).into_iter(), lexicon);
        source.index(lexicon);
        let limits = Options::default().limits().unwrap();
        let against = Against { text: &text, source: &source, lexicon, limits };
        for case in cases {
            let checked = verify(case.sentence, against, &|| false);
            let label = checked.iter().map(|c| c.verdict.label).max().unwrap();
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

fn show(case: &Case<'_>, checked: &[Checked]) {
    println!("{}: {}", case.kind.unwrap_or("true"), case.sentence);
    for Checked { range, verdict } in checked {
        println!("    {:?} {verdict:?}", &case.sentence[range.clone()]);
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
