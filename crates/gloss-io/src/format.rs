//! Which formats are read, and how a file's name tells them.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::{Error, ErrorKind};

/// A format of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A text, as it stands.
    Text,
    /// A text in Markdown, as it stands behind its front matter.
    Markdown,
    /// A page, of which the main text is taken.
    Html,
    /// A JSON object a line.
    Jsonl,
    /// A table whose fields a comma separates.
    Csv,
    /// A table whose fields a tabulator separates.
    Tsv,
    /// A table of Apache Parquet.
    Parquet,
}

/// How the bytes of a file are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// RFC 1952, with any number of members.
    Gzip,
    /// RFC 8878, with any number of frames.
    Zstd,
}

/// Endings by format; the first of a format is its name.
const FORMATS: &[(&str, Format)] = &[
    ("txt", Format::Text),
    ("text", Format::Text),
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("html", Format::Html),
    ("htm", Format::Html),
    ("xhtml", Format::Html),
    ("jsonl", Format::Jsonl),
    ("ndjson", Format::Jsonl),
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("parquet", Format::Parquet),
];

/// Endings behind those, by compression.
const COMPRESSIONS: &[(&str, Compression)] =
    &[("gz", Compression::Gzip), ("zst", Compression::Zstd)];

impl Compression {
    /// The compression that a file's name tells by its last ending.
    #[must_use]
    pub fn of_path(path: &Path) -> Compression {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.and_then(|ending| find(COMPRESSIONS, ending)).unwrap_or_default()
    }
}

impl Format {
    /// Whether an input of this format is one document.
    #[must_use]
    pub fn is_one_document(self) -> bool {
        matches!(self, Format::Text | Format::Markdown | Format::Html)
    }
}

/// What an input is: a format, and how it is compressed. Written as the ending of a file: `txt`,
/// `jsonl.gz`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InputFormat {
    /// The format below the compression.
    pub format: Format,
    /// The compression.
    pub compression: Compression,
}

impl InputFormat {
    /// What is read as a text.
    pub const TEXT: InputFormat =
        InputFormat { format: Format::Text, compression: Compression::None };

    /// The format that a file's name tells, if it tells one.
    #[must_use]
    pub fn of(path: &Path) -> Option<InputFormat> {
        let name = path.file_name()?.to_str()?;
        let (stem, ending) = name.rsplit_once('.')?;
        match find(COMPRESSIONS, ending) {
            Some(compression) => {
                let format = find(FORMATS, stem.rsplit_once('.')?.1)?;
                Some(InputFormat { format, compression })
            }
            None => {
                let format = find(FORMATS, ending)?;
                Some(InputFormat { format, compression: Compression::None })
            }
        }
    }
}

fn find<T: Copy>(table: &[(&str, T)], ending: &str) -> Option<T> {
    table.iter().find(|(name, _)| ending.eq_ignore_ascii_case(name)).map(|(_, found)| *found)
}

/// The endings that are known, for messages.
pub(crate) fn endings() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
    format!("{}; all but Parquet also with .gz or .zst behind", names.join(", "))
}

impl FromStr for InputFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<InputFormat, Error> {
        let path = format!("input.{name}");
        InputFormat::of(Path::new(&path)).ok_or_else(|| {
            let message = format!("there is no input format {name:?}");
            Error::new(ErrorKind::UnknownFormat, "", message)
                .help(format!("formats are named as files end: {}", endings()))
        })
    }
}

impl fmt::Display for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = FORMATS.iter().find(|(_, format)| *format == self.format);
        f.write_str(name.map_or("", |(name, _)| name))?;
        match COMPRESSIONS.iter().find(|(_, compression)| *compression == self.compression) {
            Some((ending, _)) => write!(f, ".{ending}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_formats() {
        let check = |path: &str, expected: Option<&str>| {
            let found = InputFormat::of(Path::new(path)).map(|format| format.to_string());
            assert_eq!(found.as_deref(), expected, "{path}");
        };
        check("a.txt", Some("txt"));
        check("a.b.TXT", Some("txt"));
        check("x/a.text.gz", Some("txt.gz"));
        check("a.htm", Some("html"));
        check("a.ndjson.zst", Some("jsonl.zst"));
        check("a.csv.gz", Some("csv.gz"));
        check("a.parquet", Some("parquet"));
        check("a.gz", None);
        check("a.gz.txt", Some("txt"));
        check("a.tar.gz", None);
        check("txt", None);
        check("", None);
    }
}
