//! The extractor `rules`.

use std::ops::Range;

use gloss_plugin::prelude::*;
use gloss_plugin::{LayerSchema, tracing};
use regex_automata::meta::Cache;

use crate::matcher::{Match, Matcher, Scratch, Search};
use crate::options::{Options, Overlaps};
use crate::patterns::{Found, Stopped};
use crate::rules::{ENTRY, ID, Rules};

/// The layer's name and type: that of `ner`, so that the two can be compared and stand for each other.
pub const LAYER: &str = "entities";
/// More matches than this are not kept of one document.
const MAX_MATCHES: usize = 4_000_000;

/// Finds a user's entries and patterns.
#[derive(Debug)]
pub struct RulesExtractor {
    rules: Rules,
    matcher: Matcher,
    overlaps: Overlaps,
}

/// Memory of one thread.
#[derive(Debug)]
pub struct Worker {
    scratch: Scratch,
    caches: Vec<Cache>,
    matches: Vec<Match>,
    /// What groups of patterns matched, by the span that they belong to.
    groups: Vec<(Match, Vec<Option<Range<usize>>>)>,
}

impl Extractor for RulesExtractor {
    type Options = Options;
    type Worker = Worker;

    fn describe() -> Description {
        Description {
            summary: "entries of your gazetteers, and patterns".to_owned(),
            gives: vec![LAYER.to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &Options, files: &Models) -> Result<Plan> {
        if !(1..=100_000).contains(&options.longest_match) {
            return Err(Error::option("longest_match", "must be from 1 to 100000"));
        }
        let rules = Rules::read(options, files)?;
        let layer = layer::spans(LAYER)
            .labels(&rules.labels)
            .attribute(ID, AttributeType::String, "what the entry or pattern is known by elsewhere")
            .attribute(
                ENTRY,
                AttributeType::String,
                "the entry or pattern as it is written, where that is not the span's text",
            )
            .description("entries of gazetteers, and patterns");
        let attribute = |layer: LayerSchema, name: &String| {
            layer.attribute(name, AttributeType::String, "a column or group of the user's")
        };
        let layer = rules.attributes.iter().fold(layer, attribute);
        Ok(Plan { provides: vec![layer], ..Plan::default() })
    }

    fn load(options: Options, context: &LoadContext) -> Result<Self> {
        RulesExtractor::prepare(&options, context.models())
    }

    fn worker(&self) -> Result<Worker> {
        Ok(self.scratch())
    }

    fn extract(
        &self,
        worker: &mut Worker,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        if !out.wants(LAYER) {
            return Ok(());
        }
        let text = document.text();
        let stop = || out.cancelled();
        self.matches(text, worker, &stop)?;
        worker.matches.iter().try_for_each(|found| self.push(text, *found, &worker.groups, out))
    }
}

impl RulesExtractor {
    /// Reads the rules and builds what finds them.
    pub(crate) fn prepare(options: &Options, files: &Models) -> Result<Self> {
        let mut rules = Rules::read(options, files)?;
        if rules.rules.is_empty() {
            tracing::warn!("there is nothing to find: no entry and no pattern is given");
        }
        if rules.repeated > 0 {
            tracing::warn!("{} entries are there twice; the first of each counts", rules.repeated);
        }
        let search = Search {
            folding: options.folding(),
            boundaries: options.boundaries,
            all: options.overlaps == Overlaps::All,
        };
        let matcher = Matcher::new(&std::mem::take(&mut rules.keys), search)?;
        Ok(RulesExtractor { rules, matcher, overlaps: options.overlaps })
    }

    pub(crate) fn scratch(&self) -> Worker {
        Worker {
            scratch: Scratch::default(),
            caches: self.rules.patterns.iter().map(|(pattern, _)| pattern.cache()).collect(),
            matches: Vec::new(),
            groups: Vec::new(),
        }
    }

    pub(crate) fn automaton_memory(&self) -> usize {
        self.matcher.memory()
    }

    /// What is to be reported, in the order of the text.
    pub(crate) fn matches<'w>(
        &self,
        text: &str,
        worker: &'w mut Worker,
        stop: &dyn Fn() -> bool,
    ) -> Result<&'w [Match]> {
        worker.matches.clear();
        worker.groups.clear();
        if self.find(text, worker, stop).is_err() {
            return Err(if worker.matches.len() < MAX_MATCHES {
                Error::cancelled()
            } else {
                Error::new(format!("there are more than {MAX_MATCHES} matches in the document"))
                    .with_help("use overlaps = \"longest\", or fewer or longer entries")
            });
        }
        worker.matches.sort_unstable();
        worker.groups.sort_unstable_by_key(|(found, _)| *found);
        if self.overlaps == Overlaps::Longest {
            keep_longest(&mut worker.matches);
        }
        Ok(&worker.matches)
    }

    /// All matches of entries and patterns that may be reported.
    fn find(
        &self,
        text: &str,
        worker: &mut Worker,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), Stopped> {
        let Worker { scratch, caches, matches, groups } = worker;
        self.matcher
            .find(text, &self.rules.rules, scratch, stop, &mut |found| keep(matches, found))?;
        let entries = self.rules.rules.len() - self.rules.patterns.len();
        for (index, ((pattern, _), cache)) in self.rules.patterns.iter().zip(caches).enumerate() {
            let rule = narrow(entries + index);
            let mut full = false;
            let mut push = |Found { span, groups: matched }: Found| {
                let found = Match::new(narrow(span.start), narrow(span.end), rule);
                full |= keep(matches, found).is_err();
                if !matched.is_empty() && !full {
                    groups.push((found, matched));
                }
            };
            pattern.find(text, cache, stop, &mut push)?;
            if full {
                return Err(Stopped);
            }
        }
        Ok(())
    }

    fn push(
        &self,
        text: &str,
        found: Match,
        groups: &[(Match, Vec<Option<Range<usize>>>)],
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let rule = &self.rules.rules[found.rule as usize];
        let span = found.start as usize..found.end() as usize;
        let differs = text[span.clone()] != *rule.entry;
        let mut push = out.span(0_usize, span).label_index(rule.label as usize);
        if let Some(id) = &rule.id {
            push = push.attribute(ID, id.as_str());
        }
        if differs {
            push = push.attribute(ENTRY, rule.entry.as_str());
        }
        let name = |position: u32| self.rules.attributes[position as usize - 2].as_str();
        for (attribute, value) in &rule.attributes {
            push = push.attribute(name(*attribute), value.as_str());
        }
        if let Ok(index) = groups.binary_search_by_key(&found, |(found, _)| *found) {
            let pattern = found.rule as usize + self.rules.patterns.len() - self.rules.rules.len();
            for (range, &attribute) in groups[index].1.iter().zip(&self.rules.patterns[pattern].1) {
                if let Some(range) = range {
                    push = push.attribute(name(attribute), &text[range.clone()]);
                }
            }
        }
        push.push().map(|_| ())
    }
}

fn keep(matches: &mut Vec<Match>, found: Match) -> Result<(), Stopped> {
    if matches.len() >= MAX_MATCHES {
        return Err(Stopped);
    }
    matches.push(found);
    Ok(())
}

/// Of sorted matches, keeps each that does not overlap one that was kept.
fn keep_longest(matches: &mut Vec<Match>) {
    let mut end = 0;
    matches.retain(|found| {
        let free = found.start >= end;
        if free {
            end = found.end();
        }
        free
    });
}

/// Texts are shorter than 4 GiB, and so is the number of rules smaller.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
