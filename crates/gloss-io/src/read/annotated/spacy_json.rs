//! Documents as spaCy's `Doc.to_json` gives them, and its training files of version 2.

use std::borrow::Cow;

use gloss_doc::{Document, OffsetUnit};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::json_documents::{Tool, Value};
use super::layers::{Scored, SpanRecord, classes, layer_name, spans};
use super::spacy_training::{Paragraph, paragraph};
use crate::columns::id_text;
use crate::{Error, ErrorKind, ReadOptions};

/// Reads `ents` as entities, `spans` as a layer a group, `cats` as classes with scores. Offsets are code
/// points.
pub struct SpacyJson {
    offsets: OffsetUnit,
}

#[derive(Deserialize)]
struct Doc {
    text: Option<String>,
    #[serde(default)]
    id: Json,
    ents: Option<Vec<Span>>,
    spans: Option<IndexMap<String, Vec<Span>>>,
    cats: Option<Json>,
    /// What our own writer has no other place for.
    gloss: Option<Own>,
    paragraphs: Option<Vec<Paragraph>>,
}

#[derive(Deserialize)]
struct Span {
    start: u64,
    end: u64,
    label: Option<String>,
}

#[derive(Deserialize)]
struct Own {
    id: Option<String>,
    #[serde(default)]
    metadata: Map<String, Json>,
}

const HELP: &str = "a document is what `Doc.to_json()` gives, with \"text\"; or one of spaCy's training files \
                    of version 2, with \"paragraphs\"";

impl SpacyJson {
    pub fn new(options: &ReadOptions) -> SpacyJson {
        let offsets = options.annotations.offsets.unwrap_or(OffsetUnit::Codepoint);
        SpacyJson { offsets }
    }

    fn document(&self, doc: Doc, value: &Value<'_>) -> Result<Document, Error> {
        let bad = |what: &str| value.place.error(ErrorKind::BadAnnotation, what).help(HELP);
        let text = doc.text.ok_or_else(|| bad("there is no \"text\""))?;
        let (own_id, metadata) = doc.gloss.map_or((None, Map::new()), |own| (own.id, own.metadata));
        let id = match own_id {
            Some(id) => id,
            None => id_text(doc.id).ok_or_else(|| bad("the id is no text"))?,
        };
        let mut document = value.place.document(text, id, metadata);
        let groups = doc.spans.unwrap_or_default();
        let groups = groups.into_iter().map(|(name, spans)| (Some(name), spans));
        for (group, found) in doc.ents.map(|ents| (None, ents)).into_iter().chain(groups) {
            let records: Vec<SpanRecord<'_>> = found.iter().map(record).collect();
            let (name, layer_type) = match &group {
                None => ("spacy-json/entities".to_owned(), "entities"),
                Some(group) => (
                    layer_name(&document, "spacy-json", group)
                        .map_err(|problem| value.problem(&problem))?,
                    "spans",
                ),
            };
            let layer = spans(&name, layer_type, &document.text, &records, self.offsets, "span");
            document.layers.push(layer.map_err(|problem| value.problem(&problem))?);
        }
        if let Some(categories) = doc.cats.filter(|cats| !cats.is_null()) {
            let found = scored(&categories)
                .ok_or_else(|| bad("\"cats\" holds no numbers by their labels"))?;
            if !found.is_empty() {
                let name = layer_name(&document, "spacy-json", "classes")
                    .map_err(|problem| value.problem(&problem))?;
                document.layers.push(classes(&name, &found));
            }
        }
        Ok(document)
    }
}

impl Tool for SpacyJson {
    fn read(&self, value: &Value<'_>) -> Result<Vec<Document>, Error> {
        let mut doc: Doc = value.parse(HELP)?;
        let Some(paragraphs) = doc.paragraphs.take() else {
            return Ok(vec![self.document(doc, value)?]);
        };
        let bad = |what: &str| value.place.error(ErrorKind::BadAnnotation, what).help(HELP);
        let id = id_text(doc.id).ok_or_else(|| bad("the id is no text"))?;
        let id = if id.is_empty() { value.place.id() } else { id };
        let count = paragraphs.len();
        let read = |(number, one): (u64, Paragraph)| {
            let id = if count == 1 { id.clone() } else { format!("{id}-{number}") };
            paragraph(one, id, value)
        };
        (1..).zip(paragraphs).map(read).collect()
    }
}

fn record(span: &Span) -> SpanRecord<'_> {
    SpanRecord {
        start: span.start,
        end: span.end,
        label: span.label.as_deref().filter(|label| !label.is_empty()).map(Cow::Borrowed),
        ..SpanRecord::default()
    }
}

/// Labels with their scores.
fn scored(categories: &Json) -> Option<Vec<Scored<'_>>> {
    let pairs = categories.as_object()?.iter();
    pairs.map(|(label, value)| Some((Cow::Borrowed(label.as_str()), Some(score(value)?)))).collect()
}

/// A number, or a truth value as one.
pub fn score(value: &Json) -> Option<f32> {
    let number =
        value.as_f64().or_else(|| value.as_bool().map(|truth| f64::from(u8::from(truth))))?;
    let number = number as f32;
    number.is_finite().then_some(number)
}
