use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use gloss_doc::{
    Annotations, AttributeColumn, AttributeValues, Document as Doc, Layer, Producer, Strings, Texts,
};
use gloss_plugin::harness::{Harness, spans};
use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A layer of texts, as a summarizer makes it.
fn summary(texts: &[&str]) -> Layer {
    let mut columns = Texts::default();
    for text in texts {
        columns.target.push(gloss_doc::NONE);
        assert!(columns.text.push(text));
        columns.sources.push(Vec::new());
    }
    Layer {
        name: "other/summary".to_owned(),
        schema: Arc::new(layer::texts("summary")),
        producer: Arc::new(Producer::default()),
        annotations: Annotations::Texts(columns),
        attributes: Vec::new(),
    }
}

fn sentences(text: &str) -> Layer {
    let ranges = gloss_faithfulness::sentences(text);
    spans(layer::spans("sentences"), ranges.into_iter().map(|range| (range, 0)))
}

/// Spans with an attribute, as another stage makes them.
fn with_attribute(
    schema: gloss_plugin::LayerSchema,
    ranges: &[Range<usize>],
    values: AttributeValues,
) -> Layer {
    let mut layer = spans(schema, ranges.iter().map(|range| (range.clone(), 0)));
    layer.attributes = vec![AttributeColumn { valid: vec![1; ranges.len()], values }];
    layer
}

fn run(text: &str, layers: Vec<Layer>) -> Doc {
    let harness = Harness::<Support>::with(json!({}), BTreeMap::new(), &layers).unwrap();
    harness.run_document(Doc { text: text.to_owned(), layers, ..Doc::default() }).unwrap()
}

fn string(column: &AttributeColumn, row: usize) -> &str {
    let AttributeValues::String(values) = &column.values else { panic!() };
    if column.valid.get(row) == Some(&1) { values.get(row) } else { "" }
}

/// Each clause, its label, what is missing, and the sentence that carries it.
fn verdicts(document: &Doc) -> Vec<String> {
    let clauses = document.layer("test/clauses").unwrap();
    let support = document.layer("test/support").unwrap();
    let (Annotations::Texts(texts), Annotations::Classes(classes)) =
        (&clauses.annotations, &support.annotations)
    else {
        panic!()
    };
    (0..classes.label.len())
        .map(|row| {
            let id = classes.target[row] as usize;
            let missing: Vec<&str> = support
                .attributes
                .iter()
                .map(|column| string(column, row))
                .filter(|s| !s.is_empty())
                .collect();
            let sources: Vec<&str> = texts.sources[id]
                .iter()
                .map(|&(start, end)| &document.text[start as usize..end as usize])
                .collect();
            let label = LABELS[classes.label[row] as usize];
            format!(
                "{} | {label} | {} | {}",
                texts.text.get(id),
                missing.join(", "),
                sources.join(" + ")
            )
        })
        .collect()
}

const TEXT: &str =
    "The court freed Ana Ruiz on Friday. The police had arrested her in Porto in May.";

#[track_caller]
fn check(text: &str, summaries: &[&str], more: Vec<Layer>, expected: &[&str]) {
    let layers = [vec![summary(summaries), sentences(text)], more].concat();
    assert_eq!(verdicts(&run(text, layers)), expected);
}

#[test]
fn clauses_are_judged_with_their_source() {
    let (first, second) = TEXT.split_at(35);
    check(
        TEXT,
        &["Ruiz was released by the court. The police arrested Ruiz in Lisbon.", first],
        vec![],
        &[
            &format!("Ruiz was released by the court. | supported |  | {first}")
                .replace("court. |", "court |"),
            &format!(
                "The police arrested Ruiz in Lisbon | unsupported | Lisbon | {}",
                second.trim()
            ),
            &format!("{first} | supported |  | {first}"),
        ],
    );
}

#[test]
fn places_of_clauses_are_those_of_the_summary() {
    let text = "É The court freed Ana Ruiz, and the police arrested Bo Fox.";
    let document = run(text, vec![summary(&["", text]), sentences("It rained.")]);
    let clauses = document.layer("test/clauses").unwrap();
    let Annotations::Texts(texts) = &clauses.annotations else { panic!() };
    let AttributeValues::Int(starts) = &clauses.attributes[0].values else { panic!() };
    let AttributeValues::Int(ends) = &clauses.attributes[1].values else { panic!() };
    assert!(!starts.is_empty());
    for row in 0..starts.len() {
        assert_eq!(&text[starts[row] as usize..ends[row] as usize], texts.text.get(row));
        assert_eq!(texts.target[row], 1);
    }
}

#[test]
fn nothing_to_check_or_to_check_against() {
    check(
        "",
        &["The court freed Ana Ruiz."],
        vec![],
        &["The court freed Ana Ruiz | unsupported | Ana Ruiz, court; freed | "],
    );
    check(TEXT, &["", " \n"], vec![], &[]);
    check(TEXT, &[], vec![], &[]);
}

#[test]
fn entities_of_another_stage_tell_names_apart() {
    let text = "President Luis Maro spoke on Monday. Luis Maro Prado, his son, sold the house.";
    let summary = "Maro sold the house.";
    let alone = "Maro sold the house | supported |  | Luis Maro Prado, his son, sold the house.";
    check(text, &[summary], vec![], &[alone]);
    let schema = layer::spans("mentions").attribute("entity", AttributeType::Int, "");
    let schema = schema.attribute("name", AttributeType::String, "");
    // A later mention of the president by his surname would be a third span.
    let text = format!("{text} Maro was silent.");
    let last = text.find("Maro was").unwrap();
    let ranges = [10..19, 37..52, last..last + 4];
    let mentions = with_attribute(schema, &ranges, AttributeValues::Int(vec![0, 1, 0]));
    let known = "Maro sold the house | unsupported | sold: somebody or something else | \
                 Luis Maro Prado, his son, sold the house.";
    check(&text, &[summary], vec![mentions], &[known]);
}

#[test]
fn dates_of_another_stage_have_days() {
    let text = "The court freed Ana Ruiz on Saturday.";
    let summary = "The court freed Ana Ruiz on January 10.";
    let expected = "The court freed Ana Ruiz on January 10 | unsupported | January 10 | ";
    check(text, &[summary], vec![], &[&format!("{expected}{text}")]);
    let mut values = Strings::default();
    values.push("2026-01-10");
    let schema = layer::spans("dates").attribute("value", AttributeType::String, "");
    let dates =
        with_attribute(schema, std::slice::from_ref(&(28..36)), AttributeValues::String(values));
    check(
        text,
        &[summary],
        vec![dates],
        &[&format!("The court freed Ana Ruiz on January 10 | supported |  | {text}")],
    );
}

#[test]
fn limits_must_be_shares_in_order() {
    for options in [
        json!({ "supported_from": 1.5 }),
        json!({ "unsupported_below": -0.1 }),
        json!({ "unsupported_below": 0.9 }),
        json!({ "texts": "" }),
        json!({ "texts": "tokens" }),
    ] {
        assert!(Harness::<Support>::new(options.clone()).is_err(), "{options}");
    }
    let strict = json!({ "supported_from": 1.0, "unsupported_below": 1.0 });
    assert!(Harness::<Support>::new(strict).is_ok());
}

proptest! {
    /// Any texts give clauses that are where they say.
    #[test]
    fn anything_is_taken(
        text in prop::collection::vec("[A-Z][a-z]{1,6}|was|by|the|of|who|, |\\. |\n\n|1,2|€|’s|said|\\PC{1,3}| ", 0..40),
        other in prop::collection::vec("[A-Z][a-z]{1,6}|was|by|the|of|who|, |\\. |\n\n|1,2|€|’s|said|\\PC{1,3}| ", 0..40),
    ) {
        let (text, other) = (text.concat(), other.concat());
        let document = run(&text, vec![summary(&[&other]), sentences(&text)]);
        let clauses = document.layer("test/clauses").unwrap();
        let (AttributeValues::Int(starts), AttributeValues::Int(ends)) =
            (&clauses.attributes[0].values, &clauses.attributes[1].values) else { panic!() };
        let Annotations::Texts(texts) = &clauses.annotations else { panic!() };
        for row in 0..starts.len() {
            prop_assert_eq!(&other[starts[row] as usize..ends[row] as usize], texts.text.get(row));
        }
    }
}
