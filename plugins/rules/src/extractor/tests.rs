use std::path::{Path, PathBuf};

use gloss_doc::OffsetUnit;
use gloss_doc::json::DocumentRecord;
use gloss_plugin::harness::{Failure, Harness};
use serde_json::{Value, json};

use super::*;

/// The annotations of a text, as the output has them.
fn annotations(harness: &Harness<RulesExtractor>, text: &str) -> Vec<Value> {
    let document = harness.run(text).unwrap();
    let record = DocumentRecord::new(&document, OffsetUnit::Byte);
    let value = serde_json::to_value(record).unwrap();
    value["layers"]["test/entities"]["annotations"].as_array().unwrap().clone()
}

/// What is found stands in the expected text as marks, without attributes.
#[track_caller]
fn check_with(harness: &Harness<RulesExtractor>, text: &str, expected: &str) {
    let mut marked = String::new();
    let mut at = 0;
    for found in annotations(harness, text) {
        let place = |key: &str| usize::try_from(found[key].as_u64().unwrap()).unwrap();
        let (start, end) = (place("start"), place("end"));
        let label = found["label"].as_str().unwrap();
        marked += &format!("{}[{}]({label})", &text[at..start], &text[start..end]);
        at = end;
    }
    marked += &text[at..];
    assert_eq!(marked, expected);
}

#[track_caller]
fn check(options: &Value, text: &str, expected: &str) {
    check_with(&Harness::new(options.clone()).unwrap(), text, expected);
}

/// Entries `text:LABEL`, with more options.
fn entries(entries: &[&str], more: Value) -> Value {
    let split = |entry: &&str| {
        let (text, label) = entry.rsplit_once(':').unwrap();
        json!({ "text": text, "label": label })
    };
    let mut options = json!({ "entries": entries.iter().map(split).collect::<Vec<_>>() });
    options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    options
}

#[test]
fn case_and_forms() {
    let plain = entries(&["Łódź:GPE", "New York:GPE", "é:X"], json!({}));
    check(&plain, "łódź Łódź", "łódź [Łódź](GPE)");
    check(&plain, "Łódz\u{301}", "[Łódz\u{301}](GPE)");
    check(&plain, "in New\r\n  York.", "in [New\r\n  York](GPE).");
    check(&plain, "New\u{A0}York NewYork", "[New\u{A0}York](GPE) NewYork");
    check(&plain, "e e\u{301} é e\u{301}\u{323}", "e [e\u{301}](X) [é](X) e\u{301}\u{323}");
    let folded = entries(&["straße:X", "ΣΑΣ:Y"], json!({ "case": "insensitive" }));
    check(&folded, "STRAẞE STRASSE σας", "[STRAẞE](X) STRASSE [σας](Y)");
    let smart = entries(&["US:GPE", "apple:FRUIT"], json!({ "case": "smart" }));
    check(&smart, "us US Us Apple", "us [US](GPE) Us [Apple](FRUIT)");
    let both = entries(&["Apple:ORG", "apple:FRUIT"], json!({ "case": "smart" }));
    check(&both, "apple Apple APPLE", "[apple](FRUIT) [Apple](ORG) [APPLE](FRUIT)");
}

#[test]
fn diacritics() {
    let options = entries(&["Nicolas:P", "Đà Nẵng:GPE"], json!({ "fold_diacritics": true }));
    check(&options, "Nicolás Nicola\u{301}s", "[Nicolás](P) [Nicola\u{301}s](P)");
    check(&options, "Đa Nang, Da Nang", "[Đa Nang](GPE), Da Nang");
    let marks = entries(&["a:A"], json!({ "fold_diacritics": true }));
    check(&marks, "\u{301}\u{302}", "\u{301}\u{302}");
    check(&marks, "a\u{301} \u{301}a", "[a\u{301}](A) \u{301}[a](A)");
}

#[test]
fn boundaries() {
    let words = entries(&["Ann:P", "Ann Ar:Q", "C++:L", "東京:GPE", "한국:GPE"], json!({}));
    check(&words, "Ann's Annie Ann Arbor", "[Ann](P)'s Annie [Ann](P) Arbor");
    check(&words, "C++ C++11 (C++)", "[C++](L) [C++](L)11 ([C++](L))");
    check(&words, "私は東京です。東京2020", "私は[東京](GPE)です。[東京](GPE)2020");
    check(&words, "한국 한국은", "[한국](GPE) 한국은");
    check(&words, "Ann_ _Ann Ann\u{301} Ann5", "Ann_ _Ann Ann\u{301} Ann5");
    let anywhere = entries(&["Ann:P", "하:X", "caf:Y"], json!({ "boundaries": false }));
    check(&anywhere, "Annie Ann\u{301} \u{301}", "[Ann](P)ie Ann\u{301} \u{301}");
    check(&anywhere, "하한\u{1112}\u{1161}\u{11AB}", "[하](X)한\u{1112}\u{1161}\u{11AB}");
    check(&anywhere, "cafe\u{301} caf\u{301}", "[caf](Y)e\u{301} caf\u{301}");
}

#[test]
fn overlaps() {
    let names = ["New York:GPE", "York:GPE", "New York Times:ORG", "Times Square:LOC", "York:P"];
    let longest = entries(&names, json!({}));
    check(&longest, "New York Times Square", "[New York Times](ORG) Square");
    check(&longest, "York", "[York](GPE)");
    let all = entries(&names, json!({ "overlaps": "all" }));
    let document =
        Harness::<RulesExtractor>::new(all).unwrap().run("New York Times Square").unwrap();
    assert_eq!(document.layers[0].annotations.len(), 5);
    let patterns = json!({
        "entries": [{ "text": "12 May", "label": "A" }],
        "patterns": [{ "regex": r"\d+", "label": "B" }, { "regex": r"\d+ May", "label": "C" }],
    });
    check(&patterns, "12 May 13 May 9", "[12 May](A) [13 May](C) [9](B)");
}

#[test]
fn attributes() {
    let options = json!({
        "entries": [{ "text": "WHO", "label": "ORG", "id": "Q7817" }, { "text": "UN", "label": "ORG" }],
        "patterns": [
            { "regex": r"(?<area>\d+)-(?<span>\d+)(?<end>x)?", "label": "PHONE", "id": "p" },
            { "regex": r"(?<span>\d)?y", "label": "Y" },
        ],
    });
    let harness = Harness::<RulesExtractor>::new(options).unwrap();
    let mut found = annotations(&harness, "WHO UN 030-12 y");
    found.iter_mut().for_each(|a| drop(a.as_object_mut().unwrap().remove("id")));
    let expected = json!([
        { "start": 0, "end": 3, "text": "WHO", "label": "ORG",
          "attributes": { "id": "Q7817" } },
        { "start": 4, "end": 6, "text": "UN", "label": "ORG" },
        { "start": 11, "end": 13, "text": "12", "label": "PHONE", "attributes": {
            "id": "p", "entry": r"(?<area>\d+)-(?<span>\d+)(?<end>x)?", "area": "030" } },
    ]);
    assert_eq!(Value::from(found), expected);
}

/// Writes files into a folder and loads an extractor with them.
fn with_files(files: &[(&str, &[u8])], options: Value) -> Result<Harness<RulesExtractor>, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, content): &(&str, &[u8])| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let paths: Vec<PathBuf> = files.iter().map(write).collect();
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    Harness::with_files(options, &[("gazetteers", &paths)], &[])
}

#[test]
fn files() {
    let check = |name: &str, content: &[u8], options: Value, text: &str, expected: &str| {
        check_with(&with_files(&[(name, content)], options).unwrap(), text, expected);
    };
    let none = || json!({});
    check("a.csv", b"text,label\nParis,GPE\n", none(), "Paris", "[Paris](GPE)");
    check("a.csv", b"\xEF\xBB\xBFtext,label\r\nParis,GPE\r\n\r\n", none(), "Paris", "[Paris](GPE)");
    check(
        "a.tsv",
        b"label\ttext\nGPE\tParis, Texas",
        none(),
        "Paris, Texas",
        "[Paris, Texas](GPE)",
    );
    check(
        "a.csv",
        b"text,label\n\"Paris,\nTexas\",GPE",
        none(),
        "Paris, Texas",
        "[Paris, Texas](GPE)",
    );
    check("A.CSV", b"text\nParis\n,\n", json!({ "label": "X" }), "Paris", "[Paris](X)");
    check(
        "a.csv",
        b"name,type\nParis,GPE",
        json!({ "text_column": "name", "label_column": "type" }),
        "Paris",
        "[Paris](GPE)",
    );
    check(
        "a.jsonl",
        b"{\"label\": \"ORG\", \"pattern\": \"Apple\", \"id\": \"apple\"}\n\n",
        none(),
        "Apple",
        "[Apple](ORG)",
    );
    check("a.jsonl", b"{\"text\":\"Apple\"}\r\n", json!({ "label": "X" }), "Apple", "[Apple](X)");
}

#[test]
fn columns_are_attributes() {
    let csv = b"text,label,id,country,\nParis,GPE,Q90,FR,\nLima,GPE,,,x\n".as_slice();
    let jsonl =
        b"{\"text\":\"Bonn\",\"label\":\"GPE\",\"people\":300000,\"country\":\"DE\"}".as_slice();
    let harness = with_files(&[("a.csv", csv), ("b.jsonl", jsonl)], json!({})).unwrap();
    let schema = &harness.plan().provides[0];
    let names: Vec<&str> = schema.attributes.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["id", "entry", "country", "people"]);
    let found = annotations(&harness, "Paris Lima Bonn");
    let attributes: Vec<Value> = found.iter().map(|a| a["attributes"].clone()).collect();
    let expected = [
        json!({ "id": "Q90", "country": "FR" }),
        Value::Null,
        json!({ "country": "DE", "people": "300000" }),
    ];
    assert_eq!(attributes, expected);
}

#[track_caller]
fn refused(result: Result<Harness<RulesExtractor>, Failure>, place: &str, expected: &[&str]) {
    let failure = result.err().unwrap();
    assert_eq!(failure.place, place, "{failure}");
    for part in expected {
        assert!(failure.message.contains(part), "{part:?} is not in {:?}", failure.message);
    }
}

#[test]
fn bad_files() {
    let check = |name: &str, content: &[u8], expected: &[&str]| {
        refused(with_files(&[(name, content)], json!({})), "gazetteers", expected);
    };
    check("a.csv", b"", &["a.csv: the file is empty"]);
    check("a.csv", b"name,label\nx,Y", &["no column \"text\""]);
    check("a.csv", b"text;label\nx;Y", &["no column \"text\""]);
    check("a.csv", b"text,text,label\n", &["two columns"]);
    check("a.txt", b"x", &["not in \"txt\""]);
    check("a.csv", b"\xFF\xFEt\0e\0", &["UTF-16"]);
    check("a.csv", b"text,label,entry\nx,Y,z", &["\"entry\" cannot be the name"]);
    let long = "x".repeat(1001);
    let rows = format!("text,label\n,A\n---,A\nok,\nok,A,B\n{long},A\nbad\0,A\n\u{301}a,A\nok,A\n");
    check(
        "a.csv",
        rows.as_bytes(),
        &[
            "7 things are wrong",
            "a.csv, line 2: the text is empty",
            "line 3: the text is punctuation alone",
            "line 4: there is no label",
            "line 5: there are 3 fields",
            "line 6: the text has more than 1000",
            "line 7: the text has the control character U+0000",
            "line 8: the text begins with a combining mark",
        ],
    );
    check("a.csv", b"text,label\nok,A\ncaf\xE9,A\n", &["a.csv, line 3: byte 4 of the line"]);
    check("a.csv", &[b"text,label\n".as_slice(), &b",A\n".repeat(30)].concat(), &["and 10 more"]);
    let lines = b"{\"text\":\"a\",\"label\":\"A\"}\n[1]\n{\"label\":\"A\"}\n\xFF\n\
        {\"label\":\"A\",\"pattern\":[{\"LOWER\":\"x\"}]}\n{\"text\":\"a\",\"label\":\"A\",\"x\":[1]}\n";
    check(
        "a.jsonl",
        lines,
        &[
            "5 things",
            "line 2: not a JSON",
            "line 3: there is neither",
            "line 4: byte 1",
            "line 5: \"pattern\" is a list of tokens",
            "line 6: \"x\" is a list",
        ],
    );
}

#[test]
fn bad_options() {
    let check = |options: Value, place: &str, expected: &[&str]| {
        refused(Harness::<RulesExtractor>::new(options), place, expected);
    };
    check(json!({ "entries": [{ "text": "a" }] }), "entries", &["entry 1: there is no label"]);
    check(json!({ "entries": [{ "text": "a", "lable": "b" }] }), "entries[0].lable", &[]);
    check(
        json!({ "patterns": [{ "regex": "a(", "label": "A" }] }),
        "patterns",
        &["pattern 1", "unclosed"],
    );
    check(
        json!({ "patterns": [{ "regex": "(?<id>a)", "label": "A" }] }),
        "patterns",
        &["\"id\" cannot be"],
    );
    check(json!({ "longest_match": 0 }), "longest_match", &[]);
    check(json!({ "case": "none" }), "case", &[]);
}

#[test]
fn hostile_texts() {
    let options = entries(
        &["a:A", "a b:B", "( a:C", "e\u{301}:E"],
        json!({
            "case": "insensitive",
            "patterns": [{ "regex": r"(\w+\s?)+!", "label": "P" }],
        }),
    );
    let harness = Harness::<RulesExtractor>::new(options).unwrap();
    for piece in ["a", "(", " ", "\u{301}", "e\u{301}", "A ", "\n\t", "9", "é", "\u{1F600}", "a b "]
    {
        let text = piece.repeat(300_000 / piece.len());
        harness.run(&text).unwrap();
    }
    let marks = format!("x{} a", "\u{301}".repeat(200_000));
    let document = harness.run(&marks).unwrap();
    assert_eq!(document.layers[0].annotations.len(), 1);
}
