//! How documents are read: what `[input]` of the pipeline file says, and the flags that go before it.

use anyhow::Result;
use clap::Args;
use gloss_host::{ErrorKind, InputSpec, PipelineFile};
use gloss_io::{Columns, InputFormat, ReadOptions, TableOptions, TextEncoding};
use serde_json::{Value, json};

use crate::annotation_flags::{
    AnnotationFlags, annotation_options, annotation_schema, class_columns,
};
use crate::diagnostics::PipelineErrors;

/// Flags of what `[input]` of a pipeline file may say.
#[derive(Debug, Args)]
#[command(next_help_heading = "How documents are read, whatever the pipeline file says of it")]
pub struct InputFlags {
    /// The format of all inputs, named as files end: jsonl, csv.gz, ...; by default a file's name
    /// tells it, and standard input is a text
    #[arg(long, value_name = "FORMAT", value_parser = said(str::parse::<InputFormat>))]
    pub input_format: Option<InputFormat>,
    /// The encoding of all inputs: a label such as windows-1252, or `detect`
    #[arg(long, value_name = "LABEL", value_parser = said(str::parse::<TextEncoding>))]
    pub encoding: Option<TextEncoding>,
    /// The column, or field of an object, that holds the text
    #[arg(long, value_name = "COLUMN")]
    pub text_column: Option<String>,
    /// The column that holds the document's id
    #[arg(long, value_name = "COLUMN")]
    pub id_column: Option<String>,
    /// The column that holds the document's date
    #[arg(long, value_name = "COLUMN")]
    pub date_column: Option<String>,
    /// The columns that go into the metadata, with commas between them; by default all others
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub metadata_columns: Option<Vec<String>>,
    /// What separates the fields of a table, or `tab`
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// What quoted fields of a table stand in; empty where it has no quotes
    #[arg(long, value_name = "CHARACTER")]
    pub quote: Option<String>,
    /// The first row of a table is a document: its columns are 1, 2, and so on
    #[arg(long)]
    pub no_header_row: bool,
    #[command(flatten)]
    pub annotations: AnnotationFlags,
}

/// How to read for a pipeline.
pub fn read_options(flags: &InputFlags, file: &PipelineFile) -> Result<ReadOptions> {
    let spec = &file.input;
    let default = TableOptions::default();
    let quote_given = flags.quote.as_deref().map(quote).transpose().map_err(anyhow::Error::msg)?;
    let table = TableOptions {
        delimiter: flags.delimiter.or(parsed(file, "delimiter", &spec.delimiter, delimiter)?),
        quote: quote_given.or(parsed(file, "quote", &spec.quote, quote)?).unwrap_or(default.quote),
        header_row: !flags.no_header_row && spec.header_row.unwrap_or(default.header_row),
    };
    Ok(ReadOptions {
        format: flags.input_format.or(parsed(file, "format", &spec.format, said(str::parse))?),
        encoding: flags.encoding.or(parsed(file, "encoding", &spec.encoding, said(str::parse))?),
        header: spec.header,
        columns: columns(flags, spec),
        table,
        annotations: annotation_options(&flags.annotations, file)?,
    })
}

fn columns(flags: &InputFlags, spec: &InputSpec) -> Columns {
    let first = |flag: &Option<String>, key: &Option<String>| flag.clone().or_else(|| key.clone());
    let metadata = flags.metadata_columns.clone().or_else(|| spec.metadata.clone());
    Columns {
        text: first(&flags.text_column, &spec.text),
        id: first(&flags.id_column, &spec.id),
        date: first(&flags.date_column, &spec.date),
        metadata: metadata.map(|names| names.into_iter().filter(|name| !name.is_empty()).collect()),
        classes: class_columns(&flags.annotations, &spec.annotations),
    }
}

/// The value of a key of the pipeline file, or an error that shows its place.
pub fn parsed<T>(
    file: &PipelineFile,
    key: &str,
    value: &Option<String>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>> {
    let Some(value) = value else { return Ok(None) };
    parse(value).map(Some).map_err(|message| {
        let error = gloss_host::Error::new(ErrorKind::WrongType, message);
        let errors = vec![error.at(&file.path, file.input.span_of(key))];
        PipelineErrors { errors, text: file.text.clone() }.into()
    })
}

/// An error of the readers as one message.
pub fn said<T>(
    parse: impl Fn(&str) -> Result<T, gloss_io::Error> + Clone + Send + Sync + 'static,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |text| parse(text).map_err(|e| format!("{}; {}", e.message, e.help))
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | b'"') => Ok(*byte),
        _ => Err("a delimiter is one ASCII character, or \"tab\"".to_owned()),
    }
}

fn quote(text: &str) -> Result<Option<u8>, String> {
    match text.as_bytes() {
        [] => Ok(None),
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(Some(*byte)),
        _ => Err("a quote is one ASCII character, or empty for none".to_owned()),
    }
}

/// The JSON Schema of `[input]`.
pub fn schema() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let column = |description: &str| json!({ "type": ["string", "integer"], "minimum": 1, "description": description });
    let mut schema = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "header": {
                "type": "boolean",
                "description": "Texts may begin with ` date YYYY-MM-DD `, which goes into the metadata",
            },
            "format": text("The format of all inputs, named as files end, such as \"csv.gz\""),
            "encoding": text("The encoding of all inputs, such as \"windows-1252\", or \"detect\""),
            "text": column("The column that holds the text"),
            "id": column("The column that holds the id"),
            "date": column("The column that goes into the metadata as `date`"),
            "metadata": {
                "type": "array",
                "items": column("A column"),
                "description": "The columns that go into the metadata; all others where this is absent",
            },
            "delimiter": text("What separates the fields of a table, or \"tab\""),
            "quote": text("What quoted fields of a table stand in; empty for none"),
            "header_row": {
                "type": "boolean",
                "description": "The first row of a table names its columns",
            },
        },
    });
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.extend(annotation_schema());
    }
    schema
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;
    use gloss_doc::OffsetUnit;
    use gloss_io::{AnnotationChoice, AnnotationOptions, ClassColumns, ConllUnit};

    use super::*;

    #[derive(Parser)]
    struct Given {
        #[command(flatten)]
        input: InputFlags,
    }

    fn options(flags: &[&str], input: &str) -> Result<ReadOptions> {
        let given = Given::try_parse_from([&["gloss"], flags].concat())?;
        let text = format!("[input]\n{input}\n[[stage]]\nextractor = \"a\"\n");
        let file = PipelineFile::parse(Path::new("p.toml"), text);
        let file = file.map_err(|errors| PipelineErrors { errors, text: String::new() })?;
        read_options(&given.input, &file)
    }

    #[test]
    fn flags_go_before_the_file() {
        let check = |flags: &[&str], input: &str, expected: &ReadOptions| {
            assert_eq!(options(flags, input).unwrap(), *expected, "{flags:?} {input}");
        };
        let default = ReadOptions::default();
        check(&[], "", &default);
        check(&[], "header = true", &ReadOptions { header: true, ..default.clone() });
        let csv = ReadOptions { format: Some("csv.gz".parse().unwrap()), ..default.clone() };
        check(&[], "format = \"csv.gz\"", &csv);
        check(&["--input-format", "csv.gz"], "format = \"txt\"", &csv);
        let named = |text: &str, metadata: Option<Vec<String>>| ReadOptions {
            columns: Columns { text: Some(text.to_owned()), metadata, ..Columns::default() },
            ..default.clone()
        };
        check(&["--text-column", "a"], "text = 2\nmetadata = []", &named("a", Some(Vec::new())));
        check(&["--metadata-columns", ""], "text = 2", &named("2", Some(Vec::new())));
        let both = Some(vec!["x".to_owned(), "y".to_owned()]);
        check(&["--metadata-columns", "x,y"], "text = 2", &named("2", both));
        let table = TableOptions { delimiter: Some(b';'), quote: None, header_row: false };
        let table = ReadOptions { table, ..default.clone() };
        let classes = ClassColumns { labels: vec!["a".to_owned()], ..ClassColumns::default() };
        let classes = Columns { classes, ..Columns::default() };
        let classes = ReadOptions { columns: classes, ..default.clone() };
        check(&["--label-column", "a"], "labels = [\"b\", \"c\"]", &classes);
        check(&[], "labels = [\"a\"]", &classes);
        let annotations = AnnotationOptions {
            tag_column: Some(4),
            unit: ConllUnit::Sentence,
            offsets: Some(OffsetUnit::Utf16),
            annotation: AnnotationChoice::First,
            predictions: true,
            ..AnnotationOptions::default()
        };
        let annotations = ReadOptions { annotations, ..default.clone() };
        let flags = [
            "--tag-column",
            "4",
            "--conll-unit",
            "sentence",
            "--input-offsets",
            "utf16",
            "--annotation",
            "first",
            "--predictions",
        ];
        check(&flags, "tag_column = 3\nconll_unit = \"document\"", &annotations);
        let keys = "tag_column = 4\nconll_unit = \"sentence\"\noffsets = \"utf16\"\nannotation = \"first\"\npredictions = true";
        check(&[], keys, &annotations);
        check(&["--quote", "", "--no-header-row"], "delimiter = \";\"", &table);
        check(&["--delimiter", ";"], "quote = \"\"\nheader_row = false", &table);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        let check = |flags: &[&str], input: &str, part: &str| {
            let error = options(flags, input).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        };
        check(&["--input-format", "pdf"], "", "there is no input format \"pdf\"; formats are");
        check(&["--encoding", "none"], "", "there is no encoding \"none\"");
        check(&["--delimiter", "ab"], "", "one ASCII character");
        check(&["--quote", "é"], "", "one ASCII character");
        check(&[], "format = \"pdf\"", "there is no input format \"pdf\"");
        check(&[], "delimiter = \"ab\"", "one ASCII character");
        check(
            &["--conll-unit", "word"],
            "",
            "there is no unit \"word\"; one of document, sentence",
        );
        check(&[], "offsets = \"char\"", "offsets count byte, codepoint or utf16");
        check(&["--tag-column", "0"], "", "a column has a number, from 1");
    }
}
