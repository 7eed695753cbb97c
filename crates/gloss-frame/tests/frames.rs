//! Batches and annotations come out of a frame as they went in, and what is damaged is refused.

use std::sync::Arc;

use gloss_boundary::{
    BatchResult, DocumentResult, DocumentView, Failure, LayerData, MetadataValue,
};
use gloss_doc::{
    Annotations, AttributeColumn, AttributeSchema, AttributeType, AttributeValues, Classes, Kind,
    Layer, LayerSchema, Producer, Relations, Spans, Strings, Texts, Vectors,
};
use gloss_frame::results::{decode_observed, decode_results, encode_observed, encode_results};
use gloss_frame::{
    Batch, Frame, FrameError, FrameHeader, FrameWriter, HEADER_SIZE, Inputs, encode_batch,
    read_frame,
};
use gloss_protocol::{InputBinding, LoadRequest, Plan, Requirement};
use proptest::prelude::*;

const KINDS: [Kind; 5] = [Kind::Spans, Kind::Classes, Kind::Texts, Kind::Vectors, Kind::Relations];
const TYPES: [AttributeType; 4] =
    [AttributeType::Bool, AttributeType::Int, AttributeType::Float, AttributeType::String];

/// A schema of each kind, with and without labels, scores and attributes.
fn schema() -> impl Strategy<Value = LayerSchema> {
    (0..5usize, any::<bool>(), any::<bool>(), prop::collection::vec(0..4usize, 0..4)).prop_map(
        |(kind, labels, score, attributes)| {
            let kind = KINDS[kind];
            let labelled = matches!(kind, Kind::Spans | Kind::Relations) && labels;
            let mut schema = LayerSchema::new("layer", kind);
            if labelled || kind == Kind::Classes {
                schema.labels = vec!["a".to_owned(), "b".to_owned()];
            }
            schema.score = (score && kind != Kind::Vectors).then(|| "p".to_owned());
            schema.dimension = (kind == Kind::Vectors).then_some(3);
            schema.attributes = attributes
                .into_iter()
                .enumerate()
                .map(|(i, value_type)| AttributeSchema {
                    name: format!("attribute{i}"),
                    value_type: TYPES[value_type],
                    description: String::new(),
                })
                .collect();
            schema
        },
    )
}

fn strings(texts: &[String]) -> Strings {
    let mut strings = Strings::default();
    texts.iter().for_each(|t| assert!(strings.push(t)));
    strings
}

/// Rows of a layer of this schema, made of some numbers and texts; the frame does not look at what
/// they mean.
fn rows(schema: LayerSchema) -> impl Strategy<Value = LayerData> {
    let row = (any::<u32>(), any::<u32>(), 0..2u32, 0f32..1.0, ".{0,8}", any::<i64>());
    prop::collection::vec(row, 0..6).prop_map(move |rows| {
        let numbers = || rows.iter().map(|r| r.0).collect::<Vec<_>>();
        let others = || rows.iter().map(|r| r.1).collect::<Vec<_>>();
        let texts: Vec<String> = rows.iter().map(|r| r.4.clone()).collect();
        let label = match schema.labels.is_empty() {
            true => Vec::new(),
            false => rows.iter().map(|r| r.2).collect(),
        };
        let score = match schema.score {
            None => Vec::new(),
            Some(_) => rows.iter().map(|r| r.3).collect(),
        };
        let annotations = match schema.kind {
            Kind::Spans => {
                Annotations::Spans(Spans { start: numbers(), end: others(), label, score })
            }
            Kind::Classes => Annotations::Classes(Classes { target: numbers(), label, score }),
            Kind::Texts => Annotations::Texts(Texts {
                target: numbers(),
                text: strings(&texts),
                sources: rows.iter().map(|r| vec![(r.0, r.1); r.2 as usize]).collect(),
                score,
            }),
            Kind::Vectors => Annotations::Vectors(Vectors {
                target: numbers(),
                values: rows.iter().flat_map(|r| [r.3, 0.5, -r.3]).collect(),
                dimension: 3,
            }),
            Kind::Relations => {
                Annotations::Relations(Relations { head: numbers(), tail: others(), label, score })
            }
        };
        let column = |a: &AttributeSchema| AttributeColumn {
            valid: rows.iter().map(|r| r.2 as u8).collect(),
            values: match a.value_type {
                AttributeType::Bool => {
                    AttributeValues::Bool(rows.iter().map(|r| r.2 as u8).collect())
                }
                AttributeType::Int => AttributeValues::Int(rows.iter().map(|r| r.5).collect()),
                AttributeType::Float => {
                    AttributeValues::Float(rows.iter().map(|r| f64::from(r.3)).collect())
                }
                AttributeType::String => AttributeValues::String(strings(&texts)),
            },
        };
        LayerData { attributes: schema.attributes.iter().map(column).collect(), annotations }
    })
}

/// Sends a frame through bytes, as a stream would.
fn through_bytes(bytes: &[u8]) -> Frame {
    read_frame(&mut &*bytes, 1 << 30).expect("a frame").expect("not the end")
}

fn metadata() -> impl Strategy<Value = MetadataValue> {
    prop_oneof![
        Just(MetadataValue::Null),
        any::<bool>().prop_map(MetadataValue::Bool),
        any::<i64>().prop_map(MetadataValue::Int),
        (-1e9..1e9).prop_map(MetadataValue::Float),
        ".{0,6}".prop_map(MetadataValue::String),
    ]
}

/// A batch as a plugin would see it.
type Case = (LayerSchema, Vec<(String, String, MetadataValue, LayerData)>);

fn case() -> impl Strategy<Value = Case> {
    schema().prop_flat_map(|schema| {
        let document = (".{1,4}", ".{0,40}", metadata(), rows(schema.clone()));
        (Just(schema), prop::collection::vec(document, 1..5))
    })
}

fn inputs(schema: &LayerSchema) -> Inputs {
    let requirement = |optional| Requirement {
        layer_type: "layer".to_owned(),
        kind: schema.kind,
        attributes: schema.attributes.iter().map(|a| a.name.clone()).collect(),
        optional,
    };
    let plan = Plan {
        requires: vec![requirement(true), requirement(false)],
        metadata: vec!["field".to_owned()],
        ..Plan::default()
    };
    // Nothing feeds the first, which is optional.
    let binding = InputBinding { layer: "stage/layer".to_owned(), schema: schema.clone() };
    let request = LoadRequest { inputs: vec![None, Some(binding)], ..LoadRequest::default() };
    Inputs::new(&plan, &request)
}

fn encode(case: &Case) -> Vec<u8> {
    let (schema, documents) = case;
    let layers: Vec<Layer> = documents
        .iter()
        .map(|(_, _, _, data)| Layer {
            name: "stage/layer".to_owned(),
            schema: Arc::new(schema.clone()),
            producer: Arc::new(Producer::default()),
            annotations: data.annotations.clone(),
            attributes: data.attributes.clone(),
        })
        .collect();
    let views: Vec<DocumentView<'_>> = documents
        .iter()
        .zip(&layers)
        .map(|((id, text, value, _), layer)| DocumentView {
            id,
            text,
            metadata: vec![value.clone()],
            inputs: vec![None, Some(layer)],
        })
        .collect();
    let mut writer = FrameWriter::default();
    encode_batch(&mut writer, &inputs(schema), &views);
    writer.finish(gloss_frame::Kind::Extract, 7).to_vec()
}

proptest! {
    #[test]
    fn batches(case in case()) {
        let frame = through_bytes(&encode(&case));
        prop_assert_eq!((frame.kind(), frame.request()), (gloss_frame::Kind::Extract, 7));
        let batch = Batch::decode(&frame, &inputs(&case.0)).unwrap();
        let views = batch.views();
        prop_assert_eq!(views.len(), case.1.len());
        for (view, (id, text, value, data)) in views.iter().zip(&case.1) {
            prop_assert_eq!((view.id, view.text, &view.metadata[0]), (id.as_str(), text.as_str(), value));
            prop_assert!(view.inputs[0].is_none());
            let layer = view.inputs[1].unwrap();
            prop_assert_eq!((&layer.annotations, &layer.attributes), (&data.annotations, &data.attributes));
        }
    }

    #[test]
    fn results((schema, documents) in case()) {
        let documents = documents.into_iter().enumerate().map(|(i, (note, message, _, data))| match i % 3 {
            0 => DocumentResult::Finished { layers: vec![data], notes: vec![note] },
            1 => DocumentResult::Failed(Failure::new(gloss_boundary::FailureKind::Panic, format!("{message}!"))),
            _ => DocumentResult::Unfinished,
        });
        let documents: Vec<_> = documents.collect();
        let failure = Failure::new(gloss_boundary::FailureKind::Cancelled, "told to");
        let result = BatchResult { documents, reported: None, failure: Some(failure), poisoned: false };
        let provides = [schema];
        let mut writer = FrameWriter::default();
        encode_results(&mut writer, &provides, &result).unwrap();
        let frame = through_bytes(writer.finish(gloss_frame::Kind::Extracted, 1));
        let back = decode_results(&frame, &provides, result.documents.len()).unwrap();
        prop_assert_eq!(back.documents, result.documents);
        prop_assert_eq!(back.failure, result.failure);
    }

    #[test]
    fn observed((_, documents) in case(), state in prop::collection::vec(any::<u8>(), 0..100)) {
        let documents = documents.into_iter().enumerate().map(|(i, (message, ..))| match i % 2 {
            0 => DocumentResult::Finished { layers: vec![], notes: vec![] },
            _ => DocumentResult::Failed(Failure::new(gloss_boundary::FailureKind::Document, format!("{message}!"))),
        });
        let result = BatchResult { documents: documents.collect(), reported: None, failure: None, poisoned: false };
        let mut writer = FrameWriter::default();
        encode_observed(&mut writer, &result, &state).unwrap();
        let frame = through_bytes(writer.finish(gloss_frame::Kind::Observed, 1));
        let (back, bytes) = decode_observed(&frame, result.documents.len()).unwrap();
        prop_assert_eq!((back.documents, bytes), (result.documents, state.as_slice()));
    }

    /// Whatever is changed in a frame, reading it gives a batch or an error, and never panics or
    /// takes more memory than the frame has.
    #[test]
    fn damaged_frames(case in case(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = encode(&case);
        let position = at.index(bytes.len());
        bytes[position] = byte;
        let inputs = inputs(&case.0);
        for end in [bytes.len(), cut.index(bytes.len())] {
            if let Ok(Some(frame)) = read_frame(&mut &bytes[..end], 1 << 20) {
                let _ = Batch::decode(&frame, &inputs);
                let _ = decode_observed(&frame, case.1.len());
                let _ = decode_results(&frame, std::slice::from_ref(&case.0), case.1.len());
            }
        }
    }
}

#[test]
fn headers() {
    let check = |change: fn(&mut [u8; HEADER_SIZE]), expected: Result<u64, FrameError>| {
        let mut writer = FrameWriter::default();
        writer.bytes(b"12345");
        let frame = writer.finish(gloss_frame::Kind::Hello, 0);
        let mut header: [u8; HEADER_SIZE] = frame[..HEADER_SIZE].try_into().unwrap();
        change(&mut header);
        assert_eq!(FrameHeader::read(&header, 100).map(|h| h.body), expected);
    };
    // One length of 8 bytes, and 5 bytes padded to 8.
    check(|_| {}, Ok(16));
    check(|h| h[0] = b'X', Err(FrameError::NotAFrame));
    check(|h| h[4] = 9, Err(FrameError::Version(9)));
    check(|h| h[6] = 200, Err(FrameError::UnexpectedKind(200)));
    check(|h| h[16] = 101, Err(FrameError::TooLong(101)));
}

#[test]
fn kinds_have_numbers() {
    let found: Vec<u16> =
        (0..=u16::MAX).filter(|n| gloss_frame::Kind::from_number(*n).is_ok()).collect();
    assert_eq!(found, (1..=10).chain(64..=72).chain([128]).collect::<Vec<_>>());
}

#[test]
fn lengths_must_add_up() {
    let check = |length: u64, expected: Result<usize, FrameError>| {
        let mut writer = FrameWriter::default();
        writer.bytes(b"12345678");
        let mut bytes = writer.finish(gloss_frame::Kind::Hello, 0).to_vec();
        bytes[HEADER_SIZE..HEADER_SIZE + 8].copy_from_slice(&length.to_le_bytes());
        let frame = through_bytes(&bytes);
        let found = frame.reader().and_then(|mut r| r.bytes().map(<[u8]>::len));
        assert_eq!(found, expected, "{length}");
    };
    check(8, Ok(8));
    check(3, Ok(3));
    check(0, Err(FrameError::Lengths));
    check(9, Err(FrameError::Lengths));
    check(u64::MAX, Err(FrameError::Lengths));
}
