//! Options that name models.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// An option whose value names a model: a name of the catalogue (`en_core_web_sm`,
/// `en_core_web_sm@3.8.0`) or the path of a folder.
///
/// The host resolves it before planning; the files are in [`Models`](crate::Models) under the
/// option's name. So no plugin needs to download anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Model(pub String);

impl JsonSchema for Model {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Model".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": gloss_protocol::MODEL_FORMAT })
    }
}
