//! The heads of tokens, from a layer of dependencies.

use gloss_doc::{Annotations, Document, Layer, NONE};

use super::tokens::Tokens;

/// The head of a token and what the token is to it. A root is its own head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub token: usize,
    pub label: &'a str,
}

/// The layer of dependencies between `tokens`.
pub(super) fn layer<'a>(document: &'a Document, tokens: &Tokens<'_>) -> Option<&'a Layer> {
    let of = tokens.layer?.name.as_str();
    document.layers.iter().find(|layer| {
        let schema = &layer.schema;
        schema.layer_type == "dependencies"
            && schema.head.as_deref() == Some(of)
            && schema.tail.as_deref() == Some(of)
    })
}

/// The head of each token; `None` for one that has none, or whose chain of heads goes in a circle.
///
/// Where a head was left out of `tokens` (white space), its own head stands in.
pub(super) fn heads<'a>(document: &'a Document, tokens: &Tokens<'_>) -> Vec<Option<Head<'a>>> {
    let nothing = || vec![None; tokens.ranges.len()];
    let Some(layer) = layer(document, tokens) else { return nothing() };
    let Annotations::Relations(relations) = &layer.annotations else { return nothing() };
    let token_of_row = tokens.of_rows();
    let mut head_of_row: Vec<Option<(usize, &str)>> = vec![None; token_of_row.len()];
    for (i, (&head, &tail)) in relations.head.iter().zip(&relations.tail).enumerate() {
        let label = relations.label.get(i).copied().unwrap_or(NONE) as usize;
        let label = layer.schema.labels.get(label).map_or("dep", String::as_str);
        if let Some(place) = head_of_row.get_mut(tail as usize) {
            *place = Some((head as usize, label));
        }
    }
    let ends = ends(&head_of_row);
    let of_token = |token: usize| {
        let row = tokens.rows[token].filter(|&row| ends[row])?;
        let (mut head, label) = head_of_row[row]?;
        loop {
            if let Some(token) = token_of_row[head] {
                return Some(Head { token, label });
            }
            let (above, _) = head_of_row[head]?;
            if above == head {
                // The root itself was left out.
                return Some(Head { token, label: "root" });
            }
            head = above;
        }
    };
    (0..tokens.ranges.len()).map(of_token).collect()
}

/// For each row whether its chain of heads ends in a root.
fn ends(heads: &[Option<(usize, &str)>]) -> Vec<bool> {
    let mut known: Vec<Option<bool>> = vec![None; heads.len()];
    let mut chain = Vec::new();
    for row in 0..heads.len() {
        let mut at = row;
        let ends = loop {
            if let Some(ends) = known.get(at).copied().flatten() {
                break ends;
            }
            // Met again before the end is known: a circle.
            if let Some(place) = known.get_mut(at) {
                *place = Some(false);
            }
            chain.push(at);
            match heads.get(at).copied().flatten() {
                Some((head, _)) if head == at => break true,
                Some((head, _)) => at = head,
                None => break false,
            }
        };
        for row in chain.drain(..) {
            if let Some(place) = known.get_mut(row) {
                *place = Some(ends);
            }
        }
    }
    known.into_iter().map(|ends| ends == Some(true)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_that_end() {
        let check = |heads: &[Option<usize>], expected: &[bool]| {
            let heads: Vec<_> = heads.iter().map(|head| head.map(|h| (h, ""))).collect();
            assert_eq!(ends(&heads), expected, "{heads:?}");
        };
        check(&[Some(0)], &[true]);
        check(&[Some(1), Some(1), Some(0)], &[true, true, true]);
        check(&[Some(1), Some(0), Some(2)], &[false, false, true]);
        check(&[Some(9), None], &[false, false]);
    }
}
