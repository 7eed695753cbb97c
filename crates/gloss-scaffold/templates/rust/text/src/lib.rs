//! Makes a teaser: the beginning of a text, up to so many words. An example to make yours.
//!
//! It is whole: options that users can set, Unicode, tests.

use std::ops::Range;

use gloss_plugin::prelude::*;

/// The layer that is made. Other stages ask for it by this name.
const LAYER: &str = "{{name}}";

/// What a pipeline file may set. The comments are the help that users read, in `gloss plugin info`
/// and in their editors. `deny_unknown_fields` finds what they mistype.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The most words of a teaser. It ends with a sentence where one ends within that.
    #[schemars(range(min = 1, max = 1000))]
    pub words: usize,
}

// Every option has a default, so that a stage needs none.
impl Default for Options {
    fn default() -> Options {
        Options { words: 25 }
    }
}

impl Options {
    /// The schema tells editors the limits; this keeps them. The error names the option, so that
    /// users are shown the line of their pipeline file.
    fn check(&self) -> Result<()> {
        if (1..=1000).contains(&self.words) {
            return Ok(());
        }
        Err(Error::option("words", "a teaser has 1 to 1000 words"))
    }
}

/// The loaded extractor. All threads share it.
#[derive(Debug)]
pub struct {{type}} {
    options: Options,
}

impl Extractor for {{type}} {
    type Options = Options;
    /// Memory of one thread, used again for every document: here none is needed.
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "the beginning of a text".to_owned(),
            gives: vec![LAYER.to_owned()],
            ..Description::default()
        }
    }

    // Runs for every `gloss check`, before anything is loaded: what cannot work is refused here.
    fn plan(options: &Options, _: &Models) -> Result<Plan> {
        options.check()?;
        let layer = layer::texts(LAYER).description("the beginning of the document");
        Ok(Plan {
            provides: vec![layer],
            ..Plan::default()
        })
    }

    fn load(options: Options, _: &LoadContext) -> Result<Self> {
        options.check()?;
        Ok(Self { options })
    }

    fn worker(&self) -> Result<()> {
        Ok(())
    }

    // Called for one document at a time, by several threads at once. An error or a panic costs this
    // document alone.
    fn extract(
        &self,
        (): &mut (),
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text();
        if let Some(range) = beginning(text, self.options.words) {
            let mut teaser = text[range.clone()].to_owned();
            if !ends_sentence(&teaser) && range.end < text.trim_end().len() {
                teaser.push_str(" …");
            }
            // The source says which bytes of the document it was made from.
            out.text(LAYER, &teaser).source(range).push()?;
        }
        Ok(())
    }
}

/// Where the beginning of a text is: up to so many words, or less where a sentence ends. None for a
/// text without words.
fn beginning(text: &str, words: usize) -> Option<Range<usize>> {
    let end_of = |word: &str| word.as_ptr().addr() - text.as_ptr().addr() + word.len();
    let first: Vec<&str> = text.split_whitespace().take(words).collect();
    let whole = first.iter().rposition(|word| ends_sentence(word));
    let last = first.get(whole.unwrap_or(first.len().saturating_sub(1)))?;
    Some(end_of(first[0]) - first[0].len()..end_of(last))
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '”', '’', '»', ')'])
        .ends_with(['.', '!', '?', '…', '。'])
}

gloss_plugin::export! {
    id: "{{id}}",
    extractors: { "{{name}}" => {{type}} },
}

#[cfg(test)]
mod tests {
    use gloss_plugin::harness::Harness;
    use serde_json::{Value, json};

    use super::*;

    /// What is found stands in the expected text, below the text itself.
    #[track_caller]
    fn check(options: Value, text: &str, expected: &str) {
        let expected = match expected {
            "" => text.to_owned(),
            teaser => format!("{text}\n{LAYER}: {teaser}"),
        };
        let harness = Harness::<{{type}}>::new(options);
        harness.unwrap().check(text, &expected);
    }

    #[test]
    fn texts_get_a_teaser() {
        let three = json!({ "words": 3 });
        check(json!({}), "It rains. It pours.", "It rains. It pours.");
        check(three.clone(), "It rains. It pours.", "It rains.");
        check(three.clone(), "  On Tuesday it rained.", "On Tuesday it …");
        check(
            three.clone(),
            "“Dès l’été !” dit-elle enfin.",
            "“Dès l’été !”",
        );
        check(three, " \n", "");
    }

    /// The option that is to blame.
    fn refused(options: Value) -> String {
        let harness = Harness::<{{type}}>::new(options);
        harness.err().unwrap().place
    }

    #[test]
    fn bad_options_are_refused_by_name() {
        assert_eq!(refused(json!({ "words": 0 })), "words");
        assert_eq!(refused(json!({ "words": "all" })), "words");
        assert_eq!(refused(json!({ "word": 7 })), "word");
    }
}
