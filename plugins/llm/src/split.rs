//! Texts in parts that a model can look at.

use std::ops::Range;

use gloss_llama::Tokenizer;
use gloss_plugin::Result;
use unicode_segmentation::UnicodeSegmentation;

/// Parts of at most `budget` tokens that end where sentences do; a sentence that is longer is cut between
/// words, and a word that is longer between characters. White space at the ends belongs to no part.
pub(crate) fn split(tokenizer: &Tokenizer, text: &str, budget: usize) -> Result<Vec<Range<usize>>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut tokens = 0;
    let mut add = |range: Range<usize>, count: usize| match parts.last_mut() {
        Some(last) if tokens + count <= budget => {
            last.end = range.end;
            tokens += count;
        }
        _ => {
            parts.push(range);
            tokens = count;
        }
    };
    for (start, sentence) in text.split_sentence_bound_indices() {
        let ends = tokenizer.ends_of_tokens(sentence)?;
        if ends.len() <= budget {
            add(start..start + sentence.len(), ends.len());
            continue;
        }
        let mut from = 0;
        while from < sentence.len() {
            let to = cut(sentence, from, &ends, budget);
            add(start + from..start + to, budget);
            from = to;
        }
    }
    let trimmed = |range: Range<usize>| {
        let part = &text[range.clone()];
        let start = range.start + part.len() - part.trim_start().len();
        start..start + part.trim().len()
    };
    Ok(parts.into_iter().map(trimmed).filter(|range| !range.is_empty()).collect())
}

/// Where a part of a long sentence ends that begins at `from`.
fn cut(sentence: &str, from: usize, ends: &[usize], budget: usize) -> usize {
    let first = ends.partition_point(|&end| end <= from);
    // A cut word may take more tokens than it took within the sentence, so there is some room.
    let last = (first + (budget * 3 / 4).max(1) - 1).min(ends.len() - 1);
    let boundary = |at: &usize| sentence.is_char_boundary(*at);
    let end = (0..=ends[last]).rev().find(boundary).unwrap_or(0);
    if end == sentence.len() {
        return end;
    }
    let blank = sentence[from..end].rfind(char::is_whitespace).filter(|&at| at > 0);
    let next = sentence[from..].chars().next().map_or(1, char::len_utf8);
    from + blank.unwrap_or(end.saturating_sub(from)).max(next)
}
