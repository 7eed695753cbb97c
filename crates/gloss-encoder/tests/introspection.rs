//! What can be asked of a model apart from its results, and stopping it.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

mod common;

use std::cell::Cell;

use common::{fixture, load};
use gloss_encoder::{Error, Model, ModelInfo, Settings, Task};

/// Each architecture, and whether its vocabulary marks tokens that continue a word.
const MARKS: [(&str, bool); 8] = [
    ("albert", false),
    ("bert", true),
    ("deberta-v3", false),
    ("distilbert", true),
    ("electra", true),
    ("mpnet", true),
    ("roberta", false),
    ("xlm-roberta", false),
];

#[test]
fn what_a_model_is_needs_no_weights() {
    for (family, _) in MARKS {
        let folder = fixture(family, "ForSequenceClassification");
        let model = Model::load(folder.path(), &Settings::default()).unwrap();
        std::fs::remove_file(folder.path().join("model.safetensors")).unwrap();
        let info = ModelInfo::read(folder.path()).unwrap();
        assert_eq!(info.task, Task::SequenceClassification, "{family}");
        assert_eq!(info.labels, model.labels(), "{family}");
        assert_eq!(info.problem_type, model.problem_type(), "{family}");
        assert_eq!(info.vector_size, model.vector_size(), "{family}");
    }
}

#[test]
fn tokens_are_told_by_the_vocabulary() {
    for (family, marks) in MARKS {
        let model = load(family, "ForSequenceClassification", &Settings::default());
        assert_eq!(model.marks_continuations(), marks, "{family}");
        let unknown = model.unknown().map(|id| model.entry(id).unwrap());
        assert!(unknown.is_none_or(|entry| entry.to_lowercase().contains("unk")), "{family}");
        assert_eq!(model.entry(u32::MAX), None);
    }
}

#[test]
fn windows_are_counted_as_they_are_used() {
    let settings = Settings { window: Some(10), ..Settings::default() };
    let model = load("bert", "ForSequenceClassification", &settings);
    for text in ["", "a", "a b c d e f g h", "a b c d e f g h i", "é é é", &"a b ".repeat(50)] {
        let found = model.worker().classify(&[(text, None)]).unwrap();
        let embedded = model.worker().embed_unless(&[text], &|| false).unwrap();
        assert_eq!(embedded[0].windows, found[0].windows, "{text:?}");
    }
}

#[test]
fn a_long_text_can_be_stopped() {
    let model = load("bert", "ForSequenceClassification", &Settings::default());
    let text = "a b c ".repeat(2000);
    let asked = Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() == 3
    };
    let mut worker = model.worker();
    let stopped = worker.classify_unless(&[(&text, None)], &stop);
    assert!(matches!(stopped, Err(Error::Stopped)), "{stopped:?}");
    assert_eq!(asked.get(), 3);
    let stopped = worker.embed_unless(&[&text], &|| true);
    assert!(matches!(stopped, Err(Error::Stopped)), "{stopped:?}");
    // What was under way leaves nothing behind.
    let whole = model.worker().classify(&[("a b", None)]).unwrap();
    assert_eq!(worker.classify(&[("a b", None)]).unwrap(), whole);
}
