//! Quotations, with speakers that are entities of `ner`.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use gloss_tests::{Sandbox, documents};
use serde_json::Value;

const TEXT: &str = "“We are ready,” said Angela Merkel in Berlin. “It took long,” she added. \
The “experts” were wrong.";

/// Label, text, speaker and the speaker's entity of each quotation.
fn check(pipeline: &str, arguments: &[&str], expected: &[[&str; 4]]) {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline);
    sandbox.file("a.txt", TEXT);
    let ran = sandbox.gloss(&[&["run", "p.toml", "a.txt"], arguments].concat(), b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = &documents(&ran.stdout)[0];
    let annotation = |layer: &str, id: &Value| -> Value {
        id.as_u64()
            .map_or(Value::Null, |id| document["layers"][layer]["annotations"][id as usize].clone())
    };
    let quotes = document["layers"]["quotes/quotes"]["annotations"].as_array().unwrap();
    let found: Vec<[String; 4]> = quotes
        .iter()
        .map(|quote| {
            let speaker = annotation("quotes/quote-speakers", &quote["attributes"]["speaker"]);
            let entity = annotation("ner/entities", &speaker["attributes"]["entity"]);
            [&quote["label"], &quote["text"], &speaker["text"], &entity["text"]]
                .map(|value| value.as_str().unwrap_or_default().to_owned())
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn speakers_are_named_and_linked() {
    let ner = "[[stage]]\nextractor = \"quotes\"\n[[stage]]\nextractor = \"ner\"\n";
    let linked = [
        ["DIRECT", "“We are ready,”", "Angela Merkel", "Angela Merkel"],
        ["DIRECT", "“It took long,”", "she", ""],
        ["SCARE", "“experts”", "", ""],
    ];
    check(ner, &[], &linked);
    check(ner, &["--isolate"], &linked);
}

#[test]
fn entities_are_optional() {
    let alone = "[[stage]]\nextractor = \"quotes\"\noptions = { unattributed = false }\n";
    let expected = [
        ["DIRECT", "“We are ready,”", "Angela Merkel", ""],
        ["DIRECT", "“It took long,”", "she", ""],
    ];
    check(alone, &[], &expected);
}
