//! `gloss report`, the record that it is made of, and the metrics of a run.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::Sandbox;
use serde_json::Value;

const PIPELINE: &str = r#"
[[stage]]
extractor = "sentences"
[[stage]]
extractor = "ner"
[[stage]]
extractor = "mentions"
[[stage]]
extractor = "sentiment"
[[stage]]
extractor = "unruly"
options = { fault = "error", trigger = "BANG" }
"#;

/// Twelve articles on four days; the last cannot be processed, and one more line is no document.
fn corpus() -> String {
    let mut lines: String = (0..12)
        .map(|i| {
            let tone = if i % 2 == 0 { "a great success" } else { "a terrible mistake" };
            let bang = if i == 11 { " BANG" } else { "" };
            format!(
                "{{\"id\":\"d{i}\",\"text\":\"Angela Merkel met Emmanuel Macron in Berlin. Merkel called it {tone}.{bang}\",\
                 \"metadata\":{{\"date\":\"2026-01-{:02}\"}}}}\n",
                i / 3 + 1
            )
        })
        .collect();
    lines.push_str("{\"no\": \"text\"}\n");
    lines
}

/// Runs the articles; `out.jsonl` and its record are in the sandbox.
fn run(more: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    sandbox.file("c.jsonl", corpus());
    let arguments = [&["run", "p.toml", "c.jsonl", "-o", "out.jsonl"], more].concat();
    let ran = sandbox.gloss(&arguments, b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    // No bar in a pipe.
    assert!(!ran.stderr.contains('\r') && !ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
    sandbox
}

#[test]
fn a_record_says_what_it_takes_to_understand_a_run() {
    let sandbox = run(&["-j", "2"]);
    let record: Value = serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
    assert_eq!(record["command"][0], "run");
    assert_eq!(record["inputs"]["listed"][0]["path"], "c.jsonl");
    assert_eq!(record["inputs"]["listed"][0]["documents"], 13);
    assert_eq!(record["inputs"]["bytes"].as_u64().unwrap(), corpus().len() as u64);
    assert_eq!(record["failures"][0]["code"], "G0203");
    assert_eq!(record["failures"][1]["stage"], "unruly");
    assert_eq!(record["failures"][1]["examples"][0], "d11");
    assert!(record["ended"].as_str().unwrap() >= record["started"].as_str().unwrap());
    let characters: usize = 11
        * "Angela Merkel met Emmanuel Macron in Berlin. Merkel called it .".len()
        + 6 * "a great success".len()
        + 5 * "a terrible mistake".len();
    assert_eq!(record["characters"].as_u64().unwrap(), characters as u64);
    for stage in record["stages"].as_array().unwrap() {
        assert!(stage["batches"].as_u64().unwrap() > 0 && stage["workers"].as_u64().unwrap() > 0);
        assert_eq!(stage["documents"], 12);
    }
    if cfg!(target_os = "linux") {
        assert!(record["peak_memory"]["bytes"].as_u64().unwrap() > 1 << 20);
        assert!(record["machine"]["memory"].as_u64().unwrap() > 1 << 20);
    }
}

#[test]
fn memory_of_other_processes_is_recorded() {
    let sandbox = run(&["--isolate"]);
    let record: Value = serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
    assert!(record["stages"].as_array().unwrap().iter().all(|stage| stage["isolated"] == true));
    if cfg!(target_os = "linux") {
        assert!(record["peak_memory"]["workers"].as_array().unwrap().len() >= 5, "{record:#}");
    }
}

#[test]
fn a_report_shows_run_and_documents() {
    let sandbox = run(&[]);
    let report = |more: &[&str]| {
        let arguments = [&["report", "out.jsonl.run.json"], more].concat();
        let ran = sandbox.gloss(&arguments, b"");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    let screen = report(&[]);
    for part in ["11 documents annotated, 1 failed, 1 unreadable", "Where the time went", "G0203"] {
        assert!(screen.contains(part), "{part}\n{screen}");
    }
    assert!(report(&["out.jsonl"]).contains("Angela Merkel"));
    let json: Value = serde_json::from_str(&report(&["out.jsonl", "--format", "json"])).unwrap();
    assert_eq!(json["schema"], "gloss.report/1");
    let merkel = &json["corpus"]["entities"][0];
    assert_eq!((&merkel["name"], &merkel["mentions"]), (&"Angela Merkel".into(), &22.into()));
    assert_eq!((&merkel["documents"], &merkel["sentiment"]["n"]), (&11.into(), &22.into()));
    assert_eq!(json["corpus"]["days"].as_array().unwrap().len(), 4);
    assert_eq!(json["corpus"]["pairs"][0]["units"], 11);
    assert_eq!(report(&["out.jsonl", "-o", "report.html"]), "");
    assert!(sandbox.read("report.html").contains("Angela Merkel"));
    report(&["out.jsonl", "-o", "report.json"]);
    let again: Value = serde_json::from_str(&sandbox.read("report.json")).unwrap();
    assert_eq!(again, json);
}

#[test]
fn what_cannot_be_reported_is_refused() {
    let sandbox = run(&[]);
    let check = |arguments: &[&str], parts: &[&str]| {
        let ran = sandbox.gloss(&[&["report"], arguments].concat(), b"");
        assert_eq!(ran.code, 1, "{arguments:?}");
        assert!(
            parts.iter().all(|part| ran.stderr.contains(part)),
            "{arguments:?}: {}",
            ran.stderr
        );
    };
    check(&["none.json"], &["none.json"]);
    check(&["out.jsonl"], &["G0900", "no record of a run"]);
    check(&["out.jsonl.run.json", "c.jsonl"], &["G0203", "c.jsonl:13"]);
    check(&["out.jsonl.run.json", "-"], &["standard input"]);
    check(&["out.jsonl.run.json", "out.jsonl", "--entities", "x/y"], &["G0901", "ner/entities"]);
}

#[test]
fn metrics_are_written_for_prometheus() {
    let sandbox = run(&["--metrics", "m.prom", "--metrics-label", "shard=1"]);
    let text = sandbox.read("m.prom");
    for line in [
        r#"gloss_documents_total{shard="1",outcome="annotated"} 11"#,
        r#"gloss_documents_total{shard="1",outcome="failed"} 1"#,
        r#"gloss_documents_total{shard="1",outcome="unreadable"} 1"#,
        r#"gloss_stage_documents_total{shard="1",stage="ner"} 12"#,
        r#"gloss_failures_total{shard="1",stage="unruly",code="G0500"} 1"#,
        r#"gloss_run_running{shard="1"} 0"#,
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let ran = sandbox.gloss(&["run", "p.toml", "c.jsonl", "--metrics", "no/such/m.prom"], b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("no/such/m.prom"), "{}", ran.stderr);
}
