//! `gloss.json`: what this project's own adapters say beside what `peft` knows. `models/train/README.md` is the
//! format's specification.

use serde::Deserialize;

use crate::error::Error;

pub(super) const FILE: &str = "gloss.json";
/// The version of the format that is understood.
const FORMAT: u32 = 1;

/// The file.
#[derive(Debug, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    pub(crate) base: BaseFiles,
    /// The tokens of a window, special ones included.
    pub(crate) max_tokens: usize,
    pub(crate) heads: Vec<HeadEntry>,
    pub(crate) casing: Option<CasingEntry>,
}

/// The model that the adapter was trained on, to the byte.
#[derive(Debug, Deserialize)]
pub(crate) struct BaseFiles {
    pub(crate) name: String,
    pub(crate) model_sha256: String,
    pub(crate) tokenizer_sha256: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct HeadEntry {
    pub(crate) name: String,
    pub(crate) kind: HeadKind,
    /// The name of its tensors, without `.weight` and `.bias`.
    pub(crate) module: String,
    pub(crate) inputs: Vec<Feature>,
    pub(crate) labels: Vec<String>,
    pub(crate) activation: HeadActivation,
    /// What logits are divided by, so that probabilities are as often right as they say (Guo et al. 2017,
    /// <https://arxiv.org/abs/1706.04599>).
    pub(crate) temperature: f32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CasingEntry {
    pub(crate) module: String,
    pub(crate) classes: Vec<String>,
}

/// What a head answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeadKind {
    /// A text.
    Sequence,
    /// Each target in a text.
    Targeted,
    /// Each token.
    Token,
}

/// What logits become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeadActivation {
    /// Probabilities, of which one label is right.
    Softmax,
    /// A number from -1 to 1.
    Tanh,
}

/// What goes into a head; rows are those of the last layer, special tokens' among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Feature {
    /// The mean of all rows.
    Mean,
    /// The largest number of each column.
    Max,
    /// The first row.
    Cls,
    /// The mean of a target's rows.
    TargetMean,
    /// The largest number of each column of a target's rows.
    TargetMax,
    /// The row of a token.
    Token,
}

impl Feature {
    fn fits(self, kind: HeadKind) -> bool {
        match self {
            Self::Mean | Self::Max | Self::Cls => kind != HeadKind::Token,
            Self::TargetMean | Self::TargetMax => kind == HeadKind::Targeted,
            Self::Token => kind == HeadKind::Token,
        }
    }
}

impl Manifest {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let invalid = |field: &str, reason: String| Error::invalid(FILE, field, reason);
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| invalid("JSON", error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(Error::unsupported(FILE, format!("version {} of it", manifest.format)));
        }
        for head in &manifest.heads {
            if head.labels.is_empty() || head.inputs.is_empty() {
                return Err(invalid(&head.name, "it has no labels or no inputs".to_owned()));
            }
            if let Some(input) = head.inputs.iter().find(|input| !input.fits(head.kind)) {
                let reason = format!("{input:?} is no input of the kind {:?}", head.kind);
                return Err(invalid(&head.name, reason));
            }
            if !(head.temperature.is_finite() && head.temperature > 0.0) {
                return Err(invalid(&head.name, format!("the temperature {}", head.temperature)));
            }
        }
        let tokens = manifest.heads.iter().filter(|head| head.kind == HeadKind::Token).count();
        if tokens > 1 || tokens == 1 && manifest.heads.len() > 1 {
            return Err(invalid("heads", "one for tokens has no other beside it".to_owned()));
        }
        Ok(manifest)
    }
}
