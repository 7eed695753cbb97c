//! `gloss compare` with golds of other tools: corrected samples, what was not annotated, offsets that are
//! counted otherwise, layers that come late.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use gloss_tests::{Ran, Sandbox};
use serde_json::{Value, json};

const TEXT: &str = "Zoë met Ana Łuk in Köln, then Åse saw Bo in Århus.";
/// In code points.
const NAMES: [(u64, u64, &str); 6] = [
    (0, 3, "PER"),
    (8, 15, "PER"),
    (19, 23, "LOC"),
    (30, 33, "PER"),
    (38, 40, "PER"),
    (44, 49, "LOC"),
];

fn compare(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    sandbox.gloss(&[&["compare", "--resamples", "100"], arguments].concat(), b"")
}

fn as_json(sandbox: &Sandbox, arguments: &[&str]) -> Value {
    let ran = compare(sandbox, &[arguments, &["--format", "json"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

fn warnings(comparison: &Value) -> String {
    let all = [&comparison["warnings"], &comparison["alignment"]["warnings"]];
    let all = all.into_iter().filter_map(Value::as_array).flatten();
    all.map(|warning| format!("{}\n", warning["message"].as_str().unwrap())).collect()
}

/// A document of ours, whose layers `NAME/entities` have the names, or all but some of the first.
fn document(id: usize, layers: &[(&str, usize)]) -> Value {
    let layer = |&(name, left_out): &(&str, usize)| {
        let span = |&(start, end, label): &(u64, u64, &str)| json!({ "start": start, "end": end, "label": label });
        let annotations: Vec<Value> = NAMES[left_out..].iter().map(span).collect();
        let layer = json!({ "type": "entities", "kind": "spans", "annotations": annotations });
        (format!("{name}/entities"), layer)
    };
    let layers: serde_json::Map<String, Value> = layers.iter().map(layer).collect();
    json!({ "id": id.to_string(), "text": TEXT, "offsets": "codepoint", "layers": layers })
}

fn lines(documents: impl IntoIterator<Item = Value>) -> String {
    documents.into_iter().map(|document| format!("{document}\n")).collect()
}

/// What Label Studio exports of a task that somebody corrected, or skipped: the form of its export
/// "JSON", where predictions are numbers.
fn exported(number: usize, task: &Value, is_skipped: bool) -> Value {
    let mut results = task["predictions"][0]["result"].clone();
    for result in results.as_array_mut().unwrap() {
        result["origin"] = "prediction".into();
    }
    let annotation = json!({
        "id": 100 + number, "completed_by": 1, "result": if is_skipped { json!([]) } else { results },
        "was_cancelled": is_skipped, "ground_truth": false, "created_at": "2025-03-09T21:52:49.513742Z",
        "updated_at": "2025-03-09T22:16:08.746926Z", "draft_created_at": null, "lead_time": 4.288,
        "prediction": {}, "result_count": 6, "unique_id": "f6b6b7a8-0000-4000-8000-000000000000",
        "import_id": null, "last_action": null, "bulk_created": false, "task": number, "project": 3,
        "updated_by": 1, "parent_prediction": 2 * number, "parent_annotation": null, "last_created_by": null
    });
    json!({
        "id": number, "annotations": [annotation], "file_upload": "5f2a-tasks.json", "drafts": [],
        "predictions": [2 * number, 2 * number + 1], "data": task["data"], "meta": {},
        "created_at": "2025-03-09T21:52:49.513742Z", "updated_at": "2025-03-09T22:16:08.746926Z",
        "allow_skip": true, "inner_id": number, "total_annotations": 1, "cancelled_annotations": 0,
        "total_predictions": 2, "comment_count": 0, "unresolved_comment_count": 0,
        "last_comment_updated_at": null, "project": 3, "updated_by": 1, "comment_authors": []
    })
}

#[test]
fn a_round_of_correction() {
    let sandbox = Sandbox::new();
    let run = (0..40).map(|n| document(n, &[("a", 0), ("b", usize::from(n % 4 == 0))]));
    sandbox.file("run.jsonl", lines(run));
    let sampled =
        compare(&sandbox, &["run.jsonl", "--sample", "12", "-o", "tasks.json", "--seed", "2"]);
    assert_eq!(sampled.code, 0, "{}", sampled.stderr);
    let tasks: Vec<Value> = serde_json::from_str(&sandbox.read("tasks.json")).unwrap();
    let stratum = |task: &Value| task["data"]["gloss_stratum"].as_str().unwrap().to_owned();
    let skipped = tasks.iter().position(|task| stratum(task) == "disagreement").unwrap();
    let export = (1..).zip(&tasks).map(|(n, task)| exported(n, task, n == skipped + 1));
    sandbox.file("export.json", json!(export.collect::<Vec<_>>()).to_string());

    let both = ["run.jsonl", "--layer", "a", "--layer", "b", "--gold", "label-studio:export.json"];
    let found = as_json(&sandbox, &both);
    let random: Vec<&Value> = tasks.iter().filter(|task| stratum(task) == "random").collect();
    let others = tasks.len() - random.len() - 1;
    let sample = json!({ "random": random.len(), "disagreements": others, "population": 40 });
    assert_eq!(found["sample"], sample);
    // All that is counted is of the random stratum.
    let id = |task: &&Value| task["data"]["id"].as_str().unwrap().parse::<usize>().unwrap();
    let missed = random.iter().map(id).filter(|id| id % 4 == 0).count();
    let pairs = found["spans"]["pairs"].as_array().unwrap();
    let against = |name: &str| {
        pairs.iter().find(|pair| pair["left"] == "gold" && pair["right"] == name).unwrap()
    };
    assert_eq!(against("a")["tally"]["equal"], random.len() * NAMES.len());
    assert_eq!(against("b")["tally"]["left_only"], missed);
    assert_eq!(against("b")["tally"]["equal"], random.len() * NAMES.len() - missed);
    // What differs is shown of both.
    assert_eq!(found["disagreements"]["differing_documents"], missed + others);
    let said = warnings(&found);
    for part in [
        &format!("all estimates are of its {} random documents", random.len()),
        "15.0% of the 40 that were drawn from",
        "1 task of Label Studio all of whose annotations were cancelled left out",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let screen = compare(&sandbox, &both).stdout;
    assert!(screen.contains("all estimates are of its"), "{screen}");
    // Without the random ones nothing can be estimated.
    let chosen = (1..).zip(&tasks).filter(|(_, task)| stratum(task) != "random");
    let chosen: Vec<Value> = chosen.map(|(n, task)| exported(n, task, false)).collect();
    sandbox.file("export.json", json!(chosen).to_string());
    let refused = compare(&sandbox, &both);
    assert!(refused.code == 1 && refused.stderr.contains("G1030"), "{}", refused.stderr);
}

#[test]
fn what_was_not_annotated_is_not_compared() {
    let sandbox = Sandbox::new();
    sandbox.file("run.jsonl", lines((0..4).map(|n| document(n, &[("a", 0)]))));
    let check = |gold: &str, content: String, compared: u64, parts: &[&str]| {
        let path = gold.split_once(':').unwrap().1;
        sandbox.file(path, content);
        let found = as_json(&sandbox, &["run.jsonl#a", "--gold", gold]);
        assert_eq!(found["documents"], compared, "{gold}");
        let said = warnings(&found);
        assert!(parts.iter().all(|part| said.contains(part)), "{gold}: {said}");
        found
    };
    let with = |fields: [Value; 4]| {
        let task = |(n, mut fields): (usize, Value)| {
            fields["id"] = n.to_string().into();
            fields["text"] = TEXT.into();
            fields
        };
        lines((0..).zip(fields).map(task))
    };
    let ents = json!([{ "start": 0, "end": 3, "label": "PER" }]);
    let not_annotated =
        "1 documents of \"gold\" lack spacy-json/entities and are not compared: the first is \"3\"";
    let doc = [
        json!({ "ents": ents }),
        json!({ "ents": [] }),
        json!({ "ents": [] }),
        json!({ "tokens": [] }),
    ];
    let found = check("spacy-json:spacy.jsonl", with(doc), 3, &[not_annotated]);
    assert_eq!(found["variants"][1]["origin"]["not_annotated"], json!(["3"]));
    // Where nothing is marked, all of the others' is too much.
    assert_eq!(found["spans"]["pairs"][0]["tally"]["right_only"], 17);
    let accept = |spans: Option<&Value>, answer: &str| match spans {
        Some(spans) => json!({ "spans": spans, "answer": answer }),
        None => json!({ "answer": answer }),
    };
    let tasks = [
        accept(Some(&ents), "accept"),
        accept(None, "accept"),
        accept(Some(&ents), "reject"),
        accept(Some(&ents), "ignore"),
    ];
    let left_out = [
        "1 task of Prodigy with the answer \"reject\" left out",
        "answer \"ignore\" left out",
        "2 of the 4 documents of \"run\"",
    ];
    check("prodigy:tasks.jsonl", with(tasks), 2, &left_out);
    // A control of Label Studio in which nothing was marked is not in the export.
    let result =
        |kind: &str, value: Value| json!({ "from_name": "x", "type": kind, "value": value });
    let span = result("labels", json!({ "start": 0, "end": 3, "text": "Zoë", "labels": ["PER"] }));
    let choice = result("choices", json!({ "choices": ["good"] }));
    let tasks = [json!([span, choice]), json!([choice]), json!([]), Value::Null];
    let task = |(n, results): (usize, Value)| {
        let annotations =
            if results.is_null() { json!([]) } else { json!([{ "result": results }]) };
        json!({ "data": { "id": n.to_string(), "text": TEXT }, "annotations": annotations })
    };
    let tasks: Vec<Value> = (0..).zip(tasks).map(task).collect();
    sandbox.file("ls.json", json!(tasks).to_string());
    let found = as_json(&sandbox, &["run.jsonl#a", "--gold", "label-studio:ls.json#entities"]);
    assert_eq!(found["documents"], 3);
    assert_eq!(found["spans"]["pairs"][0]["tally"]["right_only"], 17);
}

#[test]
fn layers_that_come_late_are_found_or_told_of() {
    let sandbox = Sandbox::new();
    let late = |n: usize| {
        if n < 1_000 { document(n, &[("a", 0)]) } else { document(n, &[("a", 0), ("b", 1)]) }
    };
    sandbox.file("late.jsonl", lines((0..1_010).map(late)));
    sandbox.file("whole.jsonl", lines((0..1_010).map(|n| document(n, &[("c", 0)]))));
    for arguments in [&["late.jsonl"][..], &["late.jsonl#b", "whole.jsonl"]] {
        let found = as_json(&sandbox, arguments);
        assert_eq!(found["documents"], 10, "{arguments:?}");
        assert!(warnings(&found).contains("1000 documents of"), "{arguments:?}");
    }
    let found = as_json(&sandbox, &["late.jsonl", "whole.jsonl"]);
    assert_eq!(found["documents"], 1_010);
    let told = "has b/entities too, which is not compared: it first stands in document \"1000\"";
    assert!(warnings(&found).contains(told), "{}", warnings(&found));
    // Who names a layer knows of the others.
    let found = as_json(&sandbox, &["late.jsonl#a", "whole.jsonl#c"]);
    assert!(!warnings(&found).contains("too, which"), "{}", warnings(&found));
    let unknown = compare(&sandbox, &["late.jsonl#d", "whole.jsonl"]);
    assert!(unknown.stderr.contains("layers are: a/entities, b/entities"), "{}", unknown.stderr);
}

/// Spans as they stand, moved at both ends, in another unit, with or without what stands there.
fn moved(starts: i64, ends: i64, unit: &str, with_text: bool) -> Vec<Value> {
    let characters: Vec<char> = TEXT.chars().collect();
    let count = |at: u64| {
        let before: String = characters[..at as usize].iter().collect();
        if unit == "byte" { before.len() as i64 } else { at as i64 }
    };
    let span = |&(start, end, label): &(u64, u64, &str)| {
        let (from, to) = (count(start) + starts, count(end) + ends);
        let mut span = json!({ "start": from, "end": to, "label": label });
        if with_text {
            span["text"] =
                characters[start as usize..end as usize].iter().collect::<String>().into();
        }
        span
    };
    NAMES.iter().map(span).collect()
}

#[test]
fn offsets_that_are_counted_otherwise_are_told_of() {
    let sandbox = Sandbox::new();
    sandbox.file("run.jsonl", lines([document(0, &[("a", 0)])]));
    let check = |gold: &str,
                 content: &dyn Fn(Vec<Value>) -> String,
                 ways: &[(i64, i64, &str, bool, &str)]| {
        let path = gold.split_once(':').map_or(gold, |(_, path)| path);
        for &(starts, ends, unit, with_text, expected) in ways {
            sandbox.file(path, content(moved(starts, ends, unit, with_text)));
            let ran = compare(&sandbox, &["run.jsonl#a", "--gold", gold]);
            // On the screen what is warned of goes over several lines.
            let said = format!("{}{}", ran.stdout, ran.stderr);
            let words = said
                .split_whitespace()
                .filter(|word| !matches!(*word, "│" | "|"))
                .collect::<Vec<_>>()
                .join(" ");
            let is_right = if expected.is_empty() {
                !words.contains("offsets")
            } else {
                words.contains(expected)
            };
            assert!(is_right, "{gold} {starts} {ends} {unit} {with_text}: {said}");
        }
    };
    let from_1 = "offsets are counted from 1, and not from 0";
    let inclusive = "ends are those of the last character, and not behind it";
    let bytes = "`--input-offsets byte`";
    let quoted = [
        (0, 0, "codepoint", true, ""),
        (1, 1, "codepoint", true, from_1),
        (0, -1, "codepoint", true, inclusive),
        (1, 0, "codepoint", true, "counted from 1, and ends are those of the last character"),
        (0, 0, "byte", true, bytes),
    ];
    let bare = [
        (0, 0, "codepoint", false, ""),
        (1, 1, "codepoint", false, "when moved by -1"),
        (0, -1, "codepoint", false, "its ends look inclusive"),
        (0, 0, "byte", false, bytes),
    ];
    let prodigy = |spans: Vec<Value>| {
        lines([json!({ "id": "0", "text": TEXT, "spans": spans, "answer": "accept" })])
    };
    check("prodigy:gold.jsonl", &prodigy, &quoted);
    check("prodigy:gold.jsonl", &prodigy, &bare);
    let spacy =
        |spans: Vec<Value>| lines([json!({ "gloss": { "id": "0" }, "text": TEXT, "ents": spans })]);
    check("spacy-json:gold.jsonl", &spacy, &bare);
    let studio = |spans: Vec<Value>| {
        let result = |mut value: Value| {
            value["labels"] = json!([value["label"]]);
            json!({ "from_name": "label", "to_name": "text", "type": "labels", "value": value })
        };
        let results: Vec<Value> = spans.into_iter().map(result).collect();
        json!([{ "data": { "id": "0", "text": TEXT }, "annotations": [{ "result": results }] }])
            .to_string()
    };
    check("label-studio:gold.json", &studio, &quoted);
    let ours = |spans: Vec<Value>| {
        let mut document = document(0, &[("g", 0)]);
        document["layers"]["g/entities"]["annotations"] = spans.into();
        lines([document])
    };
    check(
        "gold.jsonl",
        &ours,
        &[
            (0, 0, "codepoint", false, ""),
            (1, 1, "codepoint", false, "when moved by -1"),
            (0, -1, "codepoint", false, "its ends look inclusive"),
            (1, 1, "codepoint", true, "is not what stands"),
            (0, 0, "byte", true, "is \"offsets\" the right unit?"),
        ],
    );
    // brat keeps annotations beside the text, and ids are paths.
    let brat = |spans: Vec<Value>| {
        let line = |(n, span): (usize, Value)| {
            let text = span["text"].as_str().map(|text| format!("\t{text}")).unwrap_or_default();
            format!(
                "T{n}\t{} {} {}{text}\n",
                span["label"].as_str().unwrap(),
                span["start"],
                span["end"]
            )
        };
        (1..).zip(spans).map(line).collect()
    };
    sandbox.file("brat/a.txt", TEXT);
    let mut same = document(0, &[("a", 0)]);
    same["id"] = "brat/a.txt".into();
    sandbox.file("run.jsonl", lines([same]));
    check("brat:brat/a.ann", &brat, &quoted);
}
