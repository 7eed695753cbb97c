//! The extractor: the document's date, the expressions, and what is pushed of them.

use gloss_plugin::MetadataValue;
use gloss_plugin::prelude::*;
use jiff::civil::Date;

use crate::cues;
use crate::grammar::Grammar;
use crate::lexer::{self, Token};
use crate::options::Options;
use crate::resolver::{Resolved, Resolver};

/// The layer that is made.
const LAYER: &str = "dates";

/// Finds temporal expressions.
#[derive(Debug)]
pub struct Dates {
    options: Options,
}

impl Extractor for Dates {
    type Options = Options;
    type Worker = Vec<Token>;

    fn describe() -> Description {
        Description {
            summary: "temporal expressions with ISO 8601 values (TIMEX3)".to_owned(),
            languages: vec!["en".to_owned()],
            gives: vec![LAYER.to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &Options, _: &Models) -> Result<Plan> {
        if options.date_field.is_empty() {
            return Err(Error::option("date_field", "a metadata field has a name")
                .with_help("leave it out for the field \"date\""));
        }
        let text = AttributeType::String;
        let layer = layer::spans(LAYER)
            .labels(["DATE", "TIME", "DURATION", "SET"])
            .attribute("value", text, "ISO 8601 with the additions of TIMEX3; X where it is not known")
            .attribute("mod", text, "START, MID, END, APPROX, MORE_THAN, LESS_THAN, EQUAL_OR_MORE, EQUAL_OR_LESS, BEFORE, AFTER")
            .attribute("begin", text, "first day or instant of what the value names")
            .attribute("end", text, "first day or instant that is no part of it any more")
            .attribute("anchor", text, "what it was counted from: document, or text (the date before it)")
            .attribute("ambiguous", text, "why it could also mean another time")
            .attribute("quant", text, "of a SET: EVERY")
            .attribute("freq", text, "of a SET: how often in each period, such as 2X")
            .description("temporal expressions");
        Ok(Plan {
            provides: vec![layer],
            metadata: vec![options.date_field.clone()],
            ..Plan::default()
        })
    }

    fn load(options: Options, _: &LoadContext) -> Result<Self> {
        Ok(Dates { options })
    }

    fn worker(&self) -> Result<Vec<Token>> {
        Ok(Vec::new())
    }

    fn extract(
        &self,
        tokens: &mut Vec<Token>,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text();
        let date = match document.metadata(&self.options.date_field)? {
            MetadataValue::Null => None,
            MetadataValue::String(field) => self.date_of(field),
            _ => None,
        };
        let given = document.metadata(&self.options.date_field)? != MetadataValue::Null;
        if given && date.is_none() {
            let field = &self.options.date_field;
            out.note(&format!(
                "the metadata field {field:?} holds no date: relative dates stay open"
            ))?;
        }
        lexer::tokenize(text, tokens);
        let grammar = Grammar::new(text, tokens);
        let Options { date_order, weekday, .. } = self.options;
        let mut resolver = Resolver::new(date, grammar.facts(), date_order, weekday);
        for expression in grammar.expressions() {
            let tense = cues::tense(text, tokens, expression.tokens.clone());
            let Some(resolved) = resolver.resolve(&expression, tense) else { continue };
            let first = tokens[expression.tokens.start].start as usize;
            let last = tokens[expression.tokens.end - 1].end as usize;
            push(out, first..last, &resolved)?;
        }
        Ok(())
    }
}

impl Dates {
    /// The date that a metadata field holds.
    fn date_of(&self, field: &str) -> Option<Date> {
        let field = field.trim();
        let iso = field.get(..10).and_then(|date| date.parse::<Date>().ok());
        if iso.is_some() && !field[10..].starts_with(|c: char| c.is_ascii_digit()) {
            return iso;
        }
        let mut tokens = Vec::new();
        // A field that is no date may be anything, of any length.
        let end = field.char_indices().nth(100).map_or(field.len(), |(at, _)| at);
        let field = &field[..end];
        lexer::tokenize(field, &mut tokens);
        let grammar = Grammar::new(field, &tokens);
        let Options { date_order, weekday, .. } = self.options;
        let mut resolver = Resolver::new(None, grammar.facts(), date_order, weekday);
        grammar.expressions().find_map(|expression| {
            let resolved = resolver.resolve(&expression, cues::Tense::Unknown)?;
            resolved.value.get(..10)?.parse().ok()
        })
    }
}

fn push(
    out: &mut DocumentOutput<'_>,
    range: std::ops::Range<usize>,
    found: &Resolved,
) -> Result<()> {
    let mut span =
        out.span(0, range).label_index(found.label as usize).attribute("value", &*found.value);
    if let Some(modifier) = found.modifier {
        span = span.attribute("mod", modifier);
    }
    if let Some((begin, end)) = &found.interval {
        span = span.attribute("begin", &**begin).attribute("end", &**end);
    }
    if let Some(anchor) = found.anchor {
        span = span.attribute("anchor", anchor);
    }
    if let Some(reason) = found.ambiguous {
        span = span.attribute("ambiguous", reason);
    }
    if let Some(quant) = found.quant {
        span = span.attribute("quant", quant);
    }
    if let Some(freq) = &found.freq {
        span = span.attribute("freq", &**freq);
    }
    span.push()?;
    Ok(())
}
