//! What a model generates, and what it must not depend on.
#![allow(clippy::unwrap_used)]

mod common;

use std::num::NonZero;
use std::sync::Arc;

use common::Tiny;
use gloss_llama::{
    Error, Generated, Kernels, Message, Model, Request, Sampling, Schema, Session, Team,
};
use serde_json::{Value, json};

fn tiny() -> Model {
    let folder = tempfile::tempdir().unwrap();
    Model::load(&Tiny::new().write(folder.path())).unwrap()
}

fn generate(
    model: &Model,
    session: &mut Session,
    prompt: &[u32],
    sampling: &Sampling,
    schema: Option<&Schema>,
    max_tokens: usize,
) -> Generated {
    let request = Request { prompt, max_tokens, sampling, schema };
    model.generate(session, request, &mut || false).unwrap()
}

#[test]
fn logits_depend_on_nothing_but_the_tokens() {
    let model = tiny();
    let ids: Vec<u32> = (0..200).map(|at| at * 37 % 256).collect();
    let alone =
        |ids: &[u32]| Session::default().read(&model, ids, 0, &mut || false).unwrap().to_vec();
    let expected = alone(&ids);
    // In one session token by token, and behind a text that begins alike.
    let mut session = Session::default();
    for length in 1..=ids.len() {
        session.read(&model, &ids[..length], 5, &mut || false).unwrap();
    }
    assert_eq!(session.read(&model, &ids, 0, &mut || false).unwrap(), expected);
    let other: Vec<u32> = ids[..90].iter().copied().chain(1..150).collect();
    assert_eq!(session.read(&model, &other, 0, &mut || false).unwrap(), alone(&other));
    assert_eq!(session.read(&model, &ids, 0, &mut || false).unwrap(), expected);
    // More room than there was.
    assert_eq!(session.read(&model, &ids, 3000, &mut || false).unwrap(), expected);
}

/// Of a model large enough that a team shares out a token's work.
#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = Tiny::of(256, 512).write(folder.path());
    let ids: Vec<u32> = (0..200).map(|at| at * 37 % 256).collect();
    let sampling = Sampling::default();
    for kernels in Kernels::available() {
        let model = Model::load_with(&path, kernels).unwrap();
        let run = |mut session: Session| {
            let logits = session.read(&model, &ids, 20, &mut || false).unwrap().to_vec();
            let tokens = generate(&model, &mut session, &ids, &sampling, None, 20).tokens;
            let last: Vec<u32> = ids.iter().chain(&tokens).copied().collect();
            (logits, tokens, session.read(&model, &last, 0, &mut || false).unwrap().to_vec())
        };
        let expected = run(Session::default());
        for threads in [1, 2, 5] {
            let team = Arc::new(Team::new(NonZero::new(threads).unwrap()));
            let found = run(Session::with_team(Arc::clone(&team)));
            assert!(found == expected, "{kernels:?}, {threads} threads");
            // Beside others, who take threads away in the midst of it.
            std::thread::scope(|scope| {
                for _ in 0..2 {
                    let session = Session::with_team(Arc::clone(&team));
                    scope.spawn(|| assert!(run(session) == expected, "{kernels:?} {threads}"));
                }
            });
        }
    }
}

#[test]
fn kernels_of_all_kinds_agree() {
    let folder = tempfile::tempdir().unwrap();
    let path = Tiny::new().write(folder.path());
    let ids: Vec<u32> = (0..70).map(|at| at * 37 % 256).collect();
    let mut expected: Option<Vec<f32>> = None;
    for kernels in Kernels::available() {
        let model = Model::load_with(&path, kernels).unwrap();
        let mut session = Session::default();
        let logits = session.read(&model, &ids, 0, &mut || false).unwrap();
        let expected = expected.get_or_insert_with(|| logits.to_vec());
        let spread = expected.iter().fold(0f32, |most, x| most.max(x.abs()));
        for (a, b) in logits.iter().zip(expected) {
            // Bytes of inputs may round to neighbours.
            assert!((a - *b).abs() < 0.03 * spread, "{kernels:?}: {a} {b}");
        }
    }
}

#[test]
fn what_looks_like_control_tokens_is_text() {
    let model = tiny();
    let tokenizer = model.tokenizer();
    for text in ["the\n<|im_end|> {{ x }}", " the thé 12\u{10FFFE}0\u{10FFFF}\0", "", "🙂"] {
        let ids = tokenizer.encode(text).unwrap();
        assert!(ids.iter().all(|&id| !tokenizer.is_control(id)));
        assert_eq!(tokenizer.decode(&ids), text);
        let message = Message { role: "user", content: text };
        let ids = model.chat().encode(tokenizer, &[message]).unwrap();
        let shown: Vec<u32> = ids.iter().copied().filter(|&id| tokenizer.is_control(id)).collect();
        // The message's beginning and end, and the answer's beginning.
        assert_eq!(shown.len(), 3, "{text:?}");
        assert_eq!(tokenizer.decode(&ids), format!("user\n{text}\nassistant\n"));
    }
}

#[test]
fn the_same_seed_draws_the_same() {
    let model = tiny();
    let ids = [5, 6, 7];
    let mut session = Session::default();
    let mut draw = |seed: u64| {
        let sampling =
            Sampling { temperature: 1.5, top_k: 0, top_p: 1.0, seed, ..Sampling::default() };
        generate(&model, &mut session, &ids, &sampling, None, 24).tokens
    };
    let first = draw(1);
    assert_ne!(first, draw(2));
    assert_eq!(first, draw(1));
}

#[test]
fn a_call_ends_when_it_is_told_to_and_refuses_what_has_no_room() {
    let model = tiny();
    let sampling = Sampling::default();
    let run = |prompt: &[u32], max_tokens: usize, steps: usize| {
        let mut left = steps;
        let request = Request { prompt, max_tokens, sampling: &sampling, schema: None };
        model.generate(&mut Session::default(), request, &mut || {
            left = left.saturating_sub(1);
            left == 0
        })
    };
    assert!(matches!(run(&[1, 2], 4000, 3), Err(Error::Cancelled)));
    assert!(matches!(run(&vec![1; 4000], 5, 3), Err(Error::Cancelled)));
    assert!(matches!(run(&[1, 2], 4095, 9), Err(Error::TooLong { .. })));
    assert!(matches!(run(&[1, 2], usize::MAX, 9), Err(Error::TooLong { .. })));
    assert!(matches!(run(&[], 5, 9), Err(Error::EmptyPrompt)));
    assert!(matches!(run(&[9999], 5, 9), Err(Error::Invalid { .. })));
}

/// Whether a value is one of the schema.
fn is_valid(schema: &Value, value: &Value) -> bool {
    if let Some(words) = schema.get("enum") {
        return words.as_array().unwrap().contains(value);
    }
    let one = |name: &str| match name {
        "object" => value.as_object().is_some_and(|fields| {
            let properties = schema["properties"].as_object().unwrap();
            let known = |(name, value): (&String, &Value)| {
                properties.get(name).is_some_and(|schema| is_valid(schema, value))
            };
            let required = schema["required"].as_array();
            fields.iter().all(known)
                && required.is_none_or(|names| {
                    names.iter().all(|name| fields.contains_key(name.as_str().unwrap()))
                })
        }),
        "array" => value.as_array().is_some_and(|items| {
            let bound = |name: &str, default: u64| schema[name].as_u64().unwrap_or(default);
            items.iter().all(|item| is_valid(&schema["items"], item))
                && (bound("minItems", 0)..=bound("maxItems", u64::MAX))
                    .contains(&(items.len() as u64))
        }),
        "string" => value.as_str().is_some_and(|text| {
            text.chars().count() as u64 <= schema["maxLength"].as_u64().unwrap_or(u64::MAX)
        }),
        "number" => value.is_number(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    };
    match &schema["type"] {
        Value::String(name) => one(name),
        Value::Array(names) => names.iter().any(|name| one(name.as_str().unwrap())),
        _ => false,
    }
}

#[test]
fn answers_are_of_the_schema_whatever_the_model_would_say() {
    let model = tiny();
    let schemas = [
        json!({ "type": "object", "required": ["kind", "é \"q\""], "properties": {
            "kind": { "enum": ["a", "ab", 1, 12, null, true] },
            "é \"q\"": { "type": "string", "maxLength": 9 },
            "size": { "type": "number" },
            "inner": { "type": "object", "properties": { "x": { "type": ["integer", "null"] } } },
            "list": { "type": "array", "items": { "type": "boolean" }, "minItems": 2, "maxItems": 3 },
        } }),
        json!({ "type": "array", "items": { "type": ["string", "number"] }, "minItems": 1 }),
        json!({ "type": "integer" }),
        json!({ "enum": [1, 123, -5] }),
        json!({ "type": "object", "properties": {} }),
    ];
    let mut session = Session::default();
    for (at, source) in schemas.iter().enumerate() {
        let schema = Schema::new(source).unwrap();
        for seed in 0..60 {
            let top_k = if seed % 2 == 0 { 0 } else { 40 };
            let sampling =
                Sampling { temperature: 3.0, top_k, top_p: 1.0, seed, ..Sampling::default() };
            let max_tokens = seed as usize % 40 + 1;
            let prompt = [seed as u32, at as u32];
            let answer =
                generate(&model, &mut session, &prompt, &sampling, Some(&schema), max_tokens);
            let value: Value = serde_json::from_str(&answer.text)
                .unwrap_or_else(|error| panic!("{error}: {}", answer.text));
            assert!(is_valid(source, &value), "{source} {value}");
        }
    }
}
