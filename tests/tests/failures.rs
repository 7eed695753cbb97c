//! What becomes of documents with which stages fail, as the pipeline file says.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::{Ran, Sandbox, documents};
use serde_json::Value;

/// Stages `unruly`, which fails with documents that have BAD in them, and `relay`, which needs it.
fn pipeline(policy: &str, more: &str) -> String {
    format!(
        "[[stage]]\nextractor = \"unruly\"\non-failure = \"{policy}\"\n\
         options = {{ fault = \"error\", trigger = \"BAD\" }}\n\
         [[stage]]\nextractor = \"relay\"\noptions = {{ reads = [\"words\"], gives = [\"copies\"] }}\n\
         [[stage]]\nextractor = \"sentences\"\n{more}"
    )
}

/// Lines of documents `0`, `1`, ...; those of `bad` fail.
fn lines(count: usize, bad: impl Fn(usize) -> bool) -> String {
    let text = |i: usize| if bad(i) { "A BAD word." } else { "Good words." };
    (0..count).map(|i| format!("{{\"id\":\"{i}\",\"text\":\"{}\"}}\n", text(i))).collect()
}

fn run(sandbox: &Sandbox, more: &[&str]) -> Ran {
    sandbox.gloss(&[&["run", "p.toml", "a.jsonl", "-o", "out.jsonl"], more].concat(), b"")
}

fn ids(lines: &str) -> Vec<String> {
    documents(lines).iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_document_may_go_on_without_a_stage() {
    for more in ["", "[[stage]]\nextractor = \"near-duplicates\"\n"] {
        let sandbox = Sandbox::new();
        sandbox.file("p.toml", pipeline("skip-stage", more));
        sandbox.file("a.jsonl", lines(3, |i| i == 1));
        let ran = run(&sandbox, &[]);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        let said = "1 document without the layers of stages that failed; see out.jsonl.quarantine";
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        let output = sandbox.read("out.jsonl");
        assert_eq!(ids(&output), ["0", "1", "2"]);
        let annotated = documents(&output);
        let has = |i: usize, name: &str| annotated[i]["layers"].get(name).is_some();
        assert!(has(0, "unruly/words") && has(0, "relay/copies") && has(0, "sentences/sentences"));
        assert!(
            !has(1, "unruly/words") && !has(1, "relay/copies") && has(1, "sentences/sentences")
        );
        let notes = [
            "unruly: failed (G0500), so its layers are missing",
            "relay: not run, because what feeds it failed",
        ];
        assert_eq!(annotated[1]["notes"], serde_json::json!(notes));
        let kept = &documents(&sandbox.read("out.jsonl.quarantine.jsonl"))[0];
        assert_eq!((&kept["id"], &kept["fatal"]), (&"1".into(), &false.into()));
        assert_eq!(kept["errors"][0]["stage"], "unruly");
        // As it was read, so that it can be tried again.
        assert_eq!(kept["document"]["layers"].as_object().map_or(0, serde_json::Map::len), 0);
        let record: Value = serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
        let counts = ["annotated", "failed", "incomplete"].map(|key| record[key].as_u64());
        assert_eq!(counts, [Some(3), Some(0), Some(1)]);
        let stages = ["failed", "passed_over"].map(|key| {
            [0, 1, 2].map(|stage: usize| record["stages"][stage][key].as_u64().unwrap_or(0))
        });
        assert_eq!(stages, [[1, 0, 0], [0, 1, 0]]);
    }
}

#[test]
fn a_stage_that_observes_may_be_skipped() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"tally\"\non-failure = \"skip-stage\"\n\
         options = { fault = \"error\", trigger = \"BAD\" }\n",
    );
    sandbox.file("a.jsonl", lines(50, |i| i % 5 == 1));
    let ran = run(&sandbox, &[]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    for (i, document) in documents(&sandbox.read("out.jsonl")).iter().enumerate() {
        let layers = document["layers"].as_object().map_or(0, serde_json::Map::len);
        assert_eq!(layers == 0, i % 5 == 1, "{document}");
    }
    let record: Value = serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
    assert_eq!((&record["annotated"], &record["incomplete"]), (&50.into(), &10.into()));
    assert_eq!(record["stages"][0]["failed"], 10);
}

#[test]
fn a_stage_may_stop_the_run() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline("stop", ""));
    sandbox.file("a.jsonl", lines(300, |i| i == 120));
    let ran = run(&sandbox, &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for part in ["G0520", "\"unruly\"", "\"120\"", "G0500", "failed as it was told"] {
        assert!(ran.stderr.contains(part), "{part:?} is not in:\n{}", ran.stderr);
    }
    assert_eq!(ids(&sandbox.read("out.jsonl.quarantine.jsonl")), ["120"]);
    assert!(!sandbox.path().join("out.jsonl").exists());
}

#[test]
fn too_many_failures_end_the_run() {
    let check =
        |policy: &str, more: &str, limit: &str, bad: fn(usize) -> bool, kept: Option<usize>| {
            let sandbox = Sandbox::new();
            sandbox.file("p.toml", pipeline(policy, more));
            sandbox.file("a.jsonl", lines(400, bad));
            let ran = run(&sandbox, &["--max-failures", limit]);
            match kept {
                Some(kept) => {
                    assert_eq!(ran.code, 1, "{limit}: {}", ran.stderr);
                    let said = ran.stderr.contains("G0521")
                        && ran.stderr.contains(&format!("{limit} may"));
                    assert!(said, "{limit}: {}", ran.stderr);
                    let found = ids(&sandbox.read("out.jsonl.quarantine.jsonl"));
                    assert_eq!(found.len(), kept, "{policy} {limit}");
                }
                None => assert_eq!(ran.code, 3, "{limit}: {}", ran.stderr),
            }
        };
    fn tenth(i: usize) -> bool {
        i % 10 == 9
    }
    for policy in ["skip-document", "skip-stage"] {
        check(policy, "", "5", tenth, Some(6));
        check(policy, "", "40", tenth, None);
        check(policy, "", "10%", tenth, None);
        // More than enough of the first, but the first are not asked.
        check(policy, "", "10%", |i| i < 4 || tenth(i), Some(14));
    }
    check("skip-document", "[[stage]]\nextractor = \"near-duplicates\"\n", "5", tenth, Some(6));
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline("stop", ""));
    sandbox.file("a.jsonl", "");
    let ran = run(&sandbox, &["--max-failures", "many"]);
    assert!(ran.code == 2 && ran.stderr.contains("such as 1%"), "{}", ran.stderr);
}
