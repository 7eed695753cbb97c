//! Texts of all lengths, alone and beside others.

mod common;

use common::{FIXTURES, change_json, fixture, load, refusal};
use gloss_encoder::{Kernels, Model, ModelInfo, Pooling, Precision, Settings, Task};

#[test]
fn a_result_does_not_depend_on_what_is_beside_it() {
    let texts = [
        "",
        "a cat",
        "Was it good?",
        &"the film is long ".repeat(40),
        "x",
        "She said nobody was. ",
    ];
    for name in FIXTURES {
        for (precision, kernels) in [Precision::F32, Precision::Int8]
            .into_iter()
            .flat_map(|precision| Kernels::available().into_iter().map(move |k| (precision, k)))
        {
            let settings = Settings { precision, kernels, ..Settings::default() };
            let bare = load(name, "Model", &settings);
            let together = bare.worker().embed(&texts).unwrap();
            let tokens = load(name, "ForTokenClassification", &settings);
            let tokens_together = tokens.worker().classify_tokens(&texts).unwrap();
            for (at, text) in texts.iter().enumerate() {
                let what = format!("{name}, {precision:?}, {kernels:?}, {text:?}");
                // A worker that has seen other texts, and a new one.
                let mut used = bare.worker();
                used.embed(&[texts[(at + 3) % texts.len()]]).unwrap();
                assert_eq!(used.embed(&[text]).unwrap()[0], together[at], "{what}");
                assert_eq!(bare.worker().embed(&[text]).unwrap()[0], together[at], "{what}");
                let alone = &tokens.worker().classify_tokens(&[text]).unwrap()[0];
                assert_eq!(alone, &tokens_together[at], "{what}");
            }
        }
    }
}

#[test]
fn threads_share_a_model() {
    let model = load("deberta-v3", "Model", &Settings::default());
    let texts = ["Was it good?", &"the film is long ".repeat(20)];
    let alone = model.worker().embed(&texts).unwrap();
    std::thread::scope(|scope| {
        let run = || model.worker().embed(&texts).unwrap();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

#[test]
fn texts_of_one_and_of_a_hundred_thousand_tokens_go_together() {
    let model = load("bert", "ForTokenClassification", &Settings::default());
    let long = "cat ".repeat(100_000);
    let found = model.worker().classify_tokens(&["a", &long, "a"]).unwrap();
    assert_eq!(found[0], found[2]);
    assert_eq!(found[0].windows, 1);
    assert!(found[1].tokens.len() >= 100_000 && found[1].windows > 1000);
    assert_eq!(found[1].logits.len(), found[1].tokens.len() * 3);
    let offsets = &found[1].tokens.offsets;
    assert!(offsets.windows(2).all(|pair| pair[0].end <= pair[1].start));
    assert!(offsets.last().unwrap().end >= long.len() - 2);
}

#[test]
fn a_word_of_a_hundred_thousand_characters_is_a_text() {
    // One of each kind of tokenizer.
    for name in ["bert", "roberta", "xlm-roberta"] {
        let model = load(name, "Model", &Settings::default());
        for word in ["a".repeat(100_000), "é".repeat(100_000), "😀".repeat(30_000)] {
            let tokens = model.tokenize(&word).unwrap();
            assert!(tokens.offsets.iter().all(|o| word.get(o.clone()).is_some()), "{name}");
            let vector = model.worker().embed(&[&word]).unwrap().remove(0);
            assert!(vector.iter().all(|x| x.is_finite()), "{name}");
        }
    }
}

#[test]
fn texts_without_tokens_are_special_tokens_alone() {
    for name in FIXTURES {
        let bare = load(name, "Model", &Settings::default());
        let mut worker = bare.worker();
        let found = worker.embed(&["", " "]).unwrap();
        assert!(found[0].iter().all(|x| x.is_finite()) && found[0].iter().any(|x| *x != 0.0));
        let empty = worker.token_vectors(&[""]).unwrap().remove(0);
        assert_eq!((empty.vectors.len(), empty.windows), (0, 1));
        assert!(empty.before.len() + empty.behind.len() >= bare.vector_size());
        let tokens = load(name, "ForTokenClassification", &Settings::default());
        let found = tokens.worker().classify_tokens(&[""]).unwrap().remove(0);
        assert_eq!((found.logits.len(), found.windows), (0, 1));
        assert_eq!(worker.embed(&[]).unwrap().len(), 0);
    }
}

#[test]
fn vectors_of_tokens_are_what_vectors_of_texts_are_made_of() {
    let settings = Settings { pooling: Some(Pooling::Max), ..Settings::default() };
    let model = load("bert", "Model", &settings);
    let found = model.worker().token_vectors(&["the cat sat"]).unwrap().remove(0);
    assert_eq!(found.vectors.len(), found.tokens.len() * model.vector_size());
    let most = model.worker().embed(&["the cat sat"]).unwrap().remove(0);
    for vector in found.vectors.chunks(model.vector_size()) {
        assert!(vector.iter().zip(&most).all(|(x, most)| x <= most));
    }
}

#[test]
fn vectors_are_of_the_layer_that_is_asked_for() {
    let settings = |layer| Settings { layer, ..Settings::default() };
    for name in FIXTURES {
        let of = |layer| {
            let model = load(name, "Model", &settings(layer));
            model.worker().token_vectors(&["the cat sat", ""]).unwrap()
        };
        let layers = ModelInfo::read(fixture(name, "Model").path()).unwrap().layers as i32;
        let (last, first, embeddings) = (of(None), of(Some(1)), of(Some(0)));
        assert_eq!(of(Some(layers)), last, "{name}");
        assert_eq!(of(Some(-1)), last, "{name}");
        assert_eq!(of(Some(-layers)), first, "{name}");
        assert_eq!(of(Some(-layers - 1)), embeddings, "{name}");
        assert!(first != last && first != embeddings, "{name}");
        let refused = refusal(fixture(name, "Model").path(), &settings(Some(layers + 1)));
        let said = format!("there is no layer {}; it has {layers}", layers + 1);
        assert!(refused.contains(&said), "{name}: {refused}");
        // Its head would be of a layer that is not run.
        let classifier = load(name, "ForTokenClassification", &settings(Some(1)));
        let refused = classifier.require(Task::TokenClassification).unwrap_err().to_string();
        assert!(refused.contains("the setting layer"), "{name}: {refused}");
        assert_eq!(classifier.worker().token_vectors(&["the cat sat", ""]).unwrap(), first);
    }
}

#[test]
fn tokens_of_long_texts_have_one_vector_each_and_special_ones_one_for_the_text() {
    let model = load("bert", "Model", &Settings::default());
    let long = "the cat sat on the mat. ".repeat(20);
    let texts = ["a", long.as_str(), "b"];
    let together = model.worker().token_vectors(&texts).unwrap();
    for (text, found) in texts.iter().zip(&together) {
        assert_eq!(found, &model.worker().token_vectors(&[text]).unwrap()[0]);
        let width = model.vector_size();
        assert_eq!(found.vectors.len(), found.tokens.len() * width);
        assert_eq!((found.before.len(), found.behind.len()), (width, width));
    }
    assert!(together[1].windows > 2);
}

#[test]
fn the_folder_says_how_vectors_are_made() {
    let folder = fixture("bert", "Model");
    let embed = |settings: Settings| {
        let model = Model::load(folder.path(), &settings).unwrap();
        (model.worker().embed(&["The Cat sat"]).unwrap().remove(0), model.window())
    };
    let pooled = |pooling| embed(Settings { pooling: Some(pooling), ..Settings::default() }).0;
    let [mean, cls, max] = [Pooling::Mean, Pooling::Cls, Pooling::Max].map(pooled);
    assert_eq!(embed(Settings::default()), (mean.clone(), 24));
    std::fs::create_dir(folder.path().join("1_Pooling")).unwrap();
    let modules = serde_json::json!([
        { "path": "", "type": "sentence_transformers.models.Transformer" },
        { "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" },
    ]);
    change_json(folder.path(), "modules.json", |file| *file = modules.clone());
    for (key, value, expected) in [
        ("pooling_mode_mean_tokens", true.into(), &mean),
        ("pooling_mode_cls_token", true.into(), &cls),
        ("pooling_mode_max_tokens", true.into(), &max),
        ("pooling_mode", "cls".into(), &cls),
    ] {
        let pooling: serde_json::Map<_, _> = [(key.to_owned(), value)].into_iter().collect();
        change_json(folder.path(), "1_Pooling/config.json", |file| *file = pooling.into());
        assert_eq!(&embed(Settings::default()).0, expected, "{key}");
    }
    change_json(folder.path(), "modules.json", |file| {
        let normalize = serde_json::json!({ "path": "2", "type": "x.modules.normalize.Normalize" });
        file.as_array_mut().unwrap().push(normalize);
    });
    change_json(folder.path(), "sentence_bert_config.json", |file| {
        *file = serde_json::json!({ "max_seq_length": 12 });
    });
    let (vector, window) = embed(Settings::default());
    let length = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>().sqrt();
    assert!((length(&vector) - 1.0).abs() < 1e-6 && window == 12);
    let scale = 1.0 / length(&cls);
    assert!(vector.iter().zip(&cls).all(|(x, y)| (x - y * scale).abs() < 1e-6));
    let plain = Settings { normalize: Some(false), window: Some(30), ..Settings::default() };
    assert_eq!(embed(plain), (cls, 30));
}
