//! Summaries checked against their documents: extractive ones, and ones that came along.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use gloss_tests::{Sandbox, documents};
use serde_json::{Value, json};

const GIVEN: &str = "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"given-summary\"\n\
[[stage]]\nextractor = \"support\"\n";

/// All that `support` can use. Two stages find sentences and entities, so it is said which are meant.
const WHOLE: &str = "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"given-summary\"\n\
[[stage]]\nid = \"grammar\"\nextractor = \"spacy-pipeline\"\nlayers = [\"tokens\", \"dependencies\", \"entities\"]\n\
[[stage]]\nextractor = \"mentions\"\n[[stage]]\nextractor = \"dates\"\n\
[[stage]]\nextractor = \"support\"\ninputs = { sentences = \"sentences/sentences\" }\n";

/// Its structure is that of an article of which a small model said that an ambassador was detained.
const ARTICLE: &str = "Canada has told its citizens to leave Moravena after reports that armed groups are stopping \
cars. The warning was released on Saturday.\n\nPresident Ilan Soro was captured by Canadian soldiers last week. His \
supporters denounced the raid.\n\nCanadian officials visited the capital on Friday, reportedly preparing for the \
reopening of the embassy. Acting president Dina Melo is willing to cooperate with Canada despite Soro's detention.";

fn run(pipeline: &str, documents_in: &[Value], more: &[&str]) -> Vec<Value> {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline);
    let lines: Vec<String> = documents_in.iter().map(Value::to_string).collect();
    sandbox.file("in.jsonl", lines.join("\n"));
    let ran = sandbox.gloss(&[&["run", "p.toml", "in.jsonl"], more].concat(), b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    documents(&ran.stdout)
}

fn document(id: &str, text: &str, summary: &str) -> Value {
    json!({ "id": id, "text": text, "metadata": { "summary": summary } })
}

fn annotations<'d>(document: &'d Value, layer: &str) -> &'d [Value] {
    document["layers"][layer]["annotations"].as_array().unwrap()
}

/// Each clause with its label.
fn labels(document: &Value) -> Vec<(&str, &str)> {
    let clauses = annotations(document, "support/clauses");
    let support = annotations(document, "support/support");
    let label = |class: &'_ Value| -> usize { class["target"].as_u64().unwrap() as usize };
    support
        .iter()
        .map(|c| (clauses[label(c)]["text"].as_str().unwrap(), c["label"].as_str().unwrap()))
        .collect()
}

#[test]
fn extractive_summaries_are_carried_word_by_word() {
    let pipeline = "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"summarization\"\n\
                    options = { budget = { ratio = 0.7 } }\n[[stage]]\nextractor = \"support\"\n";
    let document = &run(pipeline, &[document("a", ARTICLE, "")], &[])[0];
    let summary = annotations(document, "summarization/summary")[0]["sources"].as_array().unwrap();
    let clauses = annotations(document, "support/clauses");
    assert!(summary.len() > 2, "{summary:?}");
    assert_eq!(clauses.len(), summary.len());
    for (clause, source) in clauses.iter().zip(summary) {
        assert_eq!(clause["sources"].as_array().unwrap(), std::slice::from_ref(source));
    }
    for class in annotations(document, "support/support") {
        assert_eq!((&class["label"], &class["score"]), (&json!("supported"), &json!(1.0)));
        assert!(class.get("attributes").is_none(), "{class}");
    }
}

#[test]
fn what_a_model_made_up_is_flagged() {
    let summary = "Canada has urged its nationals to leave Moravena. The advisory follows the detention of the \
                   Canadian ambassador. Ilan Soro was seized by soldiers from Canada.";
    let expected = [
        ("Canada has urged its nationals to leave Moravena", "supported"),
        ("The advisory follows the detention of the Canadian ambassador", "unsupported"),
        ("Ilan Soro was seized by soldiers from Canada", "supported"),
    ];
    for pipeline in [GIVEN, WHOLE] {
        let alone = run(pipeline, &[document("a", ARTICLE, summary)], &[]);
        assert_eq!(labels(&alone[0]), expected, "{pipeline}");
        let isolated = run(pipeline, &[document("a", ARTICLE, summary)], &["--isolate"]);
        assert_eq!(
            annotations(&alone[0], "support/support"),
            annotations(&isolated[0], "support/support")
        );
    }
}

#[test]
fn which_summary_is_meant_must_be_said() {
    let sandbox = Sandbox::new();
    let both = format!("{GIVEN}inputs = {{}}\n[[stage]]\nextractor = \"summarization\"\n");
    for (pipeline, code, says) in [
        (both.as_str(), "G0112", "inputs = { summary ="),
        (
            "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"support\"\n",
            "G0111",
            "summary",
        ),
        (
            "[[stage]]\nextractor = \"support\"\noptions = { supported_from = 2.0 }\n",
            "G0110",
            "supported_from",
        ),
        (
            "[[stage]]\nextractor = \"given-summary\"\noptions = { field = \"\" }\n",
            "G0110",
            "field",
        ),
    ] {
        sandbox.file("p.toml", pipeline);
        let ran = sandbox.gloss(&["check", "p.toml"], b"");
        assert_eq!(ran.code, 1, "{pipeline}");
        assert!(
            ran.stderr.contains(code) && ran.stderr.contains(says),
            "{pipeline}: {}",
            ran.stderr
        );
    }
    let named = both.replace("inputs = {}", "inputs = { summary = \"given-summary/summary\" }");
    sandbox.file("p.toml", named);
    assert_eq!(sandbox.gloss(&["check", "p.toml"], b"").code, 0);
}

/// False sentences, those of them that are flagged, true ones, and those of them that are flagged.
fn figures(pipeline: &str, file: &str) -> [usize; 4] {
    let mut all: Vec<Value> = Vec::new();
    let mut text = String::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        let id = all.len().to_string();
        if line.starts_with("## ") {
            text.clear();
        } else if let Some(sentence) = line.strip_prefix("+ ") {
            all.push(document(&format!("true-{id}"), &text, sentence));
        } else if let Some(sentence) = line.strip_prefix("- ") {
            all.push(document(&format!("false-{id}"), &text, sentence.split_once(": ").unwrap().1));
        } else {
            text.push_str(line);
            text.push_str("\n\n");
        }
    }
    let mut counts = [0; 4];
    for document in run(pipeline, &all, &[]) {
        let is_true = document["id"].as_str().unwrap().starts_with("true");
        let flagged = labels(&document).iter().any(|(_, label)| *label == "unsupported");
        if flagged == is_true {
            println!(
                "{is_true} {}: {}",
                document["metadata"]["summary"],
                document["layers"]["support/support"]["annotations"]
            );
        }
        counts[2 * usize::from(is_true)] += 1;
        counts[2 * usize::from(is_true) + 1] += usize::from(flagged);
    }
    println!("{counts:?}");
    counts
}

#[test]
fn figures_with_all_that_can_be_used() {
    let [_, flagged, _, wrongly] =
        figures(WHOLE, include_str!("../../crates/gloss-faithfulness/tests/development.txt"));
    assert!(flagged >= 69 && wrongly == 0, "{flagged} {wrongly}");
    let [_, flagged, _, wrongly] =
        figures(WHOLE, include_str!("../../crates/gloss-faithfulness/tests/held_out.txt"));
    assert!(flagged >= 39 && wrongly <= 1, "{flagged} {wrongly}");
}
