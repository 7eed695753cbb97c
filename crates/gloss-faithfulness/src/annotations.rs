//! What others know of a document: names, dates and arcs, put into its sentences.

use std::ops::Range;

use crate::analysis::Sentence;
use crate::arcs::Arcs;
use crate::calendar::Date;
use crate::names::{Name, name};
use crate::source::Source;

/// What is known of a document beyond its text. All of it may be left out: names, dates and roles are then
/// those that rules find. Ranges are bytes of UTF-8.
#[derive(Clone, Debug, Default)]
pub struct Annotations<'d> {
    /// Mentions of entities, each with the number of the entity that it means.
    pub mentions: Vec<(Range<usize>, i64)>,
    /// Names, of which nothing else is known.
    pub names: Vec<Range<usize>>,
    /// Dates, each with its value by ISO 8601: a year, a month or a day. Others are passed over.
    pub dates: Vec<(Range<usize>, &'d str)>,
    /// Tokens with the arcs of a parser, in the order of the text. Sentences without arcs are read by the
    /// order of their words.
    pub tokens: Vec<Token<'d>>,
}

/// A token of a parser.
#[derive(Clone, Debug)]
pub struct Token<'d> {
    /// Bytes of the document.
    pub range: Range<usize>,
    /// Universal part of speech.
    pub pos: &'d str,
    /// Position of the token that it hangs on, among all of the document.
    pub head: Option<usize>,
    /// Label of its arc: those of ClearNLP, which spaCy's English pipelines have, or of Universal
    /// Dependencies.
    pub label: &'d str,
}

impl Annotations<'_> {
    /// Puts them into the sentences of a source.
    pub(crate) fn add_to(&self, source: &mut Source<'_>) {
        for (range, entity) in &self.mentions {
            add_mention(source, range, *entity);
        }
        for range in &self.names {
            add_name(source, range);
        }
        for (range, value) in &self.dates {
            add_date(source, range, value);
        }
        for sentence in &mut source.sentences {
            sentence.set_parts();
        }
        self.add_arcs(source);
    }

    /// Frames by a parser's arcs in the place of those by word order.
    fn add_arcs(&self, source: &mut Source<'_>) {
        let all = &self.tokens;
        for sentence in &mut source.sentences {
            let first = all.partition_point(|token| token.range.end <= sentence.range.start);
            let end = all.partition_point(|token| token.range.start < sentence.range.end);
            let tokens = all.get(first..end).unwrap_or_default();
            let Some(arcs) = Arcs::new(sentence, tokens, first) else { continue };
            let by_order = std::mem::take(&mut sentence.frames);
            let mut frames = arcs.frames(sentence, source.lexicon);
            // "according to" is no verb, and word order is enough for it.
            frames.extend(by_order.into_iter().filter(|f| sentence.words[f.verb].is("according")));
            sentence.frames = frames;
        }
    }
}

/// The sentence that holds a stretch of the document, and the words that it covers there.
fn locate<'s>(
    source: &'s mut Source<'_>,
    range: &Range<usize>,
) -> Option<(&'s mut Sentence, Range<usize>)> {
    let at = source.sentences.partition_point(|s| s.range.end <= range.start);
    let sentence = source.sentences.get_mut(at).filter(|s| s.range.start <= range.start)?;
    let first = sentence.words.partition_point(|w| w.range.end <= range.start);
    let end = sentence.words.partition_point(|w| w.range.start < range.end);
    (first < end).then_some((sentence, first..end))
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Gives names the entity that they mean, and the document the name by which it calls it.
fn add_mention(source: &mut Source<'_>, range: &Range<usize>, entity: i64) {
    let Some((sentence, words)) = locate(source, range) else { return };
    let mut known = false;
    // "the Dutchman Bas de Wit" is more than the entity that is mentioned in it.
    let whole = |name: &&mut Name| words.start <= name.words.start && name.words.end <= words.end;
    for name in sentence.names.iter_mut().filter(whole) {
        name.entity = Some(entity);
        known = true;
    }
    let added = Name { entity: Some(entity), ..name(&sentence.words, words) };
    let terms = added.terms.clone();
    if !known {
        sentence.names.push(added);
    }
    source.called.push((entity, terms));
}

fn add_name(source: &mut Source<'_>, range: &Range<usize>) {
    let Some((sentence, words)) = locate(source, range) else { return };
    let free = !sentence.names.iter().any(|name| overlap(&name.words, &words))
        && !sentence.dates.iter().any(|date| overlap(&date.words, &words));
    if free && sentence.words[words.clone()].iter().any(|word| word.capital) {
        let added = name(&sentence.words, words);
        sentence.names.push(added);
    }
}

/// Days that are said as "Saturday" get their dates.
fn add_date(source: &mut Source<'_>, range: &Range<usize>, value: &str) {
    let Some(value) = Date::from_iso(value) else { return };
    let Some((sentence, words)) = locate(source, range) else { return };
    match sentence.dates.iter_mut().find(|known| overlap(&known.words, &words)) {
        Some(known) => known.fill(&value),
        None => sentence.dates.push(Date { words, ..value }),
    }
}
