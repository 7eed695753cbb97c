//! Makes a vector of a text, so that similar texts have vectors that point the same way: an example
//! to make yours.
//!
//! It is whole: options that users can set, Unicode, tests. Runs of letters are counted, and each is
//! hashed to one number of the vector ("feature hashing"), so no model is needed.

use gloss_plugin::prelude::*;

/// The layer that is made. Other stages ask for it by this name.
const LAYER: &str = "{{name}}";

/// What a pipeline file may set. The comments are the help that users read, in `gloss plugin info`
/// and in their editors. `deny_unknown_fields` finds what they mistype.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Numbers in a vector.
    #[schemars(range(min = 1, max = 4096))]
    pub dimension: u32,
    /// Letters in a run.
    #[schemars(range(min = 1, max = 16))]
    pub letters: usize,
}

// Every option has a default, so that a stage needs none.
impl Default for Options {
    fn default() -> Options {
        Options {
            dimension: 256,
            letters: 3,
        }
    }
}

impl Options {
    /// The schema tells editors the limits; this keeps them. The error names the option, so that
    /// users are shown the line of their pipeline file.
    fn check(&self) -> Result<()> {
        if !(1..=4096).contains(&self.dimension) {
            return Err(Error::option("dimension", "a vector has 1 to 4096 numbers"));
        }
        if !(1..=16).contains(&self.letters) {
            return Err(Error::option("letters", "a run has 1 to 16 letters"));
        }
        Ok(())
    }
}

/// The loaded extractor. All threads share it.
#[derive(Debug)]
pub struct {{type}} {
    options: Options,
}

/// Memory of one thread, used again for every document.
#[derive(Debug, Default)]
pub struct Scratch {
    letters: Vec<char>,
    vector: Vec<f32>,
}

impl Extractor for {{type}} {
    type Options = Options;
    type Worker = Scratch;

    fn describe() -> Description {
        Description {
            summary: "vectors of hashed letters: similar texts point the same way".to_owned(),
            gives: vec![LAYER.to_owned()],
            ..Description::default()
        }
    }

    // Runs for every `gloss check`, before anything is loaded: what cannot work is refused here.
    fn plan(options: &Options, _: &Models) -> Result<Plan> {
        options.check()?;
        let layer = layer::vectors(LAYER, options.dimension)
            .description("counts of hashed runs of letters; of length 1, or 0 without any");
        Ok(Plan {
            provides: vec![layer],
            ..Plan::default()
        })
    }

    fn load(options: Options, _: &LoadContext) -> Result<Self> {
        options.check()?;
        Ok(Self { options })
    }

    fn worker(&self) -> Result<Scratch> {
        Ok(Scratch::default())
    }

    // Called for one document at a time, by several threads at once. An error or a panic costs this
    // document alone.
    fn extract(
        &self,
        scratch: &mut Scratch,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        embed(document.text(), &self.options, scratch);
        // A vector without `target` speaks of the whole document.
        out.vector(LAYER, &scratch.vector).push()?;
        Ok(())
    }
}

/// Makes the vector of a text, in `scratch`. What annotations are must depend on the text alone, so
/// nothing of the last one may be left.
fn embed(text: &str, options: &Options, scratch: &mut Scratch) {
    let Scratch { letters, vector } = scratch;
    letters.clear();
    // Each run of other characters is one blank, so that line breaks make no difference.
    for c in text.chars().flat_map(char::to_lowercase) {
        match c.is_alphanumeric() {
            true => letters.push(c),
            false if letters.last() != Some(&' ') => letters.push(' '),
            false => {}
        }
    }
    vector.clear();
    vector.resize(options.dimension as usize, 0.0);
    for run in letters.windows(options.letters) {
        let hash = hash(run);
        let place = hash % u64::from(options.dimension);
        // Two runs that share a place cancel each other out as often as they add up.
        vector[place as usize] += if hash >> 63 == 0 { 1.0 } else { -1.0 };
    }
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
}

/// FNV-1a. The hashes of the standard library may be others in its next version, and vectors with
/// them.
fn hash(run: &[char]) -> u64 {
    run.iter()
        .flat_map(|c| u32::from(*c).to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
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

    /// How much the vectors of two texts point the same way, from -1 to 1.
    fn similarity(a: &str, b: &str) -> f32 {
        let mut scratch = Scratch::default();
        let mut vector = |text: &str| {
            embed(text, &Options::default(), &mut scratch);
            scratch.vector.clone()
        };
        let (a, b) = (vector(a), vector(b));
        a.iter().zip(&b).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn similar_texts_point_the_same_way() {
        let text = "The harbour was closed on Tuesday.";
        assert!((similarity(text, "the HARBOUR was\nclosed on Tuesday!") - 1.0).abs() < 1e-5);
        assert!(similarity(text, "The harbours were closed on a Tuesday.") > 0.6);
        assert!(similarity(text, "Wir essen gern Äpfel.") < 0.3);
        assert_eq!(similarity(text, ""), 0.0);
    }

    #[test]
    fn every_document_gets_a_vector() {
        let options = json!({ "dimension": 2, "letters": 1 });
        let harness = Harness::<{{type}}>::new(options).unwrap();
        for text in ["", "a", "😀", "One text.\n"] {
            let document = harness.run(text).unwrap();
            assert_eq!(document.layers[0].annotations.len(), 1, "{text}");
        }
    }

    /// The option that is to blame.
    fn refused(options: Value) -> String {
        let harness = Harness::<{{type}}>::new(options);
        harness.err().unwrap().place
    }

    #[test]
    fn bad_options_are_refused_by_name() {
        assert_eq!(refused(json!({ "dimension": 0 })), "dimension");
        assert_eq!(refused(json!({ "letters": 17 })), "letters");
        assert_eq!(refused(json!({ "size": 7 })), "size");
    }
}
