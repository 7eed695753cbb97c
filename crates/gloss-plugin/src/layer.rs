//! Declaring layers in a plan.
//!
//! ```
//! use gloss_plugin::layer::{self, Declare};
//! use gloss_plugin::AttributeType;
//!
//! let schema = layer::spans("entities")
//!     .labels(["PERSON", "ORG"])
//!     .score("probability")
//!     .attribute("wikidata", AttributeType::String, "id of the thing itself");
//! assert_eq!(schema.layer_type, "entities");
//! ```

use gloss_doc::{AttributeSchema, AttributeType, Kind, LayerSchema};
use gloss_protocol::Requirement;

/// A layer of spans, whose type is its name.
#[must_use]
pub fn spans(name: &str) -> LayerSchema {
    LayerSchema::new(name, Kind::Spans)
}

/// A layer of classes, whose type is its name.
#[must_use]
pub fn classes(name: &str) -> LayerSchema {
    LayerSchema::new(name, Kind::Classes)
}

/// A layer of texts, whose type is its name.
#[must_use]
pub fn texts(name: &str) -> LayerSchema {
    LayerSchema::new(name, Kind::Texts)
}

/// A layer of vectors, whose type is its name.
#[must_use]
pub fn vectors(name: &str, dimension: u32) -> LayerSchema {
    LayerSchema { dimension: Some(dimension), ..LayerSchema::new(name, Kind::Vectors) }
}

/// A layer of relations between annotations of two layers, whose type is its name.
#[must_use]
pub fn relations(name: &str, head: &str, tail: &str) -> LayerSchema {
    LayerSchema {
        head: Some(head.to_owned()),
        tail: Some(tail.to_owned()),
        ..LayerSchema::new(name, Kind::Relations)
    }
}

/// A layer of this type and kind is required.
#[must_use]
pub fn required(layer_type: &str, kind: Kind) -> Requirement {
    Requirement { layer_type: layer_type.to_owned(), kind, attributes: Vec::new(), optional: false }
}

/// A layer of this type and kind is used if there is one.
#[must_use]
pub fn optional(layer_type: &str, kind: Kind) -> Requirement {
    Requirement { optional: true, ..required(layer_type, kind) }
}

/// Adds to a layer's declaration.
pub trait Declare: Sized {
    /// The closed set of labels.
    #[must_use]
    fn labels<S: Into<String>>(self, labels: impl IntoIterator<Item = S>) -> Self;
    /// Annotations have a score; `meaning` says what it is.
    #[must_use]
    fn score(self, meaning: &str) -> Self;
    /// Annotations speak of those of this layer: the name of a provided one or the type of a required one.
    #[must_use]
    fn target(self, layer: &str) -> Self;
    /// Annotations have an attribute.
    #[must_use]
    fn attribute(self, name: &str, value_type: AttributeType, description: &str) -> Self;
    /// What the layer holds, in words.
    #[must_use]
    fn description(self, description: &str) -> Self;
}

impl Declare for LayerSchema {
    fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Self {
        self.labels.extend(labels.into_iter().map(Into::into));
        self
    }

    fn score(mut self, meaning: &str) -> Self {
        self.score = Some(meaning.to_owned());
        self
    }

    fn target(mut self, layer: &str) -> Self {
        self.target = Some(layer.to_owned());
        self
    }

    fn attribute(mut self, name: &str, value_type: AttributeType, description: &str) -> Self {
        self.attributes.push(AttributeSchema {
            name: name.to_owned(),
            value_type,
            description: description.to_owned(),
        });
        self
    }

    fn description(mut self, description: &str) -> Self {
        description.clone_into(&mut self.description);
        self
    }
}
