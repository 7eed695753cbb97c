//! The tokens of a document, for formats whose annotations are of tokens.

use gloss_doc::{Annotations, AttributeValues, Document, Layer, Spans};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// A stretch of a text: start and end in bytes.
pub(super) type Range = (usize, usize);

/// The tokens of a document, from left to right, without overlap.
///
/// They are those of the first layer of type `tokens`. Where there is none, the words and marks of
/// Unicode's word segmentation (UAX #29), cut once more wherever a span that is to fit begins or
/// ends.
pub(super) struct Tokens<'a> {
    /// Where each stands.
    pub ranges: Vec<Range>,
    /// The layer that they are of.
    pub layer: Option<&'a Layer>,
    /// For each token its row in the layer; `None` for one that was made to cover the text.
    pub rows: Vec<Option<usize>>,
}

impl<'a> Tokens<'a> {
    /// The tokens of `document`; spans of `fit` are to begin and end where tokens do. Tokens that
    /// are white space are left out where `white_space` is false.
    pub fn of(document: &'a Document, fit: &[&Spans], white_space: bool) -> Tokens<'a> {
        let text = &document.text;
        let wanted = |&(start, end): &Range| white_space || !is_blank(&text[start..end]);
        let layer = document.layers.iter().find(|layer| layer.schema.layer_type == "tokens");
        let mut tokens = Tokens { ranges: Vec::new(), layer: None, rows: Vec::new() };
        if let Some((layer, Annotations::Spans(spans))) = layer.map(|l| (l, &l.annotations)) {
            tokens.layer = Some(layer);
            let mut rows: Vec<(Range, usize)> = ranges(spans).zip(0..).collect();
            rows.sort_by_key(|&((start, end), row)| (start, end, row));
            let mut behind = 0;
            for (range, row) in rows {
                // An empty token, or one on top of another, has no place in a sequence.
                if range.0 >= behind && range.0 < range.1 && wanted(&range) {
                    tokens.ranges.push(range);
                    tokens.rows.push(Some(row));
                    behind = range.1;
                }
            }
        } else {
            let mut cuts: Vec<usize> =
                fit.iter().flat_map(|spans| ranges(spans)).flat_map(|(s, e)| [s, e]).collect();
            cuts.sort_unstable();
            cuts.dedup();
            for (start, word) in text.split_word_bound_indices() {
                if !is_blank(word) {
                    cut(start, start + word.len(), &cuts, &mut tokens.ranges);
                }
            }
            tokens.rows = vec![None; tokens.ranges.len()];
        }
        tokens
    }

    /// An attribute of a token, where its layer has it and it is a text.
    pub fn attribute(&self, token: usize, name: &str) -> Option<&'a str> {
        let layer = self.layer?;
        let row = (*self.rows.get(token)?)?;
        let column = layer.attributes.get(layer.schema.attribute_index(name)?)?;
        match &column.values {
            AttributeValues::String(values) if column.valid.get(row) == Some(&1) => {
                Some(values.get(row))
            }
            _ => None,
        }
    }

    /// For each row of the tokens' layer the token that it is.
    pub fn of_rows(&self) -> Vec<Option<usize>> {
        let rows = self.layer.map_or(0, |layer| layer.annotations.len());
        let mut tokens = vec![None; rows];
        for (token, &row) in self.rows.iter().enumerate() {
            if let Some(row) = row {
                tokens[row] = Some(token);
            }
        }
        tokens
    }

    /// The tokens that a span touches, first and behind the last; `None` where it touches none.
    pub fn touched(&self, (start, end): Range) -> Option<(usize, usize)> {
        let first = self.ranges.partition_point(|&(_, e)| e <= start);
        let behind = self.ranges.partition_point(|&(s, _)| s < end);
        (first < behind && start < end).then_some((first, behind))
    }

    /// Whether a span begins and ends where the tokens that it touches do.
    pub fn fits(&self, (start, end): Range, (first, behind): (usize, usize)) -> bool {
        self.ranges[first].0 == start && self.ranges[behind - 1].1 == end
    }
}

/// The spans of a layer as ranges.
pub(super) fn ranges(spans: &Spans) -> impl Iterator<Item = Range> {
    spans.start.iter().zip(&spans.end).map(|(&start, &end)| (start as usize, end as usize))
}

/// White space as Python's `str.isspace` has it: the separators of ASCII as well.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Whether there is nothing but white space.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// Appends a word, cut where `cuts` (sorted) lie inside it.
fn cut(mut start: usize, end: usize, cuts: &[usize], tokens: &mut Vec<Range>) {
    for &at in &cuts[cuts.partition_point(|&at| at <= start)..] {
        if at >= end {
            break;
        }
        tokens.push((start, at));
        start = at;
    }
    tokens.push((start, end));
}

/// A labelled span of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entity {
    /// Row in its layer.
    pub row: usize,
    /// First token.
    pub first: usize,
    /// The token behind the last.
    pub behind: usize,
}

/// What was lost in fitting spans to tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Misfits {
    /// Spans that were widened to whole tokens.
    pub widened: u64,
    /// Spans that were left out because a longer one overlaps.
    pub overlapping: u64,
    /// Spans that touch no token.
    pub outside: u64,
}

/// Fits spans to tokens without overlap: each is widened to the tokens that it touches; where two
/// overlap the longer one (in tokens) stays, of equals the first.
pub(super) fn fit(tokens: &Tokens<'_>, spans: &Spans, misfits: &mut Misfits) -> Vec<Entity> {
    let mut candidates = Vec::new();
    for (row, range) in ranges(spans).enumerate() {
        match tokens.touched(range) {
            Some((first, behind)) => {
                let fits = tokens.fits(range, (first, behind));
                candidates.push((Entity { row, first, behind }, fits));
            }
            None => misfits.outside += 1,
        }
    }
    candidates.sort_by_key(|(e, _)| (std::cmp::Reverse(e.behind - e.first), e.first, e.row));
    let mut taken = vec![false; tokens.ranges.len()];
    let mut entities = Vec::new();
    for (entity, fits) in candidates {
        let place = &mut taken[entity.first..entity.behind];
        if place.contains(&true) {
            misfits.overlapping += 1;
        } else {
            place.fill(true);
            misfits.widened += u64::from(!fits);
            entities.push(entity);
        }
    }
    entities.sort_by_key(|entity| entity.first);
    entities
}

/// The layer of entities that a format has one place for: the one that is named, or the first of
/// the type.
pub(super) fn entities<'a>(document: &'a Document, named: Option<&str>) -> Option<&'a Layer> {
    document.layers.iter().find(|layer| match named {
        Some(name) => layer.name == name,
        None => layer.schema.layer_type == "entities",
    })
}

/// The layer of sentences that is written.
pub(super) fn sentences(document: &Document) -> Option<&Layer> {
    document.layers.iter().find(|layer| layer.schema.layer_type == "sentences")
}

/// The spans of a layer; none where it is of another kind.
pub(super) fn spans(layer: Option<&Layer>) -> Option<&Spans> {
    match layer.map(|layer| &layer.annotations) {
        Some(Annotations::Spans(spans)) => Some(spans),
        _ => None,
    }
}

/// The tokens at which sentences begin, the first token always: those of the first layer of type
/// `sentences`, or behind blank lines where there is none.
pub(super) fn sentence_starts(document: &Document, tokens: &Tokens<'_>) -> Vec<usize> {
    let mut starts = vec![0];
    if let Some(sentences) = spans(sentences(document)) {
        starts.extend(ranges(sentences).filter_map(|range| Some(tokens.touched(range)?.0)));
    } else {
        for token in 1..tokens.ranges.len() {
            let between = &document.text[tokens.ranges[token - 1].1..tokens.ranges[token].0];
            if between.matches('\n').count() > 1 {
                starts.push(token);
            }
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts.retain(|&start| start < tokens.ranges.len());
    starts
}
