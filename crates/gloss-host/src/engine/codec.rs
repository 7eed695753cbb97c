//! Documents and layers as frames, for the time between two passes of one process.
//!
//! The first buffer is JSON: all but the text and the columns. The text follows, then the layers that
//! the document was read with, then those that stages made, each as in a frame for another process.

use std::sync::Arc;

use gloss_boundary::{Failure, LayerData};
use gloss_doc::{Annotations, Document, Layer, LayerSchema, Producer, Source};
use gloss_frame::{Frame, FrameReader, FrameWriter, get_layers, put_layers};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::item::{Carried, Carry, Item, Settled};
use crate::intake::{Absence, Made};
use crate::run::InputFailure;

/// Why a frame could not be made or read.
pub type CodecError = Box<dyn std::error::Error + Send + Sync>;

/// For each stage the schemas of its layers.
pub type Schemas = Vec<Vec<Arc<LayerSchema>>>;

#[derive(Serialize, Deserialize)]
enum Record {
    Document(Head, Vec<Output>),
    Failed(Head, Vec<(String, Failure)>),
    Unreadable { id: String, source: Source, code: String, message: String, help: String },
    Interrupted(Head),
}

/// What is known of a document beside its text and columns.
#[derive(Serialize, Deserialize)]
struct Head {
    id: String,
    metadata: Map<String, Value>,
    source: Option<Source>,
    layers: Vec<Declared>,
    notes: Vec<String>,
}

/// A layer that a document was read with.
#[derive(Serialize, Deserialize)]
struct Declared {
    name: String,
    schema: LayerSchema,
    producer: Producer,
    columns: Columns,
}

/// Which columns a layer has that was read: not always those that its schema calls for.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Columns {
    labels: bool,
    scores: bool,
    dimension: u32,
}

/// What a stage made of a document, beside its layers.
#[derive(Serialize, Deserialize)]
enum Output {
    Made { stage: usize, notes: Vec<String>, variant: usize },
    Absent(usize, Absence),
    Lost(usize, Failure),
}

/// Writes the buffers of a document.
pub fn encode(writer: &mut FrameWriter, schemas: &Schemas, item: Item) -> Result<(), CodecError> {
    let put = |writer: &mut FrameWriter, record: &Record, text: &str, layers: &[Layer]| {
        writer.bytes(&serde_json::to_vec(record)?);
        writer.bytes(text.as_bytes());
        for layer in layers {
            let schema = Columns::of(&layer.annotations).schema(&layer.schema);
            let rows = (&layer.annotations, layer.attributes.as_slice());
            put_layers(writer, &schema, &attributes(&schema), &[Some(rows)]);
        }
        Ok::<(), CodecError>(())
    };
    match item {
        Item::Document(document, carried) => {
            let (head, text, layers) = take_apart(document);
            let output = |&Carried { stage, ref output }: &Carried| match output {
                Carry::Made(Made { notes, variant, .. }) => {
                    Output::Made { stage, notes: notes.clone(), variant: *variant }
                }
                Carry::Absent(absence) => Output::Absent(stage, absence.clone()),
                Carry::Lost(failure) => Output::Lost(stage, failure.clone()),
            };
            let outputs = carried.iter().map(output).collect();
            put(writer, &Record::Document(head, outputs), &text, &layers)?;
            for Carried { stage, output } in &carried {
                let Carry::Made(made) = output else { continue };
                for (data, schema) in made.layers.iter().zip(of_stage(schemas, *stage)?) {
                    let rows = (&data.annotations, data.attributes.as_slice());
                    put_layers(writer, schema, &attributes(schema), &[Some(rows)]);
                }
            }
            Ok(())
        }
        Item::Settled(Settled::Failed(document, failures)) => {
            let (head, text, layers) = take_apart(document);
            put(writer, &Record::Failed(head, failures), &text, &layers)
        }
        Item::Settled(Settled::Interrupted(document)) => {
            let (head, text, layers) = take_apart(document);
            put(writer, &Record::Interrupted(head), &text, &layers)
        }
        Item::Settled(Settled::Unreadable(failure)) => {
            let InputFailure { id, source, code, message, help } = failure;
            let record = Record::Unreadable { id, source: *source, code, message, help };
            put(writer, &record, "", &[])
        }
    }
}

/// The document whose buffers these are.
pub fn decode(frame: &Frame, schemas: &Schemas) -> Result<Item, CodecError> {
    let mut reader = frame.reader()?;
    let record = serde_json::from_slice(reader.bytes()?)?;
    let text = reader.text()?;
    Ok(match record {
        Record::Document(head, outputs) => {
            let document = put_together(head, text, &mut reader)?;
            let mut carried = Vec::with_capacity(outputs.len());
            for output in outputs {
                carried.push(match output {
                    Output::Made { stage, notes, variant } => {
                        let schemas = of_stage(schemas, stage)?.iter();
                        let layers = schemas.map(|s| get_layer(&mut reader, s));
                        let layers = layers.collect::<Result<_, _>>()?;
                        Carried { stage, output: Carry::Made(Made { layers, notes, variant }) }
                    }
                    Output::Absent(stage, why) => Carried { stage, output: Carry::Absent(why) },
                    Output::Lost(stage, why) => Carried { stage, output: Carry::Lost(why) },
                });
            }
            Item::Document(document, carried)
        }
        Record::Failed(head, failures) => {
            let document = put_together(head, text, &mut reader)?;
            Item::Settled(Settled::Failed(document, failures))
        }
        Record::Interrupted(head) => {
            Item::Settled(Settled::Interrupted(put_together(head, text, &mut reader)?))
        }
        Record::Unreadable { id, source, code, message, help } => {
            let source = Box::new(source);
            Item::Settled(Settled::Unreadable(InputFailure { id, source, code, message, help }))
        }
    })
}

fn of_stage(schemas: &Schemas, stage: usize) -> Result<&[Arc<LayerSchema>], CodecError> {
    let schemas = schemas.get(stage).map(Vec::as_slice);
    schemas.ok_or_else(|| "a document has layers of a stage that is not there".into())
}

fn attributes(schema: &LayerSchema) -> Vec<usize> {
    (0..schema.attributes.len()).collect()
}

fn get_layer(reader: &mut FrameReader<'_>, schema: &LayerSchema) -> Result<LayerData, CodecError> {
    let layer = get_layers(reader, schema, &attributes(schema), 1)?.pop();
    let (annotations, attributes) = layer.ok_or("a layer is missing")?;
    Ok(LayerData { annotations, attributes })
}

fn take_apart(document: Document) -> (Head, String, Vec<Layer>) {
    let Document { id, text, metadata, source, layers, notes } = document;
    let declare = |layer: &Layer| Declared {
        name: layer.name.clone(),
        schema: (*layer.schema).clone(),
        producer: (*layer.producer).clone(),
        columns: Columns::of(&layer.annotations),
    };
    let declared = layers.iter().map(declare).collect();
    (Head { id, metadata, source, layers: declared, notes }, text, layers)
}

fn put_together(
    head: Head,
    text: &str,
    reader: &mut FrameReader<'_>,
) -> Result<Document, CodecError> {
    let Head { id, metadata, source, layers: declared, notes } = head;
    let mut layers = Vec::with_capacity(declared.len());
    for Declared { name, schema, producer, columns } in declared {
        let LayerData { annotations, attributes } = get_layer(reader, &columns.schema(&schema))?;
        let (schema, producer) = (Arc::new(schema), Arc::new(producer));
        layers.push(Layer { name, schema, producer, annotations, attributes });
    }
    Ok(Document { id, text: text.to_owned(), metadata, source, layers, notes })
}

impl Columns {
    fn of(annotations: &Annotations) -> Columns {
        let (labels, scores, dimension) = match annotations {
            Annotations::Spans(a) => (!a.label.is_empty(), !a.score.is_empty(), 0),
            Annotations::Classes(a) => (!a.label.is_empty(), !a.score.is_empty(), 0),
            Annotations::Texts(a) => (false, !a.score.is_empty(), 0),
            Annotations::Vectors(a) => (false, false, a.dimension),
            Annotations::Relations(a) => (!a.label.is_empty(), !a.score.is_empty(), 0),
        };
        Columns { labels, scores, dimension }
    }

    /// A schema that calls for just these columns; what the labels are does not matter.
    fn schema(self, schema: &LayerSchema) -> LayerSchema {
        LayerSchema {
            labels: if self.labels { vec![String::new()] } else { Vec::new() },
            score: self.scores.then(String::new),
            dimension: Some(self.dimension),
            ..schema.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use gloss_boundary::FailureKind;
    use gloss_doc::{
        AttributeColumn, AttributeSchema, AttributeType, AttributeValues, Classes, Kind, NONE,
        Relations, Spans, Strings, Texts, Vectors,
    };
    use gloss_frame::read_frame;

    use super::*;

    const TYPES: [AttributeType; 4] =
        [AttributeType::Bool, AttributeType::Int, AttributeType::Float, AttributeType::String];

    /// A column of so many rows, of which only the last has a value.
    fn column(value_type: AttributeType, rows: usize) -> AttributeColumn {
        let mut column = AttributeColumn::new(value_type);
        if rows == 0 {
            return column;
        }
        column.pad(rows - 1);
        match &mut column.values {
            AttributeValues::Bool(v) => v.push(1),
            AttributeValues::Int(v) => v.push(i64::MIN),
            AttributeValues::Float(v) => v.push(-0.1),
            AttributeValues::String(v) => assert!(v.push("añ😀")),
        }
        column.valid.push(1);
        column
    }

    fn schema(kind: Kind, labels: bool, score: bool, dimension: Option<u32>) -> Arc<LayerSchema> {
        let attribute = |value_type| AttributeSchema {
            name: format!("{value_type:?}"),
            value_type,
            description: String::new(),
        };
        Arc::new(LayerSchema {
            labels: if labels { ["a", "b", "c", "d"].map(str::to_owned).to_vec() } else { vec![] },
            score: score.then(|| "p".to_owned()),
            dimension,
            attributes: TYPES.map(attribute).to_vec(),
            ..LayerSchema::new("l", kind)
        })
    }

    fn every_kind() -> Vec<(Arc<LayerSchema>, LayerData)> {
        let mut text = Strings::default();
        assert!(text.push("") && text.push("zwei"));
        let spans = Spans {
            start: vec![0, 7],
            end: vec![7, u32::MAX],
            label: vec![1, 0],
            score: vec![0.25, f32::NAN],
        };
        let texts = Texts {
            target: vec![NONE, 2],
            text,
            sources: vec![vec![], vec![(0, 4), (9, 12)]],
            score: vec![-1e-30, 3.4e38],
        };
        let classes = Classes { target: vec![NONE], label: vec![3], score: vec![] };
        let relations = Relations { head: vec![0], tail: vec![1], label: vec![], score: vec![] };
        let vectors = Vectors { target: vec![], values: vec![], dimension: 7 };
        let all = [
            (schema(Kind::Spans, true, true, None), Annotations::Spans(spans)),
            (schema(Kind::Classes, true, false, None), Annotations::Classes(classes)),
            (schema(Kind::Texts, false, true, None), Annotations::Texts(texts)),
            (schema(Kind::Vectors, false, false, Some(7)), Annotations::Vectors(vectors)),
            (schema(Kind::Relations, false, false, None), Annotations::Relations(relations)),
        ];
        let with_attributes = |(schema, annotations): (_, Annotations)| {
            let attributes = TYPES.map(|t| column(t, annotations.len())).to_vec();
            (schema, LayerData { annotations, attributes })
        };
        all.map(with_attributes).to_vec()
    }

    fn schemas() -> Schemas {
        vec![vec![], every_kind().into_iter().map(|(schema, _)| schema).collect()]
    }

    fn carried() -> Carried {
        let layers = every_kind().into_iter().map(|(_, data)| data).collect();
        let notes = vec!["s: note".to_owned()];
        Carried { stage: 1, output: Carry::Made(Made { layers, notes, variant: 2 }) }
    }

    /// With a layer of each kind, as its schema says and as it does not.
    fn document() -> Document {
        let layer = |(schema, data): (Arc<LayerSchema>, LayerData)| Layer {
            name: "other/old".to_owned(),
            schema,
            producer: Arc::new(Producer { version: "1".to_owned(), ..Producer::default() }),
            annotations: data.annotations,
            attributes: data.attributes,
        };
        let otherwise = |(of, data): (Arc<LayerSchema>, LayerData)| {
            (schema(of.kind, of.labels.is_empty(), of.score.is_none(), None), data)
        };
        let layers = every_kind().into_iter().chain(every_kind().into_iter().map(otherwise));
        let metadata = serde_json::json!({"n": 1.5, "list": [null, {"deep": "ü"}]});
        Document {
            id: "1".to_owned(),
            text: "Añ😀\0\r\n".to_owned(),
            metadata: metadata.as_object().unwrap().clone(),
            source: Some(Source { path: "-".to_owned(), offset: None, line: Some(3) }),
            layers: layers.map(layer).collect(),
            notes: vec!["read: twice".to_owned()],
        }
    }

    fn through_frame(item: Item, schemas: &Schemas) -> Result<Item, CodecError> {
        let mut writer = FrameWriter::default();
        encode(&mut writer, schemas, item)?;
        let bytes = writer.finish(gloss_frame::Kind::Stored, 0).to_vec();
        assert!(read_frame(&mut &bytes[..bytes.len() - 1], u64::MAX).is_err());
        decode(&read_frame(&mut bytes.as_slice(), u64::MAX)?.unwrap(), schemas)
    }

    fn check(item: impl Fn() -> Item) {
        let found = through_frame(item(), &schemas()).unwrap();
        // As text, because NaN equals nothing; its bits are compared below.
        assert_eq!(format!("{found:?}"), format!("{:?}", item()));
    }

    #[test]
    fn documents_come_back_as_they_were() {
        let failure = |kind| {
            let (place, help) = ("p".to_owned(), "h".to_owned());
            ("s".to_owned(), Failure { place, help, ..Failure::new(kind, "m") })
        };
        check(|| Item::Document(Document::default(), vec![]));
        check(|| Item::Document(document(), vec![carried()]));
        let none = || Made { layers: vec![], notes: vec![], variant: 0 };
        let none = || Carried { stage: 0, output: Carry::Made(none()) };
        let with = |output| Carried { stage: 1, output };
        check(|| Item::Document(document(), vec![none(), carried()]));
        check(|| {
            let (_, failure) = failure(FailureKind::Panic);
            let absences = [Absence::Language, Absence::Failed(failure.clone())].map(Carry::Absent);
            let outputs = absences.into_iter().chain([Carry::Lost(failure)]).map(with);
            Item::Document(document(), outputs.chain([carried()]).collect())
        });
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
        let strange = Item::Document(document(), vec![Carried { stage: 7, ..none() }]);
        assert!(through_frame(strange, &schemas()).is_err());
    }

    #[test]
    fn scores_keep_their_bits() {
        let nan = f32::from_bits(0x7FC0_1234);
        let spans =
            Spans { start: vec![0, 0], end: vec![0, 0], label: vec![], score: vec![nan, -0.0] };
        let layers = vec![LayerData { annotations: Annotations::Spans(spans), attributes: vec![] }];
        let made = Made { layers, notes: vec![], variant: 0 };
        let carried = Carried { stage: 0, output: Carry::Made(made) };
        let schemas = vec![vec![schema(Kind::Spans, false, true, None)]];
        let item = Item::Document(Document::default(), vec![carried]);
        let Item::Document(_, carried) = through_frame(item, &schemas).unwrap() else { panic!() };
        let Carry::Made(made) = &carried[0].output else { panic!() };
        let Annotations::Spans(spans) = &made.layers[0].annotations else { panic!() };
        assert_eq!(spans.score[0].to_bits(), nan.to_bits());
        assert_eq!(spans.score[1].to_bits(), (-0.0f32).to_bits());
    }
}
