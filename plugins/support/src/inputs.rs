//! What other stages know of the document: names, dates and arcs, put into its sentences.

use std::ops::Range;

use gloss_plugin::prelude::*;

use crate::analysis::Sentence;
use crate::arcs::{Arcs, Token};
use crate::calendar::Date;
use crate::lexicon::Lexicon;
use crate::names::{Name, name};
use crate::source::Source;

/// Labels of entities that are no names.
const NO_NAMES: [&str; 9] =
    ["DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL", "LANGUAGE", "DURATION"];

/// The document as it is checked against.
pub fn source(document: &Document<'_>) -> Result<Source> {
    let lexicon = Lexicon::english();
    let mut ranges: Vec<Range<usize>> =
        document.input("sentences")?.iter().map(|s| s.range()).collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup();
    let mut source = Source::read(document.text(), ranges.into_iter(), lexicon);
    add_mentions(document, &mut source)?;
    add_entities(document, &mut source)?;
    add_dates(document, &mut source)?;
    for sentence in &mut source.sentences {
        sentence.set_parts();
    }
    add_arcs(document, &mut source, lexicon)?;
    source.index(lexicon);
    Ok(source)
}

impl Source {
    /// The sentence that holds a stretch of the document, and the words that it covers there.
    fn locate(&mut self, range: &Range<usize>) -> Option<(&mut Sentence, Range<usize>)> {
        let at = self.sentences.partition_point(|s| s.range.end <= range.start);
        let sentence = self.sentences.get_mut(at).filter(|s| s.range.start <= range.start)?;
        let first = sentence.words.partition_point(|w| w.range.end <= range.start);
        let end = sentence.words.partition_point(|w| w.range.start < range.end);
        (first < end).then_some((sentence, first..end))
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Gives names the entities that they mean, and the document the names by which it calls them.
fn add_mentions(document: &Document<'_>, source: &mut Source) -> Result<()> {
    let mentions = document.input("mentions")?;
    let Some(entities) = mentions.attribute("entity")? else { return Ok(()) };
    for mention in mentions.iter() {
        let Some(entity) = entities.int(mention.id()) else { continue };
        let Some((sentence, words)) = source.locate(&mention.range()) else { continue };
        let mut known = false;
        // "the Dutchman Bas de Wit" is more than the entity that is mentioned in it.
        let whole =
            |name: &&mut Name| words.start <= name.words.start && name.words.end <= words.end;
        for name in sentence.names.iter_mut().filter(whole) {
            name.entity = Some(entity);
            known = true;
        }
        let added = Name { entity: Some(entity), ..name(&sentence.words, words) };
        source.called.push((entity, added.terms.clone()));
        if !known && let Some((sentence, _)) = source.locate(&mention.range()) {
            sentence.names.push(added);
        }
    }
    Ok(())
}

fn add_entities(document: &Document<'_>, source: &mut Source) -> Result<()> {
    for entity in document.input("entities")?.iter() {
        if entity.label().is_some_and(|label| NO_NAMES.contains(&label)) {
            continue;
        }
        let Some((sentence, words)) = source.locate(&entity.range()) else { continue };
        let free = !sentence.names.iter().any(|name| overlap(&name.words, &words))
            && !sentence.dates.iter().any(|date| overlap(&date.words, &words));
        if free && sentence.words[words.clone()].iter().any(|word| word.capital) {
            let added = name(&sentence.words, words);
            sentence.names.push(added);
        }
    }
    Ok(())
}

/// Days that are said as "Saturday" get their dates.
fn add_dates(document: &Document<'_>, source: &mut Source) -> Result<()> {
    let dates = document.input("dates")?;
    let Some(values) = dates.attribute("value")? else { return Ok(()) };
    for date in dates.iter() {
        let Some(value) = values.string(date.id()).and_then(Date::from_iso) else { continue };
        let Some((sentence, words)) = source.locate(&date.range()) else { continue };
        match sentence.dates.iter_mut().find(|known| overlap(&known.words, &words)) {
            Some(known) => known.fill(&value),
            None => sentence.dates.push(Date { words, ..value }),
        }
    }
    Ok(())
}

/// Frames by a parser's arcs in the place of those by word order.
fn add_arcs(document: &Document<'_>, source: &mut Source, lexicon: &Lexicon) -> Result<()> {
    let (tokens, dependencies) = (document.input("tokens")?, document.input("dependencies")?);
    let Some(pos) = tokens.attribute("pos")? else { return Ok(()) };
    if dependencies.is_empty() {
        return Ok(());
    }
    let mut all: Vec<Token<'_>> = tokens
        .iter()
        .map(|t| Token {
            range: t.range(),
            pos: pos.string(t.id()).unwrap_or_default(),
            head: None,
            label: "",
        })
        .collect();
    for arc in dependencies.iter() {
        let Some((head, tail)) = arc.ends() else { continue };
        if let Some(token) = all.get_mut(tail as usize) {
            token.head = Some(head as usize);
            token.label = arc.label().unwrap_or_default();
        }
    }
    for sentence in &mut source.sentences {
        let first = all.partition_point(|token| token.range.end <= sentence.range.start);
        let end = all.partition_point(|token| token.range.start < sentence.range.end);
        if let Some(arcs) =
            all.get(first..end).and_then(|tokens| Arcs::new(sentence, tokens, first))
        {
            let by_order = std::mem::take(&mut sentence.frames);
            let mut frames = arcs.frames(sentence, lexicon);
            // "according to" is no verb, and word order is enough for it.
            frames.extend(by_order.into_iter().filter(|f| sentence.words[f.verb].is("according")));
            sentence.frames = frames;
        }
    }
    Ok(())
}
