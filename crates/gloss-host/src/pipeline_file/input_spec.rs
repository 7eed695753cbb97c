//! `[input]`: how documents are read, as the user wrote it.

use std::collections::BTreeMap;

use toml_edit::{Item, TableLike, Value};

use super::annotation_spec::{ANNOTATION_KEYS, AnnotationSpec};
use super::{Reader, Span};

/// How documents are read. Which formats, encodings and columns there are, readers know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InputSpec {
    /// Whether texts begin with a header that goes into their metadata.
    pub header: bool,
    /// The format of all inputs, by the ending of its files.
    pub format: Option<String>,
    /// The encoding of all inputs, or `detect`.
    pub encoding: Option<String>,
    /// The column that holds the text.
    pub text: Option<String>,
    /// The column that holds the id.
    pub id: Option<String>,
    /// The column that holds the date.
    pub date: Option<String>,
    /// The columns that go into the metadata; `None` for all others.
    pub metadata: Option<Vec<String>>,
    /// What separates the fields of a table.
    pub delimiter: Option<String>,
    /// What quoted fields of a table stand in; empty for none.
    pub quote: Option<String>,
    /// Whether the first row of a table names its columns, where the user says so.
    pub header_row: Option<bool>,
    /// How annotations of other tools are read.
    pub annotations: AnnotationSpec,
    spans: BTreeMap<String, Span>,
}

impl InputSpec {
    /// Where the value of a key stands.
    #[must_use]
    pub fn span_of(&self, key: &str) -> Span {
        self.spans.get(key).cloned().flatten()
    }
}

/// The keys of `[input]`.
const INPUT_KEYS: &[&str] = &[
    "header",
    "format",
    "encoding",
    "text",
    "id",
    "date",
    "metadata",
    "delimiter",
    "quote",
    "header_row",
];

impl Reader<'_> {
    pub(super) fn input(&mut self, root: &dyn TableLike) -> InputSpec {
        let Some(table) = self.table(root, "input") else { return InputSpec::default() };
        self.unknown_keys(table, "[input]", &[INPUT_KEYS, ANNOTATION_KEYS].concat());
        let wanted = "the name or the number of a column";
        let mut column = |key| self.value(table, key, wanted, |item| column_name(item.as_value()?));
        let (text, id, date) = (column("text"), column("id"), column("date"));
        let metadata = self.value(table, "metadata", "a list of names of columns", |item| {
            item.as_array()?.iter().map(column_name).collect()
        });
        let truth = "true or false";
        let annotations = self.annotations(table);
        InputSpec {
            annotations,
            header: self.value(table, "header", truth, Item::as_bool).unwrap_or(false),
            format: self.string(table, "format"),
            encoding: self.string(table, "encoding"),
            text,
            id,
            date,
            metadata,
            delimiter: self.string(table, "delimiter"),
            quote: self.string(table, "quote"),
            header_row: self.value(table, "header_row", truth, Item::as_bool),
            spans: table.iter().map(|(key, item)| (key.to_owned(), item.span())).collect(),
        }
    }
}

/// Columns of a table without a header have numbers.
pub(super) fn column_name(value: &Value) -> Option<String> {
    let number = || value.as_integer().filter(|number| *number > 0);
    value.as_str().map(str::to_owned).or_else(|| number().map(|number| number.to_string()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::PipelineFile;

    fn read(input: &str) -> Result<InputSpec, Vec<String>> {
        let text = format!("[input]\n{input}\n[[stage]]\nextractor = \"a\"\n");
        let file = PipelineFile::parse(Path::new("p.toml"), text);
        file.map(|file| file.input)
            .map_err(|errors| errors.into_iter().map(|error| error.message).collect())
    }

    #[test]
    fn keys_are_read() {
        let spec =
            read("text = \"body\"\nid = 1\nmetadata = [\"a\", 2]\nheader_row = false").unwrap();
        assert_eq!((spec.text.as_deref(), spec.id.as_deref()), (Some("body"), Some("1")));
        assert_eq!(spec.metadata, Some(vec!["a".to_owned(), "2".to_owned()]));
        assert_eq!((spec.header, spec.header_row), (false, Some(false)));
        assert_eq!(spec.span_of("text"), Some(15..21));
        assert_eq!(spec.span_of("date"), None);
    }

    #[test]
    fn keys_of_annotations_are_read() {
        let spec = read(
            "labels = [\"a\", 2]\ntag_column = 4\nconll_unit = \"sentence\"\npredictions = true",
        );
        let spec = spec.unwrap().annotations;
        assert_eq!(spec.labels, Some(vec!["a".to_owned(), "2".to_owned()]));
        assert_eq!((spec.tag_column, spec.token_column), (Some(4), None));
        assert_eq!((spec.conll_unit.as_deref(), spec.predictions), (Some("sentence"), Some(true)));
    }

    #[test]
    fn wrong_keys_are_refused() {
        let check = |input: &str, expected: &[&str]| {
            assert_eq!(read(input).err().unwrap_or_default(), expected, "{input}");
        };
        check("header = true", &[]);
        check("heder = true", &["there is no key \"heder\" in [input]"]);
        check("text = true", &["\"text\" must be the name or the number of a column"]);
        check("id = 0", &["\"id\" must be the name or the number of a column"]);
        check("metadata = \"a\"", &["\"metadata\" must be a list of names of columns"]);
        check("metadata = [1.5]", &["\"metadata\" must be a list of names of columns"]);
        check("labels = \"a\"", &["\"labels\" must be a list of names of columns"]);
        check("tag_column = 0", &["\"tag_column\" must be the number of a column, from 1"]);
        check("predictions = 1", &["\"predictions\" must be true or false"]);
        check("header_row = 1", &["\"header_row\" must be true or false"]);
        check("encoding = 8", &["\"encoding\" must be a text in quotes"]);
    }
}
