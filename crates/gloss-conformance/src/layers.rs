//! Layers that feed an extractor's requirements, made from the text and the seed.

use std::sync::Arc;

use fastrand::Rng;
use gloss_doc::{
    Annotations, AttributeColumn, AttributeSchema, AttributeType, AttributeValues, Kind, Layer,
    LayerSchema, NONE, Producer,
};
use gloss_protocol::Requirement;
use unicode_segmentation::UnicodeSegmentation;

/// What the layers look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As a good provider would make them.
    Usual,
    /// Without annotations.
    Empty,
    /// Legal, but as few providers make them: spans empty, nested, out of order; no labels, no
    /// scores; attributes of other types than strings, often without a value.
    Odd,
}

const LABELS: [&str; 4] = ["PERSON", "ORG", "PLACE", "OTHER"];
const OTHER_TYPES: [AttributeType; 3] =
    [AttributeType::Int, AttributeType::Float, AttributeType::Bool];
const DIMENSION: u32 = 4;

/// The schema of a layer that fits a requirement.
pub fn schema(requirement: &Requirement, shape: Shape) -> LayerSchema {
    let mut schema = LayerSchema::new(&requirement.layer_type, requirement.kind);
    let labelled = matches!(requirement.kind, Kind::Spans | Kind::Classes | Kind::Relations);
    if labelled && (shape != Shape::Odd || requirement.kind == Kind::Classes) {
        schema.labels = LABELS.map(str::to_owned).to_vec();
    }
    if shape != Shape::Odd && requirement.kind != Kind::Vectors {
        schema.score = Some("made up".to_owned());
    }
    if requirement.kind == Kind::Vectors {
        schema.dimension = Some(DIMENSION);
    }
    if requirement.kind == Kind::Relations {
        (schema.head, schema.tail) = (Some("made/up".to_owned()), Some("made/up".to_owned()));
    }
    schema.attributes = requirement
        .attributes
        .iter()
        .enumerate()
        .map(|(i, name)| AttributeSchema {
            name: name.clone(),
            value_type: match shape {
                Shape::Odd => OTHER_TYPES[i % OTHER_TYPES.len()],
                _ => AttributeType::String,
            },
            description: String::new(),
        })
        .collect();
    schema
}

/// A layer of this schema over a text.
pub fn layer(schema: &Arc<LayerSchema>, text: &str, shape: Shape, rng: &mut Rng) -> Layer {
    let mut annotations = Annotations::empty(schema);
    if shape != Shape::Empty {
        fill(&mut annotations, schema, text, shape, rng);
    }
    let rows = annotations.len();
    let attributes = schema.attributes.iter().map(|a| column(a.value_type, rows, shape, rng));
    Layer {
        name: format!("made/{}", schema.name),
        attributes: attributes.collect(),
        schema: Arc::clone(schema),
        producer: Arc::new(Producer::default()),
        annotations,
    }
}

fn fill(
    annotations: &mut Annotations,
    schema: &LayerSchema,
    text: &str,
    shape: Shape,
    rng: &mut Rng,
) {
    let mut label = |column: &mut Vec<u32>| {
        if !schema.labels.is_empty() {
            column.push(rng.u32(0..LABELS.len() as u32));
        }
    };
    let score = |column: &mut Vec<f32>, row: usize| {
        if schema.score.is_some() {
            column.push(0.5 + (row % 50) as f32 / 100.0);
        }
    };
    match annotations {
        Annotations::Spans(spans) => {
            for (row, (start, end)) in ranges(&schema.layer_type, text, shape).enumerate() {
                spans.start.push(start);
                spans.end.push(end);
                label(&mut spans.label);
                score(&mut spans.score, row);
            }
        }
        Annotations::Classes(classes) => {
            classes.target.push(NONE);
            label(&mut classes.label);
            score(&mut classes.score, 0);
        }
        Annotations::Texts(texts) => {
            let first = text.unicode_sentences().next().unwrap_or("");
            texts.text.push(if shape == Shape::Odd { "" } else { first });
            texts.target.push(NONE);
            texts.sources.push(Vec::new());
            score(&mut texts.score, 0);
        }
        Annotations::Vectors(vectors) => {
            vectors.target.push(NONE);
            vectors.values.extend((0..DIMENSION).map(|i| i as f32 / 4.0));
        }
        Annotations::Relations(relations) => {
            relations.head.extend([0, 1]);
            relations.tail.extend([1, 0]);
            for row in 0..2 {
                label(&mut relations.label);
                score(&mut relations.score, row);
            }
        }
    }
}

/// Stretches of a text, by what the layer is about: sentences, words, or else every fifth word.
fn ranges(about: &str, text: &str, shape: Shape) -> Box<dyn Iterator<Item = (u32, u32)>> {
    let range = |start: usize, part: &str| {
        (
            offset(start + part.len() - part.trim_start().len()),
            offset(start + part.trim_end().len()),
        )
    };
    let full = |&(start, end): &(u32, u32)| start < end;
    if shape == Shape::Odd {
        let mut found: Vec<_> = text.split_word_bound_indices().map(|(i, w)| range(i, w)).collect();
        found.truncate(40);
        found.reverse();
        let end = offset(text.len());
        found.extend([(0, 0), (end, end), (0, end), (0, end)]);
        return Box::new(found.into_iter().filter(|(start, end)| start <= end));
    }
    let found: Vec<_> = if about.contains("sentence") {
        text.split_sentence_bound_indices().map(|(i, s)| range(i, s)).filter(full).collect()
    } else {
        let every = if about.contains("token") || about.contains("word") { 1 } else { 5 };
        let words = text.split_word_bound_indices().map(|(i, w)| range(i, w)).filter(full);
        words.step_by(every).collect()
    };
    Box::new(found.into_iter())
}

/// Texts are far shorter than 4 GiB here.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn column(value_type: AttributeType, rows: usize, shape: Shape, rng: &mut Rng) -> AttributeColumn {
    let mut column = AttributeColumn::new(value_type);
    for row in 0..rows {
        if shape == Shape::Odd && rng.bool() {
            column.pad(row + 1);
            continue;
        }
        match &mut column.values {
            AttributeValues::Bool(v) => v.push(u8::from(rng.bool())),
            AttributeValues::Int(v) => v.push(rng.i64(-9..9)),
            AttributeValues::Float(v) => v.push(rng.f64()),
            AttributeValues::String(v) => {
                v.push(&format!("value {}", row % 7));
            }
        }
        column.valid.push(1);
    }
    column
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_legal() {
        let check = |name: &str, kind, text: &str, shape, rows: usize| {
            let requirement = Requirement {
                layer_type: name.to_owned(),
                kind,
                attributes: vec!["lemma".to_owned()],
                optional: false,
            };
            let schema = Arc::new(schema(&requirement, shape));
            let made = layer(&schema, text, shape, &mut Rng::with_seed(1));
            assert_eq!(made.annotations.len(), rows, "{name} {text}");
            assert_eq!(made.attributes[0].len(), rows);
            if let Annotations::Spans(spans) = &made.annotations {
                for (&start, &end) in spans.start.iter().zip(&spans.end) {
                    assert!(text.get(start as usize..end as usize).is_some(), "{start}..{end}");
                }
                assert_eq!(spans.label.len(), if schema.labels.is_empty() { 0 } else { rows });
            }
        };
        let text = "Héllo there. Good day! ";
        check("sentences", Kind::Spans, text, Shape::Usual, 2);
        check("tokens", Kind::Spans, text, Shape::Usual, 6);
        check("sentences", Kind::Spans, text, Shape::Empty, 0);
        check("sentences", Kind::Spans, "", Shape::Odd, 4);
        check("topics", Kind::Classes, text, Shape::Odd, 1);
        check("summary", Kind::Texts, text, Shape::Usual, 1);
        check("vectors", Kind::Vectors, text, Shape::Usual, 1);
        check("links", Kind::Relations, text, Shape::Odd, 2);
    }
}
