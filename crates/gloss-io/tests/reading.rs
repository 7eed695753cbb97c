//! Reading files of every format.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::path::Path;

use gloss_doc::Document;
use gloss_io::{Columns, Error, ErrorKind, Input, ReadOptions, Reader, TableOptions};
use serde_json::json;
use support::{gzip, items, zstd};

/// What is expected of a document: its text, or the error with a part of its message.
type Expected<'a> = Result<&'a str, (ErrorKind, &'a str)>;

fn options() -> ReadOptions {
    ReadOptions::default()
}

fn columns(
    text: &str,
    id: Option<&str>,
    date: Option<&str>,
    metadata: Option<&[&str]>,
) -> ReadOptions {
    let owned = |name: &str| name.to_owned();
    let metadata = metadata.map(|names| names.iter().map(|name| owned(name)).collect());
    let columns = Columns {
        text: Some(owned(text)),
        id: id.map(owned),
        date: date.map(owned),
        metadata,
        ..Columns::default()
    };
    ReadOptions { columns, ..options() }
}

fn compare(
    found: &[Result<Document, Error>],
    expected: &[Expected<'_>],
    what: &dyn std::fmt::Debug,
) {
    assert_eq!(found.len(), expected.len(), "{what:?}: {found:?}");
    for (found, expected) in found.iter().zip(expected) {
        match (found, expected) {
            (Ok(d), Ok(text)) => assert_eq!(d.text, *text, "{what:?}"),
            (Err(e), Err((kind, part))) => {
                assert_eq!(e.kind, *kind, "{what:?}: {e}");
                assert!(e.message.contains(part), "{what:?}: {e}");
            }
            (found, expected) => panic!("{what:?}: {found:?}, expected {expected:?}"),
        }
    }
}

/// Reads a file of this name, and checks that leaving out any number of its documents gives the rest.
fn check(name: &str, bytes: &[u8], options: &ReadOptions, expected: &[Expected<'_>]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let what = (name, String::from_utf8_lossy(&bytes[..bytes.len().min(200)]));
    let input = || vec![Input::File(path.clone())];
    compare(&items(input(), options), expected, &what);
    for count in 0..=expected.len() + 1 {
        let mut reader = Reader::new(input(), options.clone());
        let skipped = reader.skip_documents(count as u64);
        assert_eq!(skipped, count.min(expected.len()) as u64, "{what:?}");
        compare(&reader.collect::<Vec<_>>(), &expected[skipped as usize..], &what);
    }
}

#[test]
fn texts() {
    let check = |bytes: &[u8], header, expected: Result<(&str, Option<u64>), (ErrorKind, &str)>| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, bytes).unwrap();
        let options = ReadOptions { header, ..options() };
        let found = items(vec![Input::File(path)], &options);
        compare(&found, &[expected.map(|(text, _)| text)], &bytes);
        if let (Ok(document), Ok((text, offset))) = (&found[0], expected) {
            assert_eq!(document.source.as_ref().unwrap().offset, offset);
            if let Some(offset) = offset {
                assert_eq!(&bytes[offset as usize..], text.as_bytes());
            }
        }
    };
    check(b"", false, Ok(("", Some(0))));
    check(b" \n", false, Ok((" \n", Some(0))));
    check(b"a\r\nb\0", false, Ok(("a\r\nb\0", Some(0))));
    check(b"\xEF\xBB\xBFa", false, Ok(("a", Some(3))));
    check(b"\xEF\xBB\xBF date 2026-01-11 a", true, Ok(("a", Some(20))));
    check(b" date 2026-01-11 a", true, Ok(("a", Some(17))));
    check(b" date 2026-01-11 a", false, Ok((" date 2026-01-11 a", Some(0))));
    check(b"ab\xFFcd", false, Err((ErrorKind::NotUtf8, "byte 2 (0xFF)")));
    check(b"\xEF\xBB\xBFab\xFFcd", false, Err((ErrorKind::NotUtf8, "byte 5")));
    check(b"\xFF\xFEa\0", false, Ok(("a", None)));
    check(b"\xFF\xFEa", false, Err((ErrorKind::NotInEncoding, "byte 1 is not UTF-16LE")));
}

#[test]
fn encodings() {
    let given = |label: &str| ReadOptions { encoding: Some(label.parse().unwrap()), ..options() };
    check("a.txt", b"caf\xE9", &given("latin1"), &[Ok("café")]);
    check("a.html", b"<p>caf\xE9", &given("latin1"), &[Ok("café")]);
    check("a.html", b"<meta charset=latin1><p>caf\xE9", &options(), &[Ok("café")]);
    check("a.html", b"<p>caf\xE9", &options(), &[Err((ErrorKind::NotUtf8, "byte 6"))]);
    check(
        "a.jsonl",
        b"{\"text\":\"\xE9\"}\n{\"text\":\"b\"}",
        &given("latin1"),
        &[Ok("é"), Ok("b")],
    );
    check(
        "a.jsonl",
        b"{\"text\":\"\xE9\"}\n{\"text\":\"b\"}",
        &options(),
        &[Err((ErrorKind::NotUtf8, ":1 is not UTF-8: byte 9 of the line")), Ok("b")],
    );
    check("a.csv", b"text\n\x93\xFA\n", &given("shift_jis"), &[Ok("日")]);
    let bad = Err((ErrorKind::NotInEncoding, "is not Shift_JIS"));
    check("a.jsonl", b"{\"text\":\"a\"}\n\xFF\n", &given("shift_jis"), &[bad]);
    check("a.csv", b"\xFF\xFEt\0e\0x\0t\0\n\0\xE9\0\n\0", &options(), &[Ok("é")]);
}

#[test]
fn markdown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.md");
    let text = "---\ntitle: A\ndate: 2026-01-11\n---\n\n# B\n\n*c*\n";
    fs::write(&path, text).unwrap();
    let document = items(vec![Input::File(path)], &options()).remove(0).unwrap();
    assert_eq!(document.text, "# B\n\n*c*\n");
    assert_eq!(json!(document.metadata), json!({"title": "A", "date": "2026-01-11"}));
    let offset = document.source.unwrap().offset.unwrap() as usize;
    assert_eq!(&text[offset..], document.text);
}

#[test]
fn documents_as_lines() {
    let check = |text: &str, expected: &[Expected<'_>]| {
        check("a.jsonl", text.as_bytes(), &options(), expected);
    };
    check("", &[]);
    check("{\"text\":\"a\"}\n\n{\"text\":\"b\"}", &[Ok("a"), Ok("b")]);
    check("\u{FEFF}{\"text\":\"a\"}", &[Ok("a")]);
    check("{\"text\":1}\n{\"text\":\"b\"}\n", &[Err((ErrorKind::BadJson, ":1:")), Ok("b")]);
    check("{\"txt\":\"a\"}", &[Err((ErrorKind::BadJson, "unknown field `txt`"))]);
    check(
        "{\"text\":\"a\",\"layers\":{\"s/l\":{\"type\":\"t\",\"kind\":\"spans\",\"annotations\":[]}}}",
        &[Err((ErrorKind::BadJson, "offsets"))],
    );
    check("{\"text\":\"a\"}\n{\"text\":\"b", &[Ok("a"), Err((ErrorKind::CutOff, "line 2"))]);
    check("{\"text\":\"b\n{\"text\":\"a\"}\n", &[Err((ErrorKind::BadJson, ":1:")), Ok("a")]);
    let deep = format!("{{\"text\":\"a\",\"metadata\":{{\"x\":{}}}}}", "[".repeat(100_000));
    check(&deep, &[Err((ErrorKind::BadJson, "recursion limit"))]);
}

#[test]
fn objects_as_lines() {
    let found = |options: &ReadOptions, line: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        fs::write(&path, line).unwrap();
        let document = items(vec![Input::File(path)], options).remove(0)?;
        Ok::<_, Error>((document.text, document.id, json!(document.metadata)))
    };
    let line = r#"{"content":"a","url":"u","n":1.5,"no":null,"by":{"name":"x","age":3},"id":7}"#;
    let (text, id, metadata) = found(&columns("content", None, None, None), line).unwrap();
    assert_eq!((text.as_str(), id.as_str()), ("a", "7"));
    assert_eq!(metadata, json!({"url": "u", "n": 1.5, "by": {"name": "x", "age": 3}}));
    let wanted = columns("by.name", Some("url"), Some("n"), None);
    let (text, id, metadata) = found(&wanted, line).unwrap();
    assert_eq!((text.as_str(), id.as_str()), ("x", "u"));
    assert_eq!(metadata, json!({"content": "a", "id": 7, "by": {"age": 3}, "date": 1.5}));
    let wanted = columns("content", None, Some("by.age"), Some(&["by.name", "id", "none"]));
    assert_eq!(found(&wanted, line).unwrap().2, json!({"by.name": "x", "id": 7, "date": 3}));
    let kind = |text: &str, id: Option<&str>, line: &str| {
        found(&columns(text, id, None, None), line).unwrap_err().kind
    };
    assert_eq!(kind("n", None, line), ErrorKind::BadRow);
    assert_eq!(kind("no", None, line), ErrorKind::BadRow);
    assert_eq!(kind("content", Some("by"), line), ErrorKind::BadRow);
    assert_eq!(kind("content", None, "[1]\n"), ErrorKind::BadJson);
    assert_eq!(kind("content", None, "{\"content\":"), ErrorKind::CutOff);
}

#[test]
fn tables() {
    let check = |text: &str, options: &ReadOptions, expected: &[Expected<'_>]| {
        check("a.csv", text.as_bytes(), options, expected);
        check("a.tsv", text.replace(',', "\t").as_bytes(), options, expected);
    };
    let plain = options();
    check("", &plain, &[]);
    check("text\n", &plain, &[]);
    check("id,text\n1,a\n2,\"b\n\"\"c\"\"\"\n", &plain, &[Ok("a"), Ok("b\n\"c\"")]);
    check("\u{FEFF}text,b\r\na,\r\n", &plain, &[Ok("a")]);
    let ragged = "text,n\na,1\nb\nc,2,3\nd,4\n";
    check(
        ragged,
        &plain,
        &[
            Ok("a"),
            Err((ErrorKind::BadRow, ":3: the row has 1 fields, and not 2")),
            Err((ErrorKind::BadRow, ":4: the row has 3 fields")),
            Ok("d"),
        ],
    );
    check("text\na\n\"b\nc\n", &plain, &[Ok("a"), Err((ErrorKind::CutOff, "line 3"))]);
    check("txt,b\na,b\n", &plain, &[Err((ErrorKind::NoColumn, "no column \"text\""))]);
    check("text,text\na,b\n", &plain, &[Err((ErrorKind::NoColumn, "several"))]);
    let bare = |text: &str| ReadOptions {
        table: TableOptions { header_row: false, ..TableOptions::default() },
        ..columns(text, None, None, None)
    };
    check("1,a\n2,b\n", &bare("2"), &[Ok("a"), Ok("b")]);
    let unquoted = TableOptions { quote: None, ..TableOptions::default() };
    let unquoted = ReadOptions { table: unquoted, ..options() };
    check("text\na \"b\n\"c\n", &unquoted, &[Ok("a \"b"), Ok("\"c")]);
    check("1,a\n", &bare("3"), &[Err((ErrorKind::NoColumn, "\"3\""))]);
}

#[test]
fn tables_have_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, "key;body;day;n\nk;it''s;2026-01-11;\n").unwrap();
    let table = TableOptions { delimiter: Some(b';'), quote: Some(b'\''), header_row: true };
    let options = ReadOptions { table, ..columns("body", Some("key"), Some("day"), None) };
    let document = items(vec![Input::File(path.clone())], &options).remove(0).unwrap();
    assert_eq!((document.id.as_str(), document.text.as_str()), ("k", "it''s"));
    assert_eq!(json!(document.metadata), json!({"date": "2026-01-11", "n": ""}));
    assert_eq!(document.source.unwrap().line, Some(2));
}

#[test]
fn compressed() {
    let lines = b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    for (ending, compress) in [("gz", gzip as fn(&[u8]) -> Vec<u8>), ("zst", zstd)] {
        let name = |format: &str| format!("a.{format}.{ending}");
        let whole = compress(lines);
        check(&name("jsonl"), &whole, &options(), &[Ok("a"), Ok("b")]);
        check(&name("txt"), &compress(b"a"), &options(), &[Ok("a")]);
        check(&name("html"), &compress(b"<p>a"), &options(), &[Ok("a")]);
        check(&name("csv"), &compress(b"text\na\n"), &options(), &[Ok("a")]);
        // Several members, or frames.
        let twice = [whole.clone(), compress(b"{\"text\":\"c\"}\n")].concat();
        check(&name("jsonl"), &twice, &options(), &[Ok("a"), Ok("b"), Ok("c")]);
        let cut = Err((ErrorKind::CutOff, "is cut off"));
        check(&name("txt"), &whole[..whole.len() - 3], &options(), &[cut]);
        check(&name("txt"), b"", &options(), &[cut]);
        let two = [whole.clone(), whole[..whole.len() / 2].to_vec()].concat();
        check(&name("jsonl"), &two, &options(), &[Ok("a"), Ok("b"), cut]);
        let damaged = Err((ErrorKind::Damaged, "cannot be decompressed"));
        check(&name("txt"), b"not compressed", &options(), &[damaged]);
    }
    let format = Some("txt.gz".parse().unwrap());
    check("a.bin", &gzip(b"a"), &ReadOptions { format, ..options() }, &[Ok("a")]);
}

#[test]
fn inputs_that_cannot_be_read() {
    let none = |name: &str| vec![Input::File(Path::new("/none").join(name))];
    for name in ["a.txt", "a.jsonl", "a.csv.gz", "a.parquet"] {
        let found = items(none(name), &options());
        compare(&found, &[Err((ErrorKind::Unreadable, name))], &name);
        let mut reader = Reader::new(none(name), options());
        assert_eq!(reader.skip_documents(5), 1);
        assert!(reader.next().is_none());
    }
    let parquet = ReadOptions { format: Some("parquet".parse().unwrap()), ..options() };
    let found = items(vec![Input::Stdin], &parquet);
    compare(&found, &[Err((ErrorKind::UnknownFormat, "standard input"))], &"-");
}

#[test]
fn a_file_that_changes_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    fs::write(&path, "{\"text\":\"a\"}\n{\"text\":\"b\"}\n").unwrap();
    let mut reader = Reader::new(vec![Input::File(path.clone())], options());
    let first = reader.next().unwrap();
    fs::write(folder.path().join("aside"), "{\"text\":\"other\"}\n").unwrap();
    fs::rename(folder.path().join("aside"), &path).unwrap();
    let rest: Vec<_> = std::iter::once(first).chain(reader).collect();
    compare(&rest, &[Ok("a"), Ok("b"), Err((ErrorKind::ChangedInput, "replaced"))], &"replaced");
}

#[test]
fn columns_are_checked_first() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, text: &str, options: &ReadOptions, expected: Option<&str>| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let found = Reader::new(vec![Input::File(path)], options.clone()).check();
        let help = found.as_ref().err().map(|e| e.help.as_str());
        assert_eq!(help, expected, "{found:?}");
    };
    let body = columns("body", None, None, None);
    check("a.csv", "id,body\n", &body, None);
    check("a.csv", "id,bdy\n", &body, Some("did you mean \"bdy\"? there are: id, bdy"));
    check("a.txt", "x", &body, None);
    check("a.jsonl", "{\"n\":1}\n{\"body\":\"x\"}\n", &body, None);
    check("a.jsonl", "{\"n\":1}\n{\"m\":\"x\"}\n", &body, Some("there are: m, n"));
    check("a.jsonl", "", &body, None);
    check("a.jsonl", "{\"n\":1}\n", &options(), None);
}

#[test]
fn progress_counts_stored_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        Input::File(path)
    };
    let table = gzip(b"text\na\nb\n");
    let inputs = vec![write("a.txt", b"abc"), write("b.csv.gz", &table), write("c.txt", b"de")];
    let total = Some(5 + table.len() as u64);
    for skip in 0..4 {
        let mut reader = Reader::new(inputs.clone(), options());
        let progress = reader.progress();
        assert_eq!((progress.read(), progress.total(), progress.documents()), (0, total, None));
        assert_eq!(reader.skip_documents(skip), skip);
        assert_eq!(reader.by_ref().count() as u64, 4 - skip);
        assert_eq!(Some(progress.read()), total);
    }
    let texts = Reader::new(vec![inputs[0].clone(), inputs[2].clone()], options()).progress();
    assert_eq!(texts.documents(), Some(2));
    let stream = Reader::new(vec![Input::Stdin], options()).progress();
    assert_eq!((stream.total(), stream.documents()), (None, Some(1)));
}
