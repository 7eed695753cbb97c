//! What a text lacks to a value of a schema, and which schemas there are.
#![allow(clippy::unwrap_used)]

use gloss_llama::Schema;
use serde_json::{Value, json};

/// The whole text that `text` becomes; none if it can become none.
fn check(schema: &Value, text: &str, expected: Option<&str>) {
    let schema = Schema::new(schema).unwrap();
    assert_eq!(schema.complete(text.as_bytes()).as_deref(), expected, "{text:?}");
}

#[test]
fn texts_are_completed_the_shortest_way() {
    let person = json!({ "type": "object", "required": ["name"], "properties": {
        "age": { "type": "integer" }, "name": { "type": "string" }, "tall": { "type": "boolean" } } });
    check(&person, "", Some(r#"{"name": ""}"#));
    check(&person, "{", Some(r#"{"name": ""}"#));
    check(&person, r#"{"a"#, Some(r#"{"age": 0, "name": ""}"#));
    check(&person, r#"{"age": -"#, Some(r#"{"age": -1, "name": ""}"#));
    check(&person, r#"{"name": "A\"#, Some(r#"{"name": "A\n"}"#));
    check(&person, r#"{"name": "A\u00e"#, Some(r#"{"name": "A\u00e0"}"#));
    check(&person, r#"{"name": "A", "t"#, Some(r#"{"name": "A", "tall": false}"#));
    check(&person, r#"{"name": "A","#, Some(r#"{"name": "A", "tall": false}"#));
    check(&person, r#"{"name": "A"}"#, Some(r#"{"name": "A"}"#));
    for wrong in [
        r#"{"age": 01"#,
        r#"{"age": 1.5"#,
        r#"{"age": -0"#,
        r#"{"name": "A", "age"#,
        r#"{"name": "A"} "#,
        r#"{"name": "\x"#,
        r#"{"name": "\ud8"#,
        "{\"name\": \"\n",
        r#"{}"#,
        r#"{ "#,
        r#"["#,
        r#"{"name": "A", }"#,
    ] {
        check(&person, wrong, None);
    }
    let words = json!({ "enum": [1, 123, "é"] });
    check(&words, "12", Some("123"));
    check(&words, "1", Some("1"));
    check(&words, "\"", Some("\"é\""));
    check(&words, "2", None);
    let list =
        json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 });
    check(&list, "[1.", Some("[1.0, 0]"));
    check(&list, "[1, 2, ", None);
    check(&list, "[1]", None);
}

#[test]
fn characters_may_be_cut_at_the_end_alone() {
    let schema = Schema::new(&json!({ "type": "string" })).unwrap();
    let text = "\"é🙂".as_bytes();
    for length in 0..=text.len() {
        assert!(schema.rest(&text[..length]).is_ok(), "{length}");
    }
    assert_eq!(schema.complete(&text[..5]).unwrap(), "\"é\"");
    assert!(schema.rest(b"\"\xC3\"").is_err());
    assert!(schema.rest(b"\"\xFF").is_err());
}

#[test]
fn schemas_that_cannot_be_kept_to_are_refused() {
    let refused = |schema: Value, parts: &[&str]| {
        let error = Schema::new(&schema).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{part:?} is not in {error}");
        }
    };
    refused(json!({ "type": "string", "pattern": "a+" }), &["pattern"]);
    refused(json!({ "anyOf": [] }), &["type"]);
    refused(json!({ "type": "thing" }), &["thing"]);
    refused(json!({ "type": "array" }), &["items"]);
    refused(
        json!({ "type": "array", "items": { "type": "null" }, "minItems": 2000 }),
        &["minItems"],
    );
    refused(json!({ "enum": [] }), &["enum"]);
    refused(json!({ "type": "object", "required": ["a"] }), &["\"a\" is required"]);
    refused(
        json!({ "type": "object", "properties": { "a": { "type": "string", "format": "date" } } }),
        &["/properties/a", "format"],
    );
}
