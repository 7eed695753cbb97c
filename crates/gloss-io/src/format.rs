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
    /// Tokens with tags, in columns.
    Conll,
    /// Tokens in the ten columns of CoNLL-U.
    Conllu,
    /// A text, and brat's annotations of it in a file beside it.
    Brat,
    /// What spaCy's `Doc.to_json` gives.
    SpacyJson,
    /// What spaCy's `DocBin` stores.
    DocBin,
    /// A task of Prodigy a line.
    Prodigy,
    /// Tasks that Label Studio exports.
    LabelStudio,
    /// JSON of a tool that its first object tells; a text where that tells none.
    Json,
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
    ("conll", Format::Conll),
    ("iob", Format::Conll),
    ("iob2", Format::Conll),
    ("bio", Format::Conll),
    ("conllu", Format::Conllu),
    ("ann", Format::Brat),
    ("spacy", Format::DocBin),
];

/// Names of formats that files do not end in; and `json`, which is found out when a file is read.
const NAMES: &[(&str, Format)] = &[
    ("brat", Format::Brat),
    ("spacy-json", Format::SpacyJson),
    ("docbin", Format::DocBin),
    ("prodigy", Format::Prodigy),
    ("label-studio", Format::LabelStudio),
    ("json", Format::Json),
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
        matches!(self, Format::Text | Format::Markdown | Format::Html | Format::Brat)
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
        InputFormat::by(name, |ending| {
            let json = || ending.eq_ignore_ascii_case("json").then_some(Format::Json);
            find(FORMATS, ending).or_else(json)
        })
    }

    /// What `name` says with its last ending, or with its last but one where that is a compression's.
    fn by(name: &str, find_format: impl Fn(&str) -> Option<Format>) -> Option<InputFormat> {
        let (stem, ending) = name.rsplit_once('.')?;
        match find(COMPRESSIONS, ending) {
            Some(compression) => {
                let format = find_format(stem.rsplit_once('.')?.1)?;
                Some(InputFormat { format, compression })
            }
            None => {
                let format = find_format(ending)?;
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
        let named = |name: &str| find(NAMES, name).or_else(|| find(FORMATS, name));
        InputFormat::by(&format!(".{name}"), named).ok_or_else(|| {
            let message = format!("there is no input format {name:?}");
            let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
            Error::new(ErrorKind::UnknownFormat, "", message).help(format!(
                "formats are named as files end: {}; or {}",
                endings(),
                names.join(", ")
            ))
        })
    }
}

impl fmt::Display for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().chain(FORMATS).find(|(_, format)| *format == self.format);
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
        check("a.iob.gz", Some("conll.gz"));
        check("a.ann", Some("brat"));
        check("a.spacy", Some("docbin"));
        check("a.json", Some("json"));
        check("a.prodigy", None);
        check("a.gz", None);
        check("a.gz.txt", Some("txt"));
        check("a.tar.gz", None);
        check("txt", None);
        check("", None);
    }

    #[test]
    fn formats_have_names() {
        let check = |name: &str, expected: Option<&str>| {
            let found = name.parse::<InputFormat>().ok().map(|format| format.to_string());
            assert_eq!(found.as_deref(), expected, "{name}");
        };
        check("prodigy", Some("prodigy"));
        check("prodigy.gz", Some("prodigy.gz"));
        check("label-studio", Some("label-studio"));
        check("spacy-json.zst", Some("spacy-json.zst"));
        check("spacy", Some("docbin"));
        check("txt", Some("txt"));
        check("a.txt", Some("txt"));
        check("pdf", None);
        check("", None);
    }
}
