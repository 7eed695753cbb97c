//! Ctrl-C while `gloss compare --cost` measures: what is compared is written, with the costs that are known.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use gloss_tests::Sandbox;
use serde_json::{Value, json};

#[test]
fn interrupted_while_it_measures() {
    let sandbox = Sandbox::new();
    let line = |n: usize| format!("{}\n", json!({ "id": n.to_string(), "text": "It ran." }));
    sandbox.file("in.jsonl", (0..100).map(line).collect::<String>());
    let variant = |name: &str, sleep_ms: u64| {
        format!(
            "[[variant]]\nname = \"{name}\"\n[[variant.stage]]\nextractor = \"unruly\"\n\
             options = {{ fault = \"sleep\", sleep_ms = {sleep_ms} }}\n"
        )
    };
    let file = format!(
        "documents = [\"in.jsonl\"]\nlayer = \"unruly\"\n{}{}",
        variant("fast", 0),
        variant("slow", 20)
    );
    sandbox.file("c.toml", file);
    let arguments = ["compare", "c.toml", "--cost=20", "-o", "o.json"];
    let mut child = sandbox
        .interruptible(&arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("measuring slow") {
        assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "{said}");
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.contains("the cost of 1 of 2 pipelines is measured"), "{said}");
    let found: Value = serde_json::from_str(&sandbox.read("o.json")).unwrap();
    let costs = found["cost"].as_array().unwrap();
    assert_eq!((costs.len(), &costs[0]["variant"]), (1, &"fast".into()));
    assert_eq!(found["spans"]["pairs"][0]["tally"]["equal"], 200);
}
