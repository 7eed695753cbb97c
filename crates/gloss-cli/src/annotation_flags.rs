//! How annotations of other tools are read: what `[input]` of the pipeline file says of it, and the flags that
//! go before it.

use anyhow::Result;
use clap::{Args, ValueEnum};
use gloss_doc::OffsetUnit;
use gloss_host::{AnnotationSpec, PipelineFile};
use gloss_io::{AnnotationChoice, AnnotationOptions, ClassColumns, ConllUnit};
use serde_json::{Map, Value, json};

use crate::args::Unit;
use crate::input::{parsed, said};

/// Flags of how annotations of other tools are read.
#[derive(Debug, Args)]
pub struct AnnotationFlags {
    /// The columns, or fields of an object, that hold classes of the document, with commas between them
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub label_column: Option<Vec<String>>,
    /// The column that holds the score of the class in the first of them
    #[arg(long, value_name = "COLUMN")]
    pub score_column: Option<String>,
    /// The columns that hold probabilities of the classes that they are named as
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub probability_columns: Option<Vec<String>>,
    /// CoNLL: the column that holds the token; by default the first
    #[arg(long, value_name = "NUMBER", value_parser = column)]
    pub token_column: Option<usize>,
    /// CoNLL: the column that holds the tag; by default the last
    #[arg(long, value_name = "NUMBER", value_parser = column)]
    pub tag_column: Option<usize>,
    /// CoNLL: what is a document, what stands between its marks (`document`), or between blank lines (`sentence`)
    #[arg(long, value_name = "UNIT", value_parser = said(str::parse::<ConllUnit>))]
    pub conll_unit: Option<ConllUnit>,
    /// What offsets in annotations of other tools count, in place of what is usual there
    #[arg(long, value_name = "UNIT", value_enum)]
    pub input_offsets: Option<Unit>,
    /// Label Studio: which of a task's annotations is read, `ground-truth` (or the last), `first` or `last`
    #[arg(long, value_name = "WHICH", value_parser = said(str::parse::<AnnotationChoice>))]
    pub annotation: Option<AnnotationChoice>,
    /// Label Studio: predictions become layers too
    #[arg(long)]
    pub predictions: bool,
}

/// The columns of classes.
pub fn class_columns(flags: &AnnotationFlags, spec: &AnnotationSpec) -> ClassColumns {
    let list = |flag: &Option<Vec<String>>, key: &Option<Vec<String>>| {
        let names = flag.as_ref().or(key.as_ref());
        names.into_iter().flatten().filter(|name| !name.is_empty()).cloned().collect()
    };
    ClassColumns {
        labels: list(&flags.label_column, &spec.labels),
        score: flags.score_column.clone().or_else(|| spec.score.clone()),
        probabilities: list(&flags.probability_columns, &spec.probabilities),
    }
}

/// How to read annotations for a pipeline.
pub fn annotation_options(
    flags: &AnnotationFlags,
    file: &PipelineFile,
) -> Result<AnnotationOptions> {
    let spec = &file.input.annotations;
    let conll_unit = parsed(file, "conll_unit", &spec.conll_unit, said(str::parse))?;
    let annotation = parsed(file, "annotation", &spec.annotation, said(str::parse))?;
    let offsets = parsed(file, "offsets", &spec.offsets, unit)?;
    Ok(AnnotationOptions {
        token_column: flags.token_column.or(spec.token_column),
        tag_column: flags.tag_column.or(spec.tag_column),
        unit: flags.conll_unit.or(conll_unit).unwrap_or_default(),
        offsets: flags.input_offsets.or(offsets).map(OffsetUnit::from),
        annotation: flags.annotation.or(annotation).unwrap_or_default(),
        predictions: flags.predictions || spec.predictions.unwrap_or(false),
    })
}

fn column(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "a column has a number, from 1".to_owned())
}

fn unit(text: &str) -> Result<Unit, String> {
    Unit::from_str(text, false).map_err(|_| "offsets count byte, codepoint or utf16".to_owned())
}

/// The JSON Schemas of the keys in `[input]`.
pub fn annotation_schema() -> Map<String, Value> {
    let column = |description: &str| json!({ "type": ["string", "integer"], "minimum": 1, "description": description });
    let columns = |description: &str| json!({ "type": "array", "items": column("A column"), "description": description });
    let number =
        |description: &str| json!({ "type": "integer", "minimum": 1, "description": description });
    let word =
        |words: &[&str], description: &str| json!({ "enum": words, "description": description });
    let properties = [
        ("labels", columns("The columns that hold classes of the document")),
        ("score", column("The column that holds the score of the class in the first of them")),
        (
            "probabilities",
            columns("The columns that hold probabilities of the classes that they are named as"),
        ),
        ("token_column", number("CoNLL: the column that holds the token")),
        ("tag_column", number("CoNLL: the column that holds the tag")),
        ("conll_unit", word(&["document", "sentence"], "CoNLL: what is a document")),
        (
            "offsets",
            word(
                &["byte", "codepoint", "utf16"],
                "What offsets in annotations of other tools count",
            ),
        ),
        (
            "annotation",
            word(
                &["ground-truth", "first", "last"],
                "Label Studio: which of a task's annotations is read",
            ),
        ),
        (
            "predictions",
            json!({ "type": "boolean", "description": "Label Studio: predictions become layers too" }),
        ),
    ];
    properties.into_iter().map(|(key, schema)| (key.to_owned(), schema)).collect()
}
