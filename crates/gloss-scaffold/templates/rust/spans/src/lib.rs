//! Finds words of a list, each with a label: an example to make yours.
//!
//! It is whole: options that users can set, Unicode, tests. The words are those that make a claim
//! weaker (hedges) or stronger (boosters).

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use gloss_plugin::prelude::*;

/// The layer that is made. Other stages ask for it by this name.
const LAYER: &str = "{{name}}";

/// What a pipeline file may set. The comments are the help that users read, in `gloss plugin info`
/// and in their editors. `deny_unknown_fields` finds what they mistype.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The words to find, by label. Upper and lower case are the same.
    pub words: BTreeMap<String, Vec<String>>,
}

// Every option has a default, so that a stage needs none.
impl Default for Options {
    fn default() -> Options {
        let words = |words: &str| words.split(' ').map(str::to_owned).collect();
        Options {
            words: BTreeMap::from([
                (
                    "BOOSTER".to_owned(),
                    words("always certainly clearly definitely never obviously"),
                ),
                (
                    "HEDGE".to_owned(),
                    words("apparently could likely may maybe might perhaps possibly"),
                ),
            ]),
        }
    }
}

impl Options {
    /// The number of the label of each word. The error names the option, so that users are shown
    /// the line of their pipeline file.
    fn labels(&self) -> Result<HashMap<String, usize>> {
        let mut labels = HashMap::new();
        for (label, words) in self.words.values().enumerate() {
            for word in words {
                if words_of(word).map(|range| &word[range]).ne([word.as_str()]) {
                    return Err(Error::option("words", format!("{word:?} is not one word")));
                }
                if labels.insert(lower_case(word).collect(), label).is_some() {
                    return Err(Error::option("words", format!("{word:?} is there twice")));
                }
            }
        }
        Ok(labels)
    }
}

/// The loaded extractor. All threads share it.
#[derive(Debug)]
pub struct {{type}} {
    /// The number of the label of each word, in lower case.
    labels: HashMap<String, usize>,
}

impl Extractor for {{type}} {
    type Options = Options;
    /// Memory of one thread, used again for every word: here the word in lower case.
    type Worker = String;

    fn describe() -> Description {
        Description {
            summary: "words that make a claim weaker or stronger".to_owned(),
            languages: vec!["en".to_owned()],
            gives: vec![LAYER.to_owned()],
            ..Description::default()
        }
    }

    // Runs for every `gloss check`, before anything is loaded: what cannot work is refused here.
    fn plan(options: &Options, _: &Models) -> Result<Plan> {
        options.labels()?;
        let layer = layer::spans(LAYER)
            .labels(options.words.keys())
            .description("words of the lists that the options give");
        Ok(Plan {
            provides: vec![layer],
            ..Plan::default()
        })
    }

    fn load(options: Options, _: &LoadContext) -> Result<Self> {
        Ok(Self {
            labels: options.labels()?,
        })
    }

    fn worker(&self) -> Result<String> {
        Ok(String::new())
    }

    // Called for one document at a time, by several threads at once. An error or a panic costs this
    // document alone.
    fn extract(
        &self,
        lower: &mut String,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text();
        for range in words_of(text) {
            lower.clear();
            lower.extend(lower_case(&text[range.clone()]));
            if let Some(&label) = self.labels.get(lower.as_str()) {
                // Ranges are of bytes, as everywhere in Rust. `gloss` checks each.
                out.span(LAYER, range).label_index(label).push()?;
            }
        }
        Ok(())
    }
}

/// Where the words of a text are: runs of letters and digits.
fn words_of(text: &str) -> impl Iterator<Item = Range<usize>> {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(|word| {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        start..start + word.len()
    })
}

fn lower_case(word: &str) -> impl Iterator<Item = char> {
    word.chars().flat_map(char::to_lowercase)
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

    /// What is found stands in the expected text as marks.
    #[track_caller]
    fn check(options: Value, text: &str, expected: &str) {
        let harness = Harness::<{{type}}>::new(options);
        harness.unwrap().check(text, expected);
    }

    #[test]
    fn words_get_their_labels() {
        check(json!({}), "It may rain.", "It [may](HEDGE) rain.");
        check(
            json!({}),
            "CLEARLY, perhaps!",
            "[CLEARLY](BOOSTER), [perhaps](HEDGE)!",
        );
        check(json!({}), "Mayday", "Mayday");
        check(json!({}), "", "");
        let options = json!({ "words": { "FOOD": ["crème"] } });
        check(options, "😀 Crème brûlée", "😀 [Crème](FOOD) brûlée");
    }

    /// The option that is to blame.
    fn refused(options: Value) -> String {
        let harness = Harness::<{{type}}>::new(options);
        harness.err().unwrap().place
    }

    #[test]
    fn bad_options_are_refused_by_name() {
        assert_eq!(refused(json!({ "words": { "A": ["two words"] } })), "words");
        assert_eq!(
            refused(json!({ "words": { "A": ["a"], "B": ["A"] } })),
            "words"
        );
        assert_eq!(refused(json!({ "wrods": {} })), "wrods");
    }
}
