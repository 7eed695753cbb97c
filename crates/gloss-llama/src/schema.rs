//! The part of JSON Schema (<https://json-schema.org/draft/2020-12>) that output can be kept to.

use serde_json::Value;

use crate::error::Error;

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Object(Vec<Property>),
    Array {
        items: Box<Node>,
        least: usize,
        most: usize,
    },
    Text {
        /// In characters.
        most: usize,
    },
    Number,
    Integer,
    /// One of these, as JSON.
    Words(Vec<String>),
    /// One of these, which their first bytes tell apart.
    Any(Vec<Node>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    /// As JSON, with the quotes.
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) node: Node,
}

/// A schema that output can be kept to: objects with properties, arrays, texts, numbers, integers, truths, nulls,
/// enumerations and constants, nested. Other keywords are refused, but for those that only describe.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema(pub(crate) Node);

/// Keywords that say nothing of what is valid.
const DESCRIBING: [&str; 8] = [
    "$schema",
    "$id",
    "$comment",
    "title",
    "description",
    "default",
    "examples",
    "additionalProperties",
];
/// Schemas nested deeper would make values that most readers refuse.
const DEEPEST: usize = 32;

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// [`Error::Schema`] if it is none, or uses what output cannot be kept to.
    pub fn new(schema: &Value) -> Result<Self, Error> {
        node(schema, "", 0).map(Self)
    }
}

fn refused(place: &str, reason: impl Into<String>) -> Error {
    Error::Schema { place: place.to_owned(), reason: reason.into() }
}

fn node(schema: &Value, place: &str, depth: usize) -> Result<Node, Error> {
    let Value::Object(fields) = schema else { return Err(refused(place, "it is no object")) };
    if depth > DEEPEST {
        return Err(refused(place, format!("it is nested deeper than {DEEPEST}")));
    }
    let words = match (fields.get("enum"), fields.get("const")) {
        (Some(Value::Array(values)), _) if !values.is_empty() => Some(values.clone()),
        (Some(_), _) => return Err(refused(place, "enum must be a list of at least one value")),
        (None, Some(value)) => Some(vec![value.clone()]),
        (None, None) => None,
    };
    if let Some(words) = words {
        known(fields, place, &["enum", "const", "type"])?;
        if words.iter().any(|word| word.is_object() || word.is_array()) {
            return Err(refused(place, "an enum must be of texts, numbers, truths or null"));
        }
        return Ok(Node::Words(words.iter().map(Value::to_string).collect()));
    }
    match fields.get("type") {
        Some(Value::String(name)) => typed(name, schema, place, depth),
        Some(Value::Array(names)) if !names.is_empty() => {
            let one = |name: &Value| match name.as_str() {
                Some(name) => typed(name, schema, place, depth),
                None => Err(refused(place, "type must be a name or a list of names")),
            };
            let nodes: Vec<Node> = names.iter().map(one).collect::<Result<_, _>>()?;
            if nodes.iter().filter(|node| matches!(node, Node::Number | Node::Integer)).count() > 1
            {
                return Err(refused(place, "number includes integer; name one of them"));
            }
            Ok(Node::Any(nodes))
        }
        _ => Err(refused(place, "it needs a type (object, array, string, number, ...) or an enum")),
    }
}

/// Refuses keywords that are not looked at.
fn known(
    fields: &serde_json::Map<String, Value>,
    place: &str,
    keywords: &[&str],
) -> Result<(), Error> {
    let unknown = fields
        .keys()
        .find(|name| !keywords.contains(&name.as_str()) && !DESCRIBING.contains(&name.as_str()));
    match unknown {
        Some(name) => Err(refused(
            place,
            format!("{name:?} is not supported here; leave it out, and check it afterwards"),
        )),
        None => Ok(()),
    }
}

fn typed(name: &str, schema: &Value, place: &str, depth: usize) -> Result<Node, Error> {
    let Value::Object(fields) = schema else { return Err(refused(place, "it is no object")) };
    let several = fields.get("type").is_some_and(Value::is_array);
    let check = |keywords: &[&str]| {
        if several {
            // Keywords may be of any of the types.
            let all =
                ["type", "properties", "required", "items", "minItems", "maxItems", "maxLength"];
            return known(fields, place, &all);
        }
        known(fields, place, &[&["type"], keywords].concat())
    };
    let size = |keyword: &str, default: usize| match fields.get(keyword) {
        None => Ok(default),
        Some(value) => match value.as_u64().and_then(|size| usize::try_from(size).ok()) {
            Some(size) => Ok(size),
            None => Err(refused(place, format!("{keyword} must be a whole number"))),
        },
    };
    Ok(match name {
        "object" => {
            check(&["properties", "required"])?;
            Node::Object(properties(fields, place, depth)?)
        }
        "array" => {
            check(&["items", "minItems", "maxItems"])?;
            let (least, most) = (size("minItems", 0)?, size("maxItems", usize::MAX)?);
            if least > most || least > 1000 {
                return Err(refused(place, "minItems must not be above maxItems, nor above 1000"));
            }
            let Some(items) = fields.get("items") else {
                return Err(refused(place, "an array needs items"));
            };
            let items = Box::new(node(items, &format!("{place}/items"), depth + 1)?);
            Node::Array { items, least, most }
        }
        "string" => {
            check(&["maxLength"])?;
            Node::Text { most: size("maxLength", usize::MAX)? }
        }
        "number" => check(&[]).map(|()| Node::Number)?,
        "integer" => check(&[]).map(|()| Node::Integer)?,
        "boolean" => {
            check(&[])?;
            Node::Words(vec!["false".to_owned(), "true".to_owned()])
        }
        "null" => check(&[]).map(|()| Node::Words(vec!["null".to_owned()]))?,
        other => return Err(refused(place, format!("there is no type {other:?}"))),
    })
}

fn properties(
    fields: &serde_json::Map<String, Value>,
    place: &str,
    depth: usize,
) -> Result<Vec<Property>, Error> {
    let empty = serde_json::Map::new();
    let named = match fields.get("properties") {
        None => &empty,
        Some(Value::Object(named)) => named,
        Some(_) => return Err(refused(place, "properties must be an object")),
    };
    let names: Vec<&str> = match fields.get("required") {
        None => Vec::new(),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(_) => return Err(refused(place, "required must be a list of names")),
    };
    if let Some(name) = names.iter().find(|name| !named.contains_key(**name)) {
        return Err(refused(place, format!("{name:?} is required, but no property")));
    }
    let property = |(name, schema): (&String, &Value)| {
        let place = format!("{place}/properties/{name}");
        Ok(Property {
            name: Value::from(name.as_str()).to_string(),
            required: names.contains(&name.as_str()),
            node: node(schema, &place, depth + 1)?,
        })
    };
    named.iter().map(property).collect()
}
