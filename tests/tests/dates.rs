//! Temporal expressions, from files with a header to the values in the output.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use gloss_tests::{Sandbox, documents};
use serde_json::Value;

const PIPELINE: &str = "[input]\nheader = true\n[[stage]]\nextractor = \"dates\"\n";

/// What is found in a document: text, label and the attributes that are asked for.
fn found(document: &Value, attributes: &[&str]) -> Vec<String> {
    let annotations = document["layers"]["dates/dates"]["annotations"].as_array().unwrap();
    let text = document["text"].as_str().unwrap();
    let show = |annotation: &Value| {
        let offset = |key: &str| annotation[key].as_u64().unwrap() as usize;
        assert_eq!(text.get(offset("start")..offset("end")), annotation["text"].as_str());
        let mut shown =
            vec![annotation["text"].as_str().unwrap(), annotation["label"].as_str().unwrap()];
        shown
            .extend(attributes.iter().map(|a| annotation["attributes"][a].as_str().unwrap_or("-")));
        shown.join("|")
    };
    annotations.iter().map(show).collect()
}

/// Runs a pipeline over an article.
fn run(pipeline: &str, article: &str, more: &[&str]) -> Value {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline);
    sandbox.file("a.txt", article);
    let ran = sandbox.gloss(&[&["run", "p.toml", "a.txt"], more].concat(), b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    documents(&ran.stdout).remove(0)
}

#[test]
fn the_header_of_an_article_is_its_date() {
    let article = " date 2026-01-11 It was released on Saturday. Last week nobody — in Málaga 👩‍👩‍👧 — \
                   knew of the raid on January 3, now one week old.";
    let expected = [
        "Saturday|DATE|2026-01-10|2026-01-10|2026-01-11|document",
        "Last week|DATE|2026-W01|2025-12-29|2026-01-05|document",
        "January 3|DATE|2026-01-03|2026-01-03|2026-01-04|document",
        "now|DATE|PRESENT_REF|-|-|-",
        "one week old|DURATION|P1W|-|-|-",
    ];
    let attributes = ["value", "begin", "end", "anchor"];
    assert_eq!(found(&run(PIPELINE, article, &[]), &attributes), expected);
    assert_eq!(found(&run(PIPELINE, article, &["--isolate"]), &attributes), expected);
}

#[test]
fn an_article_without_a_date_leaves_open_what_it_cannot_tell() {
    let document = run(PIPELINE, "On Friday he spoke of 2019.", &[]);
    let expected = ["Friday|DATE|XXXX-WXX-5|no-document-date", "2019|DATE|2019|-"];
    assert_eq!(found(&document, &["value", "ambiguous"]), expected);
    assert!(document["notes"].as_array().is_none_or(Vec::is_empty), "{document}");
}

#[test]
fn metadata_of_json_lines_and_options_are_heeded() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"dates\"\n\
         options = { date_field = \"published\", date_order = \"mdy\", weekday = \"future\" }\n",
    );
    let lines = [
        r#"{"id":"a","text":"Friday or 03/02/2025","metadata":{"published":"2026-01-14T08:00:00Z"}}"#,
        r#"{"id":"b","text":"Friday","metadata":{"published":7,"date":"2026-01-14"}}"#,
    ];
    sandbox.file("in.jsonl", lines.join("\n"));
    let ran = sandbox.gloss(&["run", "p.toml", "in.jsonl"], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let documents = documents(&ran.stdout);
    assert_eq!(
        found(&documents[0], &["value"]),
        ["Friday|DATE|2026-01-16", "03/02/2025|DATE|2025-03-02"]
    );
    assert_eq!(found(&documents[1], &["value"]), ["Friday|DATE|XXXX-WXX-5"]);
    let note = documents[1]["notes"].to_string();
    assert!(note.contains("published") && note.contains("holds no date"), "{note}");
}

#[test]
fn unusable_options_are_shown_in_their_place() {
    let sandbox = Sandbox::new();
    for (options, code, says) in [
        ("date_order = \"ymd\"", "G0110", "date_order"),
        ("weekdays = \"past\"", "G0109", "did you mean \"weekday\"?"),
        ("date_field = \"\"", "G0110", "a metadata field has a name"),
    ] {
        sandbox.file(
            "p.toml",
            format!("[[stage]]\nextractor = \"dates\"\noptions = {{ {options} }}\n"),
        );
        let ran = sandbox.gloss(&["check", "p.toml"], b"");
        assert_eq!(ran.code, 1, "{options}");
        assert!(
            ran.stderr.contains(code) && ran.stderr.contains(says),
            "{options}: {}",
            ran.stderr
        );
    }
}
