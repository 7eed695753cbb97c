//! A plugin for tests of compatibility, with an allocator that differs from the host's.
//!
//! It pushes strings of its own in every way there is, and fails or panics where a document asks
//! for it, so that all that crosses the boundary does so.

#![allow(missing_docs)]

mod allocator;

use gloss_plugin::prelude::*;

#[global_allocator]
static ALLOCATOR: allocator::Guarded = allocator::Guarded;

#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GuardedOptions {
    /// Put in front of every echo.
    prefix: String,
}

impl Default for GuardedOptions {
    fn default() -> GuardedOptions {
        GuardedOptions { prefix: "echo".to_owned() }
    }
}

/// Echoes the words of a text.
pub struct Guarded {
    prefix: String,
}

impl Extractor for Guarded {
    type Options = GuardedOptions;
    type Worker = Vec<String>;

    fn describe() -> Description {
        Description {
            summary: "for tests: words, in memory of its own".to_owned(),
            ..Description::default()
        }
    }

    fn plan(options: &GuardedOptions, _: &Models) -> Result<Plan> {
        if options.prefix.is_empty() {
            return Err(Error::option("prefix", "it must not be empty").with_help("write one"));
        }
        let words = layer::spans("words").labels(["word"]).score("letters").attribute(
            "upper",
            gloss_plugin::AttributeType::String,
            "in capitals",
        );
        Ok(Plan { provides: vec![words, layer::texts("echoes")], ..Plan::default() })
    }

    fn load(options: GuardedOptions, _: &LoadContext) -> Result<Guarded> {
        Ok(Guarded { prefix: options.prefix })
    }

    fn worker(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn extract(
        &self,
        words: &mut Vec<String>,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text();
        gloss_plugin::tracing::warn!(bytes = text.len(), "reading");
        words.clear();
        for word in text.split_whitespace() {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            words.push(word.to_uppercase());
            let upper = words.last().map_or("", String::as_str);
            out.span("words", start..start + word.len())
                .label("word")
                .score(word.chars().count() as f32)
                .attribute("upper", upper)
                .push()?;
            match word {
                "error" => return Err(Error::new(format!("word {}", words.len()))),
                "panic" => panic!("word {}", words.len()),
                _ => {}
            }
        }
        let echo = format!("{} {}", self.prefix, words.join(" "));
        out.text("echoes", &echo).source(0..text.len()).push()?;
        out.note(&format!("{} words", words.len()))
    }
}

gloss_plugin::export! {
    id: "gloss-tests/guarded",
    extractors: { "guarded" => Guarded },
}
