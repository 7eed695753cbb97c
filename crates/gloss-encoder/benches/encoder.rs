//! How fast a model is that has the shape of all-MiniLM-L6-v2, with weights drawn here: sentences per second
//! without tokenization of note. `parity/speed.py` measures the model itself, beside other engines.
#![allow(missing_docs)]

use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gloss_encoder::{Model, Precision, Settings};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

const HIDDEN: usize = 384;
const BETWEEN: usize = 1536;
const WORDS: usize = 1000;

fn embed(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path());
    let mut group = criterion.benchmark_group("embed");
    group.sample_size(20);
    for precision in [Precision::F32, Precision::Int8] {
        let settings = Settings { precision, ..Settings::default() };
        let model = Model::load(folder.path(), &settings).expect("the model was just written");
        let mut worker = model.worker();
        for words in [8, 32, 256] {
            let text = "w7 ".repeat(words);
            let texts = vec![text.as_str(); 32];
            group.throughput(Throughput::Elements(texts.len() as u64));
            let name = format!("{precision:?}, {words} words");
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                bencher.iter(|| worker.embed(&texts).expect("the texts have tokens"));
            });
        }
    }
}

/// Writes a folder with numbers that stand for weights.
fn write(folder: &Path) {
    let config = serde_json::json!({
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": HIDDEN,
        "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": BETWEEN,
        "vocab_size": WORDS, "max_position_embeddings": 512, "type_vocab_size": 2,
    });
    let words: serde_json::Map<_, _> = (0..WORDS).map(|at| (format!("w{at}"), at.into())).collect();
    let tokenizer = serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": { "type": "WhitespaceSplit" }, "post_processor": null, "decoder": null,
        "model": { "type": "WordLevel", "vocab": words, "unk_token": "w0" },
    });
    std::fs::write(folder.join("config.json"), config.to_string()).expect("a file");
    std::fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).expect("a file");
    let mut shapes = vec![
        ("embeddings.word_embeddings.weight".to_owned(), vec![WORDS, HIDDEN]),
        ("embeddings.position_embeddings.weight".to_owned(), vec![512, HIDDEN]),
        ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, HIDDEN]),
    ];
    let mut pair = |name: String, shape: Vec<usize>| {
        shapes.push((format!("{name}.bias"), vec![shape[0]]));
        shapes.push((format!("{name}.weight"), shape));
    };
    pair("embeddings.LayerNorm".to_owned(), vec![HIDDEN]);
    for layer in 0..6 {
        let mut pair = |name: &str, shape| pair(format!("encoder.layer.{layer}.{name}"), shape);
        for name in ["self.query", "self.key", "self.value", "output.dense"] {
            pair(&format!("attention.{name}"), vec![HIDDEN, HIDDEN]);
        }
        pair("attention.output.LayerNorm", vec![HIDDEN]);
        pair("intermediate.dense", vec![BETWEEN, HIDDEN]);
        pair("output.dense", vec![HIDDEN, BETWEEN]);
        pair("output.LayerNorm", vec![HIDDEN]);
    }
    let mut state = 1u32;
    let mut bytes = |count: usize| -> Vec<u8> {
        let mut number = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 27) as f32 - 0.0625
        };
        (0..count).flat_map(|_| number().to_le_bytes()).collect()
    };
    let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = shapes
        .into_iter()
        .map(|(name, shape)| {
            let data = bytes(shape.iter().product());
            (name, shape, data)
        })
        .collect();
    let views = tensors.iter().map(|(name, shape, data)| {
        (name, TensorView::new(Dtype::F32, shape.clone(), data).expect("as many bytes"))
    });
    let path = folder.join("model.safetensors");
    safetensors::serialize_to_file(views, None, &path).expect("a file");
}

criterion_group!(benches, embed);
criterion_main!(benches);
