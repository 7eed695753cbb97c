//! Documents and layers as bytes, for the time between two passes of one process.
//!
//! Written with `postcard`. It has no names of fields, so what skips fields in its JSON form
//! (schemas, metadata) goes in as JSON text. Nothing here outlives the process.

use std::sync::Arc;

use gloss_boundary::{Failure, LayerData};
use gloss_doc::{Annotations, AttributeColumn, Document, Layer, Source};
use serde::{Deserialize, Serialize};

use super::item::{Carried, Item, Settled};
use crate::run::InputFailure;

/// Why bytes could not be made or read.
pub type CodecError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Serialize, Deserialize)]
enum Record {
    Document(StoredDocument, Vec<(usize, Vec<StoredData>, Vec<String>)>),
    Failed(StoredDocument, Vec<(String, Failure)>),
    Unreadable { id: String, source: StoredSource, code: String, message: String, help: String },
    Interrupted(StoredDocument),
}

type StoredSource = (String, Option<u64>, Option<u64>);
type StoredData = (Annotations, Vec<AttributeColumn>);

#[derive(Serialize, Deserialize)]
struct StoredDocument {
    id: String,
    text: String,
    /// JSON; empty when there is none.
    metadata: String,
    source: Option<StoredSource>,
    layers: Vec<StoredLayer>,
    notes: Vec<String>,
}

/// A layer that a document was read with.
#[derive(Serialize, Deserialize)]
struct StoredLayer {
    name: String,
    /// JSON of schema and producer.
    declaration: String,
    data: StoredData,
}

/// The bytes of a document.
pub fn encode(item: Item) -> Result<Vec<u8>, CodecError> {
    let record = match item {
        Item::Document(document, carried) => {
            let carried = carried
                .into_iter()
                .map(|c| (c.stage, c.layers.into_iter().map(store_data).collect(), c.notes));
            Record::Document(store_document(document)?, carried.collect())
        }
        Item::Settled(Settled::Failed(document, failures)) => {
            Record::Failed(store_document(document)?, failures)
        }
        Item::Settled(Settled::Unreadable(failure)) => {
            let InputFailure { id, source, code, message, help } = failure;
            Record::Unreadable { id, source: store_source(*source), code, message, help }
        }
        Item::Settled(Settled::Interrupted(document)) => {
            Record::Interrupted(store_document(document)?)
        }
    };
    Ok(postcard::to_allocvec(&record)?)
}

/// The document that these bytes were made of.
pub fn decode(bytes: &[u8]) -> Result<Item, CodecError> {
    Ok(match postcard::from_bytes(bytes)? {
        Record::Document(document, carried) => {
            let carried = carried.into_iter().map(|(stage, layers, notes)| Carried {
                stage,
                layers: layers.into_iter().map(restore_data).collect(),
                notes,
            });
            Item::Document(restore_document(document)?, carried.collect())
        }
        Record::Failed(document, failures) => {
            Item::Settled(Settled::Failed(restore_document(document)?, failures))
        }
        Record::Unreadable { id, source, code, message, help } => {
            let source = Box::new(restore_source(source));
            Item::Settled(Settled::Unreadable(InputFailure { id, source, code, message, help }))
        }
        Record::Interrupted(document) => {
            Item::Settled(Settled::Interrupted(restore_document(document)?))
        }
    })
}

fn store_document(document: Document) -> Result<StoredDocument, CodecError> {
    let Document { id, text, metadata, source, layers, notes } = document;
    let metadata =
        if metadata.is_empty() { String::new() } else { serde_json::to_string(&metadata)? };
    let layers = layers.into_iter().map(store_layer).collect::<Result<_, _>>()?;
    Ok(StoredDocument { id, text, metadata, source: source.map(store_source), layers, notes })
}

fn restore_document(stored: StoredDocument) -> Result<Document, CodecError> {
    let StoredDocument { id, text, metadata, source, layers, notes } = stored;
    let metadata =
        if metadata.is_empty() { serde_json::Map::new() } else { serde_json::from_str(&metadata)? };
    let layers = layers.into_iter().map(restore_layer).collect::<Result<_, _>>()?;
    Ok(Document { id, text, metadata, source: source.map(restore_source), layers, notes })
}

fn store_layer(layer: Layer) -> Result<StoredLayer, CodecError> {
    let declaration = serde_json::to_string(&(&*layer.schema, &*layer.producer))?;
    Ok(StoredLayer { name: layer.name, declaration, data: (layer.annotations, layer.attributes) })
}

fn restore_layer(stored: StoredLayer) -> Result<Layer, CodecError> {
    let (schema, producer) = serde_json::from_str(&stored.declaration)?;
    let (annotations, attributes) = stored.data;
    let (schema, producer) = (Arc::new(schema), Arc::new(producer));
    Ok(Layer { name: stored.name, schema, producer, annotations, attributes })
}

fn store_data(data: LayerData) -> StoredData {
    (data.annotations, data.attributes)
}

fn restore_data((annotations, attributes): StoredData) -> LayerData {
    LayerData { annotations, attributes }
}

fn store_source(source: Source) -> StoredSource {
    (source.path, source.offset, source.line)
}

fn restore_source((path, offset, line): StoredSource) -> Source {
    Source { path, offset, line }
}

#[cfg(test)]
mod tests {
    use gloss_boundary::FailureKind;
    use gloss_doc::{
        AttributeType, AttributeValues, Classes, Kind, LayerSchema, NONE, Producer, Relations,
        Spans, Strings, Texts, Vectors,
    };

    use super::*;

    fn column(value_type: AttributeType) -> AttributeColumn {
        let mut column = AttributeColumn::new(value_type);
        column.pad(1);
        match &mut column.values {
            AttributeValues::Bool(v) => v.push(1),
            AttributeValues::Int(v) => v.push(i64::MIN),
            AttributeValues::Float(v) => v.push(-0.1),
            AttributeValues::String(v) => assert!(v.push("añ😀")),
        }
        column.valid.push(1);
        column
    }

    fn every_kind() -> Vec<LayerData> {
        let mut text = Strings::default();
        assert!(text.push("") && text.push("zwei"));
        let annotations = [
            Annotations::Spans(Spans {
                start: vec![0, 7],
                end: vec![7, u32::MAX],
                label: vec![1, 0],
                score: vec![0.25, f32::NAN],
            }),
            Annotations::Classes(Classes { target: vec![NONE], label: vec![3], score: vec![] }),
            Annotations::Texts(Texts {
                target: vec![NONE, 2],
                text,
                sources: vec![vec![], vec![(0, 4), (9, 12)]],
                score: vec![-1e-30, 3.4e38],
            }),
            Annotations::Vectors(Vectors { target: vec![], values: vec![], dimension: 7 }),
            Annotations::Relations(Relations {
                head: vec![0],
                tail: vec![1],
                label: vec![],
                score: vec![],
            }),
        ];
        use AttributeType::{Bool, Float, Int, String};
        let attributes = || [Bool, Int, Float, String].map(column).to_vec();
        annotations.map(|annotations| LayerData { annotations, attributes: attributes() }).to_vec()
    }

    fn document() -> Document {
        let schema = LayerSchema {
            labels: vec!["a".to_owned()],
            score: Some("p".to_owned()),
            ..LayerSchema::new("old", Kind::Spans)
        };
        let data = every_kind().swap_remove(0);
        let layer = Layer {
            name: "other/old".to_owned(),
            schema: Arc::new(schema),
            producer: Arc::new(Producer { version: "1".to_owned(), ..Producer::default() }),
            annotations: data.annotations,
            attributes: data.attributes,
        };
        let metadata = serde_json::json!({"n": 1.5, "list": [null, {"deep": "ü"}]});
        Document {
            id: "1".to_owned(),
            text: "Añ😀\0\r\n".to_owned(),
            metadata: metadata.as_object().unwrap().clone(),
            source: Some(Source { path: "-".to_owned(), offset: None, line: Some(3) }),
            layers: vec![layer],
            notes: vec!["read: twice".to_owned()],
        }
    }

    fn check(item: impl Fn() -> Item) {
        let found = decode(&encode(item()).unwrap()).unwrap();
        // As text, because NaN equals nothing; its bits are compared below.
        assert_eq!(format!("{found:?}"), format!("{:?}", item()));
    }

    #[test]
    fn documents_come_back_as_they_were() {
        let notes = vec!["s: note".to_owned()];
        let carried = Carried { stage: 4, layers: every_kind(), notes };
        let failure = |kind| {
            let (place, help) = ("p".to_owned(), "h".to_owned());
            ("s".to_owned(), Failure { place, help, ..Failure::new(kind, "m") })
        };
        check(|| Item::Document(Document::default(), vec![]));
        check(|| Item::Document(document(), vec![carried.clone(), carried.clone()]));
        check(|| {
            let failures = vec![failure(FailureKind::Document), failure(FailureKind::Memory)];
            Item::Settled(Settled::Failed(document(), failures))
        });
        check(|| Item::Settled(Settled::Interrupted(document())));
        check(|| {
            Item::Settled(Settled::Unreadable(InputFailure {
                id: "x".to_owned(),
                source: Box::new(Source { path: "p".to_owned(), offset: Some(9), line: None }),
                code: "G0202".to_owned(),
                message: "m".to_owned(),
                help: String::new(),
            }))
        });
    }

    #[test]
    fn scores_keep_their_bits() {
        let nan = f32::from_bits(0x7FC0_1234);
        let annotations = Annotations::Spans(Spans { score: vec![nan, -0.0], ..Spans::default() });
        let carried = Carried {
            stage: 0,
            layers: vec![LayerData { annotations, attributes: vec![] }],
            notes: vec![],
        };
        let bytes = encode(Item::Document(Document::default(), vec![carried])).unwrap();
        let Item::Document(_, carried) = decode(&bytes).unwrap() else { panic!() };
        let Annotations::Spans(spans) = &carried[0].layers[0].annotations else { panic!() };
        assert_eq!(spans.score[0].to_bits(), nan.to_bits());
        assert_eq!(spans.score[1].to_bits(), (-0.0f32).to_bits());
        assert!(decode(&bytes[..bytes.len() - 1]).is_err());
    }
}
