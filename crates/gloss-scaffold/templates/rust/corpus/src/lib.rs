//! Finds the words that tell a document from the others: an example to make yours.
//!
//! It is whole: options that users can set, Unicode, tests. A word counts for more the more often it
//! is in the document, and the fewer documents have it (TF-IDF), so every document must be seen
//! before the first can be annotated.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::ops::Range;

use gloss_plugin::prelude::*;

/// The layer that is made. Other stages ask for it by this name.
const LAYER: &str = "{{name}}";

/// What a pipeline file may set. The comments are the help that users read, in `gloss plugin info`
/// and in their editors. `deny_unknown_fields` finds what they mistype.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// How many different words of a document are keywords.
    #[schemars(range(min = 1, max = 1000))]
    pub keywords: usize,
    /// Fewest letters of a keyword.
    #[schemars(range(min = 1, max = 100))]
    pub min_letters: usize,
}

// Every option has a default, so that a stage needs none.
impl Default for Options {
    fn default() -> Options {
        Options {
            keywords: 5,
            min_letters: 4,
        }
    }
}

impl Options {
    /// The schema tells editors the limits; this keeps them. The error names the option, so that
    /// users are shown the line of their pipeline file.
    fn check(&self) -> Result<()> {
        if !(1..=1000).contains(&self.keywords) {
            return Err(Error::option(
                "keywords",
                "a document has 1 to 1000 keywords",
            ));
        }
        if !(1..=100).contains(&self.min_letters) {
            return Err(Error::option(
                "min_letters",
                "a keyword has 1 to 100 letters or more",
            ));
        }
        Ok(())
    }
}

/// The loaded extractor. All threads share it.
#[derive(Debug)]
pub struct {{type}} {
    options: Options,
}

/// What is kept of the documents. Counts are whole numbers, so that it makes no difference in which
/// order they are added up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    documents: u64,
    /// How many documents have each word.
    having: BTreeMap<String, u64>,
}

impl CorpusExtractor for {{type}} {
    type Options = Options;
    type State = Counts;
    /// What was found in all documents; all threads share it. Here it is the counts themselves.
    type Findings = Counts;
    // States can be saved, and used by later versions: raise this when their form changes.
    const STATE_VERSION: u32 = 1;

    fn describe() -> Description {
        Description {
            summary: "words that tell a document from the others, by TF-IDF".to_owned(),
            gives: vec![LAYER.to_owned()],
            ..Description::default()
        }
    }

    // Runs for every `gloss check`, before anything is loaded: what cannot work is refused here.
    fn plan(options: &Options, _: &Models) -> Result<Plan> {
        options.check()?;
        let layer = layer::spans(LAYER)
            .labels(["KEYWORD"])
            .score("TF-IDF: how often it is in the document, times ln(documents / those with it)")
            .description("the words that tell the document from the others");
        Ok(Plan {
            provides: vec![layer],
            ..Plan::default()
        })
    }

    fn load(options: Options, _: &LoadContext) -> Result<Self> {
        options.check()?;
        Ok(Self { options })
    }

    fn state(&self) -> Result<Counts> {
        Ok(Counts::default())
    }

    // First pass: documents are spread over several states, in any order.
    fn observe(&self, state: &mut Counts, document: &Document<'_>) -> Result<()> {
        let words: HashSet<String> = self.words(document.text()).map(|(word, _)| word).collect();
        let other = Counts {
            documents: 1,
            having: words.into_iter().map(|w| (w, 1)).collect(),
        };
        self.merge(state, other)
    }

    fn merge(&self, state: &mut Counts, other: Counts) -> Result<()> {
        // Saturating, because a saved state may come from anywhere.
        state.documents = state.documents.saturating_add(other.documents);
        for (word, count) in other.having {
            let all = state.having.entry(word).or_default();
            *all = all.saturating_add(count);
        }
        Ok(())
    }

    fn save(&self, state: &Counts, writer: &mut dyn Write) -> Result<()> {
        Ok(serde_json::to_writer(writer, state)?)
    }

    fn restore(&self, bytes: &[u8]) -> Result<Counts> {
        Ok(serde_json::from_slice(bytes)?)
    }

    // What takes long here should ask now and then whether the run was stopped.
    fn finish(&self, state: Counts, _: &Cancellation) -> Result<Counts> {
        Ok(state)
    }

    // Second pass: called for one document at a time, by several threads at once. An error or a
    // panic costs this document alone.
    fn annotate(
        &self,
        findings: &Counts,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text();
        let mut times: HashMap<String, u32> = HashMap::new();
        for (word, _) in self.words(text) {
            *times.entry(word).or_default() += 1;
        }
        let scored = times.into_iter().filter_map(|(word, times)| {
            let having = *findings.having.get(&word)?;
            let score = f64::from(times) * (findings.documents as f64 / having as f64).ln();
            (score > 0.0).then_some((word, score))
        });
        let mut scored: Vec<(String, f64)> = scored.collect();
        // Where two are equal the alphabet decides, and not the order of a hash map.
        scored.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        scored.truncate(self.options.keywords);
        let keywords: HashMap<String, f64> = scored.into_iter().collect();
        for (word, range) in self.words(text) {
            if let Some(score) = keywords.get(&word) {
                // Ranges are of bytes, as everywhere in Rust. `gloss` checks each.
                out.span(LAYER, range)
                    .label("KEYWORD")
                    .score(*score as f32)
                    .push()?;
            }
        }
        Ok(())
    }
}

impl {{type}} {
    /// The words of a text that are long enough, in lower case, and where they are.
    fn words<'t>(&self, text: &'t str) -> impl Iterator<Item = (String, Range<usize>)> + 't {
        let letters = self.options.min_letters;
        let words = text.split(|c: char| !c.is_alphabetic());
        words
            .filter(move |word| word.chars().nth(letters - 1).is_some())
            .map(|word| {
                let start = word.as_ptr().addr() - text.as_ptr().addr();
                (word.to_lowercase(), start..start + word.len())
            })
    }
}

gloss_plugin::export! {
    id: "{{id}}",
    extractors: { "{{name}}" => Corpus<{{type}}> },
}

#[cfg(test)]
mod tests {
    use gloss_plugin::harness::CorpusHarness;
    use serde_json::{Value, json};

    use super::*;

    const TEXTS: [&str; 3] = [
        "The wind was strong.",
        "The wind, the WIND and the sea.",
        "The été was long.",
    ];

    fn harness(options: Value) -> CorpusHarness<{{type}}> {
        CorpusHarness::new(options).unwrap()
    }

    #[test]
    fn keywords_are_found() {
        let check = |options: Value, expected: [usize; 3]| {
            let documents = CorpusHarness::<{{type}}>::documents(TEXTS);
            let annotated = harness(options).run(&[&documents]).unwrap();
            let found = annotated.iter().map(|d| d.layers[0].annotations.len());
            assert_eq!(found.collect::<Vec<_>>(), expected);
        };
        // "strong" and "wind"; "WIND" as well; "long", and "été" is too short.
        check(json!({}), [2, 2, 1]);
        check(json!({ "keywords": 1 }), [1, 2, 1]);
        // "the" is in all of them, and tells nothing.
        check(json!({ "min_letters": 3 }), [3, 4, 3]);
    }

    /// However documents are ordered and spread over states, each gets the same.
    #[test]
    fn the_order_makes_no_difference() {
        let documents = CorpusHarness::<{{type}}>::documents(TEXTS);
        harness(json!({})).check_independence(&documents).unwrap();
    }

    /// The option that is to blame.
    fn refused(options: Value) -> String {
        let harness = CorpusHarness::<{{type}}>::new(options);
        harness.err().unwrap().place
    }

    #[test]
    fn bad_options_are_refused_by_name() {
        assert_eq!(refused(json!({ "keywords": 0 })), "keywords");
        assert_eq!(refused(json!({ "min_letters": 101 })), "min_letters");
        assert_eq!(refused(json!({ "keyword": 7 })), "keyword");
    }
}
