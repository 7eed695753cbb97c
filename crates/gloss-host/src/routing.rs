//! Which documents a stage runs on: those in certain languages.

use gloss_doc::{Annotations, Document, Layer, NONE};
use serde_json::Value;

/// Type of the layers that say in which language a document is, and name of the metadata field that
/// does where no stage provides such a layer.
pub const LANGUAGE: &str = "language";

/// What BCP 47 calls the language of a text whose language is not known.
pub const UNDETERMINED: &str = "und";

/// Whether a text has the form of a language tag (RFC 5646): subtags of one to eight letters and
/// digits, the first of two or three letters.
pub fn is_language_tag(text: &str) -> bool {
    let mut subtags = text.split('-');
    let first = subtags.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && subtags.all(|tag| {
            (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// Whether a tag is among some languages, as in RFC 4647's basic filtering: `en` takes `en-GB`, and
/// not the other way round. `pt_BR` is taken for `pt-BR`.
pub fn is_among(languages: &[String], tag: &str) -> bool {
    let tag = tag.trim().replace('_', "-");
    languages.iter().any(|language| {
        let begins =
            tag.get(..language.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(language));
        begins && matches!(tag.as_bytes().get(language.len()), None | Some(b'-'))
    })
}

/// The language of a document by the layer of a stage: its best class of the document as a whole.
pub fn of_layer(layer: &Layer) -> &str {
    let Annotations::Classes(classes) = &layer.annotations else { return UNDETERMINED };
    let score = |&i: &usize| classes.score.get(i).copied().unwrap_or(f32::NAN);
    let of_document = (0..classes.target.len()).filter(|&i| classes.target[i] == NONE);
    // Of equals, and of those without a score, the first.
    let best = of_document.reduce(|best, i| if score(&i) > score(&best) { i } else { best });
    let label = best.and_then(|i| layer.schema.labels.get(*classes.label.get(i)? as usize));
    label.map_or(UNDETERMINED, String::as_str)
}

/// The language of a document by its metadata.
pub fn of_metadata(document: &Document) -> &str {
    match document.metadata.get(LANGUAGE) {
        Some(Value::String(tag)) if !tag.trim().is_empty() => tag,
        _ => UNDETERMINED,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gloss_doc::{Classes, Kind, LayerSchema, Producer};
    use serde_json::json;

    use super::*;

    #[test]
    fn tags() {
        let check = |tag, expected| assert_eq!(is_language_tag(tag), expected, "{tag}");
        check("en", true);
        check("und", true);
        check("zh-Hant-TW", true);
        check("", false);
        check("english", false);
        check("en-", false);
        check("e1", false);
        check("en_GB", false);
    }

    #[test]
    fn a_language_takes_its_varieties() {
        let check = |languages: &[&str], tag: &str, expected| {
            let languages: Vec<String> = languages.iter().map(|&l| l.to_owned()).collect();
            assert_eq!(is_among(&languages, tag), expected, "{languages:?} {tag}");
        };
        check(&["en"], "en", true);
        check(&["en"], "EN-gb", true);
        check(&["en"], "en_GB", true);
        check(&["en"], "eng", false);
        check(&["en-GB"], "en", false);
        check(&["fr", "und"], "und", true);
        check(&["fr"], "", false);
        check(&["fr"], "é", false);
    }

    #[test]
    fn the_best_class_of_the_document_counts() {
        let check = |rows: &[(u32, u32, f32)], expected: &str| {
            let labels = ["en", "fr"].map(str::to_owned).to_vec();
            let schema = LayerSchema { labels, ..LayerSchema::new(LANGUAGE, Kind::Classes) };
            let classes = Classes {
                target: rows.iter().map(|r| r.0).collect(),
                label: rows.iter().map(|r| r.1).collect(),
                score: rows.iter().map(|r| r.2).collect(),
            };
            let layer = Layer {
                name: "l/language".to_owned(),
                schema: Arc::new(schema),
                producer: Arc::new(Producer::default()),
                annotations: Annotations::Classes(classes),
                attributes: Vec::new(),
            };
            assert_eq!(of_layer(&layer), expected, "{rows:?}");
        };
        check(&[], "und");
        check(&[(NONE, 1, f32::NAN)], "fr");
        check(&[(0, 1, 1.0), (NONE, 0, 0.1)], "en");
        check(&[(NONE, 0, 0.1), (NONE, 1, 0.5)], "fr");
        check(&[(NONE, 0, 0.5), (NONE, 1, 0.5)], "en");
        check(&[(NONE, 9, 0.5)], "und");
    }

    #[test]
    fn metadata_may_say_it() {
        let check = |metadata: Value, expected: &str| {
            let metadata = metadata.as_object().unwrap().clone();
            let document = Document { metadata, ..Document::default() };
            assert_eq!(of_metadata(&document), expected);
        };
        check(json!({ "language": "pt-BR" }), "pt-BR");
        check(json!({ "language": " " }), "und");
        check(json!({ "language": 7 }), "und");
        check(json!({}), "und");
    }
}
