//! The extractor: options, layers, and what is pushed.

use std::ops::Range;

use gloss_plugin::prelude::*;

use crate::aliases::Aliases;
use crate::entities::{Entity, gather};
use crate::find::find;
use crate::groups::{Mention, Sort};
use crate::link::link;
use crate::name::{Name, acronym};

/// Positions in `provides`.
const MENTIONS: usize = 0;
const CLUSTERS: usize = 1;

/// What a pipeline file may set.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Labels of the entities to gather; others, such as dates and numbers, are left out.
    pub labels: Vec<String>,
    /// Whether names of entities are also looked for where nothing was found: an exact name that is
    /// no part of a longer one.
    pub find: bool,
    /// A file of known entities: CSV (`.csv`, with the columns id, name, label, aliases, where `|` is
    /// between aliases) or JSON Lines (the same keys, aliases as a list). It wins over every
    /// rule.
    pub aliases: Option<DataFile>,
}

impl Default for Options {
    fn default() -> Options {
        let labels = "PERSON ORG GPE LOC FAC NORP PRODUCT EVENT WORK_OF_ART LAW PER MISC";
        Options {
            labels: labels.split(' ').map(str::to_owned).collect(),
            find: true,
            aliases: None,
        }
    }
}

impl Options {
    fn aliases(&self, models: &Models) -> Result<Aliases> {
        let file = models.files("aliases").first();
        file.map_or(Ok(Aliases::default()), |file| Aliases::read(file, &self.labels))
    }
}

/// The loaded extractor.
#[derive(Debug)]
pub struct Mentions {
    options: Options,
    aliases: Aliases,
    sorts: Vec<Sort>,
}

impl Extractor for Mentions {
    type Options = Options;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "mentions of one entity, gathered".to_owned(),
            languages: vec!["en".to_owned()],
            reads: vec!["entities".to_owned()],
            gives: vec!["mentions".to_owned(), "entity-clusters".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &Options, models: &Models) -> Result<Plan> {
        if options.labels.is_empty() {
            return Err(Error::option("labels", "no label is given"));
        }
        for (i, label) in options.labels.iter().enumerate() {
            if options.labels[..i].contains(label) {
                return Err(Error::option("labels", format!("{label:?} is there twice")));
            }
        }
        options.aliases(models)?;
        Ok(Plan {
            requires: vec![layer::required("entities", Kind::Spans)],
            provides: vec![mentions_layer(&options.labels), clusters_layer()],
            ..Plan::default()
        })
    }

    fn load(options: Options, context: &LoadContext) -> Result<Self> {
        let aliases = options.aliases(context.models())?;
        let sorts = options.labels.iter().map(|label| Sort::of(label)).collect();
        Ok(Mentions { options, aliases, sorts })
    }

    fn worker(&self) -> Result<()> {
        Ok(())
    }

    fn extract(
        &self,
        (): &mut (),
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text();
        let (mut mentions, taken) = self.read(document)?;
        let links = link(text, &mentions, &self.aliases);
        let mut sets = links.sets;
        if self.options.find {
            let found = find(text, &mentions, &sets, &taken);
            for (mention, set) in found {
                mentions.push(mention);
                sets.push(Some(set));
            }
        }
        let mut order: Vec<usize> = (0..mentions.len()).collect();
        order.sort_by_key(|&m| (mentions[m].range.start, mentions[m].range.end, m));
        let (mut entities, entity_of) = gather(&order, &sets, &links.known);
        for entity in &mut entities {
            entity.decide(text, &mentions, &self.options.labels, &self.aliases);
            self.push_entity(&mentions, entity, out)?;
        }
        for &m in &order {
            let entity = entity_of[m].map(|e| (e, &entities[e]));
            self.push_mention(text, &mentions[m], entity, out)?;
        }
        Ok(())
    }
}

fn mentions_layer(labels: &[String]) -> gloss_plugin::LayerSchema {
    layer::spans("mentions")
        .labels(labels)
        .attribute(
            "entity",
            AttributeType::Int,
            "id in entity-clusters; none where it could be several",
        )
        .attribute("name", AttributeType::String, "what the entity is called in full")
        .attribute(
            "given",
            AttributeType::String,
            "the label that this mention came with, if another",
        )
        .attribute(
            "source",
            AttributeType::Int,
            "id of the entity span; none where it was found by its words",
        )
        .description("mentions of entities, with the label of most mentions of the entity")
}

fn clusters_layer() -> gloss_plugin::LayerSchema {
    layer::texts("entity-clusters")
        .attribute("label", AttributeType::String, "the label of most of its mentions")
        .attribute("count", AttributeType::Int, "number of mentions")
        .attribute(
            "overruled",
            AttributeType::String,
            "other labels that mentions had, with counts: ORG 3",
        )
        .attribute("ref", AttributeType::String, "id in the user's file")
        .description(
            "entities by their full names, in the order of first mention; sources are the mentions",
        )
}

impl Mentions {
    /// The mentions to gather, and the ranges of everything that was found.
    fn read(&self, document: &Document<'_>) -> Result<(Vec<Mention>, Vec<Range<usize>>)> {
        let text = document.text();
        let mut mentions = Vec::new();
        let mut taken: Vec<Range<usize>> = Vec::new();
        let mut spans: Vec<_> = document.input("entities")?.iter().collect();
        spans.retain(|span| !span.range().is_empty());
        spans.sort_by_key(|span| (span.range().start, span.range().end));
        for (i, span) in spans.iter().enumerate() {
            let next = spans.get(i + 1).map_or(text.len(), |next| next.range().start);
            let label = span.label().and_then(|l| self.options.labels.iter().position(|o| o == l));
            let range = whole_word(text, span.range(), next);
            taken.push(range.clone());
            let Some(label) = label else { continue };
            let sort = self.sorts[label];
            let name = Name::read(text, range.clone(), sort == Sort::Person);
            if !name.words.is_empty() {
                mentions.push(Mention { range, label, sort, source: Some(span.id()), name });
            }
        }
        mentions.sort_by_key(|m| (m.range.start, m.range.end, m.source));
        mentions.dedup_by(|b, a| a.range == b.range);
        taken.sort_by_key(|range| (range.start, range.end));
        Ok((mentions, taken))
    }

    fn push_entity(
        &self,
        mentions: &[Mention],
        entity: &Entity,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let mut push = out
            .text(CLUSTERS, &entity.name)
            .attribute("label", self.options.labels[entity.label].as_str())
            .attribute("count", entity.mentions.len() as i64);
        if !entity.overruled.is_empty() {
            push = push.attribute("overruled", entity.overruled.as_str());
        }
        if let Some(known) = entity.known {
            push = push.attribute("ref", self.aliases.get(known).id.as_str());
        }
        for &m in &entity.mentions {
            push = push.source(mentions[m].range.clone());
        }
        push.push()?;
        Ok(())
    }

    fn push_mention(
        &self,
        text: &str,
        mention: &Mention,
        entity: Option<(usize, &Entity)>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let label = entity.map_or(mention.label, |(_, entity)| entity.label);
        let push = out.span(MENTIONS, mention.range.clone()).label_index(label);
        let mut push = match entity {
            Some((id, entity)) => {
                push.attribute("entity", id as i64).attribute("name", entity.name.as_str())
            }
            None => push.attribute("name", &text[mention.name.core.clone()]),
        };
        if mention.source.is_some() && mention.label != label {
            push = push.attribute("given", self.options.labels[mention.label].as_str());
        }
        if let Some(source) = mention.source {
            push = push.attribute("source", i64::from(source));
        }
        push.push()?;
        Ok(())
    }
}

/// A span that was cut at a hyphen within a word, as the whole word: "Vasconcelos" of
/// "Vasconcelos-Prado". Not where another span begins there, nor behind an acronym: "US-Russia".
fn whole_word(text: &str, range: Range<usize>, next: usize) -> Range<usize> {
    const LONGEST: usize = 40;
    let hyphen = |c: char| matches!(c, '-' | '‐' | '‑');
    let behind = &text[range.end..];
    let mut ahead = behind.chars();
    // "US-led" and "Paris-based" begin with names; a capital shows that the name goes on.
    let goes_on = ahead.next().is_some_and(hyphen) && ahead.next().is_some_and(char::is_uppercase);
    if !goes_on || acronym(&text[range.clone()]).is_some() {
        return range;
    }
    let part = |c: char| c.is_alphanumeric() || hyphen(c);
    let mut letters = behind.char_indices().chain([(behind.len(), ' ')]).take(LONGEST);
    let end = letters.find(|&(_, c)| !part(c)).map_or(range.end, |(at, _)| range.end + at);
    if end <= next { range.start..end } else { range }
}

#[cfg(test)]
mod tests;
