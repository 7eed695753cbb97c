//! What the extractor says of texts.

use std::collections::BTreeMap;

use gloss_doc::{Annotations, Document, NONE};
use gloss_plugin::harness::{self, Harness};
use serde_json::{Value, json};

use super::*;

/// The label of each annotation, with the sentence that it is of, and whether it has a score.
fn labels(document: &Document) -> Vec<(String, Option<u32>, bool)> {
    let layer = document.layers.last().unwrap();
    let Annotations::Classes(classes) = &layer.annotations else { panic!() };
    let row = |i: usize| {
        let target = (classes.target[i] != NONE).then_some(classes.target[i]);
        let label = layer.schema.labels[classes.label[i] as usize].clone();
        (label, target, !classes.score[i].is_nan())
    };
    (0..classes.target.len()).map(row).collect()
}

fn check(options: Value, text: &str, expected: &str) {
    let document = Harness::<Language>::new(options.clone()).unwrap().run(text).unwrap();
    let scored = expected != UNDETERMINED;
    assert_eq!(labels(&document), [(expected.to_owned(), None, scored)], "{options} {text}");
}

#[test]
fn documents_have_a_language() {
    let all = || json!({});
    check(all(), "The ferry had already left when we came down to the harbour.", "en");
    check(all(), "Die Fähre war schon weg, als wir zum Hafen hinunterkamen.", "de");
    check(all(), "Le bac était déjà parti quand nous sommes descendus au port.", "fr");
    check(all(), "El transbordador ya había salido cuando bajamos al puerto.", "es");
    check(all(), "Паром уже ушёл, когда мы спустились к гавани.", "ru");
    check(all(), "Пором уже відійшов, коли ми спустилися до гавані.", "uk");
    check(all(), "渡轮在我们到达港口之前就已经开走了。", "zh");
    check(all(), "港に着いたとき、フェリーはもう出ていた。", "ja");
    check(all(), "وصلنا إلى الميناء بعد أن غادرت العبارة.", "ar");
    check(all(), "Το πλοίο είχε φύγει όταν κατεβήκαμε στο λιμάνι.", "el");
}

#[test]
fn what_has_no_language_is_undetermined() {
    for text in ["", " \n\t", "12:30 – 14:45", "🙂🙃 !!! €", "\u{0}\u{FEFF}"] {
        check(json!({}), text, "und");
        check(json!({ "threshold": 0.0 }), text, "und");
    }
    // The letters are those of none of the candidates.
    check(json!({ "languages": ["en", "fr"] }), "Паром уже ушёл, когда мы спустились.", "und");
    check(json!({ "languages": ["en"] }), "Το πλοίο είχε φύγει.", "und");
    // Nothing is ahead by more than the whole way.
    let short = "Menu";
    check(json!({ "threshold": 1.0 }), short, "und");
    assert!(Identifier::new(&[""; 0]).unwrap().identify(short).is_some());
}

#[test]
fn candidates_can_be_chosen() {
    let text = "Færgen var allerede sejlet, da vi kom ned til havnen.";
    check(json!({}), text, "da");
    check(json!({ "languages": ["nb", "en"] }), text, "nb");
}

#[test]
fn every_candidate_has_a_probability() {
    let all = |options: Value, text: &str| {
        let document = Harness::<Language>::new(options).unwrap().run(text).unwrap();
        let layer = document.layers.last().unwrap();
        let Annotations::Classes(classes) = &layer.annotations else { panic!() };
        let label = |&label: &u32| layer.schema.labels[label as usize].clone();
        let labels = classes.label.iter().map(label);
        labels.zip(classes.score.clone()).collect::<Vec<(String, f32)>>()
    };
    let options = |threshold: f32| {
        let languages = ["en", "fr", "nb", "da", "ru", "el"];
        json!({ "all_scores": true, "languages": languages, "threshold": threshold })
    };
    let text = "Færgen var allerede sejlet, da vi kom ned til havnen.";
    let found = all(options(0.1), text);
    let codes: Vec<&str> = found.iter().map(|(code, _)| code.as_str()).collect();
    assert!(codes[..2] == ["da", "nb"] && codes.len() == 4, "{found:?}");
    assert!(found[0].1 > 0.6 && found[1].1 > found[2].1, "{found:?}");
    assert!((found.iter().map(|(_, p)| p).sum::<f32>() - 1.0).abs() < 1e-4, "{found:?}");
    // Behind `und`, which says that this is too little to go by.
    let unsure = all(options(1.0), "Menu");
    assert!(unsure[0].0 == "und" && unsure[0].1.is_nan() && unsure.len() == 5, "{unsure:?}");
    assert_eq!(all(options(0.1), "Το πλοίο είχε φύγει."), [("el".to_owned(), 1.0)]);
    let none = all(options(0.1), "12:30");
    assert!(none.len() == 1 && none[0].0 == "und");
}

#[test]
fn parts_have_a_language_each() {
    let text = "The ferry had already left the harbour. Le bac était déjà parti du port.";
    let sentences = harness::spans(layer::spans("sentences"), [(0..39, 0), (40..text.len(), 0)]);
    let options = json!({ "also": "sentences", "languages": ["en", "fr"] });
    let inputs = [sentences];
    let harness = Harness::<Language>::with(options, BTreeMap::new(), &inputs);
    let layers = inputs.to_vec();
    let document = Document { text: text.to_owned(), layers, ..Document::default() };
    let found = labels(&harness.unwrap().run_document(document).unwrap());
    let parts: Vec<_> = found[1..].iter().map(|(label, of, _)| (label.as_str(), *of)).collect();
    assert_eq!(parts, [("en", Some(0)), ("fr", Some(1))]);
    assert_eq!(found[0].1, None);
}

#[test]
fn long_texts_are_judged_by_all_of_them() {
    let heading =
        "Nutzungsbedingungen und Hinweise zum Datenschutz, bitte zuerst lesen. ".repeat(20);
    let body = "The council met on Tuesday to decide who should pay for the new bridge. Several \
        farmers had come to say that they would rather keep the ferry, which costs nothing in winter. \
        Nobody asked them how their children were to reach the school across the river. After two \
        hours the mayor closed the meeting without a vote, and everybody went home through the rain. "
        .repeat(40);
    check(json!({}), &(heading + &body), "en");
}

#[test]
fn bad_options_are_named() {
    let check = |options, place: &str| {
        assert_eq!(Harness::<Language>::new(options).err().unwrap().place, place);
    };
    check(json!({ "languages": ["en", "english"] }), "languages");
    check(json!({ "threshold": 1.5 }), "threshold");
    check(json!({ "also": "words" }), "also");
}
