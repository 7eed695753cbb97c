//! What is logged, and that it is no text of documents.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::Sandbox;
use serde_json::Value;

/// Stands in every document, and nowhere else.
const SENTINEL: &str = "Zxqvorlump";

/// Runs documents with the sentinel through a stage that fails with this fault, and gives all that
/// could be read of it but the output and the quarantine file: log, screen, record, metrics.
fn all_that_is_said(fault: &str, more: &[&str]) -> String {
    let sandbox = Sandbox::new();
    let line = |i: u32| {
        let text = format!("{SENTINEL} señor BANG, and {SENTINEL} came {i} times. It was great.");
        format!("{{\"id\":\"d{i}\",\"text\":\"{text}\"}}\n")
    };
    sandbox.file("c.jsonl", (0..40).map(line).collect::<String>());
    sandbox.file(
        "p.toml",
        format!(
            "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"sentiment\"\n\
             [[stage]]\nextractor = \"near-duplicates\"\n[[stage]]\nextractor = \"unruly\"\n\
             options = {{ fault = \"{fault}\", trigger = \"BANG\" }}\n"
        ),
    );
    let arguments = ["run", "p.toml", "c.jsonl", "-o", "out.jsonl", "--metrics", "m.prom"];
    let logged = ["-vvv", "--log-file", "log", "--log-format", "json"];
    let mut command = sandbox.command(&[&arguments[..], &logged, more].concat());
    let output = command.env("GLOSS_LOG", "trace").output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(3),
        "{fault}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let quarantine = sandbox.read("out.jsonl.quarantine.jsonl");
    assert!(quarantine.contains(SENTINEL), "{fault}");
    let mut said = sandbox.read("log");
    assert!(said.lines().count() > 5, "{fault}: {said}");
    for line in said.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        assert!(record["timestamp"].is_string() && record["level"].is_string(), "{line}");
    }
    said.push_str(&String::from_utf8_lossy(&output.stdout));
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    said.push_str(&sandbox.read("out.jsonl.run.json"));
    said.push_str(&sandbox.read("m.prom"));
    let report = sandbox.gloss(&["report", "out.jsonl.run.json"], b"");
    assert_eq!(report.code, 0, "{}", report.stderr);
    said.push_str(&report.stdout);
    said
}

#[test]
fn no_text_of_documents_is_in_a_log() {
    for fault in ["panic", "error", "panic-quoting", "error-quoting", "outside", "unfinished"] {
        for more in [&[][..], &["--isolate"]] {
            let said = all_that_is_said(fault, more);
            let at = said.find(SENTINEL);
            assert_eq!(
                at,
                None,
                "{fault} {more:?}: {}",
                at.map_or("", |i| &said[i.saturating_sub(300)..])
            );
        }
    }
    let said = all_that_is_said("segfault", &["--isolate"]);
    assert!(!said.contains(SENTINEL), "{said}");
}

#[test]
fn logs_go_where_they_are_asked_to() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"sentences\"\n");
    sandbox.file("a.txt", "One. Two.");
    let run = |filter: Option<&str>, more: &[&str]| {
        let mut command = sandbox.command(&[&["run", "p.toml", "a.txt"], more].concat());
        if let Some(filter) = filter {
            command.env("GLOSS_LOG", filter);
        }
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run(None, &[]), (Some(0), String::new()));
    let (_, text) = run(Some("debug"), &[]);
    // A batch's stage, and how long it took.
    assert!(text.contains("stage=\"sentences\"") && text.contains("batch done seconds="), "{text}");
    let (_, json) = run(None, &["-v", "--log-format", "json"]);
    let record: Value = serde_json::from_str(json.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&record["level"], &record["fields"]["message"]),
        (&"INFO".into(), &"run recorded".into())
    );
    assert_eq!(run(Some("info"), &["--log-file", "log.txt"]).1, "");
    assert_eq!(run(Some("info"), &["--log-file", "log.txt"]).1, "");
    // Appended to, with the time.
    let log = sandbox.read("log.txt");
    assert_eq!(log.matches("run recorded").count(), 2, "{log}");
    assert!(log.starts_with("20"), "{log}");
    let (code, text) = run(Some("warn,=x="), &[]);
    assert_eq!(code, Some(1));
    assert!(text.contains("GLOSS_LOG"), "{text}");
    assert_eq!(run(None, &["--log-file", "no/such/log"]).0, Some(1));
}
