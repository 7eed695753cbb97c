//! Which layers a source has, before one of them is chosen.

use gloss_doc::{Document, Kind, LayerSchema};

/// What is known of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerFacts {
    /// `stage/layer`.
    pub name: String,
    /// What it is about.
    pub layer_type: String,
    /// What one annotation is.
    pub kind: Kind,
}

impl LayerFacts {
    /// The part of the name in front of the slash.
    #[must_use]
    pub fn stage(&self) -> &str {
        self.name.split_once('/').map_or(&self.name, |(stage, _)| stage)
    }

    /// The part of the name behind the slash.
    pub(super) fn short(&self) -> &str {
        self.name.rsplit_once('/').map_or(&self.name, |(_, short)| short)
    }

    /// Whether layers of its kind can be compared.
    pub(super) fn is_comparable(&self) -> bool {
        self.kind != Kind::Relations
    }
}

/// The layers of a source, in the order in which they were first seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers(Vec<LayerFacts>);

impl Layers {
    /// Adds a layer that is declared, as by the plan of a pipeline.
    pub fn declare(&mut self, name: &str, schema: &LayerSchema) {
        if !self.0.iter().any(|layer| layer.name == name) {
            self.0.push(LayerFacts {
                name: name.to_owned(),
                layer_type: schema.layer_type.clone(),
                kind: schema.kind,
            });
        }
    }

    /// Adds the layers of a document; says which are new.
    pub fn see(&mut self, document: &Document) -> &[LayerFacts] {
        let before = self.0.len();
        document.layers.iter().for_each(|layer| self.declare(&layer.name, &layer.schema));
        &self.0[before..]
    }

    /// The layers.
    pub fn iter(&self) -> impl Iterator<Item = &LayerFacts> {
        self.0.iter()
    }

    /// The layers for a message: each with its type, where its name does not say it.
    pub(super) fn listed(&self) -> String {
        let word = |layer: &LayerFacts| {
            if layer.short() == layer.layer_type {
                layer.name.clone()
            } else {
                format!("{} (of type {})", layer.name, layer.layer_type)
            }
        };
        match self.0.iter().map(word).collect::<Vec<_>>() {
            names if names.is_empty() => "none".to_owned(),
            names => names.join(", "),
        }
    }
}
