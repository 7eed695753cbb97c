//! What models with adapters give, against what peft and torch give for the same numbers.
//!
//! The folders in `fixtures/adapters` and the numbers expected are made by `parity/adapters.py`.
#![allow(clippy::unwrap_used)] // nothing else does

mod common;

use std::ops::Range;
use std::path::{Path, PathBuf};

use common::{change_json, fixture, run};
use gloss_encoder::{Adapter, Kernels, Model, Passage, Settings};
use serde_json::{Value, json};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/adapters").join(name)
}

/// The model of the tests with an adapter, and what is expected of it.
fn adapted(name: &str, kernels: Kernels) -> (Model, Vec<Value>) {
    let adapter = Adapter::open(&path(name)).unwrap();
    let settings = Settings { kernels, ..Settings::default() };
    let folder = fixture("bert", "Model");
    let model = Model::load_adapted(folder.path(), &adapter, &settings).unwrap();
    let expected = std::fs::read(path(name).join("expected.json")).unwrap();
    (model, serde_json::from_slice(&expected).unwrap())
}

#[track_caller]
fn assert_near(got: &[f32], expected: &Value, what: &str) {
    let expected = expected.as_array().unwrap();
    assert_eq!(got.len(), expected.len(), "{what}");
    for (got, expected) in got.iter().zip(expected) {
        let expected = expected.as_f64().unwrap() as f32;
        assert!((got - expected).abs() < 1e-4, "{what}: {got}, {expected}");
    }
}

#[test]
fn classes_are_those_of_peft() {
    for name in ["sequence", "token", "casing"] {
        for kernels in Kernels::available() {
            let (model, expected) = adapted(name, kernels);
            for case in expected {
                let (numbers, _) = run(&mut model.worker(), &case["text"]);
                assert_near(&numbers, &case["numbers"], &format!("{name} {kernels:?} {case}"));
            }
        }
    }
}

#[test]
fn heads_answer_for_texts_and_targets() {
    let (model, expected) = adapted("own", Kernels::default());
    for case in expected {
        let pairs = case["spans"].as_array().unwrap().iter();
        let number = |value: &Value| value.as_u64().unwrap() as usize;
        let spans: Vec<Range<usize>> =
            pairs.map(|pair| number(&pair[0])..number(&pair[1])).collect();
        let targets = [spans];
        let passage = Passage { text: case["text"].as_str().unwrap(), targets: &targets };
        let pooled = model.worker().pool_unless(&[passage], &|| false).unwrap().remove(0);
        for head in model.adapter_heads() {
            let answer = head.answer(&pooled, Some(0));
            match &case["answers"][head.name()] {
                Value::Null => assert_eq!(answer, None, "{case}"),
                expected => assert_near(&answer.unwrap(), expected, &case.to_string()),
            }
        }
    }
}

#[test]
fn labels_are_the_adapters() {
    let (model, _) = adapted("casing", Kernels::default());
    assert_eq!(model.labels(), ["O", "B-PER", "I-PER"]);
    let (model, _) = adapted("own", Kernels::default());
    let names: Vec<&str> = model.adapter_heads().iter().map(|head| head.name()).collect();
    assert_eq!(names, ["sentence", "score", "targeted"]);
    assert_eq!(model.window(), 24);
}

/// Changes the folder of an adapter or of its model, and finds all these words in the error.
#[track_caller]
fn check(name: &str, change: impl FnOnce(&Path, &Path), words: &[&str]) {
    let (folder, base) = (tempfile::tempdir().unwrap(), fixture("bert", "Model"));
    for file in std::fs::read_dir(path(name)).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    change(folder.path(), base.path());
    let load = |adapter| Model::load_adapted(base.path(), &adapter, &Settings::default());
    let error = Adapter::open(folder.path()).and_then(load).unwrap_err().to_string();
    for word in words {
        assert!(error.contains(word), "{word:?} is not in {error:?}");
    }
}

fn configured(name: &str, file: &str, key: &str, value: Value, words: &[&str]) {
    let change = |folder: &Path, _: &Path| change_json(folder, file, |json| json[key] = value);
    check(name, change, words);
}

#[test]
fn what_is_not_merged_right_is_refused() {
    let config = "adapter_config.json";
    configured("own", config, "peft_type", json!("IA3"), &[config, "the method IA3"]);
    configured("own", config, "peft_type", Value::Null, &["peft_type", "missing"]);
    configured("own", config, "use_dora", json!(true), &["use_dora"]);
    configured("own", config, "bias", json!("all"), &["bias"]);
    configured("own", config, "alpha_pattern", json!({"query": 3}), &["alpha_pattern"]);
    configured("own", config, "task_type", json!("CAUSAL_LM"), &["the task CAUSAL_LM"]);
    configured("own", "gloss.json", "format", json!(2), &["gloss.json", "version 2"]);
    configured("own", "gloss.json", "heads", json!(3), &["gloss.json", "JSON"]);
    configured(
        "casing",
        "gloss.json",
        "casing",
        json!({"module": "x", "classes": []}),
        &["casing"],
    );
    for (key, value, words) in [
        ("module", json!("other"), ["other.weight", "no such tensor"]),
        ("labels", json!([]), ["sentence", "no labels"]),
        ("labels", json!(["one"]), ["sentence_head.weight", "[3, 12]"]),
        ("inputs", json!(["target_mean"]), ["sentence", "TargetMean"]),
        ("temperature", json!(0), ["sentence", "temperature"]),
    ] {
        let change = |folder: &Path, _: &Path| {
            change_json(folder, "gloss.json", |json| json["heads"][0][key] = value);
        };
        check("own", change, &words);
    }
}

#[test]
fn files_that_are_missing_or_cut_are_named() {
    for file in ["adapter_config.json", "adapter_model.safetensors"] {
        let remove = |folder: &Path, _: &Path| std::fs::remove_file(folder.join(file)).unwrap();
        check("own", remove, &["cannot read", file]);
        let cut = |folder: &Path, _: &Path| {
            let path = folder.join(file);
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        };
        check("own", cut, &[file]);
    }
}

#[test]
fn another_base_is_refused() {
    // By its hash, where the adapter has one.
    let other = |_: &Path, base: &Path| {
        let path = base.join("model.safetensors");
        let mut bytes = std::fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    check("own", other, &["the adapter is for bert", "model.safetensors", "SHA-256"]);
    // By its shapes, where it has none.
    let smaller = |_: &Path, base: &Path| {
        let electra = fixture("electra", "Model");
        for file in ["config.json", "model.safetensors", "tokenizer.json"] {
            std::fs::copy(electra.path().join(file), base.join(file)).unwrap();
        }
        change_json(base, "config.json", |json| json["num_hidden_layers"] = json!(1));
    };
    check("sequence", smaller, &["adapter_model.safetensors"]);
}
