//! `gloss schema`.

use anyhow::Result;
use gloss_host::options_schema;
use serde_json::{Map, Value, json};

use crate::args::{Common, Schema, SchemaKind};
use crate::say::say;
use crate::{EXIT_OK, environment};

pub fn schema(arguments: &Schema, common: &Common) -> Result<u8> {
    let schema = match arguments.which {
        SchemaKind::Document => gloss_doc::json::schema(),
        SchemaKind::Run => gloss_host::run_schema(),
        SchemaKind::Report => gloss_report::schema(),
        SchemaKind::Pipeline => pipeline_schema(common),
        SchemaKind::Comparison => comparison_schema(common),
        SchemaKind::ComparisonResult => gloss_compare::schema(),
    };
    say!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(EXIT_OK)
}

/// The schema of a pipeline file: which options a stage may have depends on its extractor.
fn pipeline_schema(common: &Common) -> Value {
    let isolation = environment::isolation(false);
    let (mut names, mut rules, mut definitions) = (Vec::new(), Vec::new(), Map::new());
    for found in environment::search(common).plugins {
        let described = found.identify().and_then(|p| gloss_host::describe(&p, &isolation));
        for (name, description) in described.unwrap_or_default() {
            let full = format!("{}:{name}", found.manifest.id);
            names.push(json!({ "const": name, "description": description.summary }));
            names.push(json!({ "const": full, "description": description.summary }));
            rules.push(json!({
                "if": { "properties": { "extractor": { "enum": [name, full] } } },
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
            "inputs": {
                "type": "object",
                "additionalProperties": {
                    "anyOf": [text, { "type": "array", "items": text, "minItems": 1 }],
                },
                "description": "The layers that feed it, by type; of several, the first that there is",
            },
            "languages": {
                "type": "array",
                "items": text,
                "minItems": 1,
                "description": "The languages of the documents that it runs on, BCP 47, or \"und\"",
            },
            "on-failure": {
                "enum": ["skip-document", "skip-stage", "stop"],
                "description": "What becomes of a document with which it fails; skip-document where \
                                this is absent",
            },
            "layers": {
                "type": "array",
                "items": text,
                "description": "The layers that the output keeps; all where this is absent",
            },
            "isolation": {
                "enum": ["none", "process"],
                "description": "In the host's process, or in processes of its own",
            },
            "timeout": {
                "type": ["string", "number"],
                "description": "The longest time for one batch, such as \"30s\"; needs isolation",
            },
            "memory": {
                "type": ["string", "integer"],
                "description": "The most memory of a process, such as \"2GB\"; needs isolation",
            },
            "workers": { "type": "integer", "minimum": 1, "description": "The most workers" },
            "cache": {
                "type": "boolean",
                "description": "Whether results are kept under `gloss run --cache`; by default where \
                    the plugin's file is all that they depend on",
            },
            "threads": {
                "type": "integer",
                "minimum": 1,
                "description": "The most threads that its workers keep busy together",
            },
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
            "input": crate::input::schema(),
            "stage": { "type": "array", "items": { "$ref": "#/$defs/stage" } },
        },
        "$defs": definitions,
    })
}

/// The schema of a comparison file: its stages and its input are those of a pipeline file.
fn comparison_schema(common: &Common) -> Value {
    let (mut schema, pipeline) = (gloss_variants::schema(), pipeline_schema(common));
    schema["properties"]["input"] = pipeline["properties"]["input"].clone();
    if let (Some(definitions), Some(Value::Object(of_pipelines))) =
        (schema["$defs"].as_object_mut(), pipeline.get("$defs"))
    {
        definitions["Variant"]["properties"]["stage"] = pipeline["properties"]["stage"].clone();
        definitions.extend(of_pipelines.clone());
    }
    schema
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
