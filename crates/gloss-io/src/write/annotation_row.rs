//! Annotations as rows of one table: the long form, which CSV, TSV and Parquet share.
//!
//! | column | what |
//! | --- | --- |
//! | `document` | the document's id |
//! | `layer`, `type`, `kind` | full name of the layer, its type and kind |
//! | `id` | number of the annotation within its layer and document, from 0 |
//! | `start`, `end` | spans: where it stands |
//! | `label`, `score` | where the layer has them |
//! | `text` | spans: what stands there; texts: the text |
//! | `target_layer`, `target` | classes, texts, vectors: what they speak of; none for the document |
//! | `target_start`, `target_end`, `target_text` | where that is a span, its place and text |
//! | `head_layer`, `head`, `head_text` | relations: the first annotation, with its text if a span |
//! | `tail_layer`, `tail`, `tail_text` | relations: the second |
//! | `sources` | texts: the stretches it was made from, `[{"start": .., "end": ..}, ..]` |
//! | `vector` | vectors: the numbers |
//! | `attributes` | an object of JSON |

use gloss_doc::json::{AnnotationRecord, AnnotationRows, DocumentRecord, LayerRecord};
use gloss_doc::{Annotations, Document, OffsetMap, OffsetUnit};

/// The columns, in their order.
pub(crate) const COLUMNS: [&str; 24] = [
    "document",
    "layer",
    "type",
    "kind",
    "id",
    "start",
    "end",
    "label",
    "score",
    "text",
    "target_layer",
    "target",
    "target_start",
    "target_end",
    "target_text",
    "head_layer",
    "head",
    "head_text",
    "tail_layer",
    "tail",
    "tail_text",
    "sources",
    "vector",
    "attributes",
];

/// An annotation that another speaks of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reference<'a> {
    pub layer: Option<&'a str>,
    pub id: Option<u32>,
    /// Where it stands, if it is a span.
    pub range: Option<(usize, usize)>,
    pub text: Option<&'a str>,
}

/// An annotation with what is known about it from elsewhere in the document.
pub(super) struct AnnotationRow<'r, 'a> {
    pub document: &'a str,
    pub layer: &'r str,
    pub header: &'r LayerRecord<'a, AnnotationRows<'a>>,
    pub record: AnnotationRecord<'a>,
    pub target: Reference<'r>,
    pub head: Reference<'r>,
    pub tail: Reference<'r>,
}

/// Hands the rows of a document to `take`, in the order of layers and ids.
pub(super) fn each_row<E>(
    document: &Document,
    unit: OffsetUnit,
    mut take: impl FnMut(&AnnotationRow<'_, '_>) -> Result<(), E>,
) -> Result<(), E> {
    let record = DocumentRecord::new(document, unit);
    let resolver = Resolver { document, map: OffsetMap::new(&document.text, unit) };
    for (name, header) in &record.layers {
        for record in header.annotations.iter() {
            let target = resolver.reference(header.target.as_deref(), record.target);
            let head = resolver.reference(header.head.as_deref(), record.head);
            let tail = resolver.reference(header.tail.as_deref(), record.tail);
            take(&AnnotationRow {
                document: &document.id,
                layer: name,
                header,
                record,
                target,
                head,
                tail,
            })?;
        }
    }
    Ok(())
}

struct Resolver<'a> {
    document: &'a Document,
    map: OffsetMap<'a>,
}

impl Resolver<'_> {
    fn reference<'r>(&'r self, layer: Option<&'r str>, id: Option<u32>) -> Reference<'r> {
        let Some((layer, row)) = layer.zip(id) else { return Reference::default() };
        let found = self.document.layer(layer).map(|l| &l.annotations);
        let (mut range, mut text) = (None, None);
        if let Some(Annotations::Spans(spans)) = found
            && let (Some(&start), Some(&end)) =
                (spans.start.get(row as usize), spans.end.get(row as usize))
        {
            let (start, end) = (start as usize, end as usize);
            range = self.map.from_byte(start).zip(self.map.from_byte(end));
            text = self.document.text.get(start..end);
        }
        Reference { layer: Some(layer), id, range, text }
    }
}
