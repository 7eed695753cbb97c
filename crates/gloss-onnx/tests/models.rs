//! ONNX files that `parity/fixtures.py` made of a small model, and what is wrong with others.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use gloss_encoder::{Error, Model, Precision, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(folder.join(format!("{name}.onnx"))).unwrap()
}

fn bert() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../gloss-encoder/tests/fixtures/bert")
}

const ARCHITECTURES: [(&str, &str); 3] = [
    ("embedding", "BertModel"),
    ("sequence", "BertForSequenceClassification"),
    ("token", "BertForTokenClassification"),
];

/// The folder of the model with this head, and these files beside its tokenizer.
fn folder(task: &str, files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = std::fs::read_to_string(bert().join("config.json")).unwrap();
    let mut config: Value = serde_json::from_str(&config).unwrap();
    let (_, architecture) = ARCHITECTURES.iter().find(|(name, _)| *name == task).unwrap();
    config["architectures"] = json!([architecture]);
    std::fs::write(folder.path().join("config.json"), config.to_string()).unwrap();
    for file in ["tokenizer.json", "tokenizer_config.json"] {
        std::fs::copy(bert().join(file), folder.path().join(file)).unwrap();
    }
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn load(folder: &TempDir) -> Result<Model, Error> {
    gloss_onnx::load(folder.path(), &Settings::default())
}

/// The numbers of a model's output.
fn numbers(model: &Model, task: &str, (first, second): (&str, Option<&str>)) -> (Vec<f32>, usize) {
    let mut worker = model.worker();
    match task {
        "embedding" => {
            let found = worker.embed_unless(&[first], &|| false).unwrap().remove(0);
            (found.vector, found.windows)
        }
        "sequence" => {
            let found = worker.classify(&[(first, second)]).unwrap().remove(0);
            (found.logits, found.windows)
        }
        _ => {
            let found = worker.classify_tokens(&[first]).unwrap().remove(0);
            (found.logits, found.windows)
        }
    }
}

/// Texts and pairs, some longer than a window, with what transformers gives.
#[test]
fn numbers_are_those_of_transformers() {
    let expected = std::fs::read_to_string(bert().join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    for (task, _) in ARCHITECTURES {
        let model = load(&folder(task, &[("onnx/model.onnx", &fixture(task))])).unwrap();
        for case in expected[task].as_array().unwrap() {
            let text = match &case["text"] {
                Value::String(text) => (text.as_str(), None),
                texts => (texts[0].as_str().unwrap(), texts[1].as_str()),
            };
            let (found, windows) = numbers(&model, task, text);
            assert_eq!(windows as u64, case["windows"].as_u64().unwrap(), "{task} {text:?}");
            let expected = case["numbers"].as_array().unwrap();
            assert_eq!(found.len(), expected.len());
            for (a, b) in found.iter().zip(expected) {
                let b = b.as_f64().unwrap() as f32;
                assert!((a - b).abs() < 1e-4, "{task} {text:?}: {a} {b}");
            }
        }
    }
}

#[test]
fn a_text_does_not_depend_on_the_others() {
    let model = load(&folder("embedding", &[("model.onnx", &fixture("embedding"))])).unwrap();
    let texts = ["The cat sat.", "", "A dog barked at the postman in Berlin, 😀 and again.", "x"];
    let together = model.worker().embed(&texts).unwrap();
    for (text, expected) in texts.iter().zip(&together) {
        assert_eq!(&model.worker().embed(&[text]).unwrap()[0], expected, "{text:?}");
    }
    assert!(
        model.worker().token_vectors(&texts[..1]).unwrap()[0].vectors.len() >= model.vector_size()
    );
}

#[test]
fn files_are_taken_in_order() {
    let file = fixture("sequence");
    let precisions = [Precision::F32, Precision::Int8];
    let check = |files: &[&str], expected: [Option<&str>; 2]| {
        let files: Vec<(&str, &[u8])> = files.iter().map(|&name| (name, &file[..])).collect();
        let folder = folder("sequence", &files);
        let found = precisions.map(|precision| gloss_onnx::file(folder.path(), precision));
        assert_eq!(found, expected.map(|name| name.map(PathBuf::from)), "{files:?}");
    };
    check(&[], [None, None]);
    check(&["model.onnx", "onnx/model.onnx"], [Some("model.onnx"), None]);
    check(&["onnx/model.onnx"], [Some("onnx/model.onnx"), None]);
    let quantized = "onnx/model_quantized.onnx";
    check(&["model.onnx", quantized], [Some("model.onnx"), Some(quantized)]);
    check(&[quantized], [Some(quantized); 2]);
    // Weights of the other kind come first, and are what is damaged here.
    let both = folder("sequence", &[("model.onnx", &file), ("model.safetensors", b"no")]);
    assert!(matches!(load(&both), Err(Error::Invalid { .. })));
    let settings = Settings { precision: Precision::Int8, ..Settings::default() };
    let whole = folder("sequence", &[("model.onnx", &file)]);
    let error = gloss_onnx::load(whole.path(), &settings).unwrap_err();
    assert!(matches!(error, Error::Setting { setting: "precision", .. }), "{error}");
    let error = load(&folder("sequence", &[])).unwrap_err().to_string();
    assert!(error.contains("model.safetensors or model.onnx"), "{error}");
}

/// Replaces bytes of a file by as many others, wherever they are.
fn renamed(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let (from, to) = (from.as_bytes(), to.as_bytes());
    let mut bytes = file.to_vec();
    let places: Vec<usize> =
        (0..bytes.len() - from.len()).filter(|&at| bytes[at..].starts_with(from)).collect();
    assert!(!places.is_empty());
    places.iter().for_each(|&at| bytes[at..at + to.len()].copy_from_slice(to));
    bytes
}

#[test]
fn what_is_not_such_a_model_is_refused_by_name() {
    let check = |task: &str, bytes: &[u8], parts: &[&str]| {
        let error = load(&folder(task, &[("model.onnx", bytes)])).unwrap_err().to_string();
        for part in ["model.onnx"].iter().chain(parts) {
            assert!(error.contains(part), "{part:?} is not in {error}");
        }
    };
    let (sequence, embedding) = (fixture("sequence"), fixture("embedding"));
    check("sequence", b"", &["not an ONNX model"]);
    check("sequence", b"{\"not\": \"protobuf\"}", &["not an ONNX model"]);
    check("sequence", &sequence[..sequence.len() / 2], &["cannot be loaded"]);
    check("sequence", &embedding, &["outputs are last_hidden_state", "logits"]);
    check("embedding", &sequence, &["outputs are logits", "last_hidden_state"]);
    let other = renamed(&sequence, "input_ids", "input_xyz");
    check("sequence", &other, &["inputs are input_xyz, attention_mask, token_type_ids"]);
    // A model of tokens behind a config that says sequences.
    let folder = folder("sequence", &[("model.onnx", &fixture("token"))]);
    let error = load(&folder).unwrap().worker().classify(&[("a cat", None)]).unwrap_err();
    assert!(error.to_string().contains("numbers for"), "{error}");
}

/// Whatever bytes are changed, there is a result or an error.
#[test]
fn bytes_that_changed_do_no_harm() {
    let file = fixture("sequence");
    let mut seed = 3u64;
    for _ in 0..150 {
        let mut bytes = file.clone();
        for _ in 0..3 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 33) as usize % bytes.len();
            bytes[at] = (seed >> 25) as u8;
        }
        let folder = folder("sequence", &[("model.onnx", &bytes)]);
        if let Ok(model) = load(&folder) {
            let _ = model.worker().classify(&[("the cat sat on the mat", None)]);
        }
    }
}

/// One number of a message as protobuf has it: at a field a value, or bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut message = vec![number << 3 | 2];
    varint(bytes.len() as u64, &mut message);
    message.extend(bytes);
    message
}

fn value(number: u8, value: u64) -> Vec<u8> {
    let mut message = vec![number << 3];
    varint(value, &mut message);
    message
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value > 127 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A model with nothing but a tensor of floats (`ModelProto.graph`, `GraphProto.initializer`).
fn tensor(sizes: &[u64], rest: &[u8]) -> Vec<u8> {
    let mut tensor: Vec<u8> = sizes.iter().flat_map(|&size| value(1, size)).collect();
    tensor.extend(value(2, 1));
    tensor.extend(field(8, b"weights"));
    tensor.extend(rest);
    field(7, &field(5, &tensor))
}

/// Data beside the file (`TensorProto.external_data` and `data_location`).
fn external(path: &str) -> Vec<u8> {
    let entry = |key: &str, value: &str| {
        field(13, &[field(1, key.as_bytes()), field(2, value.as_bytes())].concat())
    };
    let entries = [entry("location", path), entry("offset", "0"), entry("length", "16")];
    [entries.concat(), value(14, 1)].concat()
}

#[test]
fn tensors_that_lie_are_refused() {
    let check = |file: &[u8], part: &str| {
        let folder = folder("sequence", &[("model.onnx", file), ("weights.data", &[0; 8])]);
        let error = load(&folder).unwrap_err().to_string();
        assert!(error.contains("model.onnx") && error.contains(part), "{part:?}: {error}");
    };
    // More numbers than there are bytes, or than there can be.
    check(&tensor(&[1 << 40], &field(9, &[0; 16])), "cannot be loaded");
    check(&tensor(&[1 << 40, 1 << 40], &field(9, &[0; 16])), "cannot be loaded");
    check(&tensor(&[u64::MAX], &field(9, &[0; 16])), "cannot be loaded");
    // Data that is not there, too short, or not in the folder.
    check(&tensor(&[4], &external("missing.data")), "cannot be loaded");
    check(&tensor(&[4], &external("weights.data")), "too short");
    for path in ["../weights.data", "/etc/weights.data", "sub/weights.data", "config.json"] {
        check(&tensor(&[4], &external(path)), "disallowed path");
    }
}
