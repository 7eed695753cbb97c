//! Any text survives every format that can hold it, and offsets lead to it in its file.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{RecordBatch, StringArray};
use gloss_io::{Input, ReadOptions};
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;
use serde_json::json;
use support::{gzip, items, zstd};

/// Texts of any characters, many of them awkward.
fn any_text() -> impl Strategy<Value = String> {
    let awkward = "[a\u{301}\u{1F600}\r\n\u{0}\",;\t\u{FEFF}\u{2028}\\\\'-]{0,30}";
    prop_oneof![awkward, "(?s).{0,60}", "\\PC{1,60}"]
}

fn read(path: &Path, options: &ReadOptions) -> Vec<(String, Option<u64>)> {
    let found = items(vec![Input::File(path.to_owned())], options).into_iter().map(Result::unwrap);
    found.map(|d| (d.text, d.source.unwrap().offset)).collect()
}

/// Writes bytes plain and compressed, and reads texts.
fn check(name: &str, bytes: &[u8], expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let packed = [("", bytes.to_vec()), (".gz", gzip(bytes)), (".zst", zstd(bytes))];
    for (ending, bytes) in packed {
        let path = folder.path().join(format!("{name}{ending}"));
        fs::write(&path, bytes).unwrap();
        let found: Vec<String> =
            read(&path, &ReadOptions::default()).into_iter().map(|(text, _)| text).collect();
        assert_eq!(found, expected, "{name}{ending}");
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

proptest! {
    #[test]
    fn texts_stand_in_their_files(text in any_text(), header in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, &text).unwrap();
        let options = ReadOptions { header, ..ReadOptions::default() };
        let (found, offset) = read(&path, &options).remove(0);
        let offset = offset.unwrap() as usize;
        prop_assert_eq!(&text.as_bytes()[offset..], found.as_bytes());
        let mark = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
        prop_assert!(header || offset == mark);
        fs::write(path.with_extension("md"), format!("---\nx: 1\n---\n{text}")).unwrap();
        let (found, offset) = read(&path.with_extension("md"), &options).remove(0);
        let whole = fs::read(path.with_extension("md")).unwrap();
        prop_assert_eq!(&whole[offset.unwrap() as usize..], found.as_bytes());
    }

    #[test]
    fn texts_survive_lines_and_tables(one in any_text(), two in any_text()) {
        let lines = format!("{}\n{}\n", json!({ "text": one }), json!({ "text": two }));
        check("a.jsonl", lines.as_bytes(), &[&one, &two]);
        let rows = |gap: char, end: &str| {
            let row = |text: &str| format!("{}{gap}1{end}", quoted(text));
            format!("text{gap}n{end}{}{}", row(&one), row(&two))
        };
        check("a.csv", rows(',', "\n").as_bytes(), &[&one, &two]);
        check("a.csv", rows(',', "\r\n").as_bytes(), &[&one, &two]);
        check("a.tsv", rows('\t', "\n").as_bytes(), &[&one, &two]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let column = Arc::new(StringArray::from(vec![one.as_str(), two.as_str()]));
        let batch = RecordBatch::try_from_iter([("text", column as _)]).unwrap();
        let mut writer =
            ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let found = read(&path, &ReadOptions::default());
        prop_assert_eq!(found, vec![(one, None), (two, None)]);
    }

    #[test]
    fn words_survive_pages(words in prop::collection::vec("[^\\s\\p{C}]{1,12}", 1..40)) {
        // White space between words is for the browser.
        let text = words.join(" ");
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        let page = |body: &str| format!("<!doctype html><meta charset=utf-8><title>x</title>{body}");
        check("a.html", page(&format!("<p>{escaped}</p>")).as_bytes(), &[&text]);
        let article = format!("<article><p>{escaped}</p><p>{escaped}</p></article>");
        check("a.html", page(&article).as_bytes(), &[&format!("{text}\n\n{text}")]);
    }

    #[test]
    fn any_bytes_give_what_they_give_in_parts(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "a.txt", "a.md", "a.html", "a.jsonl", "a.csv", "a.parquet", "a.txt.gz", "a.csv.zst", "a.conll", "a.conllu",
            "a.spacy", "a.json",
        ] {
            let path = folder.path().join(name);
            fs::write(&path, &bytes).unwrap();
            let input = || vec![Input::File(path.clone())];
            let whole = items(input(), &ReadOptions::default());
            for skip in 0..=whole.len() {
                let mut reader = gloss_io::Reader::new(input(), ReadOptions::default());
                prop_assert_eq!(reader.skip_documents(skip as u64), skip as u64);
                prop_assert_eq!(&reader.collect::<Vec<_>>()[..], &whole[skip..]);
            }
        }
    }
}
