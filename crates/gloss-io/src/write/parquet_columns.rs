//! Annotations as Arrow columns, which both forms of Parquet have.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    ArrayBuilder, Float32Builder, Int64Builder, LargeStringBuilder, ListBuilder, StructBuilder,
};
use arrow_schema::{DataType, Field, Fields};
use gloss_doc::json::AnnotationRecord;

/// Strings are of the large type, whose columns may pass 2 GiB. Numbers are signed, since not all
/// readers of Parquet know others.
pub(super) fn text(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::LargeUtf8, nullable)
}

pub(super) fn int(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Int64, nullable)
}

fn source_fields() -> Fields {
    Fields::from(vec![int("start", false), int("end", false)])
}

fn source_field() -> Field {
    Field::new("element", DataType::Struct(source_fields()), false)
}

fn number_field() -> Field {
    Field::new("element", DataType::Float32, false)
}

/// What the record of an annotation says, a column a key.
pub(super) struct AnnotationColumns {
    id: Int64Builder,
    start: Int64Builder,
    end: Int64Builder,
    label: LargeStringBuilder,
    score: Float32Builder,
    target: Int64Builder,
    head: Int64Builder,
    tail: Int64Builder,
    text: LargeStringBuilder,
    sources: ListBuilder<StructBuilder>,
    vector: ListBuilder<Float32Builder>,
    attributes: LargeStringBuilder,
}

impl AnnotationColumns {
    pub fn new() -> AnnotationColumns {
        let source = StructBuilder::from_fields(source_fields(), 0);
        AnnotationColumns {
            id: Int64Builder::new(),
            start: Int64Builder::new(),
            end: Int64Builder::new(),
            label: LargeStringBuilder::new(),
            score: Float32Builder::new(),
            target: Int64Builder::new(),
            head: Int64Builder::new(),
            tail: Int64Builder::new(),
            text: LargeStringBuilder::new(),
            sources: ListBuilder::new(source).with_field(source_field()),
            vector: ListBuilder::new(Float32Builder::new()).with_field(number_field()),
            attributes: LargeStringBuilder::new(),
        }
    }

    /// The columns, in the order of [`AnnotationColumns::finish`].
    pub fn fields() -> Vec<Field> {
        vec![
            int("id", false),
            int("start", true),
            int("end", true),
            text("label", true),
            Field::new("score", DataType::Float32, true),
            int("target", true),
            int("head", true),
            int("tail", true),
            text("text", true),
            Field::new("sources", DataType::List(Arc::new(source_field())), true),
            Field::new("vector", DataType::List(Arc::new(number_field())), true),
            text("attributes", true),
        ]
    }

    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Appends a row. The attributes are an object of JSON.
    pub fn push(&mut self, record: &AnnotationRecord<'_>) -> serde_json::Result<()> {
        let offset = |offset: Option<usize>| offset.and_then(|n| i64::try_from(n).ok());
        let id = |id: Option<u32>| id.map(i64::from);
        self.id.append_value(i64::from(record.id.unwrap_or_default()));
        self.start.append_option(offset(record.start));
        self.end.append_option(offset(record.end));
        self.label.append_option(record.label.as_deref());
        self.score.append_option(record.score);
        self.target.append_option(id(record.target));
        self.head.append_option(id(record.head));
        self.tail.append_option(id(record.tail));
        self.text.append_option(record.text.as_deref());
        for source in &record.sources {
            let row = self.sources.values();
            for (i, value) in [source.start, source.end].into_iter().enumerate() {
                if let Some(column) = row.field_builder::<Int64Builder>(i) {
                    column.append_value(i64::try_from(value).unwrap_or_default());
                }
            }
            row.append(true);
        }
        self.sources.append(!record.sources.is_empty());
        self.vector.values().append_slice(&record.vector);
        self.vector.append(!record.vector.is_empty());
        let attributes = &record.attributes;
        let attributes = (!attributes.is_empty()).then(|| serde_json::to_string(attributes));
        self.attributes.append_option(attributes.transpose()?);
        Ok(())
    }

    /// The rows so far; none are left.
    pub fn finish(&mut self) -> Vec<ArrayRef> {
        vec![
            Arc::new(self.id.finish()),
            Arc::new(self.start.finish()),
            Arc::new(self.end.finish()),
            Arc::new(self.label.finish()),
            Arc::new(self.score.finish()),
            Arc::new(self.target.finish()),
            Arc::new(self.head.finish()),
            Arc::new(self.tail.finish()),
            Arc::new(self.text.finish()),
            Arc::new(self.sources.finish()),
            Arc::new(self.vector.finish()),
            Arc::new(self.attributes.finish()),
        ]
    }
}
