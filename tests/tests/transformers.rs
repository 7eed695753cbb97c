//! The extractors for Hugging Face models end to end: with small models in folders, with MiniLM from the
//! store, and with a model of a hub that nobody has seen before.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;

use gloss_tests::c::repository;
use gloss_tests::{Ran, Sandbox, build_folder, copy, documents};
use serde_json::{Value, json};

const ARTICLE: &str = "The city council voted on Monday to close the old harbour bridge to cars. \
Engineers found deep cracks in the steel of the harbour bridge in March. \
The cracks in the bridge cannot be repaired before winter, the engineers said. \
Shops near the harbour fear that the closed bridge will cost them customers. \
A new bridge would cost the city about forty million euros by 2031. \
Rain is expected in the hills on Sunday, with strong winds from the west.";

/// The folder of a small model.
fn small(name: &str) -> PathBuf {
    repository().join("plugins/transformers/tests/models").join(name)
}

fn stage(extractor: &str, options: &Value) -> String {
    let options: Vec<String> = options
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    format!("[[stage]]\nextractor = {extractor:?}\noptions = {{ {} }}\n\n", options.join(", "))
}

/// All five extractors on small models, over documents and over sentences.
fn pipeline() -> String {
    let model = |name: &str| small(name).to_str().unwrap().to_owned();
    [
        "[[stage]]\nextractor = \"sentences\"\n\n".to_owned(),
        stage("text-classification", &json!({ "model": model("topics"), "of": "sentences" })),
        stage("token-classification", &json!({ "model": model("entities"), "aggregation": "max" })),
        stage(
            "zero-shot-classification",
            &json!({ "model": model("inference"), "labels": ["a", "b"] }),
        ),
        stage("embeddings", &json!({ "model": model("vectors"), "of": "sentences" })),
        stage("keyphrases", &json!({ "model": model("vectors") })),
    ]
    .concat()
}

fn ok(ran: Ran) -> String {
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

#[test]
fn where_and_with_how_many_threads_it_runs_makes_no_difference() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline());
    for at in 0..12 {
        // Of many lengths, one much longer than a window, one empty.
        let text = ARTICLE.split_inclusive(' ').skip(at * 3).collect::<String>();
        sandbox.file(&format!("docs/{at:02}.txt"), text.repeat(at % 4));
    }
    let run = |more: &[&str]| {
        let arguments = [&["run", "p.toml", "docs", "--quiet"], more].concat();
        ok(sandbox.gloss(&arguments, b""))
    };
    let one = run(&["-j", "1"]);
    assert_eq!(one, run(&["-j", "3"]));
    assert_eq!(one, run(&["-j", "2", "--isolate"]));
    let documents = documents(&one);
    assert_eq!(documents.len(), 12);
    let layers = documents[3]["layers"].as_object().unwrap();
    for layer in [
        "text-classification/categories",
        "token-classification/entities",
        "zero-shot-classification/categories",
        "embeddings/embeddings",
        "keyphrases/keyphrases",
    ] {
        assert!(!layers[layer]["annotations"].as_array().unwrap().is_empty(), "{layer}");
    }
    let notes = documents[3]["notes"].to_string();
    assert!(notes.contains("token-classification: split into "), "{notes}");
}

#[test]
fn sentences_are_ranked_by_their_embeddings() {
    let sandbox = Sandbox::new();
    let stages = [
        "[[stage]]\nextractor = \"sentences\"\n\n".to_owned(),
        stage("embeddings", &json!({ "of": "sentences" })),
        "[[stage]]\nextractor = \"summarization\"\n\
         options = { method = \"embeddings\", budget = { sentences = 2 } }\n"
            .to_owned(),
    ];
    sandbox.file("p.toml", stages.concat());
    sandbox.file("a.txt", ARTICLE);
    let ran = ok(sandbox.gloss(&["run", "p.toml", "a.txt"], b""));
    let layers = documents(&ran).remove(0)["layers"].take();
    let summary = layers["summarization/summary"]["annotations"][0]["text"].as_str().unwrap();
    assert!(summary.contains("bridge"), "{summary}");
    assert!(!summary.contains("Rain"), "{summary}");
    let vectors = &layers["embeddings/embeddings"];
    assert_eq!(vectors["annotations"].as_array().unwrap().len(), 6);

    // Vectors of documents say nothing of sentences.
    sandbox.file("q.toml", stages.concat().replace("of = \"sentences\"", "of = \"document\""));
    let ran = sandbox.gloss(&["run", "q.toml", "a.txt"], b"");
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("set of = \"sentences\""), "{}", ran.stderr);
}

#[test]
fn keyphrases_say_what_a_text_is_about() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", stage("keyphrases", &json!({ "top": 4 })));
    sandbox.file("a.txt", ARTICLE);
    let ran = ok(sandbox.gloss(&["run", "p.toml", "a.txt"], b""));
    let layers = documents(&ran).remove(0)["layers"].take();
    let found = layers["keyphrases/keyphrases"]["annotations"].as_array().unwrap();
    let best = found.iter().find(|span| span["attributes"]["rank"] == 1).unwrap();
    assert!(best["text"].as_str().unwrap().contains("bridge"), "{found:#?}");
}

#[test]
fn every_extractor_keeps_the_rules_of_the_interface() {
    let sandbox = Sandbox::new();
    let plugin = build_folder().join("libgloss_transformers.so");
    for (extractor, model, options) in [
        ("text-classification", "tags", "{}"),
        ("token-classification", "entities-bytes", "{}"),
        ("zero-shot-classification", "inference", r#"{ "labels": ["a", "b"] }"#),
        ("embeddings", "vectors", "{}"),
        ("keyphrases", "vectors", "{}"),
    ] {
        let model = format!("model={}", small(model).display());
        let arguments = [
            ["plugin", "validate", plugin.to_str().unwrap(), "--extractor", extractor],
            ["--model", &model, "--options", options, "--json"],
            ["--seed", "7", "--long-text", "200000", "--jobs=2"],
        ];
        let ran = sandbox.gloss(arguments.as_flattened(), b"");
        assert_eq!(ran.code, 0, "{extractor}: {}{}", ran.stdout, ran.stderr);
    }
}

/// Serves files below a folder, to whoever asks, until the test ends; every other answer sends to
/// another place first, as the hub does for large files.
fn hub(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            let path = first.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
            let answer = match (path.strip_prefix("elsewhere/"), fs::read(folder.join(&path))) {
                (None, Ok(_)) => (format!("302 Found\r\nLocation: /elsewhere/{path}"), Vec::new()),
                (Some(path), _) => match fs::read(folder.join(path)) {
                    Ok(bytes) => ("200 OK".to_owned(), bytes),
                    Err(_) => ("404 Not Found".to_owned(), Vec::new()),
                },
                (None, Err(_)) => ("404 Not Found".to_owned(), Vec::new()),
            };
            let (status, length) = (answer.0, answer.1.len());
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(&[head.as_bytes(), &answer.1].concat());
        }
    });
    url
}

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn what_a_model_of_a_hub_was_is_kept_beside_the_pipeline() {
    let sandbox = Sandbox::new();
    let served = sandbox.path().join(format!("hub/owner/topics/resolve/{COMMIT}"));
    copy(&small("topics"), &served);
    let endpoint = hub(sandbox.path().join("hub"));
    sandbox.file(
        "catalogue.toml",
        format!(
            "[[model]]\nname = \"topics\"\nversion = \"01234567\"\nkind = \"transformers\"\n\
             language = \"en\"\nlicence = \"MIT\"\npublisher = \"owner\"\nhomepage = \"h\"\n\
             description = \"d\"\ndownload_bytes = 20000\n\
             source = [{{ kind = \"huggingface\", repo = \"owner/topics\", revision = \"{COMMIT}\", verified = false }}]\n\
             unpinned = [{{ path = \"config.json\" }}, {{ path = \"model.safetensors\" }}, {{ path = \"tokenizer.json\" }}]\n"
        ),
    );
    sandbox.file("p/p.toml", stage("text-classification", &json!({ "model": "topics" })));
    sandbox.file("a.txt", ARTICLE);
    let gloss = |store: &str, arguments: &[&str]| {
        let all =
            [&["--catalogue", "catalogue.toml", "--models-folder", store], arguments].concat();
        let output = sandbox.command(&all).env("HF_ENDPOINT", &endpoint).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let refused = |ran: (Option<i32>, String), parts: &[&str]| {
        assert_eq!(ran.0, Some(1), "{}", ran.1);
        for part in parts {
            assert!(ran.1.contains(part), "{part:?} is not in:\n{}", ran.1);
        }
    };

    // Nothing is here, and nothing is fetched by the way.
    refused(gloss("one", &["check", "p/p.toml"]), &["G0403", "gloss models fetch topics@01234567"]);
    let fetched = gloss("one", &["models", "fetch", "topics"]);
    assert_eq!(fetched.0, Some(0), "{}", fetched.1);
    refused(gloss("one", &["run", "p/p.toml", "a.txt", "--locked"]), &["G0422", "gloss.lock"]);
    assert!(!sandbox.path().join("p/gloss.lock").exists());
    let ran = gloss("one", &["run", "p/p.toml", "a.txt"]);
    assert_eq!(ran.0, Some(0), "{}", ran.1);
    let lock = sandbox.read("p/gloss.lock");
    assert!(lock.contains("model.safetensors") && lock.contains("01234567"), "{lock}");
    assert_eq!(gloss("one", &["run", "p/p.toml", "a.txt", "--locked"]).0, Some(0));
    assert_eq!(sandbox.read("p/gloss.lock"), lock);

    // Another machine gets the same for the pipeline.
    let fetched = gloss("two", &["models", "fetch", "--pipeline", "p/p.toml"]);
    assert_eq!(fetched.0, Some(0), "{}", fetched.1);
    assert_eq!(gloss("two", &["check", "p/p.toml", "--locked"]).0, Some(0));

    // A third one would get others: of the same length, so that only the hash tells.
    let weights = served.join("model.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&weights, bytes).unwrap();
    refused(gloss("three", &["models", "fetch", "--pipeline", "p/p.toml"]), &["model.safetensors"]);
    // Without the pipeline nobody knows better; with it they are refused.
    assert_eq!(gloss("three", &["models", "fetch", "topics"]).0, Some(0));
    refused(gloss("three", &["run", "p/p.toml", "a.txt"]), &["a lock says"]);
    assert_eq!(sandbox.read("p/gloss.lock"), lock);
}
