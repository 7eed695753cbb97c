//! Documents as rows with their layers nested, the other form of Parquet.

use std::io;
use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, Int64Builder, LargeStringBuilder, ListBuilder};
use arrow_array::{ArrayRef, ListArray, RecordBatch, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use gloss_doc::json::{AnnotationRows, DocumentRecord, LayerRecord};
use gloss_doc::{Document, OffsetUnit};

use super::parquet_columns::{AnnotationColumns, int, text};

/// The texts of a layer, of which the first three are never absent.
const LAYER: [&str; 8] = ["name", "type", "kind", "score", "target", "head", "tail", "producer"];

fn annotation_field() -> Field {
    let fields = Fields::from(AnnotationColumns::fields());
    Field::new("element", DataType::Struct(fields), false)
}

fn layer_fields() -> Fields {
    let texts = LAYER.iter().enumerate().map(|(i, name)| text(name, i > 2));
    let annotations = DataType::List(Arc::new(annotation_field()));
    texts.chain([Field::new("annotations", annotations, false)]).collect()
}

fn layer_field() -> Field {
    Field::new("element", DataType::Struct(layer_fields()), false)
}

fn source_fields() -> Fields {
    Fields::from(vec![text("path", false), int("offset", true), int("line", true)])
}

fn note_field() -> Field {
    text("element", false)
}

/// Collects rows: `id`, `text`, `metadata` (an object of JSON), `source` (`path`, `offset`, `line`),
/// `layers` and `notes`. A layer has `name`, `type`, `kind`, `score` (what scores mean), `target`,
/// `head`, `tail`, `producer` (JSON) and `annotations`; these have the keys of the JSON form.
pub(crate) struct DocumentTable {
    id: LargeStringBuilder,
    text: LargeStringBuilder,
    metadata: LargeStringBuilder,
    source: (LargeStringBuilder, Int64Builder, Int64Builder),
    has_source: Vec<bool>,
    layers: Vec<usize>,
    layer: [LargeStringBuilder; 8],
    annotations: Vec<usize>,
    annotation: AnnotationColumns,
    notes: ListBuilder<LargeStringBuilder>,
}

impl DocumentTable {
    pub fn new() -> DocumentTable {
        DocumentTable {
            id: LargeStringBuilder::new(),
            text: LargeStringBuilder::new(),
            metadata: LargeStringBuilder::new(),
            source: Default::default(),
            has_source: Vec::new(),
            layers: Vec::new(),
            layer: Default::default(),
            annotations: Vec::new(),
            annotation: AnnotationColumns::new(),
            notes: ListBuilder::new(LargeStringBuilder::new()).with_field(note_field()),
        }
    }

    pub fn schema() -> SchemaRef {
        Arc::new(Schema::new(vec![
            text("id", false),
            text("text", false),
            text("metadata", false),
            Field::new("source", DataType::Struct(source_fields()), true),
            Field::new("layers", DataType::List(Arc::new(layer_field())), false),
            Field::new("notes", DataType::List(Arc::new(note_field())), false),
        ]))
    }

    pub fn rows(&self) -> usize {
        self.id.len()
    }

    pub fn push(&mut self, document: &Document, unit: OffsetUnit) -> io::Result<()> {
        let record = DocumentRecord::new(document, unit);
        self.id.append_value(&document.id);
        self.text.append_value(&document.text);
        self.metadata.append_value(serde_json::to_string(&document.metadata)?);
        let source = document.source.as_ref();
        let place = |value: Option<u64>| value.and_then(|n| i64::try_from(n).ok());
        self.source.0.append_value(source.map_or("", |s| s.path.as_str()));
        self.source.1.append_option(place(source.and_then(|s| s.offset)));
        self.source.2.append_option(place(source.and_then(|s| s.line)));
        self.has_source.push(source.is_some());
        self.layers.push(record.layers.len());
        for (name, layer) in &record.layers {
            self.layer(name, layer)?;
        }
        for note in &document.notes {
            self.notes.values().append_value(note);
        }
        self.notes.append(true);
        Ok(())
    }

    fn layer(&mut self, name: &str, layer: &LayerRecord<'_, AnnotationRows<'_>>) -> io::Result<()> {
        let producer = layer.producer.as_ref().map(serde_json::to_string).transpose()?;
        let texts = [
            Some(name),
            Some(&*layer.layer_type),
            Some(layer.kind.as_str()),
            layer.score.as_deref(),
            layer.target.as_deref(),
            layer.head.as_deref(),
            layer.tail.as_deref(),
            producer.as_deref(),
        ];
        for (column, value) in self.layer.iter_mut().zip(texts) {
            column.append_option(value);
        }
        let before = self.annotation.len();
        for record in layer.annotations.iter() {
            self.annotation.push(&record)?;
        }
        self.annotations.push(self.annotation.len() - before);
        Ok(())
    }

    pub fn finish(&mut self, schema: &SchemaRef) -> io::Result<RecordBatch> {
        self.batch(schema).map_err(io::Error::other)
    }

    fn batch(&mut self, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
        let annotations = rows_of(annotation_field(), self.annotation.finish())?;
        let annotations = lists(annotation_field(), &mut self.annotations, annotations)?;
        let mut layer: Vec<ArrayRef> = Vec::new();
        for column in &mut self.layer {
            layer.push(Arc::new(column.finish()));
        }
        layer.push(annotations);
        let layers = rows_of(layer_field(), layer)?;
        let layers = lists(layer_field(), &mut self.layers, layers)?;
        let source: Vec<ArrayRef> = vec![
            Arc::new(self.source.0.finish()),
            Arc::new(self.source.1.finish()),
            Arc::new(self.source.2.finish()),
        ];
        let valid = NullBuffer::from(std::mem::take(&mut self.has_source));
        let source = StructArray::try_new(source_fields(), source, Some(valid))?;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.id.finish()),
            Arc::new(self.text.finish()),
            Arc::new(self.metadata.finish()),
            Arc::new(source),
            layers,
            Arc::new(self.notes.finish()),
        ];
        RecordBatch::try_new(Arc::clone(schema), columns)
    }
}

fn rows_of(field: Field, columns: Vec<ArrayRef>) -> Result<ArrayRef, ArrowError> {
    let DataType::Struct(fields) = field.data_type() else {
        return Err(ArrowError::SchemaError("no struct".to_owned()));
    };
    Ok(Arc::new(StructArray::try_new(fields.clone(), columns, None)?))
}

/// Lists of the given lengths, which are taken.
fn lists(
    element: Field,
    lengths: &mut Vec<usize>,
    values: ArrayRef,
) -> Result<ArrayRef, ArrowError> {
    let offsets = OffsetBuffer::from_lengths(lengths.drain(..));
    Ok(Arc::new(ListArray::try_new(Arc::new(element), offsets, values, None)?))
}
