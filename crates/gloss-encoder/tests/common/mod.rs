//! Small models for tests, as `parity/heads.py` makes them.
#![allow(dead_code, clippy::unwrap_used)] // no test uses all of it, and nothing else does

use std::path::{Path, PathBuf};

use gloss_encoder::{Model, Settings, Task, Worker};
use serde_json::Value;
use tempfile::TempDir;

/// A folder for each architecture whose code no other shares.
pub const FIXTURES: [&str; 8] =
    ["bert", "distilbert", "electra", "mpnet", "roberta", "xlm-roberta", "albert", "deberta-v3"];

/// The names of tasks in `expected.json`, with how the names of their architectures end.
pub const TASKS: [(&str, &str); 3] = [
    ("sequence", "ForSequenceClassification"),
    ("token", "ForTokenClassification"),
    ("embedding", "Model"),
];

/// A text or a pair, and what transformers gives for it.
pub struct Case {
    pub text: Value,
    pub numbers: Vec<f32>,
    pub windows: usize,
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A copy of a folder, with the head of this kind of architecture.
pub fn fixture(name: &str, architecture: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
        std::fs::copy(path(name).join(file), folder.path().join(file)).unwrap();
    }
    change_json(folder.path(), "config.json", |config| {
        config["architectures"] = serde_json::json!([format!("X{architecture}")]);
    });
    folder
}

pub fn load(name: &str, architecture: &str, settings: &Settings) -> Model {
    Model::load(fixture(name, architecture).path(), settings).unwrap()
}

/// What is said of a folder that cannot be loaded.
pub fn refusal(folder: &Path, settings: &Settings) -> String {
    Model::load(folder, settings).unwrap_err().to_string()
}

pub fn change_json(folder: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let path = folder.join(file);
    let mut value =
        std::fs::read(&path).map_or(Value::Null, |text| serde_json::from_slice(&text).unwrap());
    change(&mut value);
    std::fs::write(path, value.to_string()).unwrap();
}

pub fn expected(name: &str, task: &str) -> Vec<Case> {
    let text = std::fs::read(path(name).join("expected.json")).unwrap();
    let cases: Value = serde_json::from_slice(&text).unwrap();
    let number = |value: &Value| value.as_f64().unwrap() as f32;
    let case = |case: &Value| Case {
        text: case["text"].clone(),
        numbers: case["numbers"].as_array().unwrap().iter().map(number).collect(),
        windows: case["windows"].as_u64().unwrap() as usize,
    };
    cases[task].as_array().unwrap().iter().map(case).collect()
}

/// What the model gives for a text or a pair, and in how many windows it saw it.
pub fn run(worker: &mut Worker, text: &Value) -> (Vec<f32>, usize) {
    let (first, second) = match text {
        Value::String(text) => (text.as_str(), None),
        pair => (pair[0].as_str().unwrap(), pair[1].as_str()),
    };
    match worker.model().task() {
        Task::Embedding => {
            let found = worker.embed_unless(&[first], &|| false).unwrap().remove(0);
            (found.vector, found.windows)
        }
        Task::SequenceClassification => {
            let found = worker.classify(&[(first, second)]).unwrap().remove(0);
            (found.logits, found.windows)
        }
        Task::TokenClassification => {
            let found = worker.classify_tokens(&[first]).unwrap().remove(0);
            assert_eq!(found.logits.len(), 3 * found.tokens.len());
            (found.logits, found.windows)
        }
    }
}
