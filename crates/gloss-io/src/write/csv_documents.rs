//! Writes documents as CSV or TSV, one a row, for spreadsheets.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use gloss_doc::{Annotations, Document, Kind, Layer, LayerSchema, NONE};

use super::csv::{Table, json as json_cell};
use crate::{Checkpoint, DocumentWriter, Sink};

type Named = (String, Arc<LayerSchema>);

/// What a column holds of a layer.
enum Column {
    /// Labels, covered texts, or texts, whatever the layer's kind says.
    Content(String),
    /// Scores of the document's classes.
    Score(String),
    /// How often a label is given to parts of the document.
    Label(String, u32, String),
    /// Number of annotations.
    Count(String),
}

impl Column {
    fn name(&self) -> String {
        match self {
            Column::Content(layer) => layer.clone(),
            Column::Score(layer) => format!("{layer}.score"),
            Column::Label(layer, _, label) => format!("{layer}.{label}"),
            Column::Count(layer) => format!("{layer}.count"),
        }
    }

    /// The columns of a layer.
    fn of(name: &str, schema: &LayerSchema) -> Vec<Column> {
        let own = || name.to_owned();
        let labelled = !schema.labels.is_empty();
        match schema.kind {
            Kind::Spans if labelled => vec![Column::Content(own()), Column::Count(own())],
            Kind::Spans | Kind::Relations => vec![Column::Count(own())],
            Kind::Texts => vec![Column::Content(own())],
            Kind::Vectors if schema.target.is_none() => vec![Column::Content(own())],
            Kind::Vectors => vec![Column::Count(own())],
            Kind::Classes => {
                let mut columns = vec![Column::Content(own())];
                columns.extend(schema.score.is_some().then(|| Column::Score(own())));
                if schema.target.is_some() {
                    let labels = schema.labels.iter().zip(0..);
                    columns.extend(labels.map(|(l, i)| Column::Label(own(), i, l.clone())));
                }
                columns
            }
        }
    }

    fn layer(&self) -> &str {
        match self {
            Column::Content(l) | Column::Score(l) | Column::Count(l) | Column::Label(l, ..) => l,
        }
    }

    fn cell(&self, document: &Document) -> io::Result<String> {
        let Some(layer) = document.layer(self.layer()) else { return Ok(String::new()) };
        Ok(match (self, &layer.annotations) {
            (Column::Count(_), annotations) => annotations.len().to_string(),
            (Column::Label(_, label, _), Annotations::Classes(classes)) => {
                let of_parts = classes.target.iter().zip(&classes.label);
                of_parts.filter(|&(&t, l)| t != NONE && l == label).count().to_string()
            }
            (Column::Score(_), Annotations::Classes(classes)) => {
                let of_document = classes.target.iter().zip(&classes.score);
                let scores = of_document.filter(|&(&t, s)| t == NONE && s.is_finite());
                scores.map(|(_, s)| s.to_string()).collect::<Vec<_>>().join("; ")
            }
            (Column::Content(_), annotations) => content(document, layer, annotations)?,
            (Column::Label(..) | Column::Score(_), _) => String::new(),
        })
    }
}

fn content(document: &Document, layer: &Layer, annotations: &Annotations) -> io::Result<String> {
    let label = |index: u32| layer.schema.labels.get(index as usize).map_or("", String::as_str);
    Ok(match annotations {
        Annotations::Classes(classes) => {
            let of_document = classes.target.iter().zip(&classes.label);
            let labels = of_document.filter(|&(&t, _)| t == NONE).map(|(_, &l)| label(l));
            labels.collect::<Vec<_>>().join("; ")
        }
        Annotations::Texts(texts) => {
            (0..texts.text.len()).map(|i| texts.text.get(i)).collect::<Vec<_>>().join("\n")
        }
        Annotations::Vectors(vectors) => json_cell(&vectors.values, vectors.values.is_empty())?,
        Annotations::Spans(spans) => {
            let mut mentions: indexmap::IndexSet<String> = indexmap::IndexSet::new();
            for (i, (&start, &end)) in spans.start.iter().zip(&spans.end).enumerate() {
                let text = document.text.get(start as usize..end as usize).unwrap_or_default();
                let mut mention = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if let Some(&index) = spans.label.get(i).filter(|&&l| l != NONE) {
                    let _ = write!(mention, " ({})", label(index));
                }
                mentions.insert(mention);
            }
            mentions.into_iter().collect::<Vec<_>>().join("; ")
        }
        Annotations::Relations(_) => String::new(),
    })
}

/// Writes a row for each document: `document` (its id), `source` (the path of its file), `metadata`
/// (JSON), columns for each layer, and `notes`.
///
/// A layer `stage/layer` has these columns, of which a cell is empty where there is nothing:
/// * classes: `stage/layer`, the document's labels, and `stage/layer.score`; where the layer speaks
///   of parts of the document also `stage/layer.LABEL`, the number of parts with the label;
/// * labelled spans: `stage/layer`, the different covered texts with their labels, as
///   `Norway (GPE); Sunday (DATE)`, and `stage/layer.count`, the number of spans;
/// * texts: `stage/layer`, one a line;
/// * vectors of documents: `stage/layer`, as JSON;
/// * all others: `stage/layer.count`.
pub(super) struct CsvDocumentsWriter<W> {
    sink: W,
    table: Table,
    layers: Vec<Named>,
    /// Names the columns in the checkpoint's stead, which has no room for schemas.
    given: bool,
    columns: Vec<Column>,
    begun: bool,
    header: bool,
}

impl<W: Sink> CsvDocumentsWriter<W> {
    /// A writer with columns for `layers`; where there are none, for those of the first document.
    /// There are checkpoints in the first case alone.
    pub fn new(
        sink: W,
        separator: u8,
        layers: Vec<Named>,
        resume: Option<&Checkpoint>,
    ) -> CsvDocumentsWriter<W> {
        CsvDocumentsWriter {
            sink,
            table: Table { separator },
            given: !layers.is_empty(),
            layers,
            columns: Vec::new(),
            begun: false,
            header: resume.is_none(),
        }
    }

    fn begin(&mut self, first: Option<&Document>) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        if self.layers.is_empty()
            && let Some(first) = first
        {
            let named = |layer: &Layer| (layer.name.clone(), Arc::clone(&layer.schema));
            self.layers = first.layers.iter().map(named).collect();
        }
        self.columns = self.layers.iter().flat_map(|(name, s)| Column::of(name, s)).collect();
        if std::mem::take(&mut self.header) {
            let mut names = vec!["document".to_owned(), "source".to_owned(), "metadata".to_owned()];
            names.extend(self.columns.iter().map(Column::name));
            names.push("notes".to_owned());
            let bytes = self.table.rows(|rows| Ok(rows.write_record(&names)?))?;
            self.sink.write_all(&bytes)?;
        }
        Ok(())
    }
}

impl<W: Sink> DocumentWriter for CsvDocumentsWriter<W> {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        self.begin(Some(document))?;
        let known = |layer: &&Layer| self.layers.iter().any(|(name, _)| *name == layer.name);
        if let Some(layer) = document.layers.iter().find(|layer| !known(layer)) {
            let (id, name) = (&document.id, &layer.name);
            let message = format!("there is no column for the layer {name:?} of document {id:?}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let cells: io::Result<Vec<String>> =
            self.columns.iter().map(|column| column.cell(document)).collect();
        let source = document.source.as_ref().map_or("", |s| s.path.as_str());
        let metadata = json_cell(&document.metadata, document.metadata.is_empty())?;
        let bytes = self.table.rows(|rows| {
            rows.write_field(&document.id)?;
            rows.write_field(source)?;
            rows.write_field(metadata)?;
            cells?.iter().try_for_each(|cell| rows.write_field(cell))?;
            rows.write_field(document.notes.join("\n"))?;
            Ok(rows.write_record(None::<&[u8]>)?)
        })?;
        self.sink.write_all(&bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        if !self.given {
            return Ok(None);
        }
        self.begin(None)?;
        self.sink.checkpoint()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.begin(None)?;
        self.sink.finish()
    }
}
