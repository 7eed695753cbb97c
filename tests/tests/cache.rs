//! `gloss run --cache`: results of earlier runs, and what they are found by.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use gloss_tests::c::repository;
use gloss_tests::{Ran, Sandbox, plugin_file};
use serde_json::{Value, json};

/// All extractors that need no other model than those of the tests.
const EVERYTHING: &str = r#"
[[stage]]
extractor = "sentences"
[[stage]]
extractor = "ner"
[[stage]]
extractor = "spacy-pipeline"
layers = ["tokens", "dependencies"]
[[stage]]
extractor = "sentiment"
options = { mask_entities = true }
inputs = { sentences = "sentences/sentences", entities = "ner/entities" }
[[stage]]
extractor = "summarization"
inputs = { sentences = "sentences/sentences" }
[[stage]]
extractor = "dates"
[[stage]]
extractor = "mentions"
inputs = { entities = "ner/entities" }
[[stage]]
extractor = "quotes"
inputs = { entities = "ner/entities" }
[[stage]]
extractor = "rules"
options = { patterns = [{ regex = '\d+', label = "NUMBER" }] }
[[stage]]
extractor = "given-summary"
[[stage]]
extractor = "support"
inputs = { sentences = "sentences/sentences", summary = "given-summary/summary", tokens = "spacy-pipeline/tokens", dependencies = "spacy-pipeline/dependencies", entities = "ner/entities" }
[[stage]]
extractor = "embeddings"
[[stage]]
extractor = "keyphrases"
[[stage]]
extractor = "summarize"
options = { sentences = 1, max_tokens = 20, window = 300 }
[[stage]]
extractor = "near-duplicates"
"#;

const PIPELINE: &str = r#"
[input]
header = true
[[stage]]
extractor = "sentences"
[[stage]]
extractor = "dates"
[[stage]]
extractor = "sentiment"
"#;

fn documents() -> Vec<Value> {
    let of = |i: usize| {
        let name = ["Angela Merkel", "Ingrid Solheim", "Añón 😀", "Per Aune"][i % 4];
        let text = format!(
            "Dr. {name} praised Berlin on Friday. \"It was terrible,\" she said in {}. The ${i} plan failed!",
            2000 + i
        );
        let text = if i == 3 { text.replace(" praised", "\npraised") } else { text };
        let metadata = json!({ "date": "2026-01-11", "summary": format!("{name} praised Paris.") });
        json!({ "id": format!("{i}"), "text": text, "metadata": metadata })
    };
    (0..12).map(of).chain([json!({ "id": "empty", "text": "" })]).collect()
}

fn jsonl(documents: &[Value]) -> String {
    documents.iter().map(|d| format!("{d}\n")).collect()
}

/// A folder with a pipeline and documents.
fn sandbox(pipeline: &str, documents: &[Value]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline);
    sandbox.file("in.jsonl", jsonl(documents));
    sandbox
}

/// What a run wrote; its record is beside it.
fn run(sandbox: &Sandbox, more: &[&str]) -> String {
    let arguments = [&["run", "p.toml", "in.jsonl", "-o", "out.jsonl"], more].concat();
    let ran = sandbox.gloss(&arguments, b"");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    sandbox.read("out.jsonl")
}

/// Of the last run: for each stage hits and misses, or `None` where its results are not kept.
fn counts(sandbox: &Sandbox) -> Vec<(String, Option<(u64, u64)>)> {
    let record: Value = serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
    let of = |stage: &Value| {
        let cache = stage["cache"].as_object();
        let counts = cache.map(|c| (c["hits"].as_u64().unwrap(), c["misses"].as_u64().unwrap()));
        (stage["id"].as_str().unwrap().to_owned(), counts)
    };
    record["stages"].as_array().unwrap().iter().map(of).collect()
}

/// Runs with the cache, and compares what stages found there.
fn check(sandbox: &Sandbox, more: &[&str], expected: &[(&str, Option<(u64, u64)>)]) -> String {
    let output = run(sandbox, &[&["--cache"], more].concat());
    let counts = counts(sandbox);
    let counts: Vec<_> = counts.iter().map(|(id, counts)| (id.as_str(), *counts)).collect();
    assert_eq!(counts, expected);
    output
}

fn cache(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    sandbox.gloss(&[&["cache"], arguments].concat(), b"")
}

#[test]
fn results_are_the_same_without_with_an_empty_and_with_a_full_cache() {
    let documents = documents();
    let sandbox = sandbox(EVERYTHING, &documents);
    let expected = run(&sandbox, &[]);
    assert!(counts(&sandbox).iter().all(|(_, counts)| counts.is_none()));
    let all = documents.len() as u64;
    for (more, hits) in [(&[][..], 0), (&["-j", "1"], all), (&["--isolate"], all)] {
        assert!(run(&sandbox, &[&["--cache"], more].concat()) == expected, "{more:?}");
        for (stage, counts) in counts(&sandbox) {
            // What it makes of a document depends on the others.
            let kept = (stage != "near-duplicates").then_some((hits, all - hits));
            assert_eq!(counts, kept, "{stage}");
        }
    }
}

#[test]
fn a_changed_stage_and_those_that_see_the_change_run_again() {
    let documents = documents();
    let sandbox = sandbox(PIPELINE, &documents);
    let (none, all) = (Some((0, 13)), Some((13, 0)));
    check(&sandbox, &[], &[("sentences", none), ("dates", none), ("sentiment", none)]);
    let change = |from: &str, to: &str| {
        assert!(PIPELINE.contains(from));
        sandbox.file("p.toml", PIPELINE.replacen(from, to, 1));
    };
    // The stage alone.
    change("\"dates\"", "\"dates\"\noptions = { weekday = \"past\" }");
    check(&sandbox, &[], &[("sentences", all), ("dates", none), ("sentiment", all)]);
    // One document has a line break, and so a sentence more; the others look as before.
    change("\"sentences\"", "\"sentences\"\noptions = { newline = \"ends\" }");
    check(&sandbox, &[], &[("sentences", none), ("dates", all), ("sentiment", Some((12, 1)))]);
    // Its old results are still there.
    sandbox.file("p.toml", PIPELINE);
    check(&sandbox, &[], &[("sentences", all), ("dates", all), ("sentiment", all)]);
    // The stage's id is in the names of its layers, which those that it feeds are told.
    change("[[stage]]", "[[stage]]\nid = \"s\"");
    check(&sandbox, &[], &[("s", all), ("dates", all), ("sentiment", none)]);
    // A stage that is new finds what it needs.
    sandbox.file("p.toml", format!("{PIPELINE}\n[[stage]]\nextractor = \"summarization\"\n"));
    let stages = [("sentences", all), ("dates", all), ("sentiment", all), ("summarization", none)];
    check(&sandbox, &[], &stages);
}

#[test]
fn only_what_an_extractor_sees_of_a_document_matters() {
    let mut documents = documents();
    let sandbox = sandbox(PIPELINE, &documents);
    let (none, all) = (Some((0, 13)), Some((13, 0)));
    check(&sandbox, &[], &[("sentences", none), ("dates", none), ("sentiment", none)]);
    let again = |documents: &[Value], dates, others| {
        sandbox.file("in.jsonl", jsonl(documents));
        check(&sandbox, &[], &[("sentences", others), ("dates", dates), ("sentiment", others)]);
    };
    documents.reverse();
    again(&documents, all, all);
    for (i, document) in documents.iter_mut().enumerate() {
        document["id"] = json!(format!("other {i}"));
        document["metadata"]["author"] = json!("somebody");
    }
    again(&documents, all, all);
    // The date is a field that `dates` says it reads.
    documents[3]["metadata"]["date"] = json!("2026-01-12");
    again(&documents, Some((12, 1)), all);
    documents[5]["text"] = json!("Something else.");
    again(&documents, Some((12, 1)), Some((12, 1)));
}

#[test]
fn ids_matter_to_extractors_that_may_look_at_them() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"unruly\"\n");
    let plugin = plugin_file("gloss_unruly");
    let check = |ids: [&str; 2], expected| {
        let documents = ids.map(|id| json!({ "id": id, "text": "One long word" }));
        sandbox.file("in.jsonl", jsonl(&documents));
        let path = plugin.to_str().unwrap();
        check(&sandbox, &["--plugin-path", path], &[("unruly", Some(expected))]);
    };
    check(["a", "b"], (0, 2));
    check(["a", "b"], (2, 0));
    check(["b", "c"], (1, 1));
}

#[test]
fn failed_documents_are_tried_again() {
    let sandbox = Sandbox::new();
    let options = "options = { fault = \"error\", trigger = \"bad\" }";
    sandbox.file("p.toml", format!("[[stage]]\nextractor = \"unruly\"\n{options}\n"));
    sandbox.file(
        "in.jsonl",
        jsonl(&[json!({"id": "a", "text": "good"}), json!({"id": "b", "text": "bad"})]),
    );
    let plugin = plugin_file("gloss_unruly");
    for expected in [(0, 2), (1, 1)] {
        let arguments =
            ["run", "p.toml", "in.jsonl", "-o", "out.jsonl", "--cache", "--plugin-path"];
        let ran = sandbox.gloss(&[&arguments[..], &[plugin.to_str().unwrap()]].concat(), b"");
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        assert_eq!(counts(&sandbox), [("unruly".to_owned(), Some(expected))]);
    }
}

#[test]
fn another_build_of_a_plugin_runs_again() {
    let documents = documents();
    let sandbox = sandbox(PIPELINE, &documents);
    let (none, all) = (Some((0, 13)), Some((13, 0)));
    let mut library = fs::read(plugin_file("gloss_sentences")).unwrap();
    // What is behind the last section of a library, nobody reads.
    library.push(0);
    let file = sandbox.file("libgloss_sentences.so", library);
    let expected = run(&sandbox, &["--cache"]);
    let path = file.to_str().unwrap();
    // The stage that it feeds sees the same sentences.
    let stages = [("sentences", none), ("dates", all), ("sentiment", all)];
    let output = check(&sandbox, &["--plugin-path", path], &stages);
    assert_ne!(output, expected, "the hash of the plugin is beside its layers");
}

#[test]
fn stages_say_whether_they_are_kept() {
    let sandbox = sandbox(
        "[[stage]]\nextractor = \"sentences\"\ncache = false\n[[stage]]\nextractor = \"dates\"\ncache = true\n",
        &documents(),
    );
    check(&sandbox, &[], &[("sentences", None), ("dates", Some((0, 13)))]);
    check(&sandbox, &[], &[("sentences", None), ("dates", Some((13, 0)))]);
    let refused = |stage: &str, code: &str| {
        sandbox.file("p.toml", format!("[[stage]]\n{stage}\n"));
        let ran = sandbox.gloss(&["check", "p.toml"], b"");
        assert_eq!(ran.code, 1);
        assert!(ran.stderr.contains(code) && ran.stderr.contains(":3:9"), "{}", ran.stderr);
    };
    refused("extractor = \"near-duplicates\"\ncache = true", "G0121");
    refused("extractor = \"dates\"\ncache = \"yes\"", "G0103");
}

/// An extractor in Python, which a hash of its file says little about.
const SHOUTING: &str = "
from gloss_plugin import Extractor, spans

class Shouting(Extractor):
    \"\"\"The first word.\"\"\"
    provides = [spans('words')]
    VARIES

    def extract(self, documents):
        for document in documents:
            document.add_span('words', 0, len(document.text.split(' ')[0]))
";

#[test]
fn programs_are_kept_where_the_pipeline_says_so() {
    let sandbox = sandbox("", &[json!({ "id": "a", "text": "One two" })]);
    let check = |python: &str, cache: &str, expected: [Option<(u64, u64)>; 2]| {
        sandbox.file("shouting.py", SHOUTING.replace("VARIES", python));
        let manifest = "id = \"test/shouting\"\nversion = \"1\"\nframes = 2\nextractors = [\"shouting\"]\n\
                        command = [\"python3\", \"-m\", \"gloss_plugin\", \"{folder}/shouting.py\"]\n\
                        files = [\"shouting.py\"]\n";
        sandbox.file("shouting.gloss.toml", manifest);
        sandbox.file("p.toml", format!("[[stage]]\nextractor = \"shouting\"\n{cache}\n"));
        for expected in expected {
            let arguments = ["run", "p.toml", "in.jsonl", "-o", "out.jsonl", "--cache"];
            let more = ["--plugin-path", "shouting.gloss.toml"];
            let package = repository().join("plugins/python");
            let mut command = sandbox.command(&[&arguments[..], &more].concat());
            let output = command.env("PYTHONPATH", package).output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{stderr}");
            assert_eq!(counts(&sandbox), [("shouting".to_owned(), expected)], "{python} {cache}");
        }
    };
    let (miss, hit) = (Some((0, 1)), Some((1, 0)));
    check("pass", "", [None, None]);
    check("pass", "cache = true", [miss, hit]);
    check("varies = True", "", [None, None]);
    check("ignores_id = True", "cache = true", [miss, hit]);
}

/// A run that is not waited for.
fn start(sandbox: &Sandbox, output: &str, more: &[&str]) -> Child {
    let arguments = [&["run", "p.toml", "in.jsonl", "--cache", "-o", output], more].concat();
    let mut command: Command = sandbox.command(&arguments);
    command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn many() -> Vec<Value> {
    let one = |i: usize| json!({ "id": format!("{i}"), "text": format!("Mr. {i} is here. It was great.") });
    (0..3000).map(one).collect()
}

#[test]
fn runs_share_it() {
    let sandbox = sandbox(PIPELINE, &many());
    let expected = run(&sandbox, &[]);
    let runs =
        ["a.jsonl", "b.jsonl", "c.jsonl"].map(|output| (output, start(&sandbox, output, &[])));
    for (output, run) in runs {
        let ran = run.wait_with_output().unwrap();
        assert_eq!((ran.status.code(), ran.stderr), (Some(0), vec![]));
        assert!(sandbox.read(output) == expected, "{output}");
    }
    let all = Some((3000, 0));
    check(&sandbox, &[], &[("sentences", all), ("dates", all), ("sentiment", all)]);
}

#[test]
fn a_killed_run_leaves_it_whole() {
    let sandbox = sandbox(PIPELINE, &many());
    let expected = run(&sandbox, &[]);
    for round in 0..6 {
        let mut killed = start(&sandbox, "killed.jsonl", &[]);
        sleep(Duration::from_millis(60 + 40 * round));
        // SIGKILL, on Unix.
        killed.kill().unwrap();
        killed.wait().unwrap();
        assert_eq!(cache(&sandbox, &["info"]).code, 0);
    }
    assert!(run(&sandbox, &["--cache"]) == expected);
    assert!(run(&sandbox, &["--cache"]) == expected);
    assert!(counts(&sandbox).iter().all(|(_, counts)| *counts == Some((3000, 0))));
}

#[test]
fn a_cache_that_cannot_be_used_stops_no_run() {
    let sandbox = sandbox(PIPELINE, &documents());
    let expected = run(&sandbox, &["--cache"]);
    let path = cache(&sandbox, &["path"]).stdout.trim_end().to_owned();
    let whole = fs::read(&path).unwrap();
    let check = |what: &str, more: &[&str]| {
        let arguments =
            [&["run", "p.toml", "in.jsonl", "-o", "out.jsonl", "--cache"], more].concat();
        let ran = sandbox.gloss(&arguments, b"");
        assert_eq!(ran.code, 0, "{what}: {}", ran.stderr);
        assert!(sandbox.read("out.jsonl") == expected, "{what}");
        ran.stderr
    };
    fs::write(&path, "not a database").unwrap();
    let stderr = check("another file", &[]);
    assert!(stderr.contains("G0803") && stderr.lines().count() == 1, "{stderr}");
    let ran = cache(&sandbox, &["info"]);
    assert!(ran.code == 1 && ran.stderr.contains("gloss cache clear"), "{}", ran.stderr);
    assert_eq!(cache(&sandbox, &["clear"]).code, 0);
    assert_eq!(check("a new one", &[]), "");
    for at in (0..whole.len()).step_by(whole.len() / 16) {
        let mut damaged = whole.clone();
        damaged[at..].iter_mut().take(64).for_each(|b| *b = !*b);
        fs::write(&path, damaged).unwrap();
        let stderr = check("a damaged file", &[]);
        assert!(stderr.lines().count() <= 2, "{stderr}");
    }
    let stderr = check("a file for a folder", &["--cache-folder", "p.toml"]);
    assert!(stderr.contains("G0800"), "{stderr}");
}

#[test]
fn it_is_shown_and_cleared() {
    let sandbox = sandbox(PIPELINE, &documents());
    let info = || -> Vec<(String, u64)> {
        let json: Value =
            serde_json::from_str(&cache(&sandbox, &["info", "--json"]).stdout).unwrap();
        let of = |e: &Value| {
            (e["extractor"].as_str().unwrap().to_owned(), e["results"].as_u64().unwrap())
        };
        let mut all: Vec<_> = json["extractors"].as_array().unwrap().iter().map(of).collect();
        all.sort();
        all
    };
    assert_eq!(info(), []);
    run(&sandbox, &["--cache"]);
    let kept = |extractor: &str| (format!("gloss/{extractor}:{extractor}"), 13);
    assert_eq!(info(), [kept("dates"), kept("sentences"), kept("sentiment")]);
    let check = |arguments: &[&str], stdout: &str, left: &[(String, u64)]| {
        let ran = cache(&sandbox, &[&["clear"], arguments].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (0, stdout), "{}", ran.stderr);
        assert_eq!(info(), left);
    };
    let all = [kept("dates"), kept("sentences"), kept("sentiment")];
    check(&["--older-than", "30d"], "0 results removed\n", &all);
    check(&["--extractor", "dates", "--older-than", "1h"], "0 results removed\n", &all);
    check(&["--extractor", "dates"], "13 results removed\n", &all[1..]);
    check(&[], "26 results removed\n", &[]);
    // Elsewhere nothing was kept.
    assert!(cache(&sandbox, &["info", "--cache-folder", "other"]).stdout.contains("0 results"));
    assert!(!sandbox.path().join("other").exists());
    for wrong in [
        &["run", "p.toml", "in.jsonl", "--cache-size", "1GB"][..],
        &["cache", "clear", "--older-than", "old"],
    ] {
        assert_eq!(sandbox.gloss(wrong, b"").code, 2);
    }
}
