//! Entries as rows below a header.

use csv::{ByteRecord, ReaderBuilder};

use super::{BadLines, Gazetteer, RawEntry, filled, utf8};
use crate::options::Columns;
use crate::problems::Problem;

/// What a column holds.
enum Column {
    Text,
    Label,
    Id,
    Attribute(u32),
    /// One without a name: spreadsheets write such.
    Nothing,
}

/// Reads rows; the bad ones go into `bad`.
pub fn parse(
    bytes: &[u8],
    separator: u8,
    columns: Columns<'_>,
    bad: &mut BadLines,
) -> Result<Gazetteer, Problem> {
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut record = ByteRecord::new();
    let mut gazetteer = Gazetteer::default();
    if !next(&mut reader, &mut record)? {
        return Err(Problem::File("the file is empty; it needs a header".to_owned()));
    }
    let header = header(&record, columns, &mut gazetteer)?;
    while next(&mut reader, &mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        match row(&record, &header) {
            Ok(Some(entry)) => gazetteer.entries.push(RawEntry { line, ..entry }),
            Ok(None) => {}
            Err(problem) => bad.push((line, problem)),
        }
    }
    Ok(gazetteer)
}

fn next(reader: &mut csv::Reader<&[u8]>, record: &mut ByteRecord) -> Result<bool, Problem> {
    reader.read_byte_record(record).map_err(|e| Problem::File(e.to_string()))
}

fn header(
    record: &ByteRecord,
    columns: Columns<'_>,
    gazetteer: &mut Gazetteer,
) -> Result<Vec<Column>, Problem> {
    let names = record.iter().map(|name| utf8(name).map(str::trim));
    let names: Vec<&str> = names.collect::<Result<_, _>>()?;
    if !names.contains(&columns.text) {
        return Err(Problem::NoColumn(columns.text.to_owned()));
    }
    let repeated = names.iter().enumerate().find(|(i, n)| !n.is_empty() && names[..*i].contains(n));
    if let Some((_, name)) = repeated {
        return Err(Problem::File(format!("the header has two columns {name:?}; rename one")));
    }
    let mut column = |name: &str| {
        if name == columns.text {
            Column::Text
        } else if name == columns.label {
            Column::Label
        } else if name == columns.id {
            Column::Id
        } else if name.is_empty() {
            Column::Nothing
        } else {
            gazetteer.attributes.push(name.to_owned());
            Column::Attribute(u32::try_from(gazetteer.attributes.len() - 1).unwrap_or(u32::MAX))
        }
    };
    Ok(names.into_iter().map(&mut column).collect())
}

/// The entry of a row; none in one whose fields are all empty.
fn row(record: &ByteRecord, header: &[Column]) -> Result<Option<RawEntry>, Problem> {
    if record.iter().all(|field| field.trim_ascii().is_empty()) && record.len() != 1 {
        return Ok(None);
    }
    if record.len() > header.len() {
        return Err(Problem::Fields { found: record.len(), expected: header.len() });
    }
    let mut entry = RawEntry::default();
    let mut before = 0;
    for (field, column) in record.iter().zip(header) {
        let value = utf8(field).map_err(|problem| match problem {
            Problem::Encoding(byte) => Problem::Encoding(before + byte),
            other => other,
        })?;
        before += field.len() + 1;
        match column {
            Column::Text => value.clone_into(&mut entry.text),
            Column::Label => entry.label = filled(value),
            Column::Id => entry.id = filled(value),
            Column::Attribute(index) => {
                entry.attributes.extend(filled(value).map(|value| (*index, value)));
            }
            Column::Nothing => {}
        }
    }
    Ok(Some(entry))
}
