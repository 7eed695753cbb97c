//! What other stages know of the document: layers as annotations of the engine.

use std::ops::Range;

use gloss_faithfulness::{Annotations, Source, Token};
use gloss_plugin::prelude::*;

/// Labels of entities that are no names.
const NO_NAMES: [&str; 9] =
    ["DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL", "LANGUAGE", "DURATION"];

/// The document as it is checked against.
pub fn source<'d>(document: &Document<'d>) -> Result<Source<'d>> {
    let sentences: Vec<Range<usize>> =
        document.input("sentences")?.iter().map(|sentence| sentence.range()).collect();
    let annotations = Annotations {
        mentions: mentions(document)?,
        names: names(document)?,
        dates: dates(document)?,
        tokens: tokens(document)?,
    };
    Ok(Source::read(document.text(), &sentences, &annotations))
}

fn mentions(document: &Document<'_>) -> Result<Vec<(Range<usize>, i64)>> {
    let mentions = document.input("mentions")?;
    let Some(entities) = mentions.attribute("entity")? else { return Ok(Vec::new()) };
    Ok(mentions.iter().filter_map(|m| Some((m.range(), entities.int(m.id())?))).collect())
}

fn names(document: &Document<'_>) -> Result<Vec<Range<usize>>> {
    let entities = document.input("entities")?;
    let is_name = |label: Option<&str>| !label.is_some_and(|label| NO_NAMES.contains(&label));
    Ok(entities.iter().filter(|e| is_name(e.label())).map(|e| e.range()).collect())
}

fn dates<'d>(document: &Document<'d>) -> Result<Vec<(Range<usize>, &'d str)>> {
    let dates = document.input("dates")?;
    let Some(values) = dates.attribute("value")? else { return Ok(Vec::new()) };
    Ok(dates.iter().filter_map(|d| Some((d.range(), values.string(d.id())?))).collect())
}

fn tokens<'d>(document: &Document<'d>) -> Result<Vec<Token<'d>>> {
    let (tokens, dependencies) = (document.input("tokens")?, document.input("dependencies")?);
    let Some(pos) = tokens.attribute("pos")? else { return Ok(Vec::new()) };
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
    Ok(all)
}
