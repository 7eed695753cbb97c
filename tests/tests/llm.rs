//! The extractors of language models end to end: with SmolLM2 from the store, and with a model of random
//! weights.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

#[path = "../../crates/gloss-llama/tests/common/mod.rs"]
mod common;

use common::Tiny;
use gloss_tests::{Sandbox, build_folder, documents};
use serde_json::Value;

const PIPELINE: &str = r#"
[[stage]]
extractor = "summarize"
options = { sentences = 2, max_tokens = 60, window = 400 }

[[stage]]
extractor = "prompt"

[stage.options]
prompt = "What is this text about? Answer as JSON.\n\n{text}"
max_tokens = 60
temperature = 0.8
seed = 7

[stage.options.schema]
type = "object"
required = ["topic", "names"]
properties.topic.enum = ["politics", "sport", "weather"]
properties.names = { type = "array", items = { type = "string", maxLength = 40 }, maxItems = 3 }
"#;

const ARTICLE: &str = "The city council voted on Monday to close the old harbour bridge to cars. \
Engineers found deep cracks in the steel of the harbour bridge in March. \
Shops near the harbour fear that the closed bridge will cost them customers. \
A new bridge would cost the city about forty million euros by 2031. ";

/// Its structure is that of an article of which this model said that an ambassador was detained.
const ADVISORY: &str = "Canada has told its citizens to leave Moravena after reports that armed groups are stopping \
cars. The warning was released on Saturday.\n\nPresident Ilan Soro was captured by Canadian soldiers last week. His \
supporters denounced the raid.\n\nCanadian officials visited the capital on Friday, reportedly preparing for the \
reopening of the embassy. Acting president Dina Melo is willing to cooperate with Canada despite Soro's detention.";

#[test]
fn a_model_summarizes_and_answers_in_json_whatever_the_number_of_threads() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    sandbox.file("docs/brief.txt", ARTICLE);
    // Longer than the window.
    sandbox.file("docs/long.txt", ARTICLE.repeat(8));
    sandbox.file("docs/none.txt", "");
    let run = |more: &[&str]| {
        let arguments = [&["run", "p.toml", "docs", "--quiet"], more].concat();
        let ran = sandbox.gloss(&arguments, b"");
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        ran.stdout
    };
    let one = run(&["-j", "1"]);
    assert_eq!(one, run(&["-j", "2"]));
    assert_eq!(one, run(&["-j", "1", "--isolate"]));
    let documents = documents(&one);
    let texts = |at: usize, layer: &str| texts(&documents[at], layer);
    let summary = texts(0, "summarize/summary").remove(0);
    assert!(summary.contains("bridge") && summary.len() < ARTICLE.len(), "{summary}");
    assert!(texts(2, "summarize/summary").is_empty());
    assert!(documents[1]["notes"].to_string().contains("summarized in "), "{}", documents[1]);
    for at in 0..2 {
        let answer: Value = serde_json::from_str(&texts(at, "prompt/answer")[0]).unwrap();
        assert!(["politics", "sport", "weather"].contains(&answer["topic"].as_str().unwrap()));
        assert!(answer["names"].as_array().unwrap().iter().all(Value::is_string));
    }
}

/// `summarize` with options, and what `support` says of its summary.
fn judged(options: &str) -> String {
    format!(
        "[[stage]]\nextractor = \"summarize\"\noptions = {{ sentences = 4, max_tokens = 120{options} }}\n\
         [[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"support\"\n"
    )
}

fn texts(document: &Value, layer: &str) -> Vec<String> {
    let annotations = document["layers"][layer]["annotations"].as_array().unwrap();
    annotations.iter().map(|text| text["text"].as_str().unwrap().to_owned()).collect()
}

/// How many clauses of the summary `support` finds at fault.
fn faults(document: &Value) -> usize {
    let verdicts = document["layers"]["support/support"]["annotations"].as_array().unwrap();
    verdicts.iter().filter(|verdict| verdict["label"] == "unsupported").count()
}

#[test]
fn what_a_document_does_not_carry_is_left_out_and_said_to_be() {
    let sandbox = Sandbox::new();
    sandbox.file("docs/bridge.txt", ARTICLE);
    sandbox.file("docs/long.txt", format!("{ARTICLE}\n\n{ADVISORY}\n\n").repeat(9));
    sandbox.file("docs/advisory.txt", ADVISORY);
    let run = |options: &str, more: &[&str]| {
        sandbox.file("p.toml", judged(options));
        let ran = sandbox.gloss(&[&["run", "p.toml", "docs", "--quiet"], more].concat(), b"");
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        ran.stdout
    };
    let kept = documents(&run("", &[]));
    assert!(kept.iter().map(faults).sum::<usize>() > 0, "nothing to leave out: {kept:?}");
    for options in [", unsupported = \"drop\"", ", unsupported = \"retry\", attempts = 2"] {
        let one = run(options, &["-j", "1"]);
        assert_eq!(one, run(options, &["-j", "2", "--isolate"]));
        let mut left_out = 0;
        for document in &documents(&one) {
            let (summary, unsupported) =
                (texts(document, "summarize/summary"), texts(document, "summarize/unsupported"));
            let notes = document["notes"].to_string();
            assert_eq!(faults(document), 0, "{document}");
            assert_eq!(summary.is_empty(), notes.contains("there is no summary"), "{document}");
            assert_eq!(unsupported.is_empty(), !notes.contains(" of the summary "), "{document}");
            assert!(!unsupported.iter().any(|sentence| summary.concat().contains(sentence)));
            left_out += unsupported.len();
        }
        assert!(left_out > 0 || options.contains("retry"), "{one}");
    }
}

#[test]
fn the_extractors_keep_the_rules_of_the_interface() {
    let sandbox = Sandbox::new();
    let plugin = build_folder().join("libgloss_llm.so");
    let folder = sandbox.path().join("model");
    std::fs::create_dir(&folder).unwrap();
    Tiny::new().write(&folder);
    let model = format!("model={}", folder.display());
    for (extractor, options) in [
        ("summarize", r#"{ "max_tokens": 4, "window": 1000 }"#),
        (
            "summarize",
            r#"{ "max_tokens": 8, "window": 1000, "unsupported": "retry", "attempts": 2 }"#,
        ),
        ("prompt", r#"{ "prompt": "What?\n{text}", "max_tokens": 3 }"#),
    ] {
        let arguments = [
            ["plugin", "validate", plugin.to_str().unwrap(), "--extractor", extractor],
            ["--model", &model, "--options", options, "--json"],
            ["--seed", "7", "--long-text", "100000", "--jobs=2"],
        ];
        let ran = sandbox.gloss(arguments.as_flattened(), b"");
        assert_eq!(ran.code, 0, "{extractor}: {}{}", ran.stdout, ran.stderr);
    }
}
