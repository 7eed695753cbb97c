//! Writes documents as JSONL.

use std::io::{self, BufWriter, Write};

use gloss_doc::json::DocumentRecord;
use gloss_doc::{Document, OffsetUnit};

use crate::{Checkpoint, DocumentWriter, Sink};

/// JSON is written in pieces of a few bytes, which would go through all of a sink's layers one by one:
/// they are gathered up to so many bytes. All of a document could be many times the document.
const PIECES: usize = 16 << 10;

/// Writes one document a line.
pub struct JsonlWriter<W> {
    sink: W,
    unit: OffsetUnit,
}

impl<W: Sink> JsonlWriter<W> {
    /// A writer with offsets in `unit`.
    pub fn new(sink: W, unit: OffsetUnit) -> JsonlWriter<W> {
        JsonlWriter { sink, unit }
    }
}

impl<W: Write> JsonlWriter<W> {
    /// The writer below.
    pub fn into_inner(self) -> W {
        self.sink
    }
}

impl<W: Sink> DocumentWriter for JsonlWriter<W> {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        let mut pieces = BufWriter::with_capacity(PIECES, &mut self.sink);
        serde_json::to_writer(&mut pieces, &DocumentRecord::new(document, self.unit))?;
        pieces.write_all(b"\n")?;
        // Not flushed: what is below has a buffer of its own, which one document does not fill.
        pieces.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        self.sink.checkpoint()
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.sink.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gloss_doc::{
        Annotations, AttributeColumn, AttributeType, AttributeValues, Kind, Layer, LayerSchema,
        NONE, Producer, Spans,
    };
    use proptest::prelude::*;

    use super::*;

    fn document(text: String, cuts: &[usize]) -> Document {
        let boundaries: Vec<u32> =
            (0..=text.len()).filter(|&i| text.is_char_boundary(i)).map(|i| i as u32).collect();
        let mut offsets: Vec<u32> = cuts.iter().map(|c| boundaries[c % boundaries.len()]).collect();
        offsets.sort_unstable();
        let mut spans = Spans::default();
        let mut column = AttributeColumn::new(AttributeType::Int);
        for pair in offsets.chunks_exact(2) {
            spans.start.push(pair[0]);
            spans.end.push(pair[1]);
            spans.label.push(if pair[0] % 5 == 4 { NONE } else { 0 });
            spans.score.push(0.5);
            column.valid.push(1);
            if let AttributeValues::Int(values) = &mut column.values {
                values.push(i64::from(pair[0]));
            }
        }
        if spans.label.iter().all(|l| *l == NONE) {
            spans.label.fill(0);
        }
        let mut schema = LayerSchema::new("l", Kind::Spans);
        schema.labels = vec!["A".to_owned()];
        schema.score = Some("s".to_owned());
        schema.attributes = vec![gloss_doc::AttributeSchema {
            name: "n".to_owned(),
            value_type: AttributeType::Int,
            description: String::new(),
        }];
        let layer = Layer {
            name: "s/l".to_owned(),
            schema: Arc::new(schema),
            producer: Arc::new(Producer::default()),
            annotations: Annotations::Spans(spans),
            attributes: vec![column],
        };
        Document { id: "d".to_owned(), text, layers: vec![layer], ..Document::default() }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            text in "\\PC{1,60}|[a\u{301}\u{1F600}\r\n\u{0}]{1,20}",
            cuts in prop::collection::vec(0usize..100, 2..8),
        ) {
            let document = document(text, &cuts);
            for unit in [OffsetUnit::Byte, OffsetUnit::Codepoint, OffsetUnit::Utf16] {
                let mut writer = JsonlWriter::new(Vec::new(), unit);
                writer.write(&document).unwrap();
                let json = writer.into_inner();
                let record: DocumentRecord<'_> = serde_json::from_slice(&json).unwrap();
                let back = Document::try_from(record).unwrap();
                prop_assert_eq!(&back.layers, &document.layers);
                prop_assert_eq!(&back.text, &document.text);
            }
        }
    }
}
