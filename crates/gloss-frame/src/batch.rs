//! Documents on their way to a plugin.

use std::sync::Arc;

use gloss_boundary::{DocumentView, MetadataValue};
use gloss_doc::{Annotations, AttributeColumn, Layer, Producer};
use gloss_protocol::{LoadRequest, Plan};

use crate::layer::{get_layers, get_strings, put_layers};
use crate::{Frame, FrameError, FrameReader, FrameWriter};

/// What both sides know of the documents of a loaded extractor.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// For each requirement that something feeds: full name and schema of the layer, and the
    /// positions in the schema of the attributes that are required.
    layers: Vec<Option<(Layer, Vec<usize>)>>,
    /// Metadata fields.
    metadata: usize,
}

impl Inputs {
    /// The inputs of an extractor with this plan, loaded by this request.
    #[must_use]
    pub fn new(plan: &Plan, request: &LoadRequest) -> Inputs {
        let layers = plan.requires.iter().enumerate().map(|(i, requirement)| {
            let binding = request.inputs.get(i)?.as_ref()?;
            let schema = &binding.schema;
            let attributes = requirement.attributes.iter();
            let attributes = attributes.filter_map(|a| schema.attribute_index(a)).collect();
            let empty = Layer {
                name: binding.layer.clone(),
                annotations: Annotations::empty(schema),
                schema: Arc::new(schema.clone()),
                producer: Arc::new(Producer::default()),
                attributes: Vec::new(),
            };
            Some((empty, attributes))
        });
        Inputs { layers: layers.collect(), metadata: plan.metadata.len() }
    }
}

/// Writes the buffers of an `Extract` frame: ids, texts, metadata, layers.
pub fn encode_batch(writer: &mut FrameWriter, inputs: &Inputs, views: &[DocumentView<'_>]) {
    put_texts(writer, views.iter().map(|v| v.id));
    put_texts(writer, views.iter().map(|v| v.text));
    for field in 0..inputs.metadata {
        put_metadata(writer, views.iter().map(|v| v.metadata.get(field)));
    }
    for (position, input) in inputs.layers.iter().enumerate() {
        let Some((layer, attributes)) = input else { continue };
        let documents: Vec<_> = views
            .iter()
            .map(|v| {
                let lent = v.inputs.get(position).copied().flatten()?;
                Some((&lent.annotations, lent.attributes.as_slice()))
            })
            .collect();
        put_layers(writer, &layer.schema, attributes, &documents);
    }
}

/// Offsets and data of strings of all documents.
fn put_texts<'d>(writer: &mut FrameWriter, texts: impl Iterator<Item = &'d str> + Clone) {
    let mut offsets = vec![0u32];
    let mut end = 0u32;
    for text in texts.clone() {
        // The host cuts batches far below 4 GiB and refuses longer documents.
        end = end.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX));
        offsets.push(end);
    }
    writer.numbers(std::iter::once(offsets.as_slice()));
    writer.buffer(|bytes| texts.for_each(|text| bytes.extend_from_slice(text.as_bytes())));
}

/// One field of all documents: the kind of each value, its number (an integer, or the bits of a
/// double), and the strings.
fn put_metadata<'d>(
    writer: &mut FrameWriter,
    values: impl Iterator<Item = Option<&'d MetadataValue>>,
) {
    let (mut kinds, mut numbers, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for value in values {
        let (kind, number, text) = match value {
            None | Some(MetadataValue::Null) => (0, 0, ""),
            Some(MetadataValue::Bool(b)) => (1, i64::from(*b), ""),
            Some(MetadataValue::Int(n)) => (2, *n, ""),
            Some(MetadataValue::Float(x)) => (3, x.to_bits().cast_signed(), ""),
            Some(MetadataValue::String(s)) => (4, 0, s.as_str()),
        };
        kinds.push(kind);
        numbers.push(number);
        texts.push(text);
    }
    writer.numbers(std::iter::once::<&[u8]>(&kinds));
    writer.numbers(std::iter::once::<&[i64]>(&numbers));
    put_texts(writer, texts.iter().copied());
}

/// Documents that were received.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    documents: Vec<OwnedDocument>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct OwnedDocument {
    id: String,
    text: String,
    metadata: Vec<MetadataValue>,
    inputs: Vec<Option<Layer>>,
}

impl OwnedDocument {
    fn view(&self) -> DocumentView<'_> {
        DocumentView {
            id: &self.id,
            text: &self.text,
            metadata: self.metadata.clone(),
            inputs: self.inputs.iter().map(Option::as_ref).collect(),
        }
    }
}

impl Batch {
    /// Reads the buffers of an `Extract` frame.
    ///
    /// # Errors
    /// When they are not what [`encode_batch`] writes for these inputs.
    pub fn decode(frame: &Frame, inputs: &Inputs) -> Result<Batch, FrameError> {
        let mut reader = frame.reader()?;
        let offsets: Vec<u32> = reader.clone().numbers()?;
        let count = offsets.len().saturating_sub(1);
        let ids = get_strings(&mut reader, count)?;
        let texts = get_strings(&mut reader, count)?;
        let mut documents: Vec<_> = (0..count)
            .map(|i| OwnedDocument {
                id: ids.get(i).to_owned(),
                text: texts.get(i).to_owned(),
                ..OwnedDocument::default()
            })
            .collect();
        for _ in 0..inputs.metadata {
            for (document, value) in documents.iter_mut().zip(get_metadata(&mut reader, count)?) {
                document.metadata.push(value);
            }
        }
        for input in &inputs.layers {
            let Some((empty, attributes)) = input else {
                documents.iter_mut().for_each(|d| d.inputs.push(None));
                continue;
            };
            let layers = get_layers(&mut reader, &empty.schema, attributes, count)?;
            for (document, (annotations, attributes)) in documents.iter_mut().zip(layers) {
                document.inputs.push(Some(with_rows(empty, annotations, attributes)));
            }
        }
        Ok(Batch { documents })
    }

    /// The documents as a stage sees them.
    #[must_use]
    pub fn views(&self) -> Vec<DocumentView<'_>> {
        self.documents.iter().map(OwnedDocument::view).collect()
    }
}

fn with_rows(empty: &Layer, annotations: Annotations, attributes: Vec<AttributeColumn>) -> Layer {
    Layer {
        name: empty.name.clone(),
        schema: Arc::clone(&empty.schema),
        producer: Arc::clone(&empty.producer),
        annotations,
        attributes,
    }
}

fn get_metadata(
    reader: &mut FrameReader<'_>,
    count: usize,
) -> Result<Vec<MetadataValue>, FrameError> {
    let kinds: Vec<u8> = reader.exactly(count)?;
    let numbers: Vec<i64> = reader.exactly(count)?;
    let texts = get_strings(reader, count)?;
    let value = |i: usize| {
        Some(match kinds[i] {
            0 => MetadataValue::Null,
            1 => MetadataValue::Bool(numbers[i] != 0),
            2 => MetadataValue::Int(numbers[i]),
            3 => MetadataValue::Float(f64::from_bits(numbers[i].cast_unsigned())),
            4 => MetadataValue::String(texts.get(i).to_owned()),
            _ => return None,
        })
    };
    let values: Option<Vec<_>> = (0..count).map(value).collect();
    values.ok_or_else(|| reader.wrong("belongs to a metadata value of an unknown kind"))
}
