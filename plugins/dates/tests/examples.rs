//! How well labelled examples are matched: those that the rules were written for, and those that
//! were held out. `cargo test -p gloss-dates --test examples -- --nocapture` prints the figures and
//! every difference.

#![allow(clippy::print_stdout)]

use gloss_dates::Dates;
use gloss_doc::{Annotations, AttributeValues, Document};
use gloss_plugin::harness::Harness;
use serde_json::json;

/// An expression: where, its type, value and `mod`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Expression {
    start: usize,
    end: usize,
    label: String,
    value: String,
    modifier: String,
}

/// A line of a file of examples.
struct Example {
    document: Document,
    expected: Vec<Expression>,
}

/// Reads `[text](TYPE value MOD)`.
fn parse(line: &str) -> Example {
    let (date, mut rest) = line.split_once('\t').expect("a date and a text");
    let mut document = Document::default();
    if date != "-" {
        document.metadata.insert("date".to_owned(), date.into());
    }
    let mut expected = Vec::new();
    while let Some((before, behind)) = rest.split_once('[') {
        let (inner, behind) = behind.split_once("](").expect("a mark");
        let (label, behind) = behind.split_once(')').expect("an end of the mark");
        document.text.push_str(before);
        let start = document.text.len();
        document.text.push_str(inner);
        let mut words = label.split(' ').map(str::to_owned);
        let mut word = || words.next().unwrap_or_default();
        let (label, value, modifier) = (word(), word(), word());
        expected.push(Expression { start, end: document.text.len(), label, value, modifier });
        rest = behind;
    }
    document.text.push_str(rest);
    Example { document, expected }
}

/// What the extractor finds in a document.
fn found(harness: &Harness<Dates>, document: Document) -> Vec<Expression> {
    let document = harness.run_document(document).expect("the extractor runs");
    let layer = document.layer("test/dates").expect("the layer");
    let Annotations::Spans(spans) = &layer.annotations else { panic!("spans") };
    let attribute = |name: &str, row: usize| {
        let column = layer.schema.attributes.iter().position(|a| a.name == name);
        match &layer.attributes[column.expect("declared")].values {
            AttributeValues::String(values) => values.get(row).to_owned(),
            _ => panic!("{name} is no string"),
        }
    };
    let rows = 0..spans.start.len();
    rows.map(|row| Expression {
        start: spans.start[row] as usize,
        end: spans.end[row] as usize,
        label: layer.schema.labels[spans.label[row] as usize].clone(),
        value: attribute("value", row),
        modifier: attribute("mod", row),
    })
    .collect()
}

/// Counts over a file of examples.
#[derive(Debug, Default)]
struct Figures {
    sentences: usize,
    expected: usize,
    found: usize,
    spans: usize,
    types: usize,
    values: usize,
    modifiers: usize,
}

impl Figures {
    /// F1 of spans, both ends exact, in percent.
    fn f1(&self) -> f64 {
        200.0 * self.spans as f64 / (self.expected + self.found) as f64
    }

    /// Expected expressions that are found with the right type and value, in percent of all.
    fn values(&self) -> f64 {
        100.0 * self.values as f64 / self.expected as f64
    }
}

fn evaluate(name: &str, examples: &str) -> Figures {
    let harness = Harness::<Dates>::new(json!({})).expect("the extractor loads");
    let mut figures = Figures::default();
    for line in examples.lines().filter(|line| !line.starts_with('#')) {
        let Example { document, expected } = parse(line);
        let text = document.text.clone();
        let found = found(&harness, document);
        figures.sentences += 1;
        figures.expected += expected.len();
        figures.found += found.len();
        for one in &expected {
            let Some(same) = found.iter().find(|f| f.start == one.start && f.end == one.end) else {
                continue;
            };
            figures.spans += 1;
            figures.types += usize::from(same.label == one.label);
            figures.values += usize::from(same.label == one.label && same.value == one.value);
            figures.modifiers += usize::from(same.modifier == one.modifier);
        }
        if found != expected {
            let show = |of: &[Expression]| {
                let show = |e: &Expression| {
                    let text = &text[e.start..e.end];
                    format!("[{text}]({} {} {})", e.label, e.value, e.modifier)
                };
                of.iter().map(show).collect::<Vec<_>>().join(" ")
            };
            let of = |a: &[Expression], b: &[Expression]| {
                show(&a.iter().filter(|e| !b.contains(e)).cloned().collect::<Vec<_>>())
            };
            println!(
                "{text}\n  expected {}\n  found    {}",
                of(&expected, &found),
                of(&found, &expected)
            );
        }
    }
    let Figures { sentences, expected, found, spans, types, values, modifiers } = figures;
    println!(
        "{name}: {sentences} sentences, {expected} expressions, {found} found; spans {spans} (F1 {:.1}), \
         type {types}, type and value {values} ({:.1}% of expected), mod {modifiers}",
        figures.f1(),
        figures.values()
    );
    figures
}

#[test]
fn examples_of_development_are_matched() {
    let figures = evaluate("development", include_str!("development.txt"));
    assert!(figures.f1() >= 98.0 && figures.values() >= 98.0, "{figures:?}");
}

#[test]
fn examples_that_were_held_out_later_are_matched() {
    let figures = evaluate("held out later", include_str!("heldout2.txt"));
    assert!(figures.f1() >= 80.0 && figures.values() >= 75.0, "{figures:?}");
}

#[test]
fn examples_that_were_held_out_are_matched() {
    let figures = evaluate("held out", include_str!("heldout.txt"));
    assert!(figures.f1() >= 90.0 && figures.values() >= 85.0, "{figures:?}");
}
