//! Folders that are damaged, or whose files do not fit each other.

mod common;

use std::path::Path;

use common::{change_json, fixture, load, refusal};
use gloss_encoder::{Model, Settings};
use serde_json::{Value, json};

/// Changes a folder of BERT with a head for sequences, and finds all these words in the error.
#[track_caller]
fn check(change: impl FnOnce(&Path), settings: Settings, words: &[&str]) {
    let folder = fixture("bert", "ForSequenceClassification");
    change(folder.path());
    let error = refusal(folder.path(), &settings);
    for word in words {
        assert!(error.contains(word), "{word:?} is not in {error:?}");
    }
}

fn config(key: &str, value: Value, words: &[&str]) {
    let change = |folder: &Path| change_json(folder, "config.json", |config| config[key] = value);
    check(change, Settings::default(), words);
}

#[test]
fn a_missing_file_is_named() {
    for file in ["config.json", "model.safetensors", "tokenizer.json"] {
        let remove = |folder: &Path| std::fs::remove_file(folder.join(file)).unwrap();
        check(
            remove,
            Settings::default(),
            &["cannot read", file, "the folder must hold config.json"],
        );
    }
}

#[test]
fn files_that_are_no_json_are_named() {
    for file in ["config.json", "tokenizer.json", "tokenizer_config.json", "modules.json"] {
        for text in ["", "{", "[1]", "null", "{\"a\":"] {
            let write = |folder: &Path| std::fs::write(folder.join(file), text).unwrap();
            if (file, text) != ("tokenizer_config.json", "null") {
                let folder = fixture("bert", "Model");
                write(folder.path());
                if let Err(error) = Model::load(folder.path(), &Settings::default()) {
                    assert!(error.to_string().contains(file), "{file} {text:?}: {error}");
                }
            }
        }
    }
}

#[test]
fn a_config_that_fits_nothing_is_refused() {
    config("architectures", Value::Null, &["config.json", "architectures", "missing"]);
    config("architectures", json!([]), &["architectures", "missing"]);
    config("architectures", json!(["BertForQuestionAnswering"]), &["BertForQuestionAnswering"]);
    config("model_type", json!("gpt2"), &["config.json", "the architecture gpt2"]);
    config("model_type", Value::Null, &["model_type", "missing"]);
    config("hidden_size", json!(0), &["hidden_size", "0 is no size"]);
    config("hidden_size", json!(-3), &["config.json"]);
    config("hidden_size", json!(u64::MAX), &["hidden_size"]);
    config("hidden_size", json!(16), &["num_attention_heads", "3 heads do not divide 16"]);
    config("hidden_size", json!(30), &["model.safetensors", "word_embeddings", "30"]);
    config(
        "num_hidden_layers",
        json!(3),
        &["model.safetensors", "encoder.layer.2", "no such tensor"],
    );
    config("num_hidden_layers", json!(1 << 23), &["encoder.layer.2", "no such tensor"]);
    config("max_position_embeddings", json!(31), &["position_embeddings", "[32, 12]", "[31, 12]"]);
    config("max_position_embeddings", json!(3), &["max_position_embeddings", "no room"]);
    config("type_vocab_size", json!(3), &["token_type_embeddings", "[3, 12]"]);
    let change = |folder: &Path| {
        change_json(folder, "config.json", |config| {
            config["id2label"] = Value::Null;
            config["num_labels"] = json!(1u64 << 40);
        });
    };
    check(change, Settings::default(), &["num_labels", "more than any head has"]);
    config("hidden_act", json!("mish"), &["hidden_act mish"]);
    config("position_embedding_type", json!("relative_key"), &["relative_key"]);
    config("problem_type", json!("other"), &["the problem type other"]);
    config("id2label", json!({ "0": "A", "2": "B" }), &["id2label", "missing"]);
    config("id2label", json!({ "x": "A" }), &["id2label", "no number"]);
    config("id2label", json!({}), &["id2label", "no label"]);
    let many: serde_json::Map<_, _> = (0..20_000).map(|at| (at.to_string(), json!("A"))).collect();
    config("id2label", Value::Object(many), &["id2label", "20000 labels"]);
}

#[test]
fn more_distances_than_memory_has_room_for_are_refused() {
    let folder = fixture("deberta-v3", "Model");
    change_json(folder.path(), "config.json", |config| {
        config["max_position_embeddings"] = json!(1 << 16);
        config["position_buckets"] = json!(-1);
        config["max_relative_positions"] = json!(-1);
    });
    let error = refusal(folder.path(), &Settings::default());
    assert!(error.contains("65536 with 131072 distances"), "{error}");
}

#[test]
fn a_pooling_module_is_within_the_folder() {
    for path in ["", "/", "../1_Pooling"] {
        let folder = fixture("bert", "Model");
        let modules = json!([{ "idx": 0, "name": "0", "path": path, "type": "x.Pooling" }]);
        std::fs::write(folder.path().join("modules.json"), modules.to_string()).unwrap();
        let error = refusal(folder.path(), &Settings::default());
        assert!(error.contains("is not within the folder"), "{path:?}: {error}");
    }
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    let change = |folder: &Path| {
        let path = folder.join("model.safetensors");
        let mut bytes = std::fs::read(&path).unwrap();
        // The last number of the file, of two bytes, becomes infinite.
        let at = bytes.len() - 2;
        bytes[at..].copy_from_slice(&[0x80, 0x7f]);
        std::fs::write(path, bytes).unwrap();
    };
    check(change, Settings::default(), &["model.safetensors", "is not finite"]);
}

#[test]
fn a_window_that_no_file_bears_out_is_refused() {
    let folder = fixture("deberta-v3", "Model");
    change_json(folder.path(), "config.json", |config| {
        config["max_position_embeddings"] = json!(1 << 20);
    });
    let error = refusal(folder.path(), &Settings::default());
    assert!(error.contains("max_position_embeddings: 1048576 is more than 65536"), "{error}");
}

#[test]
fn layers_that_share_weights_are_bounded() {
    for (key, value, word) in [
        ("num_hidden_layers", 1u64 << 23, "num_hidden_groups"),
        ("num_hidden_groups", 0, "num_hidden_groups"),
        ("num_hidden_groups", 9, "num_hidden_groups"),
        ("inner_group_num", 0, "inner_group_num"),
        ("inner_group_num", u64::MAX, "inner_group_num"),
        ("inner_group_num", 1 << 20, "no such tensor"),
    ] {
        let folder = fixture("albert", "Model");
        change_json(folder.path(), "config.json", |config| config[key] = json!(value));
        let error = refusal(folder.path(), &Settings::default());
        assert!(error.contains(word), "{key} {value}: {error}");
    }
}

#[test]
fn labels_must_be_as_many_as_the_head_has() {
    let labels = json!({ "0": "A", "1": "B" });
    config("id2label", labels, &["classifier", "shape [3", "2 labels in id2label of config.json"]);
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    config("vocab_size", json!(20), &["tokenizer.json", "the model's vocab_size is 20"]);
}

#[test]
fn settings_must_fit_the_model() {
    let window = |tokens| Settings { window: Some(tokens), ..Settings::default() };
    for tokens in [0, 3, 33, usize::MAX] {
        check(|_| {}, window(tokens), &["window", "it takes 4 to 32"]);
    }
    let overlap = Settings { overlap: Some(22), ..Settings::default() };
    check(|_| {}, overlap, &["overlap", "windows of 24 take less than 22"]);
}

#[test]
fn a_header_that_lies_is_refused() {
    let tensor = |from: usize, to: usize, shape: Value, dtype: &str| json!({ "dtype": dtype, "shape": shape, "data_offsets": [from, to] });
    let file = |header: &Value, bytes: usize| {
        let header = header.to_string();
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header.bytes());
        file.resize(file.len() + bytes, 0);
        file
    };
    let of = |tensors: &[(&str, Value)], bytes: usize| {
        let header: serde_json::Map<_, _> =
            tensors.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        file(&header.into(), bytes)
    };
    let ok = tensor(0, 8, json!([2]), "F32");
    let cases: Vec<(Vec<u8>, &[&str])> = vec![
        (vec![], &["header", "less than 8 bytes"]),
        (vec![1, 2, 3], &["header", "less than 8 bytes"]),
        (u64::MAX.to_le_bytes().to_vec(), &["header", "a length of 18446744073709551615"]),
        (9u64.to_le_bytes().to_vec(), &["header", "a length of 9 bytes in a file of 8"]),
        (file(&json!([1]), 0), &["header", "not JSON"]),
        (of(&[("a", json!({ "dtype": "F99" }))], 0), &["a:", "in the header", "F99"]),
        (of(&[("a", tensor(0, 8, json!([-2]), "F32"))], 8), &["a:", "in the header"]),
        (of(&[("a", ok.clone())], 4), &["header", "8 bytes of tensors, but 4 follow"]),
        (of(&[("a", ok.clone())], 12), &["header", "8 bytes of tensors, but 12 follow"]),
        (of(&[("a", tensor(4, 12, json!([2]), "F32"))], 12), &["a:", "bytes 4 to 12"]),
        (of(&[("a", tensor(8, 0, json!([2]), "F32"))], 8), &["a:", "bytes 8 to 0"]),
        (of(&[("a", tensor(0, 8, json!([3]), "F32"))], 8), &["a:", "do not hold", "[3]"]),
        (of(&[("a", tensor(0, 8, json!([2]), "F16"))], 8), &["a:", "do not hold", "F16"]),
        (
            of(&[("a", tensor(0, 8, json!([1u64 << 62, 1u64 << 62]), "F32"))], 8),
            &["a:", "do not hold"],
        ),
        (
            of(&[("a", ok.clone()), ("b", tensor(4, 12, json!([2]), "F32"))], 12),
            &["b:", "the tensor before ends at 8"],
        ),
        (of(&[("a", ok)], 8), &["embeddings.word_embeddings.weight", "no such tensor"]),
    ];
    for (bytes, words) in cases {
        let write =
            |folder: &Path| std::fs::write(folder.join("model.safetensors"), bytes).unwrap();
        check(write, Settings::default(), words);
    }
}

#[test]
fn numbers_of_a_type_that_is_no_float_are_refused() {
    let change = |folder: &Path| {
        let path = folder.join("model.safetensors");
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes[8..]).into_owned();
        let end = text.find("}}").unwrap() + 2;
        // As long as the name that was there.
        let header = text[..end].replace("\"BF16\"", "\"I16\" ");
        let mut changed = bytes[..8].to_vec();
        changed.extend(header.bytes());
        changed.extend(&bytes[8 + header.len()..]);
        std::fs::write(path, changed).unwrap();
    };
    check(
        change,
        Settings::default(),
        &["model.safetensors", "numbers of type I16", "word_embeddings"],
    );
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused() {
    let folder = fixture("bert", "ForSequenceClassification");
    let path = folder.path().join("model.safetensors");
    let bytes = std::fs::read(&path).unwrap();
    for length in (0..bytes.len()).step_by(97) {
        std::fs::write(&path, &bytes[..length]).unwrap();
        let error = refusal(folder.path(), &Settings::default());
        assert!(error.starts_with("model.safetensors"), "{length}: {error}");
    }
}

#[test]
fn a_model_is_not_asked_for_what_it_was_not_made_for() {
    let model = load("bert", "ForSequenceClassification", &Settings::default());
    let error = model.worker().classify_tokens(&["a"]).unwrap_err().to_string();
    assert!(error.contains("for sequence classification, not for token classification"), "{error}");
}

#[test]
fn a_second_text_must_leave_room_for_the_first() {
    let model = load("bert", "ForSequenceClassification", &Settings::default());
    let second = "a ".repeat(15);
    let tokens = model.tokenize(&second).unwrap().len();
    assert_eq!(tokens, 15);
    // A second text may take all there is beside an empty one.
    let whole = "a ".repeat(21);
    assert_eq!(model.worker().classify(&[("", Some(&whole))]).unwrap()[0].windows, 1);
    // Together they fit, or the first is cut to pieces of little.
    assert_eq!(model.worker().classify(&[("a a", Some(&second))]).unwrap()[0].windows, 1);
    let error = model.worker().classify(&[(&"a ".repeat(30), Some(&second))]).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("has 15 tokens, but at most 10 leave room"), "{error}");
}
