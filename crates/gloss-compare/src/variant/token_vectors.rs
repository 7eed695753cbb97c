//! Vectors of the tokens of a text, from the layers of a document that is the text.

use gloss_doc::{Annotations, AttributeColumn, AttributeValues, Document, Layer};

use crate::corpus::{Target, Token, TokenVectors};
use crate::error::{CompareError, ErrorKind};

/// The vectors of the tokens of a document, for a text about `target`: those of this layer of vectors, whose
/// target is a layer of spans with the attribute `id`, and `special` where a model put the token there. Without
/// the layer there are no tokens.
///
/// # Errors
///
/// Where the layer is not of vectors, or does not speak of such spans.
pub fn token_vectors(
    document: &Document,
    layer: &str,
    target: Target,
) -> Result<TokenVectors, CompareError> {
    let mut found = TokenVectors { target, ..TokenVectors::default() };
    let Some(layer) = document.layer(layer) else { return Ok(found) };
    let refuse = |message: String| {
        let help = "take a layer of `embeddings` with `of = \"tokens\"`";
        Err(CompareError::new(ErrorKind::NoTarget, message).help(help))
    };
    let Annotations::Vectors(vectors) = &layer.annotations else {
        return refuse(format!("{} holds no vectors", layer.name));
    };
    let spans = layer.schema.target.as_deref().and_then(|name| document.layer(name));
    let spans = spans.and_then(|of| match &of.annotations {
        Annotations::Spans(spans) => Some((spans, column(of, "id")?, column(of, "special"))),
        _ => None,
    });
    let Some((spans, ids, special)) = spans else {
        return refuse(format!("{} does not speak of tokens with numbers", layer.name));
    };
    for &row in &vectors.target {
        let row = row as usize;
        let Some((&start, &end)) = spans.start.get(row).zip(spans.end.get(row)) else {
            return refuse(format!("{} speaks of a token that is not there", layer.name));
        };
        let is_special = special.is_some_and(|column| number(column, row) == Some(1));
        let id = number(ids, row).and_then(|id| u32::try_from(id).ok());
        found.tokens.push(match (is_special, id) {
            (true, _) => Token { start, end: start, id: u32::MAX },
            // One that stands for no character, but is of the text, counts like others.
            (false, Some(id)) => Token { start, end: end.max(start + 1), id },
            (false, None) => return refuse(format!("{} has a token without number", layer.name)),
        });
    }
    found.values.clone_from(&vectors.values);
    Ok(found)
}

fn column<'a>(layer: &'a Layer, name: &str) -> Option<&'a AttributeColumn> {
    layer.attributes.get(layer.schema.attribute_index(name)?)
}

/// The number of a row, or 1 for true.
fn number(column: &AttributeColumn, row: usize) -> Option<i64> {
    if column.valid.get(row) != Some(&1) {
        return None;
    }
    match &column.values {
        AttributeValues::Int(numbers) => numbers.get(row).copied(),
        AttributeValues::Bool(truths) => truths.get(row).map(|&truth| truth.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gloss_doc::{AttributeSchema, AttributeType, Kind, LayerSchema, Spans, Vectors};

    use super::*;

    fn document() -> Document {
        let attribute = |name: &str, value_type| AttributeSchema {
            name: name.into(),
            value_type,
            description: String::new(),
        };
        let schema = LayerSchema {
            attributes: vec![
                attribute("id", AttributeType::Int),
                attribute("special", AttributeType::Bool),
            ],
            ..LayerSchema::new("subwords", Kind::Spans)
        };
        let spans = Spans { start: vec![0, 0, 2, 3], end: vec![0, 2, 2, 3], ..Spans::default() };
        let column = |valid: &[u8], values| AttributeColumn { valid: valid.to_vec(), values };
        let tokens = Layer {
            name: "e/subwords".into(),
            schema: Arc::new(schema),
            producer: Arc::default(),
            annotations: Annotations::Spans(spans),
            attributes: vec![
                column(&[0, 1, 1], AttributeValues::Int(vec![0, 7, 8])),
                column(&[1, 0, 0, 1], AttributeValues::Bool(vec![1, 0, 0, 1])),
            ],
        };
        let schema = LayerSchema {
            target: Some("e/subwords".into()),
            dimension: Some(1),
            ..LayerSchema::new("embeddings", Kind::Vectors)
        };
        let vectors =
            Vectors { target: vec![0, 1, 2, 3], values: vec![1.0, 2.0, 3.0, 4.0], dimension: 1 };
        let vectors = Layer {
            name: "e/embeddings".into(),
            schema: Arc::new(schema),
            producer: Arc::default(),
            annotations: Annotations::Vectors(vectors),
            attributes: Vec::new(),
        };
        Document { text: "a b".into(), layers: vec![tokens, vectors], ..Document::default() }
    }

    #[test]
    fn tokens_are_read_with_their_numbers() {
        let found = token_vectors(&document(), "e/embeddings", Some((4, 7))).unwrap();
        let token = |start, end, id| Token { start, end, id };
        let expected =
            [token(0, 0, u32::MAX), token(0, 2, 7), token(2, 3, 8), token(3, 3, u32::MAX)];
        assert_eq!((found.target, found.tokens.as_slice()), (Some((4, 7)), &expected[..]));
        assert_eq!(found.values, [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(token_vectors(&document(), "x/y", None).unwrap(), TokenVectors::default());
    }

    #[test]
    fn other_layers_are_refused() {
        let check = |spoil: fn(&mut Document), said: &str| {
            let mut document = document();
            spoil(&mut document);
            let error = token_vectors(&document, "e/embeddings", None).unwrap_err();
            assert!(error.message.contains(said), "{error}");
        };
        check(|d| d.layers[0].attributes[0].valid[1] = 0, "a token without number");
        check(|d| drop(d.layers.remove(0)), "does not speak of tokens");
        check(|d| d.layers[0].name = "e/embeddings".into(), "holds no vectors");
    }
}
