//! Says how hard a text is to read: an example to make yours.
//!
//! It is whole: options that users can set, Unicode, tests. The measure is LIX (Björnsson 1968), the
//! words in a sentence plus the long words in a hundred, which needs no word lists.

use gloss_plugin::prelude::*;

/// The layer that is made. Other stages ask for it by this name.
const LAYER: &str = "{{name}}";

/// The classes, and the LIX below which each lies.
const CLASSES: [(&str, f32); 5] = [
    ("very-easy", 30.0),
    ("easy", 40.0),
    ("medium", 50.0),
    ("hard", 60.0),
    ("very-hard", f32::INFINITY),
];

/// What a pipeline file may set. The comments are the help that users read, in `gloss plugin info`
/// and in their editors. `deny_unknown_fields` finds what they mistype.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Fewest letters of a long word.
    #[schemars(range(min = 1, max = 100))]
    pub long_word: usize,
}

// Every option has a default, so that a stage needs none.
impl Default for Options {
    fn default() -> Options {
        Options { long_word: 7 }
    }
}

impl Options {
    /// The schema tells editors the limits; this keeps them. The error names the option, so that
    /// users are shown the line of their pipeline file.
    fn check(&self) -> Result<()> {
        if (1..=100).contains(&self.long_word) {
            return Ok(());
        }
        Err(Error::option(
            "long_word",
            "a long word has 1 to 100 letters or more",
        ))
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
            summary: "how hard a text is to read, by LIX".to_owned(),
            gives: vec![LAYER.to_owned()],
            ..Description::default()
        }
    }

    // Runs for every `gloss check`, before anything is loaded: what cannot work is refused here.
    fn plan(options: &Options, _: &Models) -> Result<Plan> {
        options.check()?;
        let layer = layer::classes(LAYER)
            .labels(CLASSES.map(|(class, _)| class))
            .score("LIX: from below 20 for books for children to above 60 for laws")
            .description("how hard the document is to read");
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
        // A text without words has no class: that is no error.
        if let Some(lix) = lix(document.text(), self.options.long_word) {
            let class = CLASSES.iter().position(|(_, limit)| lix < *limit);
            // A class without `target` speaks of the whole document.
            out.class(LAYER, CLASSES[class.unwrap_or(CLASSES.len() - 1)].0)
                .score(lix)
                .push()?;
        }
        Ok(())
    }
}

/// The LIX of a text; none for a text without words.
fn lix(text: &str, long_word: usize) -> Option<f32> {
    let (mut words, mut long) = (0_u32, 0_u32);
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        words += 1;
        long += u32::from(word.chars().nth(long_word - 1).is_some());
    }
    // "3.5" and "e.g." end nothing, so a sentence ends before white space. The last may end without.
    let ends = text
        .split_whitespace()
        .filter(|chunk| chunk.ends_with(['.', '!', '?', ':']));
    let sentences = (ends.count() as u32).max(1);
    let (words, long, sentences) = (words as f32, long as f32, sentences as f32);
    (words > 0.0).then(|| words / sentences + 100.0 * long / words)
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
            class => format!("{text}\n{LAYER}: {class}"),
        };
        let harness = Harness::<{{type}}>::new(options);
        harness.unwrap().check(text, &expected);
    }

    #[test]
    fn texts_get_their_class() {
        let hard = "Legislative harmonisation necessitates intergovernmental coordination.";
        check(json!({}), "The cat sat. The dog ran.", "very-easy");
        check(json!({}), hard, "very-hard");
        check(json!({ "long_word": 20 }), hard, "very-easy");
        check(json!({}), " … 😀", "");
    }

    /// Scores are floats, which are compared best where they are made.
    #[test]
    fn the_formula() {
        let check =
            |text: &str, expected: Option<f32>| assert_eq!(lix(text, 7), expected, "{text}");
        check("One two three. Four five six.", Some(3.0));
        check("Überall Häuser", Some(2.0 + 50.0));
        check("", None);
    }

    /// The option that is to blame.
    fn refused(options: Value) -> String {
        let harness = Harness::<{{type}}>::new(options);
        harness.err().unwrap().place
    }

    #[test]
    fn bad_options_are_refused_by_name() {
        assert_eq!(refused(json!({ "long_word": 0 })), "long_word");
        assert_eq!(refused(json!({ "long_word": "seven" })), "long_word");
        assert_eq!(refused(json!({ "longword": 7 })), "longword");
    }
}
