//! The arguments of `gloss compare`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use gloss_compare::GateRule;
use gloss_compare::result::Metric;
use gloss_compare::texts::Tokenizer;
use gloss_compare::vectors::Baseline;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;

use crate::args::{CacheFolder, bytes};
use crate::input::InputFlags;

#[derive(Debug, Args)]
pub struct Compare {
    /// Variants, each as `[NAME=][FORMAT:]PATH[#LAYER]`; or a comparison file, which ends in .toml
    #[arg(required = true, value_name = "VARIANT")]
    pub variants: Vec<String>,
    /// The layer of variants that name none: `stage/layer`, a stage, or a type of layers; several
    /// layers of one file are compared with each other
    #[arg(long, value_name = "LAYER")]
    pub layer: Vec<String>,
    /// What is taken to be right: the name of a variant, or one more variant
    #[arg(long, value_name = "NAME|VARIANT")]
    pub gold: Option<String>,
    #[command(flatten)]
    pub rules: Rules,
    #[command(flatten)]
    pub statistics: Statistics,
    #[command(flatten)]
    pub report: Report,
    #[command(flatten)]
    pub sample: Sample,
    #[command(flatten)]
    pub input: InputFlags,
    #[command(flatten)]
    pub run: Run,
}

/// What counts as the same.
#[derive(Debug, Args)]
#[command(next_help_heading = "What counts as the same")]
pub struct Rules {
    /// Labels that mean the same: FROM=TO, with commas between them
    #[arg(long, value_name = "FROM=TO", value_delimiter = ',', value_parser = mapped)]
    pub map: Vec<(String, String)>,
    /// A label to leave out, after mapping; may be repeated
    #[arg(long, value_name = "LABEL")]
    pub drop_label: Vec<String>,
    /// Labels from low to high, with commas between them, for ordinal agreement
    #[arg(long, value_name = "LABELS", value_delimiter = ',')]
    pub label_order: Vec<String>,
    /// Find documents to be the same by their texts, not their ids
    #[arg(long)]
    pub by_text: bool,
    /// Take texts that differ in white space alone for the same
    #[arg(long)]
    pub ignore_white_space: bool,
    /// Do not cut articles ("the") off spans for the boundary-normalised score
    #[arg(long)]
    pub no_leading: bool,
    /// Do not cut endings ("'s") off
    #[arg(long)]
    pub no_trailing: bool,
    /// Do not cut punctuation off
    #[arg(long)]
    pub no_punctuation: bool,
    /// Do not cut white space off
    #[arg(long)]
    pub no_white_space: bool,
    /// What the words of a text are, for ROUGE and for measures against the document; `unicode` by
    /// default
    #[arg(long)]
    pub tokenizer: Option<Words>,
    /// Stem the words of English texts, as rouge-score does when asked
    #[arg(long)]
    pub stem: bool,
    /// Compare texts by BERTScore as well, with the vectors that this model gives their tokens: a name of the
    /// catalogue, or the folder of an encoder
    #[arg(long, value_name = "MODEL")]
    pub bertscore: Option<String>,
    /// The model's layer that the vectors are of: 0 are its embeddings, n is what comes out of the nth layer; by
    /// default the last
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub bertscore_layer: Option<i32>,
    /// What unrelated texts score with this model and layer, which BERTScore is rescaled by to be 0
    #[arg(long, value_name = "P,R,F1", allow_hyphen_values = true, value_parser = baseline)]
    pub bertscore_baseline: Option<Baseline>,
    /// Weigh tokens more in BERTScore the fewer references have them
    #[arg(long)]
    pub idf: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Words {
    /// Words by Unicode Standard Annex 29
    Unicode,
    /// Runs of a to z and 0 to 9, as rouge-score has it: it breaks words at other letters
    Ascii,
}

impl From<Words> for Tokenizer {
    fn from(words: Words) -> Tokenizer {
        match words {
            Words::Unicode => Tokenizer::Unicode,
            Words::Ascii => Tokenizer::Ascii,
        }
    }
}

/// Whether it is real.
#[derive(Debug, Args)]
#[command(next_help_heading = "Statistics")]
pub struct Statistics {
    /// Show scores by the values of this field of the metadata; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub slice: Vec<String>,
    /// Succeed only if a drop of the candidate behind the baseline that is larger than the margin is
    /// ruled out; needs a gold
    #[arg(long, value_name = "METRIC:BASELINE:CANDIDATE:MARGIN", value_parser = gate)]
    pub gate: Option<GateRule>,
    /// Seed of all random numbers; 1 by default
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Resamples of the bootstrap, and rounds of randomisation; 10,000 by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub resamples: Option<u32>,
}

/// What is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Report {
    /// What to write; by default as the output's name ends
    #[arg(short, long)]
    pub format: Option<Format>,
    /// Write the comparison to this file: .json, .csv, .md, .xml (JUnit), .html or .txt; may be
    /// repeated
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Places in documents to show where variants differ most; by default as many as fit
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Show no progress
    #[arg(short, long)]
    pub quiet: bool,
}

/// Documents to be corrected by hand.
#[derive(Debug, Args)]
#[command(next_help_heading = "From disagreement to gold")]
pub struct Sample {
    /// Write so many documents as tasks for Label Studio to the output, with a configuration beside
    /// them: some of those in which variants differ most, and some at random
    #[arg(long, value_name = "N", requires = "output")]
    pub sample: Option<usize>,
    /// The share of them that is drawn at random
    #[arg(long, value_name = "SHARE", requires = "sample", default_value_t = 0.5)]
    pub random_share: f64,
}

/// For comparison files whose variants are pipelines.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running pipelines")]
pub struct Run {
    /// Threads; by default as many as there are cores
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Run every stage in processes of its own
    #[arg(long)]
    pub isolate: bool,
    /// Refuse models that would have to be added to `gloss.lock`
    #[arg(long)]
    pub locked: bool,
    /// Neither keep results nor take those that are kept
    #[arg(long)]
    pub no_cache: bool,
    /// The most that the cache may take up
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = bytes)]
    pub cache_size: u64,
    #[command(flatten)]
    pub folder: CacheFolder,
    /// Also measure what each pipeline costs: it is run so often more, with nothing from the cache, in a
    /// process of its own
    #[arg(long, value_name = "RUNS", num_args = 0..=1, require_equals = true, default_missing_value = "5", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub cost: Option<u16>,
    /// The process of its own: which variant, and which layer of it
    #[arg(long, hide = true, requires = "cost", value_name = "NUMBER=LAYER", value_parser = target)]
    pub measure: Option<(usize, String)>,
}

fn target(text: &str) -> Result<(usize, String), String> {
    let (number, layer) = text.split_once('=').ok_or("not NUMBER=LAYER")?;
    Ok((number.parse().map_err(|_| "not a number")?, layer.to_owned()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading in a terminal
    Terminal,
    /// For programs
    Json,
    /// All figures, a row for each
    Csv,
    /// For pull requests
    Markdown,
    /// The gate and warnings as test cases, in JUnit's XML
    Junit,
    /// One page that needs nothing else, to look at the documents
    Html,
}

fn mapped(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((from, to)) if !from.is_empty() && !to.is_empty() => {
            Ok((from.to_owned(), to.to_owned()))
        }
        _ => Err("not FROM=TO".to_owned()),
    }
}

fn baseline(text: &str) -> Result<Baseline, String> {
    let parts: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    match (parts.as_slice(), text.split(',').count()) {
        (&[precision, recall, f1], 3)
            if parts.iter().all(|part| part.is_finite() && *part < 1.0) =>
        {
            Ok(Baseline { precision, recall, f1 })
        }
        _ => Err("not P,R,F1: three numbers below 1".to_owned()),
    }
}

/// A gate. Names of variants with a colon can be given in a comparison file.
fn gate(text: &str) -> Result<GateRule, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let [metric, baseline, candidate, margin] = parts.as_slice() else {
        return Err("not METRIC:BASELINE:CANDIDATE:MARGIN".to_owned());
    };
    let name = metric.to_lowercase().replace('-', "_");
    let deserializer: serde::de::value::StrDeserializer<'_, Error> =
        name.as_str().into_deserializer();
    let metric = Metric::deserialize(deserializer).map_err(|error| error.to_string())?;
    let margin = f64::from_str(margin).ok().filter(|margin| margin.is_finite() && *margin >= 0.0);
    let Some(margin) = margin else {
        return Err("the margin is a number from 0, such as 0.01".to_owned());
    };
    Ok(GateRule::new(metric, baseline, candidate, margin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn baselines() {
        let check = |text: &str, expected: Option<f64>| {
            assert_eq!(baseline(text).ok().map(|found| found.f1), expected, "{text}");
        };
        check("0.3,0.4,0.35", Some(0.35));
        check("-0.1, 0, 0.5", Some(0.5));
        check("0.3,0.4", None);
        check("0.3,0.4,0.35,x", None);
        check("x,0.3,0.4,0.35", None);
        check("0.3,0.4,1", None);
        check("NaN,0.4,0.1", None);
    }

    #[test]
    fn gates() {
        let check = |text: &str, expected: Result<(Metric, f64), &str>| match (gate(text), expected)
        {
            (Ok(rule), Ok(expected)) => {
                assert_eq!((rule.metric, rule.margin), expected, "{text}");
                assert_eq!((rule.baseline.as_str(), rule.candidate.as_str()), ("old", "new"));
                assert_eq!(rule.minimum_documents, 30);
            }
            (Err(message), Err(part)) => assert!(message.contains(part), "{text}: {message}"),
            (found, expected) => panic!("{text}: {found:?}, expected {expected:?}"),
        };
        check("strict_f1:old:new:0.01", Ok((Metric::StrictF1, 0.01)));
        check("Strict-F1:old:new:0", Ok((Metric::StrictF1, 0.0)));
        check("strict:old:new:0.01", Err("strict_f1"));
        check("strict_f1:old:new", Err("METRIC:BASELINE"));
        check("strict_f1:old:new:-1", Err("from 0"));
        check("strict_f1:old:new:x", Err("from 0"));
    }
}
