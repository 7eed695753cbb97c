//! What a layer may hold, declared before any document is read.

use serde::{Deserialize, Serialize};

/// What one annotation of a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Stretches of the text; overlap is allowed.
    Spans,
    /// Labels of the document or of annotations of another layer.
    Classes,
    /// Texts about the document, such as summaries.
    Texts,
    /// Vectors of one dimension.
    Vectors,
    /// Labelled pairs of annotations.
    Relations,
}

impl Kind {
    /// The word that files use for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Spans => "spans",
            Kind::Classes => "classes",
            Kind::Texts => "texts",
            Kind::Vectors => "vectors",
            Kind::Relations => "relations",
        }
    }
}

/// Type of an attribute's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AttributeType {
    /// True or false.
    Bool,
    /// Signed 64-bit integer.
    Int,
    /// Finite double.
    Float,
    /// UTF-8 text.
    String,
}

impl AttributeType {
    /// The word that files use for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            AttributeType::Bool => "bool",
            AttributeType::Int => "int",
            AttributeType::Float => "float",
            AttributeType::String => "string",
        }
    }
}

/// One attribute that annotations of a layer may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeSchema {
    /// Name, unique within the layer.
    pub name: String,
    /// Type of the values.
    #[serde(rename = "type")]
    pub value_type: AttributeType,
    /// What a value means, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// What a layer may hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerSchema {
    /// Name within its stage; the full name is `stage/name`.
    pub name: String,
    /// What the layer is about: `entities`, `sentences`, ... Stages are connected by it.
    #[serde(rename = "type")]
    pub layer_type: String,
    /// What one annotation is.
    pub kind: Kind,
    /// The closed set of labels; empty when annotations have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// What the score means; `None` when annotations have no score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// Classes, texts and vectors: the layer whose annotations they speak of; `None` for the
    /// document. In a plan, the name of a provided layer or the type of a required one; in a
    /// document, a full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Relations: the layer of the first annotation, named as in `target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// Relations: the layer of the second annotation, named as in `target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tail: Option<String>,
    /// Vectors: numbers in each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<u32>,
    /// The attributes that annotations may have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeSchema>,
    /// What the layer holds, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl LayerSchema {
    /// A layer whose type is its name, with nothing declared.
    #[must_use]
    pub fn new(name: &str, kind: Kind) -> LayerSchema {
        LayerSchema {
            name: name.to_owned(),
            layer_type: name.to_owned(),
            kind,
            labels: Vec::new(),
            score: None,
            target: None,
            head: None,
            tail: None,
            dimension: None,
            attributes: Vec::new(),
            description: String::new(),
        }
    }

    /// Index of a label.
    #[must_use]
    pub fn label_index(&self, label: &str) -> Option<u32> {
        self.labels.iter().position(|l| l == label).and_then(|i| u32::try_from(i).ok())
    }

    /// Index of an attribute.
    #[must_use]
    pub fn attribute_index(&self, name: &str) -> Option<usize> {
        self.attributes.iter().position(|a| a.name == name)
    }
}
