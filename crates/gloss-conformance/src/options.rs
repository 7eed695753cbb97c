//! Options as their JSON Schema declares them, and values that it forbids.

use gloss_host::{ErrorKind, check_options};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// An option that a schema declares.
pub struct DeclaredOption {
    /// Its name.
    pub name: String,
    /// Its default, where the schema states one.
    pub default: Option<Value>,
    /// Whether it names a model.
    pub model: bool,
    schema: Value,
    validator: Validator,
}

/// Why a value is forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// It is of another type.
    Type,
    /// It is of the type, but outside the limits or not one of the values listed.
    Limit,
}

/// Whether a value is a JSON Schema of options: of an object, with references that resolve.
pub fn check_schema(schema: &Value) -> Result<(), String> {
    if !schema.is_object() {
        return Err("the schema of the options is no object".to_owned());
    }
    if !matches!(schema.get("type"), None | Some(Value::String(_)))
        || schema.get("type").is_some_and(|t| t != "object")
    {
        return Err("the schema of the options is not one of an object".to_owned());
    }
    jsonschema::meta::validate(schema).map_err(|e| {
        format!(
            "the schema of the options is no JSON Schema: {e} (at {:?})",
            e.instance_path().to_string()
        )
    })?;
    jsonschema::validator_for(schema)
        .map_err(|e| format!("the schema of the options cannot be used: {e}"))?;
    Ok(())
}

/// The options of a schema.
pub fn declared(schema: &Value) -> Result<Vec<DeclaredOption>, String> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Ok(Vec::new());
    };
    let models = gloss_host::model_options(schema);
    let mut options = Vec::with_capacity(properties.len());
    for (name, declared) in properties {
        // One option alone, with the definitions that it may refer to.
        let mut alone = schema.clone();
        alone["properties"] = json!({ name.as_str(): declared });
        alone["required"] = json!([name]);
        let validator = jsonschema::validator_for(&alone).map_err(|e| e.to_string())?;
        options.push(DeclaredOption {
            name: name.clone(),
            default: declared.get("default").cloned(),
            model: models.contains(name),
            schema: alone,
            validator,
        });
    }
    Ok(options)
}

impl DeclaredOption {
    /// Whether the schema allows a value.
    pub fn accepts(&self, value: &Value) -> bool {
        self.validator.is_valid(&json!({ self.name.as_str(): value }))
    }

    /// Values that the schema forbids, for this reason.
    pub fn forbidden(&self, why: Forbidden) -> Vec<Value> {
        let mut candidates = vec![
            json!(null),
            json!(true),
            json!(-1),
            json!(0),
            json!(1.5),
            json!("gloss-no-such-value"),
            json!(""),
            json!([]),
            json!({}),
        ];
        limits(&self.schema["properties"][&self.name], &mut candidates);
        candidates.retain(|value| self.verdict(value) == Some(why));
        candidates
    }

    fn verdict(&self, value: &Value) -> Option<Forbidden> {
        let options = Map::from_iter([(self.name.clone(), value.clone())]);
        let problems = check_options(&options, &self.schema);
        if problems.iter().any(|p| p.kind == ErrorKind::WrongType) {
            Some(Forbidden::Type)
        } else {
            (!self.accepts(value)).then_some(Forbidden::Limit)
        }
    }
}

/// Values just beyond the limits that are stated anywhere in a schema.
fn limits(schema: &Value, found: &mut Vec<Value>) {
    let Some(object) = schema.as_object() else { return };
    // In this order, not in that of the object, which depends on how `serde_json` was built.
    let keys = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
    for (key, value) in keys.iter().filter_map(|&key| Some((key, object.get(key)?))) {
        match (key, value.as_i64(), value.as_f64()) {
            ("minimum", Some(limit), _) => found.push(json!(limit.saturating_sub(1))),
            ("minimum", None, Some(limit)) => found.push(json!(limit - 1.0)),
            ("maximum", Some(limit), _) => found.push(json!(limit.saturating_add(1))),
            ("maximum", None, Some(limit)) => found.push(json!(limit + 1.0)),
            ("exclusiveMinimum" | "exclusiveMaximum", _, Some(_)) => found.push(value.clone()),
            _ => {}
        }
    }
    for part in ["anyOf", "oneOf", "allOf"].iter().filter_map(|k| object.get(*k)?.as_array()) {
        part.iter().for_each(|schema| limits(schema, found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_checked() {
        let check =
            |schema: Value, good: bool| assert_eq!(check_schema(&schema).is_ok(), good, "{schema}");
        check(json!({}), true);
        check(json!({"type": "object", "properties": {"a": {"type": "string"}}}), true);
        check(json!({"type": "string"}), false);
        check(json!([]), false);
        check(json!({"properties": {"a": {"type": 12}}}), false);
        check(json!({"properties": {"a": {"$ref": "#/$defs/Missing"}}}), false);
    }

    #[test]
    fn forbidden_values() {
        let schema = json!({
            "properties": {
                "mode": { "$ref": "#/$defs/Mode" },
                "share": { "type": "number", "minimum": 0, "maximum": 1 },
                "count": { "type": ["integer", "null"], "minimum": 1 },
            },
            "$defs": { "Mode": { "oneOf": [{ "const": "a", "type": "string" }] } },
        });
        let check = |name: &str, why, expected: &[Value]| {
            let options = declared(&schema).unwrap();
            let option = options.iter().find(|o| o.name == name).unwrap();
            assert_eq!(option.forbidden(why), expected, "{name} {why:?}");
        };
        check("mode", Forbidden::Limit, &[json!("gloss-no-such-value"), json!("")]);
        check("share", Forbidden::Limit, &[json!(-1), json!(1.5), json!(-1), json!(2)]);
        check("count", Forbidden::Limit, &[json!(-1), json!(0), json!(0)]);
        let types = [
            json!(true),
            json!(1.5),
            json!("gloss-no-such-value"),
            json!(""),
            json!([]),
            json!({}),
        ];
        check("count", Forbidden::Type, &types);
    }
}
