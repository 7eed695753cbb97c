//! What our writers write of entities, our readers read.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::sync::Arc;

use gloss_doc::{Annotations, Document, Kind, Layer, LayerSchema, Producer, Spans};
use gloss_io::{OutputFormat, ReadOptions, Target, WriteOptions, expand, open_writer};
use proptest::prelude::*;
use support::items;

/// Entities as start, end and label.
type Entities = Vec<(usize, usize, String)>;

fn document(text: &str, entities: &Entities) -> Document {
    let mut schema = LayerSchema::new("entities", Kind::Spans);
    schema.labels = vec!["A".to_owned(), "B-C".to_owned()];
    let mut spans = Spans::default();
    for (start, end, label) in entities {
        spans.start.push(*start as u32);
        spans.end.push(*end as u32);
        spans.label.push(schema.label_index(label).unwrap());
    }
    let layer = Layer {
        name: "ner/entities".to_owned(),
        schema: Arc::new(schema),
        producer: Arc::new(Producer::default()),
        annotations: Annotations::Spans(spans),
        attributes: Vec::new(),
    };
    Document {
        id: "d".to_owned(),
        text: text.to_owned(),
        layers: vec![layer],
        ..Document::default()
    }
}

fn entities(document: &Document) -> Entities {
    let layer = document.layers.iter().find(|layer| layer.schema.layer_type == "entities").unwrap();
    let Annotations::Spans(spans) = &layer.annotations else { panic!("{layer:?}") };
    let one = |row: usize| {
        let label = layer.schema.labels[spans.label[row] as usize].clone();
        (spans.start[row] as usize, spans.end[row] as usize, label)
    };
    (0..spans.start.len()).map(one).collect()
}

/// Writes a document, and reads it.
fn read_back(format: OutputFormat, name: &str, document: &Document) -> Document {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let target = Target::Path(path.clone());
    let mut writer = open_writer(format, &target, &WriteOptions::default(), None).unwrap();
    writer.write(document).unwrap();
    writer.finish().unwrap();
    let inputs = expand(&[path.display().to_string()]).unwrap();
    let mut found = items(inputs, &ReadOptions::default());
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0).unwrap()
}

/// White space as the writers have it, and what they put in its place within a token.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c) || c == '_'
}

/// Entities with their places counted in what is no white space.
fn dark(document: &Document, entities: &Entities) -> Vec<(usize, String, String)> {
    let dark = |text: &str| text.chars().filter(|c| !is_space(*c)).collect::<String>();
    let one = |(start, end, label): &(usize, usize, String)| {
        let text = &document.text;
        (dark(&text[..*start]).len(), dark(&text[*start..*end]), label.clone())
    };
    entities.iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// For any text with entities that begin and end with what is no white space, and have no line break.
    #[test]
    fn entities_come_back(
        parts in prop::collection::vec(("(?s).{0,6}|[ \n\t\u{1F600}é#'\"\\\\-]{0,6}", "\\PC{1,5}|[a#\u{301}\u{5D0}\u{1F600}'=|-]{1,4}", any::<bool>()), 0..6),
        tail in "(?s).{0,8}",
    ) {
        // A byte order mark is none of a text's; the other is white space within words.
        let plain = |text: &str| text.replace(['\u{FEFF}', '\u{202F}'], " ");
        let (mut text, mut expected) = (String::new(), Entities::new());
        for (gap, word, first) in &parts {
            text.push_str(&plain(gap));
            let word: String = word.chars().filter(|c| !is_space(*c) && *c != '\u{FEFF}').collect();
            let word = if word.is_empty() { "x" } else { &word };
            let label = if *first { "A" } else { "B-C" };
            expected.push((text.len(), text.len() + word.len(), label.to_owned()));
            text.push_str(word);
        }
        text.push_str(&plain(&tail));
        let document = document(&text, &expected);

        let found = read_back(OutputFormat::Spacy, "a.jsonl", &document);
        prop_assert_eq!((&found.text, &found.id), (&document.text, &document.id));
        prop_assert_eq!(&entities(&found), &expected);

        let found = read_back(OutputFormat::Brat, "brat", &document);
        prop_assert_eq!(&found.text, &document.text.replace('\r', " "));
        prop_assert_eq!(&entities(&found), &expected);

        // These hold tokens, and a text without any is no document.
        if text.chars().any(|c| !is_space(c)) {
            for (format, name) in [(OutputFormat::Conll, "a.conll"), (OutputFormat::Conllu, "a.conllu")] {
                let found = read_back(format, name, &document);
                prop_assert_eq!(dark(&found, &entities(&found)), dark(&document, &expected), "{}", name);
            }
        }
    }
}
