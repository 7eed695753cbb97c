//! `[input]`: how annotations of other tools are read, as the user wrote it.

use toml_edit::{Item, TableLike};

use super::Reader;
use super::input_spec::column_name;

/// How annotations of other tools are read. What the words mean, readers know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnnotationSpec {
    /// The columns that hold classes.
    pub labels: Option<Vec<String>>,
    /// The column that holds the score of the first of them.
    pub score: Option<String>,
    /// The columns that hold probabilities of the classes that they are named as.
    pub probabilities: Option<Vec<String>>,
    /// The column of a token, from 1.
    pub token_column: Option<usize>,
    /// The column of a tag, from 1.
    pub tag_column: Option<usize>,
    /// What a document is in CoNLL.
    pub conll_unit: Option<String>,
    /// What offsets count.
    pub offsets: Option<String>,
    /// Which of a task's annotations is read.
    pub annotation: Option<String>,
    /// Whether predictions become layers.
    pub predictions: Option<bool>,
}

/// Its keys in `[input]`.
pub(super) const ANNOTATION_KEYS: &[&str] = &[
    "labels",
    "score",
    "probabilities",
    "token_column",
    "tag_column",
    "conll_unit",
    "offsets",
    "annotation",
    "predictions",
];

impl Reader<'_> {
    pub(super) fn annotations(&mut self, table: &dyn TableLike) -> AnnotationSpec {
        let mut columns = |key| {
            self.value(table, key, "a list of names of columns", |item| {
                item.as_array()?.iter().map(column_name).collect()
            })
        };
        let (labels, probabilities) = (columns("labels"), columns("probabilities"));
        let mut number = |key| {
            self.value(table, key, "the number of a column, from 1", |item| {
                usize::try_from(item.as_integer()?).ok().filter(|number| *number > 0)
            })
        };
        let (token_column, tag_column) = (number("token_column"), number("tag_column"));
        let score = self.value(table, "score", "the name or the number of a column", |item| {
            column_name(item.as_value()?)
        });
        AnnotationSpec {
            labels,
            score,
            probabilities,
            token_column,
            tag_column,
            conll_unit: self.string(table, "conll_unit"),
            offsets: self.string(table, "offsets"),
            annotation: self.string(table, "annotation"),
            predictions: self.value(table, "predictions", "true or false", Item::as_bool),
        }
    }
}
