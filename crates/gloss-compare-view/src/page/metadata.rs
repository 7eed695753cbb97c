//! Values of metadata in words.

use std::borrow::Cow;

use serde_json::Value;

/// A value as slices of a comparison name it: strings as they are, everything else in JSON.
pub fn field_value(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}
