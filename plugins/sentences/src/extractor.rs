//! The extractor `sentences`.

use gloss_plugin::prelude::*;

use crate::{Newline, SplitOptions, Splitter};

/// What a single line break is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineBreak {
    /// White space, as in text that was wrapped.
    #[default]
    Wraps,
    /// The end of a sentence, as in text with one a line.
    Ends,
}

/// Options of the extractor `sentences`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SentencesOptions {
    /// Language of the texts, BCP 47 (`en`, `pt-BR`). There are word lists for de, en, es, fr,
    /// it, pt and ru; other languages get the general rules.
    pub language: String,
    /// What a single line break is. A blank line always ends a sentence.
    pub newline: LineBreak,
}

impl Default for SentencesOptions {
    fn default() -> SentencesOptions {
        SentencesOptions { language: "en".to_owned(), newline: LineBreak::Wraps }
    }
}

impl SentencesOptions {
    fn splitter(&self) -> Result<Splitter> {
        let newline = match self.newline {
            LineBreak::Wraps => Newline::Wraps,
            LineBreak::Ends => Newline::Ends,
        };
        Splitter::new(&self.language, SplitOptions { newline })
            .map_err(|error| Error::option("language", error.to_string()))
    }
}

/// Sentence boundaries by rules.
pub struct Sentences {
    splitter: Splitter,
}

impl Extractor for Sentences {
    type Options = SentencesOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "sentence boundaries, by rules".to_owned(),
            gives: vec!["sentences".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &SentencesOptions, _: &Models) -> Result<Plan> {
        options.splitter()?;
        let sentences = layer::spans("sentences").description(
            "sentences without the white space around them; every other character is in one",
        );
        Ok(Plan { provides: vec![sentences], ..Plan::default() })
    }

    fn load(options: SentencesOptions, _: &LoadContext) -> Result<Sentences> {
        Ok(Sentences { splitter: options.splitter()? })
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
        for range in self.splitter.split(document.text()) {
            out.span(0, range).push()?;
        }
        Ok(())
    }
}

gloss_plugin::export! {
    id: "gloss/sentences",
    extractors: { "sentences" => Sentences },
}

#[cfg(test)]
mod tests {
    use gloss_doc::Annotations;
    use gloss_plugin::harness::Harness;
    use serde_json::json;

    use super::*;

    #[test]
    fn sentences_become_spans() {
        let check = |options, text: &str, expected: &[(u32, u32)]| {
            let document = Harness::<Sentences>::new(options).unwrap().run(text).unwrap();
            let Annotations::Spans(spans) = &document.layers[0].annotations else { panic!() };
            let found: Vec<_> =
                spans.start.iter().copied().zip(spans.end.iter().copied()).collect();
            assert_eq!(found, expected, "{text}");
        };
        check(json!({}), "Mr. Añon left. He smiled.", &[(0, 15), (16, 26)]);
        check(json!({}), "one\ntwo", &[(0, 7)]);
        check(json!({"newline": "ends"}), "one\ntwo", &[(0, 3), (4, 7)]);
        check(json!({}), " \n", &[]);
    }

    #[test]
    fn bad_options_are_named() {
        let check = |options, place: &str| {
            assert_eq!(Harness::<Sentences>::new(options).err().unwrap().place, place);
        };
        check(json!({"language": "no language"}), "language");
        check(json!({"newline": "splits"}), "newline");
    }
}
