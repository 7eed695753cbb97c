//! Options against their schema: what is unknown, of the wrong type, or a model.

use serde_json::{Map, Value};

use crate::ErrorKind;

/// The candidate most like `word`, if any is like it at all.
pub fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    candidates
        .map(|c| (strsim::damerau_levenshtein(&word.to_lowercase(), &c.to_lowercase()), c))
        .filter(|(distance, c)| *distance <= (word.len().max(c.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

/// What is wrong with an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionProblem {
    /// Its name.
    pub option: String,
    /// Unknown, or of the wrong type.
    pub kind: ErrorKind,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// The properties that an options schema declares.
fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

/// The parts of the schema of one option that a user should see: `anyOf`, `allOf` and references
/// resolved one level deep.
fn resolve<'s>(schema: &'s Value, root: &'s Value) -> &'s Value {
    let reference = schema.get("$ref").and_then(Value::as_str);
    reference
        .and_then(|r| r.strip_prefix('#'))
        .and_then(|pointer| root.pointer(pointer))
        .unwrap_or(schema)
}

fn types(schema: &Value, root: &Value) -> Vec<String> {
    let schema = resolve(schema, root);
    match schema.get("type") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => {
            many.iter().filter_map(|t| t.as_str().map(str::to_owned)).collect()
        }
        _ => ["anyOf", "oneOf"]
            .iter()
            .filter_map(|key| schema.get(key)?.as_array())
            .flatten()
            .flat_map(|s| types(s, root))
            .collect(),
    }
}

fn fits(value: &Value, wanted: &[String]) -> bool {
    wanted.is_empty()
        || wanted.iter().any(|t| match t.as_str() {
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            "null" => value.is_null(),
            _ => true,
        })
}

/// What is wrong with these options, as far as names and types go; the extractor checks the rest.
#[must_use]
pub fn check_options(options: &Map<String, Value>, schema: &Value) -> Vec<OptionProblem> {
    let Some(properties) = properties(schema) else { return Vec::new() };
    let mut problems = Vec::new();
    for (name, value) in options {
        let Some(declared) = properties.get(name) else {
            let names: Vec<&str> = properties.keys().map(String::as_str).collect();
            let help = match (nearest(name, names.iter().copied()), names.is_empty()) {
                (Some(near), _) => format!("did you mean {near:?}?"),
                (None, true) => "the extractor has no options".to_owned(),
                (None, false) => format!("there are: {}", names.join(", ")),
            };
            problems.push(OptionProblem {
                option: name.clone(),
                kind: ErrorKind::UnknownOption,
                message: format!("there is no option {name:?}"),
                help,
            });
            continue;
        };
        let wanted = types(declared, schema);
        if !fits(value, &wanted) {
            let description = declared.get("description").and_then(Value::as_str).unwrap_or("");
            problems.push(OptionProblem {
                option: name.clone(),
                kind: ErrorKind::WrongType,
                message: format!("{name:?} must be {}", wanted.join(" or ")),
                help: description.to_owned(),
            });
        }
    }
    problems
}

/// The options that name models, each with the reference given or the default of the schema.
#[must_use]
pub fn model_references(options: &Map<String, Value>, schema: &Value) -> Vec<(String, String)> {
    let given = |name: String| {
        let value = given_or_default(options, schema, &name)?.as_str()?.to_owned();
        Some((name, value))
    };
    model_options(schema).into_iter().filter_map(given).collect()
}

/// The names of the options that name models.
#[must_use]
pub fn model_options(schema: &Value) -> Vec<String> {
    options_of_format(schema, gloss_protocol::MODEL_FORMAT)
}

/// The options that name files of the user's, each with the paths given, or those of the schema's
/// default, in their order.
#[must_use]
pub fn file_references(options: &Map<String, Value>, schema: &Value) -> Vec<(String, Vec<String>)> {
    let given = |name: String| {
        let paths = match given_or_default(options, schema, &name)? {
            Value::String(path) => vec![path.clone()],
            Value::Array(paths) => {
                paths.iter().filter_map(|path| path.as_str().map(str::to_owned)).collect()
            }
            _ => return None,
        };
        Some((name, paths))
    };
    file_options(schema).into_iter().filter_map(given).collect()
}

/// The names of the options that name files of the user's.
#[must_use]
pub fn file_options(schema: &Value) -> Vec<String> {
    options_of_format(schema, gloss_protocol::FILE_FORMAT)
}

fn given_or_default<'v>(
    options: &'v Map<String, Value>,
    schema: &'v Value,
    name: &str,
) -> Option<&'v Value> {
    options.get(name).or_else(|| schema.get("properties")?.get(name)?.get("default"))
}

fn options_of_format(schema: &Value, format: &str) -> Vec<String> {
    let Some(properties) = properties(schema) else { return Vec::new() };
    let of_format = |declared: &Value| {
        has_format(declared, schema, format, MAX_DEPTH)
            // Models come one by one, files also as a list.
            || format == gloss_protocol::FILE_FORMAT
                && alternatives(declared, schema, MAX_DEPTH)
                    .iter()
                    .filter_map(|s| s.get("items"))
                    .any(|items| has_format(items, schema, format, MAX_DEPTH))
    };
    let found = properties.iter().filter(|(_, declared)| of_format(declared));
    found.map(|(name, _)| name.clone()).collect()
}

/// A schema may refer to itself.
const MAX_DEPTH: usize = 8;

fn has_format(declared: &Value, root: &Value, format: &str, depth: usize) -> bool {
    alternatives(declared, root, depth)
        .iter()
        .any(|s| s.get("format").and_then(Value::as_str) == Some(format))
}

/// The schema itself and all that it is made of by `anyOf`, `oneOf` and `allOf`.
fn alternatives<'s>(declared: &'s Value, root: &'s Value, depth: usize) -> Vec<&'s Value> {
    let declared = resolve(declared, root);
    let mut found = vec![declared];
    if depth > 0 {
        let parts = ["anyOf", "oneOf", "allOf"].iter().filter_map(|k| declared.get(*k)?.as_array());
        found.extend(parts.flatten().flat_map(|s| alternatives(s, root, depth - 1)));
    }
    found
}

/// The schema of a stage's `options` table, closed against unknown keys, for editors.
#[must_use]
pub fn options_schema(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
        object.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    schema
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn problems_name_the_nearest() {
        let schema = json!({
            "properties": {
                "model": { "type": "string", "format": "gloss-model", "default": "m" },
                "sentences": { "anyOf": [{ "type": "integer" }, { "type": "null" }] },
                "method": { "$ref": "#/$defs/Method" },
            },
            "$defs": { "Method": { "type": "string", "enum": ["a", "b"] } },
        });
        let check_one = |options: Value, expected: &[(&str, ErrorKind, &str)]| {
            let found = check_options(options.as_object().unwrap(), &schema);
            let found: Vec<_> =
                found.iter().map(|p| (p.option.as_str(), p.kind, p.help.as_str())).collect();
            assert_eq!(found, expected);
        };
        check_one(json!({}), &[]);
        check_one(json!({"model": "x", "sentences": 3, "method": "a"}), &[]);
        check_one(
            json!({"sentnces": 3}),
            &[("sentnces", ErrorKind::UnknownOption, "did you mean \"sentences\"?")],
        );
        check_one(
            json!({"zzz": 3}),
            &[("zzz", ErrorKind::UnknownOption, "there are: method, model, sentences")],
        );
        check_one(json!({"sentences": "3"}), &[("sentences", ErrorKind::WrongType, "")]);
        check_one(json!({"method": 1}), &[("method", ErrorKind::WrongType, "")]);
        assert_eq!(model_references(&Map::new(), &schema), [("model".to_owned(), "m".to_owned())]);
    }

    #[test]
    fn files_are_named_alone_or_in_lists() {
        let file = json!({ "type": "string", "format": "gloss-file" });
        let schema = json!({
            "properties": {
                "one": file,
                "perhaps": { "anyOf": [file, { "type": "null" }] },
                "many": { "type": "array", "items": file, "default": ["d.csv"] },
                "referred": { "anyOf": [{ "$ref": "#/$defs/Files" }, { "type": "null" }] },
                "word": { "type": "string" },
                "circle": { "$ref": "#/$defs/Circle" },
            },
            "$defs": {
                "Files": { "type": "array", "items": file },
                "Circle": { "anyOf": [{ "$ref": "#/$defs/Circle" }] },
            },
        });
        let check = |options: Value, expected: &[(&str, &[&str])]| {
            let found = file_references(options.as_object().unwrap(), &schema);
            let expected: Vec<(String, Vec<String>)> = expected
                .iter()
                .map(|(n, paths)| ((*n).to_owned(), paths.iter().map(|&p| p.to_owned()).collect()))
                .collect();
            assert_eq!(found, expected);
        };
        check(json!({"word": "a"}), &[("many", &["d.csv"])]);
        check(json!({"one": "a", "many": []}), &[("many", &[]), ("one", &["a"])]);
        check(
            json!({"perhaps": null, "many": ["b", "a"], "referred": ["c"]}),
            &[("many", &["b", "a"]), ("referred", &["c"])],
        );
    }
}
