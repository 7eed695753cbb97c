//! `gloss schema`.

use anyhow::Result;
use gloss_host::options_schema;
use serde_json::{Map, Value, json};

use crate::args::{Common, Schema, SchemaKind};
use crate::{EXIT_OK, environment};

pub fn schema(arguments: &Schema, common: &Common) -> Result<u8> {
    let schema = match arguments.which {
        SchemaKind::Document => gloss_doc::json::schema(),
        SchemaKind::Pipeline => pipeline_schema(common),
    };
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(EXIT_OK)
}

/// The schema of a pipeline file: which options a stage may have depends on its extractor.
fn pipeline_schema(common: &Common) -> Value {
    let (mut names, mut rules, mut definitions) = (Vec::new(), Vec::new(), Map::new());
    for found in environment::catalogue(common).plugins {
        let Ok(plugin) = found.load() else { continue };
        for extractor in plugin.plugin.extractors() {
            let Ok(description) = extractor.describe() else { continue };
            let full = format!("{}:{}", plugin.manifest.id, extractor.name());
            names.push(json!({ "const": extractor.name(), "description": description.summary }));
            names.push(json!({ "const": full, "description": description.summary }));
            rules.push(json!({
                "if": { "properties": { "extractor": { "enum": [extractor.name(), full] } } },
                "then": { "properties": { "options": { "$ref": format!("#/$defs/{}", key(&full)) } } },
            }));
            definitions.insert(key(&full), nested(&description.options, &key(&full)));
        }
    }
    let text = json!({ "type": "string" });
    let stage = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["extractor"],
        "properties": {
            "id": { "type": "string", "pattern": "^[A-Za-z0-9_-]+$" },
            "extractor": { "anyOf": [{ "oneOf": names }, text] },
            "options": { "type": "object" },
            "inputs": { "type": "object", "additionalProperties": text },
        },
        "allOf": rules,
    });
    definitions.insert("stage".to_owned(), stage);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gloss pipeline",
        "type": "object",
        "additionalProperties": false,
        "required": ["stage"],
        "properties": {
            "input": {
                "type": "object",
                "additionalProperties": false,
                "properties": { "header": { "type": "boolean" } },
            },
            "stage": { "type": "array", "items": { "$ref": "#/$defs/stage" } },
        },
        "$defs": definitions,
    })
}

fn key(full: &str) -> String {
    full.replace(['/', ':'], ".")
}

/// An options schema as a definition of a larger one: its own references get a longer path.
fn nested(schema: &Value, key: &str) -> Value {
    fn redirect(value: &mut Value, key: &str) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get_mut("$ref")
                    && let Some(rest) = reference.strip_prefix("#/$defs/")
                {
                    *reference = format!("#/$defs/{key}/$defs/{rest}");
                }
                object.values_mut().for_each(|v| redirect(v, key));
            }
            Value::Array(items) => items.iter_mut().for_each(|v| redirect(v, key)),
            _ => {}
        }
    }
    let mut schema = options_schema(schema);
    redirect(&mut schema, key);
    schema
}
