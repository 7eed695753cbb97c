//! From documents to records.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::{AnnotationRecord, DocumentRecord, LayerRecord, SCHEMA, SourceRecord};
use crate::{
    Annotations, AttributeColumn, AttributeValues, Document, Layer, LayerSchema, NONE, OffsetMap,
    OffsetUnit,
};

/// The annotations of a layer, whose records are made one by one while they are written: those of a book
/// would take many times the memory of the book.
#[derive(Clone, Debug)]
pub struct AnnotationRows<'a> {
    layer: &'a Layer,
    text: &'a str,
    map: Arc<OffsetMap<'a>>,
}

impl Serialize for AnnotationRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'a> DocumentRecord<'a, AnnotationRows<'a>> {
    /// The record of a document, with offsets in `unit`.
    #[must_use]
    pub fn new(document: &'a Document, unit: OffsetUnit) -> Self {
        let map = Arc::new(OffsetMap::new(&document.text, unit));
        let layer = |layer: &'a Layer| {
            let rows = AnnotationRows { layer, text: &document.text, map: Arc::clone(&map) };
            (layer.name.clone(), layer_record(layer, rows))
        };
        DocumentRecord {
            schema: Some(Cow::Borrowed(SCHEMA)),
            id: Some(Cow::Borrowed(&document.id)),
            text: Cow::Borrowed(&document.text),
            offsets: Some(unit),
            metadata: Cow::Borrowed(&document.metadata),
            source: document.source.clone(),
            layers: document.layers.iter().map(layer).collect(),
            notes: document.notes.iter().map(|n| Cow::Borrowed(n.as_str())).collect(),
        }
    }
}

fn layer_record<'a>(
    layer: &'a Layer,
    annotations: AnnotationRows<'a>,
) -> LayerRecord<'a, AnnotationRows<'a>> {
    let schema = &*layer.schema;
    let optional = |s: &'a Option<String>| s.as_deref().map(Cow::Borrowed);
    LayerRecord {
        layer_type: Cow::Borrowed(&schema.layer_type),
        kind: schema.kind,
        score: optional(&schema.score),
        target: optional(&schema.target),
        head: optional(&schema.head),
        tail: optional(&schema.tail),
        producer: Some((*layer.producer).clone()),
        annotations,
    }
}

impl<'a> AnnotationRows<'a> {
    /// The records one by one, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = AnnotationRecord<'a>> {
        (0..self.layer.annotations.len()).map(|i| self.record(i))
    }

    fn record(&self, i: usize) -> AnnotationRecord<'a> {
        let Self { layer, text, map } = self;
        let schema = &*layer.schema;
        let mut record = annotation_record(schema, &layer.annotations, i, text, map);
        record.id = u32::try_from(i).ok();
        for (column, attribute) in layer.attributes.iter().zip(&schema.attributes) {
            if let Some(value) = attribute_value(column, i) {
                record.attributes.insert(attribute.name.clone(), value);
            }
        }
        record
    }
}

fn annotation_record<'a>(
    schema: &'a LayerSchema,
    annotations: &'a Annotations,
    i: usize,
    text: &'a str,
    map: &OffsetMap<'_>,
) -> AnnotationRecord<'a> {
    let label = |column: &[u32]| {
        let index = *column.get(i)?;
        Some(Cow::Borrowed(schema.labels.get(index as usize)?.as_str()))
    };
    let score = |column: &[f32]| column.get(i).copied().filter(|s| s.is_finite());
    let id = |column: &[u32]| column.get(i).copied().filter(|&t| t != NONE);
    let empty = AnnotationRecord::default();
    match annotations {
        Annotations::Spans(a) => {
            let (start, end) = (a.start[i] as usize, a.end[i] as usize);
            AnnotationRecord {
                start: map.from_byte(start),
                end: map.from_byte(end),
                label: label(&a.label),
                score: score(&a.score),
                text: text.get(start..end).map(Cow::Borrowed),
                ..empty
            }
        }
        Annotations::Classes(a) => AnnotationRecord {
            target: id(&a.target),
            label: label(&a.label),
            score: score(&a.score),
            ..empty
        },
        Annotations::Texts(a) => AnnotationRecord {
            target: id(&a.target),
            text: Some(Cow::Borrowed(a.text.get(i))),
            sources: sources(&a.sources[i], map),
            score: score(&a.score),
            ..empty
        },
        Annotations::Vectors(a) => {
            let width = a.dimension as usize;
            AnnotationRecord {
                target: id(&a.target),
                vector: a.values[i * width..(i + 1) * width].to_vec(),
                ..empty
            }
        }
        Annotations::Relations(a) => AnnotationRecord {
            head: id(&a.head),
            tail: id(&a.tail),
            label: label(&a.label),
            score: score(&a.score),
            ..empty
        },
    }
}

fn sources(sources: &[(u32, u32)], map: &OffsetMap<'_>) -> Vec<SourceRecord> {
    sources
        .iter()
        .filter_map(|&(start, end)| {
            Some(SourceRecord {
                start: map.from_byte(start as usize)?,
                end: map.from_byte(end as usize)?,
            })
        })
        .collect()
}

fn attribute_value(column: &AttributeColumn, i: usize) -> Option<serde_json::Value> {
    if column.valid.get(i).copied().unwrap_or(0) == 0 {
        return None;
    }
    Some(match &column.values {
        AttributeValues::Bool(v) => (*v.get(i)? != 0).into(),
        AttributeValues::Int(v) => (*v.get(i)?).into(),
        AttributeValues::Float(v) => (*v.get(i)?).into(),
        AttributeValues::String(v) => v.get(i).into(),
    })
}
