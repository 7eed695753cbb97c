//! The extractor: options, layers, and what is pushed.

use std::ops::Range;

use gloss_plugin::prelude::*;

use crate::attribution::{Label, Quote, quotes};
use crate::marks::quotations;

/// Positions in `provides`.
const QUOTES: usize = 0;
const SPEAKERS: usize = 1;
const CUES: usize = 2;

const PERSONS: [&str; 2] = ["PERSON", "PER"];
/// Labels of what can speak.
const SPEAKING: [&str; 7] = ["PERSON", "PER", "ORG", "GPE", "NORP", "LOC", "FAC"];

/// What a pipeline file may set.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Whether words in quotation marks that nobody is said to have said are shown (SCARE, TITLE).
    pub unattributed: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { unattributed: true }
    }
}

/// The loaded extractor.
#[derive(Debug)]
pub struct Quotes {
    options: Options,
}

/// An entity span of the input.
struct Entity {
    id: u32,
    range: Range<usize>,
    person: bool,
}

impl Extractor for Quotes {
    type Options = Options;
    type Worker = ();

    fn describe() -> Description {
        let names = ["quotes", "quote-speakers", "quote-cues"];
        Description {
            summary: "quotations, and who said them".to_owned(),
            languages: vec!["en".to_owned()],
            reads: vec!["entities".to_owned()],
            gives: names.map(str::to_owned).to_vec(),
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(_: &Options, _: &Models) -> Result<Plan> {
        let quotes = layer::spans("quotes")
            .labels(["DIRECT", "SCARE", "TITLE"])
            .attribute("speaker", AttributeType::Int, "id in quote-speakers")
            .attribute("speaker-text", AttributeType::String, "the speaker's words")
            .attribute("cue", AttributeType::Int, "id in quote-cues")
            .attribute("cue-text", AttributeType::String, "the words of attribution")
            .attribute(
                "continues",
                AttributeType::Int,
                "id of the quote that this one goes on with",
            )
            .description("quotations, with their marks");
        let speakers = layer::spans("quote-speakers")
            .attribute(
                "entity",
                AttributeType::Int,
                "id of the entity span that this is, or that the pronoun surely means",
            )
            .description("who said it");
        let cues = layer::spans("quote-cues")
            .description("said, according to: what attributes a quotation");
        Ok(Plan {
            requires: vec![layer::optional("entities", Kind::Spans)],
            provides: vec![quotes, speakers, cues],
            ..Plan::default()
        })
    }

    fn load(options: Options, _: &LoadContext) -> Result<Self> {
        Ok(Quotes { options })
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
        let entities = entities(document)?;
        let mut pushed = Pushed::default();
        let mut last = None;
        for quote in quotes(text, &quotations(text)) {
            if quote.label != Label::Direct && !self.options.unattributed {
                continue;
            }
            let speaker = match &quote.speaker {
                Some(range) => Some(pushed.speaker(text, range.clone(), &entities, out)?),
                None => None,
            };
            let cue = match &quote.cue {
                Some(range) => Some(pushed.cue(range.clone(), out)?),
                None => None,
            };
            last = Some(push(text, &quote, (speaker, cue), last, out)?);
        }
        Ok(())
    }
}

/// Entities that can speak, in order, those within others left out.
fn entities(document: &Document<'_>) -> Result<Vec<Entity>> {
    let spans = document.input("entities")?;
    let speaking = spans.iter().filter(|s| s.label().is_some_and(|l| SPEAKING.contains(&l)));
    let entity = |s: gloss_plugin::Annotation<'_>| {
        let person = s.label().is_some_and(|l| PERSONS.contains(&l));
        Entity { id: s.id(), range: s.range(), person }
    };
    let mut all: Vec<Entity> = speaking.map(entity).filter(|e| !e.range.is_empty()).collect();
    all.sort_by_key(|e| (e.range.start, std::cmp::Reverse(e.range.end)));
    let mut end = 0;
    all.retain(|e| {
        let apart = e.range.start >= end;
        end = end.max(e.range.end);
        apart
    });
    Ok(all)
}

/// The id of a speaker, and its range.
type Speaker = (u32, Range<usize>);

/// The speakers and cues that are there already, by their ranges: several quotes may share one.
#[derive(Default)]
struct Pushed {
    speaker: Option<(Range<usize>, Speaker)>,
    cue: Option<(Range<usize>, u32)>,
    /// The last speaker with a name: its entity, and where it was.
    named: Option<(u32, usize)>,
}

impl Pushed {
    /// The id of a speaker, and its range. An entity within what was found is the speaker itself.
    fn speaker(
        &mut self,
        text: &str,
        found: Range<usize>,
        entities: &[Entity],
        out: &mut DocumentOutput<'_>,
    ) -> Result<Speaker> {
        if let Some((range, known)) = &self.speaker
            && *range == found
        {
            return Ok(known.clone());
        }
        let head = head(text, &found, entities);
        let range = head.map_or(found.clone(), |e| e.range.start..e.range.end);
        let entity = match head {
            Some(entity) => Some(entity.id),
            None => self.pronoun(text, &found, entities),
        };
        let mut push = out.span(SPEAKERS, range.clone());
        if let Some(entity) = entity {
            push = push.attribute("entity", i64::from(entity));
            self.named = Some((entity, range.end));
        }
        let id = push.push()?;
        self.speaker = Some((found, (id, range.clone())));
        Ok((id, range))
    }

    /// The entity that a pronoun surely means: that of the last speaker, if it is a person, in the same
    /// paragraph, and nothing else that could speak was named in between, with whichever label: a
    /// recogniser takes persons for organizations.
    fn pronoun(&self, text: &str, found: &Range<usize>, entities: &[Entity]) -> Option<u32> {
        let word = text[found.clone()].to_lowercase();
        if !matches!(word.as_str(), "he" | "she") {
            return None;
        }
        let (entity, end) = self.named?;
        let first = entities.partition_point(|e| e.range.start < end);
        let other = entities.get(first).is_some_and(|e| e.range.start < found.start);
        let person =
            first.checked_sub(1).is_some_and(|p| entities[p].id == entity && entities[p].person);
        let near = text.get(end..found.start).is_some_and(|between| !between.contains('\n'));
        (person && !other && near).then_some(entity)
    }

    fn cue(&mut self, range: Range<usize>, out: &mut DocumentOutput<'_>) -> Result<u32> {
        if let Some((known, id)) = &self.cue
            && *known == range
        {
            return Ok(*id);
        }
        let id = out.span(CUES, range.clone()).push()?;
        self.cue = Some((range, id));
        Ok(id)
    }
}

/// The entity that a noun phrase is: at its end ("Captain Ann Lee"), at its beginning ("Ann Lee of the
/// Post"), or set off behind it ("the captain, Ann Lee").
fn head<'e>(text: &str, found: &Range<usize>, entities: &'e [Entity]) -> Option<&'e Entity> {
    let first = entities.partition_point(|e| e.range.end <= found.start);
    let inside = || entities[first..].iter().take_while(|e| e.range.start < found.end);
    // "a spokesman for Ford" is not Ford.
    let of = |e: &&Entity| {
        let before = text.get(found.start..e.range.start).unwrap_or_default();
        before.split_whitespace().any(|w| matches!(w, "of" | "for" | "at" | "from" | "in"))
    };
    let at_end = || inside().find(|e| e.range.end == found.end).filter(|e| !of(e));
    let begins = || inside().find(|e| e.person && e.range.start <= found.start);
    let set_off = || {
        let next =
            entities[first..].iter().find(|e| e.range.start >= found.end).filter(|e| e.person)?;
        let between = text.get(found.end..next.range.start)?.strip_prefix(", ")?;
        (between.is_empty() || (between.len() < 8 && between.ends_with(". "))).then_some(next)
    };
    let common = || {
        text[found.clone()]
            .split(' ')
            .next_back()
            .is_some_and(|w| w.starts_with(char::is_lowercase))
    };
    at_end().or_else(begins).or_else(|| if common() { set_off() } else { None })
}

type Said = (Option<Speaker>, Option<u32>);

fn push(
    text: &str,
    quote: &Quote,
    (speaker, cue): Said,
    last: Option<u32>,
    out: &mut DocumentOutput<'_>,
) -> Result<u32> {
    let mut push = out.span(QUOTES, quote.range.clone()).label_index(quote.label as usize);
    if let Some((id, range)) = speaker {
        push = push.attribute("speaker", i64::from(id)).attribute("speaker-text", &text[range]);
    }
    if let (Some(id), Some(range)) = (cue, &quote.cue) {
        push = push.attribute("cue", i64::from(id)).attribute("cue-text", &text[range.clone()]);
    }
    if let Some(last) = last.filter(|_| quote.continues) {
        push = push.attribute("continues", i64::from(last));
    }
    push.push()
}

#[cfg(test)]
mod tests;
