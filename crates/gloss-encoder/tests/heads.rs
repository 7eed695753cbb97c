//! What models of every architecture and head give, against what transformers gives for the same weights.
//!
//! The folders in `fixtures` and the numbers expected are made by `parity/heads.py`.

mod common;

use common::{FIXTURES, TASKS, expected, fixture, run};
use gloss_encoder::{Kernels, Model, Precision, Settings};

#[test]
fn numbers_are_those_of_transformers() {
    for name in FIXTURES {
        for (task, architecture) in TASKS {
            let folder = fixture(name, architecture);
            for kernels in Kernels::available() {
                let settings = Settings { kernels, ..Settings::default() };
                let model = Model::load(folder.path(), &settings).unwrap();
                for case in expected(name, task) {
                    let what = format!("{name}, {task}, {kernels:?}, {:?}", case.text);
                    let (numbers, windows) = run(&mut model.worker(), &case.text);
                    assert_eq!(numbers.len(), case.numbers.len(), "{what}");
                    for (got, expected) in numbers.iter().zip(&case.numbers) {
                        assert!((got - expected).abs() < 1e-4, "{what}: {got}, {expected}");
                    }
                    assert_eq!(windows, case.windows, "{what}");
                }
            }
        }
    }
}

/// Weights of models as small as these are rounded so coarsely that only the directions can be compared.
#[test]
fn numbers_of_eight_bits_point_the_same_way() {
    for name in FIXTURES {
        let folder = fixture(name, "Model");
        for kernels in Kernels::available() {
            let settings = Settings { kernels, precision: Precision::Int8, ..Settings::default() };
            let model = Model::load(folder.path(), &settings).unwrap();
            for case in expected(name, "embedding") {
                let (numbers, _) = run(&mut model.worker(), &case.text);
                let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
                let lengths = dot(&numbers, &numbers) * dot(&case.numbers, &case.numbers);
                let cosine = dot(&numbers, &case.numbers) / lengths.sqrt();
                assert!(cosine > 0.97, "{name}, {kernels:?}: {cosine}");
            }
        }
    }
}

#[test]
fn models_say_what_they_are_for() {
    use gloss_encoder::{ProblemType, Task};
    for name in FIXTURES {
        for ((_, architecture), task) in TASKS.into_iter().zip([
            Task::SequenceClassification,
            Task::TokenClassification,
            Task::Embedding,
        ]) {
            let folder = fixture(name, architecture);
            let model = Model::load(folder.path(), &Settings::default()).unwrap();
            assert_eq!(model.task(), task);
            assert_eq!(model.labels().len(), if task == Task::Embedding { 0 } else { 3 });
            assert_eq!(model.problem_type(), ProblemType::SingleLabel);
            assert_eq!((model.window(), model.vector_size()), (24, 12));
        }
    }
}
