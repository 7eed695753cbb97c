//! `gloss compare`: files, layers, golds, formats, gates, samples, comparison files.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use gloss_tests::{Ran, Sandbox};
use serde_json::{Value, json};

const TEXT: &str = "Ingrid Solheim met Per Aune in Bergen.";

/// Start, end and label of each.
type Spans<'a> = &'a [(usize, usize, &'a str)];

/// A document whose layers `NAME/entities` have these spans.
fn document(id: &str, layers: &[(&str, Spans<'_>)]) -> Value {
    let span = |&(start, end, label): &(usize, usize, &str)| json!({ "start": start, "end": end, "label": label });
    let layer = |(name, spans): &(&str, Spans<'_>)| {
        let annotations: Vec<Value> = spans.iter().map(span).collect();
        let layer = json!({ "type": "entities", "kind": "spans", "annotations": annotations });
        (format!("{name}/entities"), layer)
    };
    let layers: serde_json::Map<String, Value> = layers.iter().map(layer).collect();
    json!({ "id": id, "text": TEXT, "offsets": "byte", "metadata": { "desk": "news" }, "layers": layers })
}

fn lines(documents: &[Value]) -> String {
    documents.iter().map(|d| format!("{d}\n")).collect()
}

const ALL: Spans<'_> = &[(0, 14, "PER"), (19, 27, "PER"), (31, 37, "LOC")];

/// Forty documents of two stages, `a` and `b`, and a gold; `b` misses a name in every fourth.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let of = |n: usize| {
        document(
            &n.to_string(),
            &[("a", ALL), ("b", if n.is_multiple_of(4) { &ALL[1..] } else { ALL })],
        )
    };
    let run: Vec<Value> = (0..40).map(of).collect();
    sandbox.file("run.jsonl", lines(&run));
    let gold: Vec<Value> = (0..40).map(|n| document(&n.to_string(), &[("g", ALL)])).collect();
    sandbox.file("gold.jsonl", lines(&gold));
    sandbox
}

fn compare(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    sandbox.gloss(&[&["compare", "--resamples", "200"], arguments].concat(), b"")
}

fn as_json(sandbox: &Sandbox, arguments: &[&str]) -> Value {
    let ran = compare(sandbox, &[arguments, &["--format", "json"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn layers_of_one_file_and_variants_of_several() {
    let sandbox = sandbox();
    let check = |arguments: &[&str], names: &[&str], gold: Option<&str>| {
        let found = as_json(&sandbox, arguments);
        let variants: Vec<&str> = found["variants"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v["name"].as_str().unwrap())
            .collect();
        assert_eq!(variants, names, "{arguments:?}");
        assert_eq!(found["gold"].as_str(), gold, "{arguments:?}");
        found
    };
    let found = check(&["run.jsonl"], &["a", "b"], None);
    assert_eq!(found["disagreements"]["differing_documents"], 10);
    assert_eq!(found["variants"][0]["origin"]["layer"], "a/entities");
    check(&["run.jsonl", "--layer", "b", "--layer", "a/entities"], &["b", "a"], None);
    check(&["run.jsonl#a", "x=run.jsonl#b"], &["run", "x"], None);
    check(&["run.jsonl#a", "gold.jsonl"], &["run", "gold"], None);
    let against = ["run.jsonl", "--layer", "a", "--layer", "b", "--gold", "gold.jsonl"];
    let found = check(&against, &["a", "b", "gold"], Some("gold"));
    assert_eq!(found["spans"]["pairs"][0]["schemes"][0]["micro"]["f1"], 1.0);
    check(&["run.jsonl#a", "run.jsonl#b", "--gold", "a"], &["a", "b"], Some("a"));
    check(&["run.jsonl#b", "--gold", "right=jsonl:gold.jsonl"], &["run", "right"], Some("right"));
    let mapped = as_json(&sandbox, &["run.jsonl", "--map", "PER=PERSON", "--drop-label", "LOC"]);
    let labels = mapped["spans"]["pairs"][0]["labels"].as_array().unwrap();
    assert_eq!((labels.len(), labels[0]["label"].as_str()), (1, Some("PERSON")));
}

#[test]
fn every_format_is_written_and_named_by_its_file() {
    let sandbox = sandbox();
    let screen = compare(&sandbox, &["run.jsonl", "--slice", "desk"]).stdout;
    assert!(
        screen.contains("Agreement on spans") && screen.contains("10 places in 10 documents"),
        "{screen}"
    );
    // That a terminal gets no more than it has room for is tested where the view is made.
    assert!(!screen.contains("better"), "{screen}");
    let outputs = ["o.json", "o.csv", "o.md", "o.xml", "o.html", "o.txt"];
    let flags: Vec<&str> = outputs.iter().flat_map(|name| ["-o", name]).collect();
    let ran = compare(&sandbox, &[&["run.jsonl"], &flags[..]].concat());
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let check = |name: &str, part: &str| assert!(sandbox.read(name).contains(part), "{name}");
    check("o.json", "\"version\": 1");
    check("o.csv", "spans,a,b,strict_f1");
    check("o.md", "### Agreement on spans");
    check("o.xml", "<testsuites");
    check("o.html", "<!DOCTYPE html");
    check("o.txt", "Agreement on spans");
}

#[test]
fn a_gate_has_exit_codes_of_its_own() {
    let sandbox = sandbox();
    let check = |rule: &str, code: i32, part: &str| {
        let both = ["run.jsonl#a", "run.jsonl#b", "--gold", "gold.jsonl", "--gate", rule];
        let ran = compare(&sandbox, &both);
        assert_eq!(ran.code, code, "{rule}: {}", ran.stderr);
        assert!(
            format!("{}{}", ran.stdout, ran.stderr).contains(part),
            "{rule}: {}{}",
            ran.stdout,
            ran.stderr
        );
    };
    check("strict_f1:b:a:0.01", 0, "a larger drop is ruled out");
    check("strict_f1:a:b:0.01", 4, "the drop is larger");
    check("strict_f1:a:b:0.05", 5, "a larger drop is not ruled out");
    check("accuracy:a:b:0.05", 1, "G1008");
    check("strict:a:b:0.05", 2, "strict_f1");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let sandbox = sandbox();
    sandbox.file("one.jsonl", lines(&[document("1", &[("a", ALL)])]));
    sandbox
        .file("twice.jsonl", lines(&[document("1", &[("a", ALL)]), document("1", &[("a", ALL)])]));
    sandbox.file("empty.jsonl", "");
    let mut other = document("1", &[("a", &[])]);
    other["text"] = "Another text.".into();
    sandbox.file("other.jsonl", lines(&[other]));
    let mut outside = document("1", &[("a", ALL)]);
    outside["layers"]["a/entities"]["annotations"][0]["end"] = 99.into();
    sandbox.file("outside.jsonl", lines(&[outside]));
    sandbox.file("bad.toml", "[[variant]]\nfile = \"run.jsonl\"\nlayr = \"a\"\n");
    let check = |arguments: &[&str], parts: &[&str]| {
        let ran = compare(&sandbox, arguments);
        assert_eq!(ran.code, 1, "{arguments:?}: {}", ran.stdout);
        assert!(
            parts.iter().all(|part| ran.stderr.contains(part)),
            "{arguments:?}: {}",
            ran.stderr
        );
    };
    check(&["gold.jsonl"], &["G1021", "no two layers"]);
    check(&["run.jsonl", "gold.jsonl"], &["G1021", "FILE#STAGE/LAYER"]);
    check(&["run.jsonl#c", "gold.jsonl"], &["G1020", "a/entities"]);
    check(&["one.jsonl", "twice.jsonl"], &["G1002", "\"1\""]);
    check(&["one.jsonl", "empty.jsonl#a"], &["G1020"]);
    check(&["one.jsonl", "other.jsonl"], &["G1004"]);
    check(&["one.jsonl", "outside.jsonl"], &["outside.jsonl:1"]);
    check(&["one.jsonl", "none.jsonl"], &["G0200", "none.jsonl"]);
    check(&["run.jsonl", "--gold", "nobody"], &["G1001", "nobody"]);
    check(&["bad.toml"], &["G1122", "bad.toml:3:1", "did you mean \"layer\"?"]);
    check(&["bad.toml", "run.jsonl"], &["G1123"]);
    // One document can be compared, and that is warned of.
    let few = compare(&sandbox, &["one.jsonl", "run.jsonl#b"]);
    assert_eq!(few.code, 0, "{}", few.stderr);
    assert!(
        few.stdout.contains("39 of the 40 documents") && few.stdout.contains("no intervals"),
        "{}",
        few.stdout
    );
}

#[test]
fn a_sample_becomes_tasks_with_a_configuration() {
    let sandbox = sandbox();
    let arguments = ["run.jsonl", "--sample", "8", "-o", "tasks.json", "--seed", "3"];
    let ran = compare(&sandbox, &arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let tasks: Vec<Value> = serde_json::from_str(&sandbox.read("tasks.json")).unwrap();
    let of = |name: &str| tasks.iter().filter(|t| t["data"]["gloss_stratum"] == name).count();
    assert_eq!((of("random"), of("disagreement")), (4, 4));
    assert_eq!(tasks[0]["predictions"].as_array().unwrap().len(), 2);
    assert_eq!(tasks[0]["data"]["gloss_population"], 40);
    assert!(sandbox.read("tasks.xml").contains("<Label value=\"PER\"/>"));
    let before = sandbox.read("tasks.json");
    compare(&sandbox, &arguments);
    assert_eq!(sandbox.read("tasks.json"), before);
    assert_eq!(compare(&sandbox, &["run.jsonl", "--sample", "41", "-o", "t.json"]).code, 1);
}

const COMPARISON: &str = r#"
documents = ["in.jsonl"]
layer = "sentiment"
gold = "masked"
slices = ["desk"]

[[variant]]
name = "mask"
[variant.matrix.sentiment]
mask_entities = [false]
[[variant.stage]]
extractor = "sentences"
[[variant.stage]]
extractor = "ner"
[[variant.stage]]
extractor = "sentiment"

[[variant]]
name = "masked"
pipeline = "p.toml"
[variant.options.sentiment]
mask_entities = true
"#;

const PIPELINE: &str = r#"
[[stage]]
extractor = "sentences"
[[stage]]
extractor = "ner"
[[stage]]
extractor = "dates"
[[stage]]
extractor = "sentiment"
"#;

#[test]
fn a_comparison_file_runs_pipelines_and_takes_what_is_kept() {
    let sandbox = Sandbox::new();
    let of = |n: usize| {
        let text =
            format!("The Happy Land Company opened harbour {n}. It was a terrible day for all.");
        let desk = ["a", "b"][n % 2];
        json!({ "id": n.to_string(), "text": text, "metadata": { "desk": desk } })
    };
    sandbox.file("c/in.jsonl", lines(&(0..6).map(of).collect::<Vec<_>>()));
    sandbox.file("c/p.toml", PIPELINE);
    sandbox.file("c/c.toml", COMPARISON);
    let first = compare(&sandbox, &["c/c.toml", "--format", "json"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let found: Value = serde_json::from_str(&first.stdout).unwrap();
    assert_eq!((&found["gold"], &found["documents"]), (&"masked".into(), &6.into()));
    assert_eq!(found["variants"][0]["name"], "mask false");
    assert_eq!(found["classes"]["pairs"][0]["items"], 12);
    assert!(found["values"]["pairs"].is_array());
    // Sentences of both are in the cache when the second runs; names and dates run where they are needed.
    assert!(first.stderr.contains("mask false: 0 of 12 results"), "{}", first.stderr);
    assert!(first.stderr.contains("masked: 6 of 18 results"), "{}", first.stderr);
    let again = compare(&sandbox, &["c/c.toml", "--format", "json"]);
    assert!(again.stderr.contains("masked: 18 of 18 results"), "{}", again.stderr);
    assert_eq!(again.stdout, first.stdout);
    let without = compare(&sandbox, &["c/c.toml", "--format", "json", "--no-cache", "-j", "1"]);
    assert_eq!((without.stdout, without.stderr.as_str()), (first.stdout, ""));
    sandbox.file("c/wrong.toml", COMPARISON.replace("mask_entities = true", "mask_entitis = true"));
    let wrong = compare(&sandbox, &["c/wrong.toml"]);
    assert_eq!(wrong.code, 1);
    for part in ["G0109", "c/wrong.toml", "mask_entitis = true", "mask_entities"] {
        assert!(wrong.stderr.contains(part), "{part}: {}", wrong.stderr);
    }
}

#[test]
fn documents_that_fail_are_listed_as_one_sided() {
    let sandbox = Sandbox::new();
    let of = |n: usize| {
        let text = if n == 2 { "It BANG." } else { "It ran." };
        json!({ "id": n.to_string(), "text": text })
    };
    sandbox.file("in.jsonl", lines(&(0..4).map(of).collect::<Vec<_>>()));
    let variant = |name: &str, trigger: &str| {
        let stage = "[[variant.stage]]\nextractor = \"unruly\"\n";
        let options = format!("options = {{ fault = \"error\", trigger = \"{trigger}\" }}\n");
        format!("[[variant]]\nname = \"{name}\"\n{stage}{options}")
    };
    let text = format!(
        "documents = [\"in.jsonl\"]\nlayer = \"unruly\"\n{}{}",
        variant("good", "NEVER"),
        variant("bad", "BANG")
    );
    sandbox.file("c.toml", &text);
    let ran = compare(&sandbox, &["c.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    for part in ["1 documents failed in \"bad\"", "1 of the 4 documents of \"good\""] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
}

#[test]
fn schemas_are_printed() {
    let sandbox = Sandbox::new();
    for (which, part) in
        [("comparison", "\"boundaries\""), ("comparison-result", "\"disagreements\"")]
    {
        let ran = sandbox.gloss(&["schema", which], b"");
        assert!(ran.code == 0 && ran.stdout.contains(part), "{which}: {}", ran.stderr);
        serde_json::from_str::<Value>(&ran.stdout).unwrap();
    }
}
