//! One layer of all documents of a batch, as columns.
//!
//! The first buffer has the number of rows of each document. Then come the columns of the kind, each
//! with the rows of the first document, then those of the second, and so on; then the attributes. A
//! column that the schema does not call for (labels where there are none) is empty.

use gloss_doc::{
    Annotations, AttributeColumn, AttributeType, AttributeValues, Classes, Kind, LayerSchema,
    Relations, Spans, Strings, Texts, Vectors,
};

use crate::numbers::Number;
use crate::{FrameError, FrameReader, FrameWriter};

/// One layer of one document.
type Rows<'d> = (&'d Annotations, &'d [AttributeColumn]);

/// The annotations that are of one kind; all of a layer are.
macro_rules! of_kind {
    ($all:expr, $kind:ident) => {
        $all.filter_map(|a| match a {
            Annotations::$kind(a) => Some(a),
            _ => None,
        })
    };
}

/// Writes a layer of `documents`, and of its attributes those at the given positions in the schema.
/// A document without the layer has no rows.
pub fn put_layers(
    writer: &mut FrameWriter,
    schema: &LayerSchema,
    attributes: &[usize],
    documents: &[Option<Rows<'_>>],
) {
    let rows = |d: &Option<Rows<'_>>| d.map_or(0, |(a, _)| a.len());
    let counts: Vec<u32> =
        documents.iter().map(|d| u32::try_from(rows(d)).unwrap_or(u32::MAX)).collect();
    writer.numbers(std::iter::once(counts.as_slice()));
    let all = || documents.iter().flatten().map(|(annotations, _)| *annotations);
    match schema.kind {
        Kind::Spans => {
            let all = || of_kind!(all(), Spans);
            writer.numbers(all().map(|a| a.start.as_slice()));
            writer.numbers(all().map(|a| a.end.as_slice()));
            writer.numbers(all().map(|a| a.label.as_slice()));
            writer.numbers(all().map(|a| a.score.as_slice()));
        }
        Kind::Classes => {
            let all = || of_kind!(all(), Classes);
            writer.numbers(all().map(|a| a.target.as_slice()));
            writer.numbers(all().map(|a| a.label.as_slice()));
            writer.numbers(all().map(|a| a.score.as_slice()));
        }
        Kind::Texts => {
            let all = || of_kind!(all(), Texts);
            writer.numbers(all().map(|a| a.target.as_slice()));
            writer.numbers(all().map(|a| a.score.as_slice()));
            put_strings(writer, all().map(|a| (&a.text, a.text.len())));
            put_sources(writer, all().flat_map(|a| &a.sources));
        }
        Kind::Vectors => {
            let all = || of_kind!(all(), Vectors);
            writer.numbers(all().map(|a| a.target.as_slice()));
            writer.numbers(all().map(|a| a.values.as_slice()));
        }
        Kind::Relations => {
            let all = || of_kind!(all(), Relations);
            writer.numbers(all().map(|a| a.head.as_slice()));
            writer.numbers(all().map(|a| a.tail.as_slice()));
            writer.numbers(all().map(|a| a.label.as_slice()));
            writer.numbers(all().map(|a| a.score.as_slice()));
        }
    }
    for &attribute in attributes {
        let columns = || documents.iter().flatten().map(|(a, c)| (c.get(attribute), a.len()));
        put_attribute(writer, schema.attributes[attribute].value_type, columns());
    }
}

/// Offsets of all strings, and the strings. Rows beyond a column's end are empty strings.
fn put_strings<'d>(writer: &mut FrameWriter, columns: impl Iterator<Item = (&'d Strings, usize)>) {
    let (mut offsets, mut data) = (vec![0], Vec::new());
    for (strings, rows) in columns {
        for row in 0..rows {
            data.extend_from_slice(strings.get(row).as_bytes());
            // A batch is far below 4 GiB, and a single document's texts are checked to be.
            offsets.push(u32::try_from(data.len()).unwrap_or(u32::MAX));
        }
    }
    writer.numbers(std::iter::once(offsets.as_slice()));
    writer.bytes(&data);
}

/// The number of sources of each text, and the sources as pairs of offsets.
fn put_sources<'d>(writer: &mut FrameWriter, sources: impl Iterator<Item = &'d Vec<(u32, u32)>>) {
    let (mut counts, mut pairs) = (Vec::new(), Vec::new());
    for of_text in sources {
        counts.push(u32::try_from(of_text.len()).unwrap_or(u32::MAX));
        pairs.extend(of_text.iter().flat_map(|&(start, end)| [start, end]));
    }
    writer.numbers(std::iter::once(counts.as_slice()));
    writer.numbers(std::iter::once(pairs.as_slice()));
}

/// One byte a row that says whether there is a value, and the values. Rows beyond a column's end
/// have none.
fn put_attribute<'d>(
    writer: &mut FrameWriter,
    value_type: AttributeType,
    columns: impl Iterator<Item = (Option<&'d AttributeColumn>, usize)>,
) {
    let absent = AttributeColumn::new(value_type);
    // Few columns are shorter than their layer; only those are copied to be made longer.
    let padded: Vec<std::borrow::Cow<'_, AttributeColumn>> = columns
        .map(|(column, rows)| match column {
            Some(column) if column.len() == rows => std::borrow::Cow::Borrowed(column),
            column => {
                let mut column = column.unwrap_or(&absent).clone();
                column.pad(rows);
                std::borrow::Cow::Owned(column)
            }
        })
        .collect();
    writer.numbers(padded.iter().map(|c| c.valid.as_slice()));
    match value_type {
        AttributeType::Bool => writer.numbers(padded.iter().map(|c| match &c.values {
            AttributeValues::Bool(v) => v.as_slice(),
            _ => &[],
        })),
        AttributeType::Int => writer.numbers(padded.iter().map(|c| match &c.values {
            AttributeValues::Int(v) => v.as_slice(),
            _ => &[],
        })),
        AttributeType::Float => writer.numbers(padded.iter().map(|c| match &c.values {
            AttributeValues::Float(v) => v.as_slice(),
            _ => &[],
        })),
        AttributeType::String => put_strings(
            writer,
            padded.iter().filter_map(|c| match &c.values {
                AttributeValues::String(v) => Some((v, v.len())),
                _ => None,
            }),
        ),
    }
}

/// Reads a layer of `documents` documents and the attributes at the given positions in the schema;
/// the others come without rows.
///
/// # Errors
/// When the buffers are not what [`put_layers`] writes for such a layer.
pub fn get_layers(
    reader: &mut FrameReader<'_>,
    schema: &LayerSchema,
    attributes: &[usize],
    documents: usize,
) -> Result<Vec<(Annotations, Vec<AttributeColumn>)>, FrameError> {
    let counts: Vec<u32> = reader.exactly(documents)?;
    let rows = counts.iter().try_fold(0usize, |sum, &n| sum.checked_add(n as usize));
    let rows = rows.ok_or_else(|| reader.wrong("counts too many rows"))?;
    let mut columns = Columns::read(reader, schema, rows)?;
    let mut values = Vec::with_capacity(attributes.len());
    for &attribute in attributes {
        let value_type = schema.attributes[attribute].value_type;
        values.push((attribute, Attribute::read(reader, value_type, rows)?));
    }
    let mut begin = 0;
    let mut layers = Vec::with_capacity(documents);
    for count in counts {
        let end = begin + count as usize;
        let empty = |a: &gloss_doc::AttributeSchema| AttributeColumn::new(a.value_type);
        let mut of_document: Vec<_> = schema.attributes.iter().map(empty).collect();
        for (attribute, column) in &values {
            of_document[*attribute] = column.slice(begin, end);
        }
        layers.push((columns.take(begin, end), of_document));
        begin = end;
    }
    Ok(layers)
}

/// The columns of a kind over all documents.
enum Columns {
    Spans { start: Vec<u32>, end: Vec<u32>, label: Vec<u32>, score: Vec<f32> },
    Classes { target: Vec<u32>, label: Vec<u32>, score: Vec<f32> },
    Texts { target: Vec<u32>, score: Vec<f32>, text: Strings, sources: Vec<Vec<(u32, u32)>> },
    Vectors { target: Vec<u32>, values: Vec<f32>, dimension: u32 },
    Relations { head: Vec<u32>, tail: Vec<u32>, label: Vec<u32>, score: Vec<f32> },
}

impl Columns {
    fn read(
        reader: &mut FrameReader<'_>,
        schema: &LayerSchema,
        rows: usize,
    ) -> Result<Columns, FrameError> {
        let labels = if schema.labels.is_empty() { 0 } else { rows };
        let scores = if schema.score.is_none() { 0 } else { rows };
        Ok(match schema.kind {
            Kind::Spans => Columns::Spans {
                start: reader.exactly(rows)?,
                end: reader.exactly(rows)?,
                label: reader.exactly(labels)?,
                score: reader.exactly(scores)?,
            },
            Kind::Classes => Columns::Classes {
                target: reader.exactly(rows)?,
                label: reader.exactly(labels)?,
                score: reader.exactly(scores)?,
            },
            Kind::Texts => Columns::Texts {
                target: reader.exactly(rows)?,
                score: reader.exactly(scores)?,
                text: get_strings(reader, rows)?,
                sources: get_sources(reader, rows)?,
            },
            Kind::Vectors => {
                let dimension = schema.dimension.unwrap_or(0);
                let target = reader.exactly(rows)?;
                let count = rows.checked_mul(dimension as usize);
                let count = count.ok_or_else(|| reader.wrong("counts too many rows"))?;
                Columns::Vectors { target, values: reader.exactly(count)?, dimension }
            }
            Kind::Relations => Columns::Relations {
                head: reader.exactly(rows)?,
                tail: reader.exactly(rows)?,
                label: reader.exactly(labels)?,
                score: reader.exactly(scores)?,
            },
        })
    }

    /// The rows of one document. Rows are taken once, in their order.
    fn take(&mut self, begin: usize, end: usize) -> Annotations {
        match self {
            Columns::Spans { start, end: ends, label, score } => Annotations::Spans(Spans {
                start: slice(start, begin, end),
                end: slice(ends, begin, end),
                label: slice(label, begin, end),
                score: slice(score, begin, end),
            }),
            Columns::Classes { target, label, score } => Annotations::Classes(Classes {
                target: slice(target, begin, end),
                label: slice(label, begin, end),
                score: slice(score, begin, end),
            }),
            Columns::Texts { target, score, text, sources } => Annotations::Texts(Texts {
                target: slice(target, begin, end),
                score: slice(score, begin, end),
                text: slice_strings(text, begin, end),
                sources: sources[begin..end].iter_mut().map(std::mem::take).collect(),
            }),
            Columns::Vectors { target, values, dimension } => {
                let width = *dimension as usize;
                Annotations::Vectors(Vectors {
                    target: slice(target, begin, end),
                    values: slice(values, begin * width, end * width),
                    dimension: *dimension,
                })
            }
            Columns::Relations { head, tail, label, score } => Annotations::Relations(Relations {
                head: slice(head, begin, end),
                tail: slice(tail, begin, end),
                label: slice(label, begin, end),
                score: slice(score, begin, end),
            }),
        }
    }
}

/// The values of an attribute over all documents.
struct Attribute {
    valid: Vec<u8>,
    values: AttributeValues,
}

impl Attribute {
    fn read(
        reader: &mut FrameReader<'_>,
        value_type: AttributeType,
        rows: usize,
    ) -> Result<Attribute, FrameError> {
        let valid: Vec<u8> = reader.exactly(rows)?;
        if valid.iter().any(|&v| v > 1) {
            return Err(reader.wrong("says something else than 0 or 1"));
        }
        let values = match value_type {
            AttributeType::Bool => AttributeValues::Bool(reader.exactly(rows)?),
            AttributeType::Int => AttributeValues::Int(reader.exactly(rows)?),
            AttributeType::Float => AttributeValues::Float(reader.exactly(rows)?),
            AttributeType::String => AttributeValues::String(get_strings(reader, rows)?),
        };
        Ok(Attribute { valid, values })
    }

    fn slice(&self, begin: usize, end: usize) -> AttributeColumn {
        AttributeColumn {
            valid: slice(&self.valid, begin, end),
            values: match &self.values {
                AttributeValues::Bool(v) => AttributeValues::Bool(slice(v, begin, end)),
                AttributeValues::Int(v) => AttributeValues::Int(slice(v, begin, end)),
                AttributeValues::Float(v) => AttributeValues::Float(slice(v, begin, end)),
                AttributeValues::String(v) => AttributeValues::String(slice_strings(v, begin, end)),
            },
        }
    }
}

/// Rows of a column; none of a column that the schema does not call for.
fn slice<T: Number>(column: &[T], begin: usize, end: usize) -> Vec<T> {
    column.get(begin..end).unwrap_or_default().to_vec()
}

fn slice_strings(strings: &Strings, begin: usize, end: usize) -> Strings {
    let first = strings.offsets[begin];
    let last = strings.offsets[end];
    Strings {
        offsets: strings.offsets[begin..=end].iter().map(|o| o - first).collect(),
        data: strings.data[first as usize..last as usize].to_owned(),
    }
}

/// Strings whose offsets all lie on character boundaries.
pub(crate) fn get_strings(
    reader: &mut FrameReader<'_>,
    rows: usize,
) -> Result<Strings, FrameError> {
    let offsets = reader.offsets(rows)?;
    let data = reader.text()?;
    if offsets.last().is_none_or(|&end| end as usize != data.len()) {
        return Err(reader.wrong("is not as long as its offsets say"));
    }
    if offsets.iter().any(|&offset| !data.is_char_boundary(offset as usize)) {
        return Err(reader.wrong("is cut inside a character"));
    }
    Ok(Strings { offsets, data: data.to_owned() })
}

fn get_sources(
    reader: &mut FrameReader<'_>,
    rows: usize,
) -> Result<Vec<Vec<(u32, u32)>>, FrameError> {
    let counts: Vec<u32> = reader.exactly(rows)?;
    let pairs: Vec<u32> = reader.numbers()?;
    let (mut rest, _) = pairs.as_chunks::<2>();
    let total = counts.iter().map(|&n| u64::from(n)).sum::<u64>();
    if !pairs.len().is_multiple_of(2) || total != rest.len() as u64 {
        return Err(reader.wrong("has another number of sources than its texts"));
    }
    let take = |count: u32| {
        let (sources, behind) = rest.split_at(count as usize);
        rest = behind;
        sources.iter().map(|&[start, end]| (start, end)).collect()
    };
    Ok(counts.into_iter().map(take).collect())
}
