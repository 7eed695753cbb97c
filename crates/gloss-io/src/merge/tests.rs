use std::fs;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow_array::cast::AsArray;
use gloss_doc::Document;

use super::*;
use crate::open_writer;
use crate::write::{DocumentTable, contents, document};

const SHARDS: usize = 3;

fn documents() -> Vec<Document> {
    let text = "Ada, \"é\"\nin London";
    let ranges = [(0, 3), (13, 19)];
    let some = |i: usize| document(&format!("d{i}"), text, &ranges[..i % 3 % 2 + 1]);
    (0..11).map(some).collect()
}

fn write(path: &Path, format: OutputFormat, options: &WriteOptions, of: &[&Document]) {
    let target = Target::Path(path.to_owned());
    let mut writer = open_writer(format, &target, options, None).unwrap();
    of.iter().for_each(|document| writer.write(document).unwrap());
    writer.finish().unwrap();
}

/// Shards with these documents dealt out, named so that they end in `ending`.
fn shards(
    folder: &Path,
    format: OutputFormat,
    options: &WriteOptions,
    ending: &str,
) -> Vec<PathBuf> {
    let documents = documents();
    let shard = |number: usize| {
        let path = folder.join(format!("{number}{ending}"));
        let own: Vec<&Document> = documents.iter().skip(number).step_by(SHARDS).collect();
        write(&path, format, options, &own);
        path
    };
    (0..SHARDS).map(shard).collect()
}

fn merge(inputs: &[PathBuf], output: &Path, options: &MergeOptions) -> Result<()> {
    let mut merger = merge_outputs(inputs, output, options)?;
    for position in 0..documents().len() {
        assert!(merger.take(position % SHARDS)?, "{position}");
    }
    for input in 0..SHARDS {
        assert!(merger.is_at_end(input)?);
        assert!(!merger.take(input)?);
    }
    merger.finish().map(drop)
}

fn options(from: OutputFormat, to: OutputFormat) -> MergeOptions {
    MergeOptions { from, to, rows: None, entities: None, offsets: OffsetUnit::Codepoint }
}

/// Options to write with, as a run has them.
fn as_run(rows: Option<Rows>) -> WriteOptions {
    let layers = documents().swap_remove(0).layers.into_iter().map(|l| (l.name, l.schema));
    let layers = layers.collect();
    WriteOptions { offsets: OffsetUnit::Codepoint, rows, layers, ..WriteOptions::default() }
}

/// Shards of `from`, merged into a file with `to` at its end, are what one run writes.
fn check(from: (OutputFormat, Option<Rows>, &str), to: (OutputFormat, Option<Rows>, &str)) {
    let folder = tempfile::tempdir().unwrap();
    let parts = shards(folder.path(), from.0, &as_run(from.1), from.2);
    let path = |name: &str| folder.path().join(format!("{name}{}", to.2));
    let all = documents();
    write(&path("whole"), to.0, &as_run(to.1), &all.iter().collect::<Vec<_>>());
    let made = from.0 != to.0;
    let rows = to.1.filter(|_| made);
    merge(&parts, &path("merged"), &MergeOptions { rows, ..options(from.0, to.0) }).unwrap();
    assert!(contents(&path("merged")) == contents(&path("whole")), "{from:?} {to:?}");
}

#[test]
fn shards_are_what_one_run_writes() {
    let jsonl = |ending| (OutputFormat::Jsonl, None, ending);
    check(jsonl(".jsonl"), jsonl(".jsonl"));
    check(jsonl(".jsonl.gz"), jsonl(".jsonl.zst"));
    check(jsonl(".jsonl.zst"), jsonl(".jsonl.gz"));
    for (format, rows, ending) in [
        (OutputFormat::Spacy, None, ".json"),
        (OutputFormat::Csv, Some(Rows::Documents), ".csv"),
        (OutputFormat::Tsv, Some(Rows::Documents), ".tsv.gz"),
        (OutputFormat::Parquet, None, ".parquet"),
    ] {
        check((format, rows, ending), (format, rows, ending));
    }
}

#[test]
fn every_format_is_made_of_jsonl() {
    for &format in OutputFormat::ALL {
        check((OutputFormat::Jsonl, None, ".jsonl"), (format, None, ""));
    }
    let rows = Some(Rows::Annotations);
    check((OutputFormat::Jsonl, None, ".jsonl"), (OutputFormat::Parquet, rows, ".parquet"));
}

#[test]
fn rows_of_many_groups_keep_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<Document> =
        (0..400).map(|i| document(&format!("d{i}"), &"x".repeat(i * 60 % 9000), &[])).collect();
    let paths: Vec<PathBuf> = (0..2).map(|i| folder.path().join(format!("{i}.parquet"))).collect();
    for (number, path) in paths.iter().enumerate() {
        let own: Vec<&Document> = all.iter().skip(number).step_by(2).collect();
        write(path, OutputFormat::Parquet, &WriteOptions::default(), &own);
    }
    let output = folder.path().join("whole.parquet");
    let schema = DocumentTable::schema();
    let mut groups = super::parquet::Groups::open(&paths, &output).unwrap().with_limit(100_000);
    for position in 0..all.len() {
        let row = groups.next(position % 2).unwrap().unwrap();
        groups.write(row).unwrap();
    }
    groups.finish().unwrap();
    let file = fs::File::open(&output).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert!(reader.metadata().num_row_groups() > 5);
    assert_eq!(reader.schema().fields(), schema.fields());
    let ids: Vec<String> = reader
        .build()
        .unwrap()
        .flat_map(|batch| {
            let batch = batch.unwrap();
            let ids = batch.column(0).as_string::<i64>();
            ids.iter().map(|id| id.unwrap().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    assert!(ids.into_iter().eq(all.into_iter().map(|document| document.id)));
}

#[test]
fn what_cannot_be_merged_is_refused() {
    let check = |from: (OutputFormat, Option<Rows>), to: MergeOptions, parts: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let inputs = shards(folder.path(), from.0, &as_run(from.1), "");
        let output = folder.path().join("whole");
        let refused = match merge_outputs(&inputs, &output, &to).err() {
            Some(MergeError::Refused(error)) => error,
            other => panic!("{from:?}: {other:?}"),
        };
        assert!(!refused.help.is_empty());
        for part in parts {
            let all = format!("{refused} {}", refused.help);
            assert!(all.contains(part), "{part:?} is not in {all:?}");
        }
        assert!(!output.exists());
    };
    use OutputFormat::{Conll, Csv, Html, Jsonl, Parquet};
    check((Conll, None), options(Conll, Conll), &["conll is not merged", "jsonl"]);
    check((Html, None), options(Html, Jsonl), &["html is not merged", "jsonl"]);
    check((Csv, None), options(Csv, Csv), &["a document a row", "jsonl"]);
    let rows = Some(Rows::Annotations);
    check((Parquet, rows), options(Parquet, Parquet), &["a document a row", "jsonl"]);
    check((Parquet, None), options(Parquet, Csv), &["not made into csv", "jsonl"]);
    let other = MergeOptions { rows, ..options(Parquet, Parquet) };
    check((Parquet, None), other, &["parquet with other rows", "jsonl"]);
    let table = MergeOptions { rows: Some(Rows::Documents), ..options(Jsonl, Csv) };
    check((Jsonl, None), table, &["a column", "--rows documents"]);
    let rowless = MergeOptions { rows, ..options(Jsonl, Jsonl) };
    check((Jsonl, None), rowless, &["no rows", "--rows"]);
}

#[test]
fn what_is_wrong_with_an_output_is_named() {
    let check = |format: OutputFormat, rows, damage: &dyn Fn(&Path), part: &str| {
        let folder = tempfile::tempdir().unwrap();
        let inputs = shards(folder.path(), format, &as_run(rows), "");
        damage(&inputs[1]);
        let output = folder.path().join("whole");
        match merge(&inputs, &output, &options(format, format)) {
            Err(MergeError::Input { path, message }) => {
                assert_eq!(path, inputs[1]);
                assert!(message.contains(part), "{message}");
            }
            other => panic!("{other:?}"),
        }
        assert!(!output.exists());
    };
    let cut = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() - 9]).unwrap();
    };
    let of_documents = Some(Rows::Documents);
    check(OutputFormat::Jsonl, None, &cut, "ends within a line");
    check(OutputFormat::Parquet, None, &cut, "");
    check(OutputFormat::Parquet, None, &|path| fs::write(path, "PAR1").unwrap(), "");
    check(
        OutputFormat::Csv,
        of_documents,
        &|path| fs::write(path, "a,b\n1,2\n").unwrap(),
        "columns",
    );
    let other = |path: &Path| {
        let in_bytes = WriteOptions::default();
        write(path, OutputFormat::Parquet, &in_bytes, &[&documents()[1]]);
    };
    check(OutputFormat::Parquet, None, &other, "offsets");
    check(OutputFormat::Jsonl, None, &|path| fs::remove_file(path).unwrap(), "cannot be read");
}
