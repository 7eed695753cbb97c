use gloss_doc::{Annotations, AttributeColumn, AttributeValues, Document as Doc};
use gloss_plugin::harness::{Harness, spans};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use std::collections::BTreeMap;

/// A quotation with its attribution.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    range: Range<usize>,
    label: String,
    speaker: String,
    cue: String,
}

fn string(column: &AttributeColumn, row: usize) -> String {
    let AttributeValues::String(values) = &column.values else { panic!() };
    if column.valid.get(row) == Some(&1) { values.get(row).to_owned() } else { "-".to_owned() }
}

fn found(text: &str) -> Vec<Found> {
    let document = Harness::<Quotes>::new(json!({})).unwrap().run(text).unwrap();
    let layer = document.layer("test/quotes").unwrap();
    let Annotations::Spans(spans) = &layer.annotations else { panic!() };
    let row = |row: usize| {
        let continues = layer.attributes[4].valid.get(row) == Some(&1);
        let label = &layer.schema.labels[spans.label[row] as usize][..1];
        Found {
            range: spans.start[row] as usize..spans.end[row] as usize,
            label: format!("{label}{}", if continues { "+" } else { "" }),
            speaker: string(&layer.attributes[1], row),
            cue: string(&layer.attributes[3], row),
        }
    };
    (0..spans.start.len()).map(row).collect()
}

/// A line of the examples: its text, and the quotations in it.
fn parse(line: &str) -> (String, Vec<Found>) {
    let (marked, answers) = line.rsplit_once(" => ").unwrap();
    let marked = marked.replace('¶', "\n\n");
    let (mut text, mut starts, mut ranges) = (String::new(), Vec::new(), Vec::new());
    for c in marked.chars() {
        match c {
            '⟦' => starts.push(text.len()),
            '⟧' => ranges.push(starts.pop().unwrap()..text.len()),
            c => text.push(c),
        }
    }
    let answers: Vec<&str> = answers.split("; ").filter(|a| *a != "-").collect();
    assert_eq!(answers.len(), ranges.len(), "{line}");
    let gold = ranges.into_iter().zip(answers).map(|(range, answer)| {
        let [label, speaker, cue] = answer.split('|').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        Found { range, label: label.to_owned(), speaker: speaker.to_owned(), cue: cue.to_owned() }
    });
    (text, gold.collect())
}

/// Counts over a file: gold, found, right spans; of those right labels, speakers, cues.
fn score(file: &str) -> [usize; 6] {
    let mut counts = [0; 6];
    for line in file.lines().filter(|l| !l.starts_with('#')) {
        let (text, gold) = parse(line);
        let system = found(&text);
        counts[0] += gold.len();
        counts[1] += system.len();
        for g in &gold {
            let Some(s) = system.iter().find(|s| s.range == g.range) else { continue };
            counts[2] += 1;
            counts[3] += usize::from(s.label == g.label);
            counts[4] += usize::from(s.speaker == g.speaker);
            counts[5] += usize::from(s.cue == g.cue);
        }
        if std::env::var_os("SHOW_ERRORS").is_some() && system != gold {
            println!("{line}\n    {system:?}");
        }
    }
    println!("gold, found, right spans, labels, speakers, cues: {counts:?}");
    counts
}

#[test]
fn examples_that_rules_were_tuned_to() {
    assert_eq!(score(include_str!("../../tests/examples.txt")), [81; 6]);
}

#[test]
fn examples_that_were_held_out() {
    assert_eq!(score(include_str!("../../tests/held_out.txt")), [47; 6]);
}

#[test]
fn examples_that_were_made_to_fail() {
    assert_eq!(score(include_str!("../../tests/hard.txt")), [30, 30, 30, 24, 23, 25]);
}

/// Speakers with the entity that each is, where `names` are entities, persons but for those with a `*`.
#[track_caller]
fn check_speakers(text: &str, names: &[&str], expected: &[(&str, Option<&str>)]) {
    let entities = names.iter().map(|name| {
        let (name, label) = name.strip_suffix('*').map_or((*name, 0), |name| (name, 1));
        let start = text.find(name).unwrap();
        (start..start + name.len(), label)
    });
    let layer = spans(layer::spans("entities").labels(["PERSON", "ORG"]), entities);
    let harness =
        Harness::<Quotes>::with(json!({}), BTreeMap::new(), std::slice::from_ref(&layer)).unwrap();
    let document = Doc { text: text.to_owned(), layers: vec![layer], ..Doc::default() };
    let document = harness.run_document(document).unwrap();
    let speakers = document.layer("test/quote-speakers").unwrap();
    let Annotations::Spans(spans) = &speakers.annotations else { panic!() };
    let AttributeValues::Int(ids) = &speakers.attributes[0].values else { panic!() };
    let found: Vec<(&str, Option<&str>)> = (0..spans.start.len())
        .map(|row| {
            let entity = speakers.attributes[0].valid.get(row) == Some(&1);
            let name = entity.then(|| names[ids[row] as usize].trim_end_matches('*'));
            (&text[spans.start[row] as usize..spans.end[row] as usize], name)
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn speakers_are_entities() {
    let text = "“We won,” said Captain Ann Lee. She left. “It was hard,” she said.";
    check_speakers(text, &["Ann Lee"], &[("Ann Lee", Some("Ann Lee")), ("she", Some("Ann Lee"))]);
    // Somebody else was named: who "she" is is not sure.
    let text = "“We won,” said Ann Lee. Bo Fox left. “It was hard,” she said.";
    check_speakers(text, &["Ann Lee", "Bo Fox"], &[("Ann Lee", Some("Ann Lee")), ("she", None)]);
    // A new paragraph, or a person whom the recogniser took for an organization.
    let said = "“We won,” said Ann Lee.\n\n“It was hard,” she said.";
    check_speakers(said, &["Ann Lee"], &[("Ann Lee", Some("Ann Lee")), ("she", None)]);
    let said = "“We won,” said Ann Lee. Fox nodded. “It was hard,” she said.";
    check_speakers(said, &["Ann Lee", "Fox*"], &[("Ann Lee", Some("Ann Lee")), ("she", None)]);
    check_speakers(
        "“No,” said the captain, Ann Lee.",
        &["Ann Lee"],
        &[("Ann Lee", Some("Ann Lee"))],
    );
    let said = "Ann Lee of the Post warned of “bad news”.";
    check_speakers(said, &["Ann Lee", "Post*"], &[("Ann Lee", Some("Ann Lee"))]);
    check_speakers(
        "“No,” a spokesman for Ford said.",
        &["Ford*"],
        &[("a spokesman for Ford", None)],
    );
    check_speakers(
        "“No,” said the Ford Company.",
        &["Ford Company*"],
        &[("Ford Company", Some("Ford Company"))],
    );
}

#[test]
fn what_nobody_said_can_be_left_out() {
    let harness = Harness::<Quotes>::new(json!({ "unattributed": false })).unwrap();
    let document = harness.run("The “experts” left. “Stop!” cried Ann.").unwrap();
    assert_eq!(document.layer("test/quotes").unwrap().annotations.len(), 1);
}

proptest! {
    /// Any text gives legal spans.
    #[test]
    fn anything_is_taken(parts in prop::collection::vec("[“”\"'‘’«»„]|said|Ann Lee|he|, |\\. |\n\n|according to|\\PC{1,4}| ", 0..40)) {
        let text = parts.concat();
        prop_assert!(Harness::<Quotes>::new(json!({})).unwrap().run(&text).is_ok(), "{text:?}");
    }
}
