//! Documents as rows of annotations, the long form of Parquet.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, LargeStringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema, SchemaRef};
use gloss_doc::{Document, OffsetUnit};

use super::annotation_row::{AnnotationRow, COLUMNS, each_row};
use super::parquet_columns::{AnnotationColumns, int, text};

/// Columns that are not the annotation's own: texts and numbers, by name.
const TEXTS: [&str; 10] = [
    "document",
    "layer",
    "type",
    "kind",
    "target_layer",
    "target_text",
    "head_layer",
    "head_text",
    "tail_layer",
    "tail_text",
];
const NUMBERS: [&str; 2] = ["target_start", "target_end"];
/// So many of the texts are never absent.
const ALWAYS: usize = 4;

/// Collects rows with the columns of [`super::annotation_row`].
pub(super) struct AnnotationTable {
    own: AnnotationColumns,
    texts: [LargeStringBuilder; 10],
    numbers: [Int64Builder; 2],
}

impl AnnotationTable {
    pub fn new() -> AnnotationTable {
        AnnotationTable {
            own: AnnotationColumns::new(),
            texts: Default::default(),
            numbers: Default::default(),
        }
    }

    pub fn schema() -> SchemaRef {
        let mut fields: HashMap<String, Field> = AnnotationColumns::fields()
            .into_iter()
            .chain(TEXTS.iter().enumerate().map(|(i, name)| text(name, i >= ALWAYS)))
            .chain(NUMBERS.iter().map(|name| int(name, true)))
            .map(|field| (field.name().clone(), field))
            .collect();
        let fields: Vec<Field> = COLUMNS.iter().filter_map(|name| fields.remove(*name)).collect();
        Arc::new(Schema::new(fields))
    }

    pub fn rows(&self) -> usize {
        self.own.len()
    }

    pub fn push(&mut self, document: &Document, unit: OffsetUnit) -> io::Result<()> {
        each_row(document, unit, |row| self.row(row))
    }

    fn row(&mut self, row: &AnnotationRow<'_, '_>) -> io::Result<()> {
        let AnnotationRow { header, target, head, tail, .. } = row;
        self.own.push(&row.record)?;
        let texts = [
            Some(row.document),
            Some(row.layer),
            Some(&*header.layer_type),
            Some(header.kind.as_str()),
            target.layer,
            target.text,
            head.layer,
            head.text,
            tail.layer,
            tail.text,
        ];
        for (column, value) in self.texts.iter_mut().zip(texts) {
            column.append_option(value);
        }
        let offset = |offset: usize| i64::try_from(offset).ok();
        let (start, end) = target.range.unzip();
        self.numbers[0].append_option(start.and_then(offset));
        self.numbers[1].append_option(end.and_then(offset));
        Ok(())
    }

    pub fn finish(&mut self, schema: &SchemaRef) -> io::Result<RecordBatch> {
        let own = AnnotationColumns::fields().into_iter().map(|field| field.name().clone());
        let mut columns: HashMap<String, ArrayRef> = own.zip(self.own.finish()).collect();
        for (name, column) in TEXTS.iter().zip(&mut self.texts) {
            columns.insert((*name).to_owned(), Arc::new(column.finish()));
        }
        for (name, column) in NUMBERS.iter().zip(&mut self.numbers) {
            columns.insert((*name).to_owned(), Arc::new(column.finish()));
        }
        let columns = COLUMNS.iter().filter_map(|name| columns.remove(*name)).collect();
        RecordBatch::try_new(Arc::clone(schema), columns).map_err(io::Error::other)
    }
}
