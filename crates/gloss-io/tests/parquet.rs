//! Reading Parquet.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch,
    StringArray, StructArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field};
use gloss_io::{Columns, ErrorKind, Input, ReadOptions, Reader};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use serde_json::{Value, json};
use support::items;

fn write(path: &PathBuf, columns: Vec<(&str, ArrayRef)>, group: usize) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn texts(rows: i64) -> ArrayRef {
    Arc::new(StringArray::from_iter_values((0..rows).map(|row| format!("text {row}"))))
}

#[test]
fn values_become_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let mut tags = ListBuilder::new(StringBuilder::new());
    tags.append_value([Some("a"), None]);
    tags.append_null();
    let name: ArrayRef = Arc::new(StringArray::from(vec!["x", "y"]));
    let by = StructArray::from(vec![(Arc::new(Field::new("name", DataType::Utf8, false)), name)]);
    let moment = TimestampMicrosecondArray::from(vec![Some(1_768_125_600_000_000), None]);
    let price = Decimal128Array::from(vec![Some(125), None]).with_precision_and_scale(10, 2);
    write(
        &path,
        vec![
            ("text", texts(2)),
            ("id", Arc::new(Int64Array::from(vec![Some(7), None]))),
            ("good", Arc::new(BooleanArray::from(vec![Some(true), None]))),
            ("share", Arc::new(Float64Array::from(vec![0.5, f64::NAN]))),
            ("day", Arc::new(Date32Array::from(vec![Some(20_464), None]))),
            ("time", Arc::new(moment.clone())),
            ("instant", Arc::new(moment.with_timezone("Europe/Berlin"))),
            ("price", Arc::new(price.unwrap())),
            ("tags", Arc::new(tags.finish())),
            ("by", Arc::new(by)),
        ],
        10,
    );
    let found = items(vec![Input::File(path.clone())], &ReadOptions::default());
    let documents: Vec<_> = found.into_iter().map(Result::unwrap).collect();
    let facts = |n: usize| (documents[n].id.clone(), json!(documents[n].metadata));
    let all = json!({
        "good": true, "share": 0.5, "day": "2026-01-11", "time": "2026-01-11T10:00:00",
        "instant": "2026-01-11T10:00:00Z", "price": 1.25, "tags": ["a", null], "by": {"name": "x"},
    });
    assert_eq!(facts(0), ("7".to_owned(), all));
    assert_eq!(facts(1), (format!("{}:2", path.display()), json!({"by": {"name": "y"}})));

    let columns = |text: &str, metadata: &[&str]| ReadOptions {
        columns: Columns {
            text: Some(text.to_owned()),
            date: Some("day".to_owned()),
            metadata: Some(metadata.iter().map(|name| (*name).to_owned()).collect()),
            ..Columns::default()
        },
        ..ReadOptions::default()
    };
    let found = items(vec![Input::File(path.clone())], &columns("by.name", &["share"]));
    let first = found.into_iter().next().unwrap().unwrap();
    assert_eq!(first.text, "x");
    assert_eq!(json!(first.metadata), json!({"share": 0.5, "date": "2026-01-11"}));
    let refused =
        |options: &ReadOptions| items(vec![Input::File(path.clone())], options)[0].clone();
    assert_eq!(refused(&columns("by.nam", &[])).unwrap_err().kind, ErrorKind::NoColumn);
    assert_eq!(refused(&columns("none", &[])).unwrap_err().kind, ErrorKind::NoColumn);
    assert_eq!(refused(&columns("good", &[])).unwrap_err().kind, ErrorKind::BadRow);
}

#[test]
fn rows_are_left_out_without_being_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let mut numbers = Int64Builder::new();
    (0..50).for_each(|n| numbers.append_value(n));
    write(&path, vec![("text", texts(50)), ("n", Arc::new(numbers.finish()))], 8);
    let reader = || Reader::new(vec![Input::File(path.clone())], ReadOptions::default());
    for skip in 0..=52 {
        for before in [0, 1, 5] {
            let mut reader = reader();
            assert_eq!(reader.by_ref().take(before).count(), before);
            let left = 50 - before as u64;
            assert_eq!(reader.skip_documents(skip), skip.min(left));
            let rest: Vec<Value> = reader.map(|item| item.unwrap().metadata["n"].clone()).collect();
            let expected: Vec<Value> = (before as u64 + skip..50).map(Value::from).collect();
            assert_eq!(rest, expected);
        }
    }
}

#[test]
fn damaged_files_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, vec![("text", texts(20))], 10);
    let whole = fs::read(&path).unwrap();
    let check = |bytes: &[u8], expected: &[Result<(), ErrorKind>]| {
        fs::write(&path, bytes).unwrap();
        let found = items(vec![Input::File(path.clone())], &ReadOptions::default());
        let found: Vec<_> =
            found.iter().map(|item| item.as_ref().map(|_| ()).map_err(|e| e.kind)).collect();
        assert_eq!(found, expected);
        let skipped = Reader::new(vec![Input::File(path.clone())], ReadOptions::default())
            .skip_documents(100);
        assert_eq!(skipped, expected.len() as u64);
    };
    check(&whole, &[Ok(()); 20]);
    check(&whole[..whole.len() - 1], &[Err(ErrorKind::CutOff)]);
    check(&whole[..whole.len() / 2], &[Err(ErrorKind::CutOff)]);
    check(b"text", &[Err(ErrorKind::BadParquet)]);
    check(b"", &[Err(ErrorKind::BadParquet)]);
    check(b"PAR1\xFF\xFF\xFF\x7FPAR1", &[Err(ErrorKind::BadParquet)]);
    // The first row group: each of its rows fails, and the second is read.
    let mut damaged = whole.clone();
    damaged[4..40].fill(0xFF);
    let rows = [[Err(ErrorKind::BadParquet); 10], [Ok(()); 10]].concat();
    check(&damaged, &rows);
}

/// Over this damage, which fuzzing found, the library's skipping of rows does not end.
#[test]
fn damage_is_the_same_wherever_reading_begins() {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/endless.parquet"));
    let reader = || Reader::new(vec![Input::File(path.clone())], ReadOptions::default());
    let whole: Vec<_> = reader().collect();
    assert_eq!(whole.len(), 3);
    for skip in 0..=whole.len() {
        let mut rest = reader();
        assert_eq!(rest.skip_documents(skip as u64), skip as u64);
        assert!(rest.eq(whole[skip..].iter().cloned()), "{skip}");
    }
}
