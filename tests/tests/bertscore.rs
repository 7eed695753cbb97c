//! `gloss compare --bertscore`: from files of texts, with a small encoder, to a score in every format.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use gloss_tests::c::repository;
use gloss_tests::{Ran, Sandbox};
use serde_json::{Value, json};

const REFERENCE: &str = "Angela Merkel met Emmanuel Macron in Zürich on Friday.";
const NEAR: &str = "Angela Merkel met Emmanuel Macron on Friday.";
const FAR: &str = "Rain is expected in the hills, with strong winds 😀 from the west.";

/// Documents with a summary each.
fn summaries(texts: &[&str]) -> String {
    let document = |(number, text): (usize, &&str)| {
        let annotations = if text.is_empty() { json!([]) } else { json!([{ "text": text }]) };
        let layer = json!({ "type": "summary", "kind": "texts", "annotations": annotations });
        let layers = json!({ "s/summary": layer });
        json!({ "id": number.to_string(), "text": "A text.", "offsets": "byte", "layers": layers })
    };
    texts.iter().enumerate().map(|(at, text)| format!("{}\n", document((at, text)))).collect()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("gold.jsonl", summaries(&[REFERENCE, REFERENCE, REFERENCE]));
    sandbox.file("near.jsonl", summaries(&[REFERENCE, NEAR, NEAR]));
    sandbox.file("far.jsonl", summaries(&[FAR, FAR, ""]));
    sandbox
}

fn model() -> String {
    let folder = repository().join("plugins/transformers/tests/models/vectors");
    folder.to_str().unwrap().to_owned()
}

fn compare(sandbox: &Sandbox, more: &[&str]) -> Ran {
    let model = model();
    let arguments = [
        "compare",
        "near.jsonl",
        "far.jsonl",
        "--gold",
        "gold.jsonl",
        "--resamples",
        "200",
        "--no-cache",
        "--bertscore",
        &model,
    ];
    sandbox.gloss(&[&arguments, more].concat(), b"")
}

fn as_json(sandbox: &Sandbox, more: &[&str]) -> Value {
    let ran = compare(sandbox, &[more, &["--format", "json"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{more:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The scores of `near` and of `far` against the gold: precision, recall, F1.
fn scores(found: &Value) -> [[f64; 3]; 2] {
    [0, 1].map(|at| {
        let scores = &found["vectors"]["pairs"][at]["bertscore"];
        ["precision", "recall"]
            .map(|part| scores[part].as_f64().unwrap())
            .into_iter()
            .chain([scores["f1"]["value"].as_f64().unwrap()])
            .collect::<Vec<_>>()
            .try_into()
            .unwrap()
    })
}

#[test]
fn texts_of_files_have_a_bertscore() {
    let sandbox = sandbox();
    let found = as_json(&sandbox, &[]);
    let [near, far] = scores(&found);
    assert!(near[2] > far[2] && near[2] < 1.0, "{near:?} {far:?}");
    let counts = &found["vectors"]["pairs"][1]["bertscore"];
    assert_eq!([&counts["texts"], &counts["left_only"]], [&json!(2), &json!(1)]);
    assert_eq!(found["vectors"]["pairs"][0]["items"], 0);
    let settings = &found["settings"]["vectors"];
    assert_eq!(settings["model"], json!(model()));
    assert_eq!([&settings["layer"], &settings["baseline"]], [&Value::Null, &Value::Null]);
    assert_eq!(found["vectors"]["differences"][0]["metric"], "bertscore_f1");
    // The last layer by its number and from the end; another gives other scores.
    assert_eq!(scores(&as_json(&sandbox, &["--bertscore-layer", "-1"])), [near, far]);
    let first = as_json(&sandbox, &["--bertscore-layer", "0"]);
    assert!(scores(&first) != [near, far] && first["settings"]["vectors"]["layer"] == 0);
    // What all references have counts for nothing: here it is all that they are.
    let weighed = scores(&as_json(&sandbox, &["--idf"]));
    assert_eq!(weighed[0][1], 0.0);
    let rescaled = scores(&as_json(&sandbox, &["--bertscore-baseline", "0.5,0.25,0"]));
    for (plain, rescaled) in [near, far].iter().zip(rescaled) {
        let expected = [2.0 * plain[0] - 1.0, (plain[1] - 0.25) / 0.75, plain[2]];
        assert!(expected.iter().zip(rescaled).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}

#[test]
fn every_view_shows_it_with_its_settings() {
    let sandbox = sandbox();
    for (format, told) in [
        ("terminal", ["BERTScore of texts", "last layer"]),
        ("markdown", ["BERTScore of texts", "last layer"]),
        ("html", ["BERTScore F1", "last layer"]),
        ("csv", ["bertscore_precision", "bertscore_f1"]),
    ] {
        let ran = compare(&sandbox, &["--format", format]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        // A terminal breaks lines where they end.
        let shown = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        for told in told {
            assert!(shown.contains(told), "{format}: {told}: {}", ran.stdout);
        }
    }
}

#[test]
fn a_comparison_file_says_the_same() {
    let sandbox = sandbox();
    let variants = ["gold", "near", "far"]
        .map(|name| format!("[[variant]]\nname = \"{name}\"\nfile = \"{name}.jsonl\"\n"))
        .concat();
    let text = format!(
        "gold = \"gold\"\n[vectors]\nmodel = {:?}\nlayer = 1\nidf = true\n{variants}",
        model()
    );
    sandbox.file("c.toml", text);
    let ran = sandbox.gloss(&["compare", "c.toml", "--no-cache", "--format", "json"], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let of_file = scores(&serde_json::from_str(&ran.stdout).unwrap());
    assert_eq!(of_file, scores(&as_json(&sandbox, &["--bertscore-layer", "1", "--idf"])));
}

#[test]
fn what_cannot_be_is_refused_before_anything_runs() {
    let sandbox = sandbox();
    let check = |more: &[&str], told: &str| {
        let ran = compare(&sandbox, more);
        assert!(ran.code != 0 && ran.stderr.contains(told), "{more:?}: {}", ran.stderr);
    };
    check(&["--bertscore-layer", "99"], "there is no layer 99");
    check(&["--bertscore-baseline", "1,0,0"], "three numbers below 1");
    let span =
        json!({ "type": "entities", "kind": "spans", "annotations": [{ "start": 0, "end": 1 }] });
    let document = json!({ "id": "1", "text": "A", "offsets": "byte", "layers": { "a/e": span } });
    sandbox.file("spans.jsonl", format!("{document}\n"));
    let model = model();
    let ran =
        sandbox.gloss(&["compare", "spans.jsonl", "x=spans.jsonl", "--bertscore", &model], b"");
    assert!(ran.stderr.contains("G1127"), "{}", ran.stderr);
}
