//! Options that name files of the user's.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// An option whose value is the path of a file of the user's: a word list, a table of names. In a
/// pipeline file a relative path counts from the folder of that file.
///
/// The option is of this type, or a list of it (`Vec<DataFile>`), or either in an `Option`. The host
/// finds and hashes the file before planning, and notes the hash with the annotations, so that a
/// changed file is seen as a change; [`Models::files`](crate::Models::files) gives it under the
/// option's name. The content need not be trusted, and the file may have changed since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DataFile(pub String);

impl JsonSchema for DataFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "DataFile".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": gloss_protocol::FILE_FORMAT })
    }
}
