//! Requirements that one of several layers feeds: all of them in the shape of one schema, because an
//! extractor knows one.

use std::sync::Arc;

use gloss_doc::{Annotations, AttributeColumn, Layer, LayerSchema, NONE};

use crate::graph::LayerId;

/// What feeds a requirement of a stage.
#[derive(Debug)]
pub struct Feed {
    /// The layers that may, in the order in which they are looked for, each with what it takes to
    /// give it the shape that the extractor knows.
    pub layers: Vec<(LayerId, Option<Adapter>)>,
    /// The extractor can do without.
    pub optional: bool,
}

impl Feed {
    /// What feeds a requirement: layers of these schemas, in the shape of `schema`.
    pub fn new<'s>(
        layers: impl IntoIterator<Item = (LayerId, &'s LayerSchema)>,
        schema: &Arc<LayerSchema>,
        optional: bool,
    ) -> Feed {
        let layers = layers.into_iter().map(|(id, own)| (id, Adapter::new(own, schema)));
        Feed { layers: layers.collect(), optional }
    }
}

/// One schema for layers of several: all labels and attributes that any of them has.
///
/// # Errors
/// Why there can be none.
pub fn merge(schemas: &[LayerSchema]) -> Result<LayerSchema, String> {
    let Some((first, others)) = schemas.split_first() else { return Err("no layer".to_owned()) };
    let mut merged = first.clone();
    for other in others {
        for label in &other.labels {
            if !merged.labels.contains(label) {
                merged.labels.push(label.clone());
            }
        }
        for attribute in &other.attributes {
            match merged.attributes.iter().find(|a| a.name == attribute.name) {
                Some(known) if known.value_type != attribute.value_type => {
                    return Err(format!(
                        "their attributes {:?} are of different types",
                        attribute.name
                    ));
                }
                Some(_) => {}
                None => merged.attributes.push(attribute.clone()),
            }
        }
        if merged.dimension != other.dimension {
            return Err("their vectors are of different lengths".to_owned());
        }
        merged.score = merged.score.or_else(|| other.score.clone());
    }
    Ok(merged)
}

/// Gives layers of one schema the shape of another.
#[derive(Debug)]
pub struct Adapter {
    schema: Arc<LayerSchema>,
    /// For each label of the layer, its position in the other schema.
    labels: Vec<u32>,
    /// For each attribute of the other schema, its position in the layer.
    attributes: Vec<Option<usize>>,
}

impl Adapter {
    /// What it takes to give a layer of schema `own` the shape of `schema`; `None` for nothing.
    fn new(own: &LayerSchema, schema: &Arc<LayerSchema>) -> Option<Adapter> {
        let same = own.labels == schema.labels
            && own.attributes == schema.attributes
            && own.score.is_some() == schema.score.is_some();
        let labels = own.labels.iter().map(|label| schema.label_index(label).unwrap_or(NONE));
        let attributes = schema.attributes.iter().map(|a| own.attribute_index(&a.name));
        (!same).then(|| Adapter {
            schema: Arc::clone(schema),
            labels: labels.collect(),
            attributes: attributes.collect(),
        })
    }

    /// The layer in that shape.
    pub fn adapt(&self, layer: &Layer) -> Layer {
        let mut annotations = layer.annotations.clone();
        let rows = annotations.len();
        match &mut annotations {
            Annotations::Spans(a) => {
                self.labels(&mut a.label, rows);
                self.scores(&mut a.score, rows);
            }
            Annotations::Classes(a) => {
                self.labels(&mut a.label, rows);
                self.scores(&mut a.score, rows);
            }
            Annotations::Relations(a) => {
                self.labels(&mut a.label, rows);
                self.scores(&mut a.score, rows);
            }
            Annotations::Texts(a) => self.scores(&mut a.score, rows),
            Annotations::Vectors(_) => {}
        }
        let attribute = |(position, schema): (&Option<usize>, &gloss_doc::AttributeSchema)| {
            let own = position.and_then(|i| layer.attributes.get(i)).cloned();
            own.unwrap_or_else(|| {
                let mut none = AttributeColumn::new(schema.value_type);
                none.pad(rows);
                none
            })
        };
        Layer {
            schema: Arc::clone(&self.schema),
            annotations,
            attributes: self
                .attributes
                .iter()
                .zip(&self.schema.attributes)
                .map(attribute)
                .collect(),
            name: layer.name.clone(),
            producer: Arc::clone(&layer.producer),
        }
    }

    fn labels(&self, column: &mut Vec<u32>, rows: usize) {
        for label in column.iter_mut() {
            *label = self.labels.get(*label as usize).copied().unwrap_or(NONE);
        }
        if !self.schema.labels.is_empty() {
            column.resize(rows, NONE);
        }
    }

    fn scores(&self, column: &mut Vec<f32>, rows: usize) {
        if self.schema.score.is_some() {
            column.resize(rows, f32::NAN);
        }
    }
}

#[cfg(test)]
mod tests {
    use gloss_doc::{AttributeSchema, AttributeType, AttributeValues, Kind, Producer, Spans};

    use super::*;

    fn schema(labels: &[&str], score: bool, attributes: &[(&str, AttributeType)]) -> LayerSchema {
        let attribute = |&(name, value_type): &(&str, AttributeType)| AttributeSchema {
            name: name.to_owned(),
            value_type,
            description: String::new(),
        };
        LayerSchema {
            labels: labels.iter().map(|&l| l.to_owned()).collect(),
            score: score.then(|| "p".to_owned()),
            attributes: attributes.iter().map(attribute).collect(),
            ..LayerSchema::new("entities", Kind::Spans)
        }
    }

    fn layer(schema: &LayerSchema, label: Vec<u32>, score: Vec<f32>) -> Layer {
        let spans = Spans { start: vec![0, 2], end: vec![1, 3], label, score };
        let mut column = AttributeColumn::new(AttributeType::Int);
        column.pad(2);
        Layer {
            name: "s/entities".to_owned(),
            schema: Arc::new(schema.clone()),
            producer: Arc::new(Producer::default()),
            annotations: Annotations::Spans(spans),
            attributes: vec![column; schema.attributes.len()],
        }
    }

    #[test]
    fn layers_get_the_shape_of_all() {
        let int = AttributeType::Int;
        let one = schema(&["PER", "LOC"], true, &[("a", int)]);
        let two = schema(&["LOC", "ORG"], false, &[("b", int), ("a", int)]);
        let merged = Arc::new(merge(&[one.clone(), two.clone()]).unwrap());
        assert_eq!(merged.labels, ["PER", "LOC", "ORG"]);
        let feed = Feed::new([((0, 0), &one), ((1, 0), &two)], &merged, false);
        let adapted = |i: usize, layer: &Layer| -> (Vec<u32>, Vec<bool>, usize) {
            let adapter = feed.layers[i].1.as_ref().unwrap();
            let adapted = adapter.adapt(layer);
            let Annotations::Spans(spans) = adapted.annotations else { panic!() };
            let scored = spans.score.iter().map(|s| !s.is_nan()).collect();
            for (column, attribute) in adapted.attributes.iter().zip(&merged.attributes) {
                assert!(matches!(column.values, AttributeValues::Int(_)), "{attribute:?}");
                assert_eq!(column.len(), 2);
            }
            (spans.label, scored, adapted.attributes.len())
        };
        let found = adapted(0, &layer(&one, vec![0, 1], vec![0.5, 0.25]));
        assert_eq!(found, (vec![0, 1], vec![true, true], 2));
        let found = adapted(1, &layer(&two, vec![0, 1], vec![]));
        assert_eq!(found, (vec![1, 2], vec![false, false], 2));
        // What has the shape already is lent as it is.
        let same = Feed::new([((0, 0), &one)], &Arc::new(one.clone()), false);
        assert!(same.layers[0].1.is_none());
    }

    #[test]
    fn some_layers_have_no_common_shape() {
        let check = |one: &LayerSchema, two: &LayerSchema, message: &str| {
            assert!(merge(&[one.clone(), two.clone()]).unwrap_err().contains(message));
        };
        let with = |value_type| schema(&[], false, &[("a", value_type)]);
        check(&with(AttributeType::Int), &with(AttributeType::Float), "\"a\"");
        let vectors = |dimension| LayerSchema {
            dimension: Some(dimension),
            ..LayerSchema::new("v", Kind::Vectors)
        };
        check(&vectors(3), &vectors(4), "vectors");
    }
}
