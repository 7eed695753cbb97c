//! Stages that run for some languages only, and what feeds on them.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::{Sandbox, documents};
use serde_json::Value;

const ENGLISH: &str = "The ferry had left when we came down to the harbour. We waited for an hour.";
const FRENCH: &str =
    "Le bac était parti quand nous sommes descendus au port. On a attendu une heure.";
const GERMAN: &str =
    "Die Fähre war schon weg, als wir zum Hafen hinunterkamen. Wir warteten lange.";

const PIPELINE: &str = r#"
[[stage]]
extractor = "language"

[[stage]]
id = "en"
extractor = "sentences"
languages = ["en"]

[[stage]]
id = "fr"
extractor = "sentences"
options = { language = "fr" }
languages = ["fr"]

[[stage]]
extractor = "sentiment"
inputs = { sentences = ["en/sentences", "fr/sentences"] }

[[stage]]
extractor = "near-duplicates"
languages = ["en", "fr"]
"#;

/// The names of a document's layers.
fn layers(document: &Value) -> Vec<&str> {
    let layers = document["layers"].as_object();
    layers.into_iter().flat_map(serde_json::Map::keys).map(String::as_str).collect()
}

fn jsonl(texts: &[&str]) -> String {
    texts.iter().map(|text| serde_json::json!({ "text": text }).to_string() + "\n").collect()
}

#[test]
fn documents_take_the_way_of_their_language() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    sandbox.file("a.jsonl", jsonl(&[ENGLISH, FRENCH, GERMAN, "12:30"]));
    let ran = sandbox.gloss(&["run", "p.toml", "a.jsonl", "-o", "out.jsonl"], b"");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let found = documents(&sandbox.read("out.jsonl"));
    let of_corpus = |name: &&str| name.starts_with("near-duplicates/");
    let rest = ["language/language", "sentiment/sentiment", "sentiment/sentiment-words"];
    for (document, sentences) in [(&found[0], "en/sentences"), (&found[1], "fr/sentences")] {
        let (duplicates, mut others): (Vec<_>, Vec<_>) =
            layers(document).into_iter().partition(of_corpus);
        assert!(!duplicates.is_empty());
        others.sort_unstable();
        let mut expected = [&[sentences], rest.as_slice()].concat();
        expected.sort_unstable();
        assert_eq!(others, expected);
        let sentiment = &document["layers"]["sentiment/sentiment"];
        assert_eq!(sentiment["target"], sentences);
        assert_eq!(sentiment["annotations"].as_array().unwrap().len(), 2);
    }
    // No layer, rather than an empty one; and no remark, for nothing is wrong.
    for document in &found[2..] {
        assert_eq!(layers(document), ["language/language"]);
        assert_eq!(document.get("notes"), None);
    }
    let record: Value = serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
    let counts = record["stages"].as_array().unwrap().iter();
    let counts: Vec<_> =
        counts.map(|s| (s["documents"].as_u64(), s["passed_over"].as_u64())).collect();
    let (four, one, two) = ((Some(4), None), (Some(1), Some(3)), (Some(2), Some(2)));
    assert_eq!(counts, [four, one, one, two, two]);
}

#[test]
fn output_does_not_depend_on_threads_or_processes() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    let texts: Vec<String> =
        (0..200).map(|i| [ENGLISH, FRENCH, GERMAN, "12:30"][i * 7 % 4].repeat(1 + i % 3)).collect();
    sandbox.file("a.jsonl", jsonl(&texts.iter().map(String::as_str).collect::<Vec<_>>()));
    let run = |more: &[&str]| {
        let ran = sandbox.gloss(&[&["run", "p.toml", "a.jsonl"], more].concat(), b"");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    let one = run(&["-j", "1"]);
    assert_eq!(documents(&one).len(), 200);
    assert_eq!(one, run(&["-j", "4"]));
    assert_eq!(one, run(&["-j", "2", "--isolate"]));
}

#[test]
fn without_a_stage_the_metadata_say_the_language() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"sentences\"\nlanguages = [\"en\", \"und\"]\n\
         [[stage]]\nextractor = \"sentiment\"\n",
    );
    let check = |metadata: &str, runs: bool| {
        let line = format!("{{\"text\": \"One.\", \"metadata\": {metadata}}}\n");
        let ran =
            sandbox.gloss(&["run", "p.toml", "-", "--input-format", "jsonl"], line.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let document = &documents(&ran.stdout)[0];
        assert_eq!(layers(document).len(), if runs { 3 } else { 0 }, "{metadata}");
    };
    check("{\"language\": \"en\"}", true);
    check("{\"language\": \"en-GB\"}", true);
    check("{\"language\": \"fr\"}", false);
    check("{}", true);
}

#[test]
fn check_shows_the_way() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    let ran = sandbox.gloss(&["check", "p.toml"], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("  runs on documents in en, by language/language\n"));
    assert!(ran.stdout.contains("  <- en/sentences, or fr/sentences\n"), "{}", ran.stdout);
    sandbox.file("q.toml", "[[stage]]\nextractor = \"sentences\"\nlanguages = [\"en\"]\n");
    let ran = sandbox.gloss(&["check", "q.toml"], b"");
    assert!(ran.stdout.contains("in en, by their metadata field \"language\""), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_told_is_refused() {
    let check = |pipeline: &str, code: &str, part: &str| {
        let sandbox = Sandbox::new();
        sandbox.file("p.toml", pipeline);
        let ran = sandbox.gloss(&["check", "p.toml"], b"");
        assert_eq!(ran.code, 1, "{pipeline}");
        assert!(ran.stderr.contains(code) && ran.stderr.contains(part), "{}", ran.stderr);
    };
    let two = "[[stage]]\nid = \"a\"\nextractor = \"language\"\n\
               [[stage]]\nid = \"b\"\nextractor = \"language\"\n";
    let routed = "[[stage]]\nextractor = \"sentences\"\nlanguages = [\"en\"]\n";
    check(&format!("{two}{routed}"), "G0112", "inputs = { language = \"a/language\" }");
    check(
        "[[stage]]\nextractor = \"sentences\"\nlanguages = [\"English\"]",
        "G0103",
        "p.toml:3:13",
    );
    // The language of the parts of sentences that wait for the language.
    let circle = "[[stage]]\nextractor = \"language\"\noptions = { also = \"sentences\" }\n";
    check(&format!("{circle}{routed}"), "G0113", "language needs sentences needs language");
}
