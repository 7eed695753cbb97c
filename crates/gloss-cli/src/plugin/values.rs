//! The values that an option may have, where its schema lists them.

use serde_json::Value;

/// A line for each value that has a meaning, and one for all that have none. `root` is the schema of
/// all options, to which that of one refers.
pub fn lines(option: &Value, root: &Value) -> Vec<String> {
    let (plain, meant): (Vec<_>, Vec<_>) =
        of(option, root).into_iter().partition(|(_, meaning)| meaning.is_empty());
    let plain: Vec<String> = plain.into_iter().map(|(value, _)| value).collect();
    let mut lines: Vec<String> =
        meant.into_iter().map(|(value, meaning)| format!("{value}: {meaning}")).collect();
    if !plain.is_empty() {
        lines.push(format!("one of {}", plain.join(", ")));
    }
    lines
}

/// Each value with what it means, if the schema says that; none where values are not listed.
fn of(option: &Value, root: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(option, root, &mut found, 4);
    found
}

/// `depth` bounds schemas that refer to themselves.
fn collect(schema: &Value, root: &Value, found: &mut Vec<(String, String)>, depth: u32) {
    if depth == 0 {
        return;
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let target = reference.strip_prefix('#').and_then(|path| root.pointer(path));
        target.into_iter().for_each(|target| collect(target, root, found, depth - 1));
    }
    if let Some(value) = schema.get("const") {
        found.push((value.to_string(), meaning(schema)));
    }
    for value in schema["enum"].as_array().into_iter().flatten() {
        found.push((value.to_string(), String::new()));
    }
    for key in ["oneOf", "anyOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            match part["required"][0].as_str() {
                // A table that is told by its key.
                Some(key) => found.push((format!("{{ {key} = ... }}"), meaning(part))),
                None => collect(part, root, found, depth - 1),
            }
        }
    }
}

fn meaning(schema: &Value) -> String {
    let description = schema["description"].as_str().unwrap_or_default();
    description.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn listed_values_are_found() {
        let root = json!({ "$defs": {
            "Mode": { "oneOf": [
                { "const": "a", "description": "The\nfirst." },
                { "enum": ["b", 2] },
            ]},
            "Size": { "oneOf": [{ "required": ["words"], "description": "So many." }] },
            "Loop": { "$ref": "#/$defs/Loop" },
        }});
        let check = |schema: Value, expected: &[(&str, &str)]| {
            let found = of(&schema, &root);
            let found: Vec<_> = found.iter().map(|(v, m)| (v.as_str(), m.as_str())).collect();
            assert_eq!(found, expected, "{schema}");
        };
        check(json!({ "type": "string" }), &[]);
        let mode = [("\"a\"", "The first."), ("\"b\"", ""), ("2", "")];
        check(json!({ "$ref": "#/$defs/Mode" }), &mode);
        check(json!({ "anyOf": [{ "$ref": "#/$defs/Mode" }, { "type": "null" }] }), &mode);
        check(json!({ "$ref": "#/$defs/Size" }), &[("{ words = ... }", "So many.")]);
        check(json!({ "$ref": "#/$defs/Loop" }), &[]);
        check(json!({ "$ref": "#/$defs/None" }), &[]);
    }
}
