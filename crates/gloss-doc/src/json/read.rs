//! From records to documents. Every offset, label and attribute is checked on the way.

use std::sync::Arc;

use super::{AnnotationRecord, DocumentRecord, LayerRecord, SCHEMA};
use crate::{
    Annotations, AttributeColumn, AttributeSchema, AttributeType, AttributeValues, Document, Kind,
    Layer, LayerSchema, NONE, OffsetMap, OffsetUnit,
};

/// Why a record is no document. Names the layer and the annotation, never the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// `schema` names a form that this version does not know.
    #[error("the record's schema is {0:?}; this version reads {SCHEMA:?}")]
    UnknownSchema(String),
    /// There are layers but no `offsets`.
    #[error("the record has layers but no \"offsets\": state byte, codepoint or utf16")]
    NoOffsetUnit,
    /// The text is longer than offsets can say.
    #[error("the text has {0} bytes; a document may have at most 4,294,967,295")]
    TooLong(usize),
    /// An annotation is wrong.
    #[error("layer {layer:?}, annotation {index}: {problem}")]
    Annotation {
        /// Full name of the layer.
        layer: String,
        /// Position in the list.
        index: usize,
        /// What is wrong.
        problem: String,
    },
}

impl TryFrom<DocumentRecord<'_>> for Document {
    type Error = ReadError;

    /// The document of a record; its id is empty where the record has none.
    fn try_from(record: DocumentRecord<'_>) -> Result<Document, ReadError> {
        if let Some(schema) = record.schema.as_deref().filter(|&s| s != SCHEMA) {
            return Err(ReadError::UnknownSchema(schema.to_owned()));
        }
        let text = record.text.into_owned();
        if u32::try_from(text.len()).is_err() {
            return Err(ReadError::TooLong(text.len()));
        }
        let mut layers = Vec::with_capacity(record.layers.len());
        if !record.layers.is_empty() {
            let unit: OffsetUnit = record.offsets.ok_or(ReadError::NoOffsetUnit)?;
            let map = OffsetMap::new(&text, unit);
            for (name, layer) in record.layers {
                layers.push(read_layer(name, layer, &text, &map)?);
            }
        }
        Ok(Document {
            id: record.id.unwrap_or_default().into_owned(),
            text,
            metadata: record.metadata.into_owned(),
            source: record.source,
            layers,
            notes: record.notes.into_iter().map(std::borrow::Cow::into_owned).collect(),
        })
    }
}

fn read_layer(
    name: String,
    record: LayerRecord<'_>,
    text: &str,
    map: &OffsetMap<'_>,
) -> Result<Layer, ReadError> {
    let local = name.rsplit('/').next().unwrap_or(&name).to_owned();
    let mut schema = LayerSchema::new(&local, record.kind);
    schema.layer_type = record.layer_type.into_owned();
    schema.score = record.score.map(std::borrow::Cow::into_owned);
    schema.target = record.target.map(std::borrow::Cow::into_owned);
    schema.head = record.head.map(std::borrow::Cow::into_owned);
    schema.tail = record.tail.map(std::borrow::Cow::into_owned);
    if record.kind == Kind::Vectors {
        let first = record.annotations.first().map_or(0, |a| a.vector.len());
        schema.dimension = u32::try_from(first).ok();
    }
    let scored = record.annotations.iter().any(|a| a.score.is_some());
    let labelled = record.annotations.iter().any(|a| a.label.is_some());
    let mut annotations = Annotations::empty(&schema);
    let mut attributes = Vec::new();
    for (index, record) in record.annotations.iter().enumerate() {
        let row = Row { record, text, map, scored, labelled };
        if record.id.is_some_and(|id| id as usize != index) {
            return Err(fail(&name, index, "ids must count from 0 in the order of the list"));
        }
        row.append(&mut annotations, &mut schema)
            .and_then(|()| row.append_attributes(index, &mut attributes, &mut schema))
            .map_err(|problem| fail(&name, index, &problem))?;
    }
    Ok(Layer {
        name,
        schema: Arc::new(schema),
        producer: Arc::new(record.producer.unwrap_or_default()),
        annotations,
        attributes,
    })
}

fn fail(layer: &str, index: usize, problem: &str) -> ReadError {
    ReadError::Annotation { layer: layer.to_owned(), index, problem: problem.to_owned() }
}

/// One annotation record and what it takes to read it.
struct Row<'a> {
    record: &'a AnnotationRecord<'a>,
    text: &'a str,
    map: &'a OffsetMap<'a>,
    scored: bool,
    labelled: bool,
}

impl Row<'_> {
    fn append(&self, all: &mut Annotations, schema: &mut LayerSchema) -> Result<(), String> {
        let r = self.record;
        let id = |value: Option<u32>, key: &str| value.ok_or_else(|| format!("{key:?} is missing"));
        match all {
            Annotations::Spans(a) => {
                let (start, end) = self.range(r.start, r.end)?;
                if let Some(stated) = &r.text
                    && **stated != self.text[start as usize..end as usize]
                {
                    return Err("\"text\" is not what stands between \"start\" and \"end\"; is \"offsets\" the right unit?".to_owned());
                }
                a.start.push(start);
                a.end.push(end);
                self.label(&mut a.label, schema);
                self.score(&mut a.score);
            }
            Annotations::Classes(a) => {
                a.target.push(r.target.unwrap_or(NONE));
                self.label(&mut a.label, schema);
                self.score(&mut a.score);
            }
            Annotations::Texts(a) => {
                let sources: Result<Vec<_>, String> =
                    r.sources.iter().map(|s| self.range(Some(s.start), Some(s.end))).collect();
                a.target.push(r.target.unwrap_or(NONE));
                a.sources.push(sources?);
                if !a.text.push(r.text.as_deref().ok_or("\"text\" is missing")?) {
                    return Err("the layer's texts pass 4 GiB".to_owned());
                }
                self.score(&mut a.score);
            }
            Annotations::Vectors(a) => {
                if r.vector.len() != a.dimension as usize {
                    return Err(format!(
                        "the vector has {} numbers, the first one has {}",
                        r.vector.len(),
                        a.dimension
                    ));
                }
                if let Some(at) = r.vector.iter().position(|number| !number.is_finite()) {
                    return Err(format!(
                        "number {at} of the vector is beyond the range of 32 bits"
                    ));
                }
                a.target.push(r.target.unwrap_or(NONE));
                a.values.extend_from_slice(&r.vector);
            }
            Annotations::Relations(a) => {
                a.head.push(id(r.head, "head")?);
                a.tail.push(id(r.tail, "tail")?);
                self.label(&mut a.label, schema);
                self.score(&mut a.score);
            }
        }
        Ok(())
    }

    fn range(&self, start: Option<usize>, end: Option<usize>) -> Result<(u32, u32), String> {
        let start = start.ok_or("\"start\" is missing")?;
        let end = end.ok_or("\"end\" is missing")?;
        let (Some(a), Some(b)) = (self.map.to_byte(start), self.map.to_byte(end)) else {
            return Err(format!("{start}..{end} is outside the text or inside a character"));
        };
        match (u32::try_from(a), u32::try_from(b)) {
            (Ok(a), Ok(b)) if a <= b => Ok((a, b)),
            _ => Err(format!("{start}..{end} ends before it starts")),
        }
    }

    fn label(&self, column: &mut Vec<u32>, schema: &mut LayerSchema) {
        if !self.labelled {
            return;
        }
        let index = self.record.label.as_deref().map_or(NONE, |label| {
            schema.label_index(label).unwrap_or_else(|| {
                schema.labels.push(label.to_owned());
                u32::try_from(schema.labels.len() - 1).unwrap_or(NONE)
            })
        });
        column.push(index);
    }

    fn score(&self, column: &mut Vec<f32>) {
        if self.scored {
            column.push(self.record.score.unwrap_or(f32::NAN));
        }
    }

    fn append_attributes(
        &self,
        index: usize,
        columns: &mut Vec<AttributeColumn>,
        schema: &mut LayerSchema,
    ) -> Result<(), String> {
        for (name, value) in &self.record.attributes {
            let place = match schema.attribute_index(name) {
                Some(place) => place,
                None => {
                    let value_type = attribute_type(value)
                        .ok_or_else(|| format!("attribute {name:?} has no plain value"))?;
                    schema.attributes.push(AttributeSchema {
                        name: name.clone(),
                        value_type,
                        description: String::new(),
                    });
                    columns.push(AttributeColumn::new(value_type));
                    columns.len() - 1
                }
            };
            let column = &mut columns[place];
            column.pad(index);
            if !push_value(&mut column.values, value) {
                return Err(format!(
                    "attribute {name:?} is of another type than in earlier annotations"
                ));
            }
            column.valid.push(1);
        }
        Ok(())
    }
}

fn attribute_type(value: &serde_json::Value) -> Option<AttributeType> {
    match value {
        serde_json::Value::Bool(_) => Some(AttributeType::Bool),
        serde_json::Value::Number(n) if n.is_i64() => Some(AttributeType::Int),
        serde_json::Value::Number(_) => Some(AttributeType::Float),
        serde_json::Value::String(_) => Some(AttributeType::String),
        _ => None,
    }
}

fn push_value(values: &mut AttributeValues, value: &serde_json::Value) -> bool {
    match values {
        AttributeValues::Bool(v) => value.as_bool().map(|b| v.push(u8::from(b))).is_some(),
        AttributeValues::Int(v) => value.as_i64().map(|n| v.push(n)).is_some(),
        AttributeValues::Float(v) => value.as_f64().map(|n| v.push(n)).is_some(),
        AttributeValues::String(v) => value.as_str().is_some_and(|s| v.push(s)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_vectors_fit_32_bits() {
        let check = |number: f32, expected: Result<f32, &str>| {
            let line = r#"{"text": "", "offsets": "byte", "layers": {"e/v": {"kind": "vectors", "type": "",
                "annotations": [{"vector": [1, 2]}, {"vector": [3, 4]}]}}}"#;
            let mut record: DocumentRecord<'_> = serde_json::from_str(line).unwrap();
            // Some parsers of numbers refuse what is too large, some make it infinite.
            record.layers[0].annotations[1].vector[1] = number;
            let read = Document::try_from(record).map_err(|error| error.to_string());
            let last = read.map(|document| match &document.layers[0].annotations {
                Annotations::Vectors(vectors) => *vectors.values.last().unwrap(),
                other => panic!("{other:?}"),
            });
            assert_eq!(last, expected.map_err(str::to_owned), "{number}");
        };
        let beyond =
            "layer \"e/v\", annotation 1: number 1 of the vector is beyond the range of 32 bits";
        check(0.5, Ok(0.5));
        check(-3.4e38, Ok(-3.4e38));
        check(f32::INFINITY, Err(beyond));
        check(f32::NEG_INFINITY, Err(beyond));
    }
}
