//! Tasks of Prodigy.

use std::borrow::Cow;

use gloss_doc::{Document, OffsetUnit};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value as Json};

use super::json_documents::{Tool, Value};
use super::layers::{SpanRecord, classes, counted, spans};
use crate::columns::id_text;
use crate::left_out::LeftOut;
use crate::{Columns, Error, ErrorKind, ReadOptions};

/// Reads [tasks](https://prodi.gy/docs/api-interfaces): `spans`, whose offsets are code points, are entities;
/// `label`, and what was chosen of `options`, are classes. Tasks with another answer than `accept` are
/// left out. One that was accepted without `spans`, where spans could be marked, has no entity; one that
/// nobody answered says nothing of entities.
pub struct Prodigy {
    columns: Columns,
    offsets: OffsetUnit,
    left_out: LeftOut,
}

#[derive(Deserialize)]
struct Task {
    answer: Option<String>,
    spans: Option<Vec<Span>>,
    label: Option<Json>,
    accept: Option<Vec<Json>>,
    meta: Option<Json>,
    /// How the task is shown.
    #[serde(rename = "tokens")]
    _tokens: Option<IgnoredAny>,
    #[serde(rename = "options")]
    _options: Option<IgnoredAny>,
    #[serde(rename = "config")]
    _config: Option<IgnoredAny>,
    relations: Option<Vec<IgnoredAny>>,
    #[serde(flatten)]
    rest: Map<String, Json>,
}

#[derive(Deserialize)]
struct Span {
    start: u64,
    end: u64,
    label: Option<String>,
    text: Option<String>,
    score: Option<f32>,
}

const HELP: &str = "a task is an object with \"text\" and, of what was annotated, \"spans\" (each with \
                    \"start\", \"end\" and \"label\"), \"label\", or \"accept\"";

impl Prodigy {
    pub fn new(options: &ReadOptions, left_out: LeftOut) -> Prodigy {
        let offsets = options.annotations.offsets.unwrap_or(OffsetUnit::Codepoint);
        Prodigy { columns: options.columns.clone(), offsets, left_out }
    }
}

impl Tool for Prodigy {
    fn read(&self, value: &Value<'_>) -> Result<Vec<Document>, Error> {
        let task: Task = value.parse(HELP)?;
        let left_out = match task.answer.as_deref() {
            None | Some("accept") => None,
            Some("reject") => Some("of Prodigy with the answer \"reject\""),
            Some("ignore") => Some("of Prodigy with the answer \"ignore\""),
            Some(_) => Some("of Prodigy with an answer that is not known"),
        };
        if let Some(what) = left_out {
            self.left_out.add(what);
            return Ok(Vec::new());
        }
        let bad = |what: &str| value.place.error(ErrorKind::BadAnnotation, what).help(HELP);
        let is_class =
            task.label.as_ref().is_some_and(|label| !label.is_null()) || task.accept.is_some();
        let view = task.rest.get("_view_id").and_then(Json::as_str);
        let none_marked = !is_class && task.answer.is_some() && view.is_none_or(marks_spans);
        let mut rest = task.rest;
        let Some(Json::String(text)) = rest.remove(self.columns.text()) else {
            return Err(bad(&format!("there is no {:?} that holds a text", self.columns.text())));
        };
        let id = rest.remove(self.columns.id()).unwrap_or_default();
        let id = id_text(id).ok_or_else(|| bad("the id is no text"))?;
        let mut metadata = match task.meta {
            Some(Json::Object(meta)) => meta,
            Some(Json::Null) | None => Map::new(),
            Some(other) => Map::from_iter([("meta".to_owned(), other)]),
        };
        metadata.extend(rest.into_iter().filter(|(key, _)| !key.starts_with('_')));
        metadata.retain(|_, value| !value.is_null());
        let mut document = value.place.document(text, id, metadata);
        let spans_found = task.spans.or_else(|| none_marked.then(Vec::new));
        if let Some(found) = spans_found {
            let records: Vec<SpanRecord<'_>> = found.iter().map(record).collect();
            let layer = spans(
                "prodigy/entities",
                "entities",
                &document.text,
                &records,
                self.offsets,
                "span",
            );
            document.layers.push(layer.map_err(|problem| value.problem(&problem))?);
        }
        let chosen = task.label.into_iter().filter(|label| !label.is_null()).collect::<Vec<_>>();
        let chosen = chosen.into_iter().chain(task.accept.into_iter().flatten());
        let chosen = chosen.map(|label| match id_text(label) {
            Some(label) if !label.is_empty() => Ok((Cow::Owned(label), None)),
            _ => Err(bad("what was chosen is neither a text nor a number")),
        });
        let chosen = chosen.collect::<Result<Vec<_>, _>>()?;
        if is_class {
            document.layers.push(classes("prodigy/classes", &chosen));
        }
        if let Some(relations) = task.relations.map(|relations| relations.len()).filter(|n| *n > 0)
        {
            let relations = counted(relations as u64, "relation");
            document.notes.push(format!("prodigy: {relations} left out"));
        }
        Ok(vec![document])
    }
}

/// Whether spans are marked in one of [Prodigy's interfaces](https://prodi.gy/docs/api-interfaces).
fn marks_spans(view: &str) -> bool {
    matches!(view, "ner" | "ner_manual" | "spans" | "spans_manual" | "relations" | "blocks")
}

fn record(span: &Span) -> SpanRecord<'_> {
    SpanRecord {
        start: span.start,
        end: span.end,
        label: span.label.as_deref().map(Cow::Borrowed),
        score: span.score,
        quote: span.text.as_deref().map(Cow::Borrowed),
    }
}
