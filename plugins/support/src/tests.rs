//! The test set: summary sentences that passages carry, and such that they do not.

use super::check::{Label, Limits};
use super::clauses::sentences;
use super::lexicon::Lexicon;
use super::source::Source;
use super::verify::{Checked, verify};

/// A sentence of the test set, and whether its passage carries it.
struct Case {
    sentence: String,
    kind: Option<String>,
}

fn read(file: &str) -> Vec<(String, Vec<Case>)> {
    let mut passages: Vec<(String, Vec<Case>)> = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        let Some((text, cases)) = passages.last_mut().filter(|_| !line.starts_with("## ")) else {
            passages.push((String::new(), Vec::new()));
            continue;
        };
        if let Some(sentence) = line.strip_prefix("+ ") {
            cases.push(Case { sentence: sentence.to_owned(), kind: None });
        } else if let Some((kind, sentence)) = line.strip_prefix("- ").and_then(|l| l.split_once(": ")) {
            cases.push(Case { sentence: sentence.to_owned(), kind: Some(kind.to_owned()) });
        } else {
            text.push_str(line);
            text.push_str("\n\n");
        }
    }
    passages
}

fn source(text: &str) -> Source {
    let lexicon = Lexicon::english();
    let mut source = Source::read(text, sentences(text).into_iter(), lexicon);
    source.index(lexicon);
    source
}

fn flagged(checked: &[Checked]) -> Label {
    checked.iter().map(|c| c.verdict.label).max().unwrap_or(Label::Unsupported)
}

/// False ones, false ones that are flagged, true ones, true ones that are flagged.
fn score(file: &str) -> [usize; 4] {
    let mut counts = [0; 4];
    for (text, cases) in read(file) {
        let source = source(&text);
        for case in cases {
            let checked = verify(&case.sentence, &text, &source, Limits { supported: 0.65, unsupported: 0.5 }, &|| false);
            let label = flagged(&checked);
            let at = if case.kind.is_some() { 0 } else { 2 };
            counts[at] += 1;
            counts[at + 1] += usize::from(label == Label::Unsupported);
            if std::env::var_os("SHOW").is_some_and(|s| s == "scores") {
                let least = checked.iter().map(|c| c.verdict.score).fold(1.0, f64::min);
                println!("{} {least:.2} {label:?} {}", if at == 0 { "-" } else { "+" }, case.sentence);
            }
            let wrong = (label == Label::Unsupported) != case.kind.is_some();
            if std::env::var_os("SHOW").is_some_and(|s| s == "all" || wrong) {
                println!("{} {label:?} {} [{}]", if wrong { "XX" } else { "  " }, case.sentence, case.kind.as_deref().unwrap_or("true"));
                for c in &checked {
                    let v = &c.verdict;
                    println!("       {:?} {:.2} {:?} n{:?} #{:?} d{:?} w{:?} r{:?}", v.label, v.score, v.window, v.missing_names, v.missing_numbers, v.missing_dates, v.missing_words, v.relation);
                }
            }
        }
    }
    println!("{counts:?}");
    counts
}

#[test]
fn development() {
    score(include_str!("../tests/development.txt"));
}

#[test]
fn held_out() {
    score(include_str!("../tests/held_out.txt"));
}
