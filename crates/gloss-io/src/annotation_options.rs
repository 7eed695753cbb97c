//! How files with other tools' annotations are read.

use std::str::FromStr;

use gloss_doc::OffsetUnit;

use crate::{Error, ErrorKind};

/// How files with other tools' annotations are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnnotationOptions {
    /// CoNLL: the column that holds the token, from 1; the first where none is given, in CoNLL-U the
    /// second.
    pub token_column: Option<usize>,
    /// CoNLL: the column that holds the tag, from 1; the last where none is given, in CoNLL-U what
    /// `ner=` in the last says.
    pub tag_column: Option<usize>,
    /// CoNLL: where a document ends.
    pub unit: ConllUnit,
    /// What offsets count, in place of what the format says.
    pub offsets: Option<OffsetUnit>,
    /// Label Studio: which of a task's annotations is read.
    pub annotation: AnnotationChoice,
    /// Label Studio: predictions become layers too.
    pub predictions: bool,
}

/// What a document is in a file of CoNLL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConllUnit {
    /// What stands between marks: `-DOCSTART-`, `# newdoc`, `# id`. A file without marks is one document.
    #[default]
    Document,
    /// What stands between blank lines.
    Sentence,
}

impl FromStr for ConllUnit {
    type Err = Error;

    fn from_str(name: &str) -> Result<ConllUnit, Error> {
        match name {
            "document" => Ok(ConllUnit::Document),
            "sentence" => Ok(ConllUnit::Sentence),
            _ => Err(unknown("unit", name, "document, sentence")),
        }
    }
}

/// Which of several annotations of one task is read. Those that were cancelled never are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnnotationChoice {
    /// The one that is marked as ground truth, or the last where none is.
    #[default]
    GroundTruth,
    /// The first.
    First,
    /// The last.
    Last,
}

impl FromStr for AnnotationChoice {
    type Err = Error;

    fn from_str(name: &str) -> Result<AnnotationChoice, Error> {
        match name {
            "ground-truth" => Ok(AnnotationChoice::GroundTruth),
            "first" => Ok(AnnotationChoice::First),
            "last" => Ok(AnnotationChoice::Last),
            _ => Err(unknown("annotation", name, "ground-truth, first, last")),
        }
    }
}

fn unknown(what: &str, name: &str, known: &str) -> Error {
    let message = format!("there is no {what} {name:?}");
    Error::new(ErrorKind::UnknownFormat, "", message).help(format!("one of {known}"))
}
