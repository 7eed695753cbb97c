//! What is written by each format, and gone on with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gloss_doc::{
    Annotations, Classes, Document, Kind, Layer, LayerSchema, NONE, OffsetMap, OffsetUnit,
    Producer, Spans,
};
use proptest::prelude::*;

use super::{OutputFormat, Rows, Target, WriteOptions, open_writer};

fn layer(name: &str, schema: LayerSchema, annotations: Annotations) -> Layer {
    Layer {
        name: name.to_owned(),
        schema: Arc::new(schema),
        producer: Arc::new(Producer::default()),
        annotations,
        attributes: Vec::new(),
    }
}

/// A document with entities at `ranges`, and a class for each of them.
pub(crate) fn document(id: &str, text: &str, ranges: &[(usize, usize)]) -> Document {
    let mut schema = LayerSchema::new("entities", Kind::Spans);
    schema.labels = vec!["A".to_owned(), "B".to_owned()];
    schema.score = Some("s".to_owned());
    let (mut spans, mut classes) = (Spans::default(), Classes::default());
    for (i, &(start, end)) in ranges.iter().enumerate() {
        spans.start.push(start as u32);
        spans.end.push(end as u32);
        spans.label.push(i as u32 % 2);
        spans.score.push(0.25 + i as f32);
        classes.target.push(i as u32);
        classes.label.push(0);
    }
    classes.target.push(NONE);
    classes.label.push(0);
    let mut tone = LayerSchema::new("sentiment", Kind::Classes);
    tone.labels = vec!["good".to_owned()];
    tone.target = Some("ner/entities".to_owned());
    let layers = vec![
        layer("ner/entities", schema, Annotations::Spans(spans)),
        layer("tone/sentiment", tone, Annotations::Classes(classes)),
    ];
    Document { id: id.to_owned(), text: text.to_owned(), layers, ..Document::default() }
}

/// All files below a path, by their names.
fn files(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            found.extend(files(&entry.unwrap().path()));
        }
    } else {
        found.insert(path.to_owned(), fs::read(path).unwrap());
    }
    found
}

/// What is below a path, by names from there.
pub(crate) fn contents(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let below =
        |(file, bytes): (PathBuf, Vec<u8>)| (file.strip_prefix(path).unwrap().to_owned(), bytes);
    files(path).into_iter().map(below).collect()
}

#[test]
fn every_format_goes_on_from_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let documents: Vec<Document> = (0..6)
        .map(|i| document(&format!("d{i}"), "Ada is in London\n", &[(0, 3), (10, 16)]))
        .collect();
    let check = |format: OutputFormat, rows: Option<Rows>, ending: &str| {
        let layers = documents[0].layers.iter();
        let layers = layers.map(|l| (l.name.clone(), Arc::clone(&l.schema))).collect();
        let options = WriteOptions { rows, layers, ..WriteOptions::default() };
        let [whole, cut] = ["whole", "cut"].map(|n| folder.path().join(format!("{n}{ending}")));
        let target = Target::Path(whole.clone());
        let mut writer = open_writer(format, &target, &options, None).unwrap();
        documents[..3].iter().for_each(|d| writer.write(d).unwrap());
        writer.checkpoint().unwrap().unwrap();
        documents[3..].iter().for_each(|d| writer.write(d).unwrap());
        writer.finish().unwrap();

        let target = Target::Path(cut.clone());
        let mut writer = open_writer(format, &target, &options, None).unwrap();
        documents[..3].iter().for_each(|d| writer.write(d).unwrap());
        let checkpoint = writer.checkpoint().unwrap().unwrap();
        writer.write(&documents[3]).unwrap();
        writer.flush().unwrap();
        drop(writer);
        assert!(!cut.exists(), "{format:?} is not whole");
        // As a run's journal keeps it.
        let json = serde_json::to_string(&checkpoint).unwrap();
        let checkpoint = serde_json::from_str(&json).unwrap();
        let mut writer = open_writer(format, &target, &options, Some(&checkpoint)).unwrap();
        documents[3..].iter().for_each(|d| writer.write(d).unwrap());
        writer.finish().unwrap();
        assert_eq!(contents(&cut), contents(&whole), "{format:?}");
        let gone = open_writer(format, &target, &options, Some(&checkpoint)).map(|_| ());
        assert_eq!(gone.unwrap_err().kind, crate::ErrorKind::CannotResume, "{format:?}");
    };
    for &format in OutputFormat::ALL {
        check(format, None, &format!(".{}", format.as_str()));
    }
    check(OutputFormat::Jsonl, None, ".jsonl.gz");
    check(OutputFormat::Html, None, ".html.zst");
    check(OutputFormat::Csv, Some(Rows::Documents), ".documents.csv");
    check(OutputFormat::Parquet, Some(Rows::Annotations), ".long.parquet");
    // Nothing is left aside.
    let hidden = |entry: fs::DirEntry| entry.file_name().to_string_lossy().starts_with('.');
    assert!(!fs::read_dir(folder.path()).unwrap().flatten().any(hidden));
}

#[test]
fn what_cannot_be_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let check = |format, target: Target, rows, expected: &str| {
        let options = WriteOptions { rows, ..WriteOptions::default() };
        let error = open_writer(format, &target, &options, None).map(|_| ()).unwrap_err();
        let message = error.message.replace(&folder.path().display().to_string(), "F");
        assert_eq!(format!("{}: {message}; {}", error.kind.code(), error.help), expected);
    };
    let path = |name: &str| Target::Path(folder.path().join(name));
    let rows = Some(Rows::Documents);
    check(
        OutputFormat::Brat,
        Target::Stdout,
        None,
        "G0230: cannot write to standard output: brat is a folder of files; name a folder with --output",
    );
    check(
        OutputFormat::Parquet,
        path("a.parquet.gz"),
        None,
        "G0230: cannot write to F/a.parquet.gz: parquet is not compressed as a whole; \
         leave the ending of compression out",
    );
    check(
        OutputFormat::Jsonl,
        path(""),
        None,
        "G0230: cannot write to F/: it is a folder; name a file in it; only brat is a folder",
    );
    check(
        OutputFormat::Html,
        path("a.html"),
        rows,
        "G0230: cannot write to F/a.html: html has no rows to choose; \
         leave --rows out, or choose csv, tsv or parquet",
    );
    check(
        OutputFormat::Csv,
        path("none/a.csv"),
        None,
        "G0206: cannot write F/none/a.csv: No such file or directory (os error 2); \
         make the folder that is to hold it",
    );
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/a"), "").unwrap();
    check(
        OutputFormat::Brat,
        path("full"),
        None,
        "G0206: cannot write F/full: directory not empty; name a new folder, or empty that one",
    );
}

/// What a format wrote of one document.
fn written(format: OutputFormat, document: &Document) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let target = Target::Path(path.clone());
    let mut writer = open_writer(format, &target, &WriteOptions::default(), None).unwrap();
    writer.write(document).unwrap();
    writer.finish().unwrap();
    let path = if format == OutputFormat::Brat { path.join("d.ann") } else { path };
    String::from_utf8(fs::read(path).unwrap()).unwrap()
}

/// Places in code points.
fn codepoints(text: &str, ranges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let map = OffsetMap::new(text, OffsetUnit::Codepoint);
    let of = |&(start, end): &(usize, usize)| {
        (map.from_byte(start).unwrap(), map.from_byte(end).unwrap())
    };
    ranges.iter().map(of).collect()
}

fn pair(json: &serde_json::Value) -> (usize, usize) {
    let number = |key| json[key].as_u64().unwrap() as usize;
    (number("start"), number("end"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Spans come back from every format with their places in its unit. They begin and end with a letter and
    /// hold no line break, so that there is nothing for formats of tokens and lines to widen or cut.
    #[test]
    fn spans_survive(
        parts in prop::collection::vec(("[ \n\t\u{1F600}éa\u{301}\u{5D0}.-]{0,6}", "[a-zé\u{5D0}\u{1F600}]{1,3}"), 1..6),
        tail in "\\PC{0,8}",
    ) {
        let (mut text, mut ranges) = (String::new(), Vec::new());
        for (before, word) in &parts {
            text.push_str(before);
            ranges.push((text.len(), text.len() + word.len()));
            text.push_str(word);
            // Not a continuation of the word.
            text.push(' ');
        }
        text.push_str(&tail);
        let document = document("d", &text, &ranges);
        let expected = codepoints(&text, &ranges);

        let csv = written(OutputFormat::Csv, &document);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let own: Vec<_> = rows.iter().filter(|row| &row[1] == "ner/entities").map(|row| {
            (row[5].parse::<usize>().unwrap(), row[6].parse::<usize>().unwrap())
        }).collect();
        prop_assert_eq!(&own, &ranges);
        for row in rows.iter().filter(|row| &row[1] == "tone/sentiment" && !row[11].is_empty()) {
            let (start, end) = ranges[row[11].parse::<usize>().unwrap()];
            prop_assert_eq!(&row[14], &text[start..end]);
        }

        let spacy: serde_json::Value = serde_json::from_str(&written(OutputFormat::Spacy, &document)).unwrap();
        let entities: Vec<_> = spacy["ents"].as_array().unwrap().iter().map(pair).collect();
        prop_assert_eq!(&entities, &expected);

        let brat = written(OutputFormat::Brat, &document);
        let bound = brat.lines().filter(|line| line.starts_with('T'));
        let places: Vec<(usize, usize)> = bound.map(|line| {
            let mut words = line.split('\t').nth(1).unwrap().split(' ').skip(1);
            let mut number = || words.next().unwrap().parse().unwrap();
            (number(), number())
        }).collect();
        prop_assert_eq!(&places, &expected);

        let conllu = written(OutputFormat::Conllu, &document);
        let mut entities: Vec<(usize, usize)> = Vec::new();
        for line in conllu.lines().filter(|line| line.contains("|ner=")) {
            let value = |key: &str| {
                let after = &line[line.find(key).unwrap() + key.len()..];
                after.split('|').next().unwrap().to_owned()
            };
            let (start, end) = (value("start_char=").parse().unwrap(), value("end_char=").parse().unwrap());
            if value("ner=").starts_with('B') {
                entities.push((start, end));
            } else {
                entities.last_mut().unwrap().1 = end;
            }
        }
        prop_assert_eq!(&entities, &expected);
    }
}
