//! A damaged model folder is refused at load, by file and place; nothing panics.

mod tiny_model;

use gloss_spacy::{Error, Pipeline, Scratch, Settings};
use tiny_model::{Parameter, model, parameters, write};

/// Loads the folder with `ner/model` replaced; the error's words, or "loaded".
#[allow(clippy::unwrap_used)] // a helper of tests, which the lint cannot tell from other code
fn load(folder: &std::path::Path, content: &[u8]) -> String {
    std::fs::write(folder.join("ner/model"), content).unwrap();
    match Pipeline::load(folder, &Settings::entities_alone()) {
        Ok(_) => "loaded".to_owned(),
        Err(error @ (Error::Invalid { .. } | Error::Unsupported { .. })) => error.to_string(),
        Err(error) => panic!("an error about the model was expected, not {error:?}"),
    }
}

#[test]
fn the_whole_model_runs() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let pipeline = Pipeline::load(folder.path(), &Settings::entities_alone()).unwrap();
    assert_eq!(pipeline.labels(), ["NAME"]);
    let mut scratch = Scratch::new(&pipeline);
    let text = "Ada (the countess) met well-known Mr. Babbage. ".repeat(50);
    let entities: Vec<_> = pipeline.analyze(&text, &mut scratch).unwrap().entities().collect();
    assert!(
        !entities.is_empty() && entities.iter().all(|e| e.start < e.end && e.end <= text.len())
    );
    let mut fresh = Scratch::new(&pipeline);
    assert!(pipeline.analyze(&text, &mut fresh).unwrap().entities().eq(entities));
}

#[test]
fn every_parameter_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let whole = parameters();
    let change = |at: (usize, usize), change: &dyn Fn(&mut Parameter)| {
        let mut layers = whole.clone();
        change(&mut layers[at.0].1[at.1]);
        load(folder.path(), &model(&layers))
    };
    for (layer, (layer_name, own)) in whole.iter().enumerate() {
        for (index, parameter) in own.iter().enumerate() {
            let (at, name) = ((layer, index), format!("{layer_name}.{}", parameter.name));
            let check = |what: &str, found: String, expected: &str| {
                let place = found.starts_with("ner/model: ");
                assert!(place && found.contains(expected), "{name}, {what}: {found}");
            };
            for bad in [f32::NAN, f32::INFINITY] {
                let found = change(at, &|p| *p.numbers.last_mut().unwrap() = bad);
                check("no number", found, "not a finite number");
            }
            check(
                "numbers missing",
                change(at, &|p| p.numbers.truncate(p.numbers.len() - 1)),
                "do not fill the shape",
            );
            check("64 bits", change(at, &|p| p.kind = "<f8"), "numbers of type <f8");
            let found = change(at, &|p| p.shape = vec![usize::MAX, 2]);
            check("a shape that overflows", found, "do not fill the shape");
            let found = change(at, &|p| p.shape.insert(0, 1));
            check("a dimension more", found, "expected");
            // One row more than the layer has, but as many numbers as the shape says.
            for axis in 0..parameter.shape.len() {
                let found = change(at, &|p| {
                    p.shape[axis] += 1;
                    p.numbers.resize(p.shape.iter().product(), 0.0);
                });
                let any_number_of_rows = layer_name == &"hashembed" && axis == 0;
                if !any_number_of_rows {
                    check("a size more", found, "expected");
                }
            }
        }
    }
}

#[test]
fn layers_that_are_missing_are_named() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    for (layer, expected) in [
        (1, "1 hashembed layers, but config.cfg lists 2"),
        (3, "1 maxout and 2 layernorm layers"),
        (7, "2 maxout and 1 layernorm layers"),
        (8, "one linear layer before the state's layers was expected"),
    ] {
        let mut layers = parameters();
        layers.remove(layer);
        let found = load(folder.path(), &model(&layers));
        assert!(found.contains(expected), "layer {layer}: {found}");
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let whole = model(&parameters());
    assert_eq!(load(folder.path(), &whole), "loaded");
    for len in 0..whole.len() {
        let found = load(folder.path(), &whole[..len]);
        assert!(found.starts_with("ner/model: "), "{len} bytes: {found}");
    }
    for file in
        ["config.cfg", "meta.json", "tokenizer", "vocab/lookups.bin", "ner/cfg", "ner/moves"]
    {
        write(folder.path());
        std::fs::remove_file(folder.path().join(file)).unwrap();
        let found =
            Pipeline::load(folder.path(), &Settings::entities_alone()).unwrap_err().to_string();
        assert!(found.contains(file), "without {file}: {found}");
    }
}
