//! `adapter_config.json`: of what kind an adapter is.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::CONFIG;
use crate::config::Task;
use crate::error::Error;

/// What of the file matters here.
#[derive(Debug)]
pub(super) struct Config {
    /// What the adapter's head is for; none if it has none.
    pub(super) task: Option<Task>,
    alpha: f32,
    /// Sums are divided by the root of their rank (Kalajdzievski 2023, <https://arxiv.org/abs/2312.03732>).
    root: bool,
}

/// The file as it is.
#[derive(Deserialize)]
struct Raw {
    peft_type: Option<String>,
    task_type: Option<String>,
    lora_alpha: Option<f32>,
    bias: Option<String>,
    #[serde(default)]
    use_rslora: bool,
    #[serde(default)]
    use_dora: bool,
    use_qalora: Option<bool>,
    use_bdlora: Option<Value>,
    #[serde(default)]
    fan_in_fan_out: bool,
    alpha_pattern: Option<BTreeMap<String, Value>>,
    layer_replication: Option<Value>,
}

impl Config {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let invalid = |field: &str, reason: String| Error::invalid(CONFIG, field, reason);
        let raw: Raw =
            serde_json::from_slice(bytes).map_err(|error| invalid("JSON", error.to_string()))?;
        match raw.peft_type.as_deref() {
            Some("LORA") => {}
            Some(other) => return Err(Error::unsupported(CONFIG, format!("the method {other}"))),
            None => return Err(invalid("peft_type", "it is missing".to_owned())),
        }
        let patterned = raw.alpha_pattern.is_some_and(|pattern| !pattern.is_empty());
        let biased = raw.bias.is_some_and(|bias| bias != "none");
        let replicated = raw.layer_replication.is_some_and(|value| !value.is_null());
        for (asked, what) in [
            (raw.use_dora, "use_dora"),
            (raw.use_qalora == Some(true), "use_qalora"),
            (raw.use_bdlora.is_some_and(|value| !value.is_null()), "use_bdlora"),
            (raw.fan_in_fan_out, "fan_in_fan_out"),
            (patterned, "alpha_pattern"),
            (biased, "bias"),
            (replicated, "layer_replication"),
        ] {
            if asked {
                return Err(Error::unsupported(CONFIG, what));
            }
        }
        let alpha = raw.lora_alpha.unwrap_or(8.0);
        if !alpha.is_finite() {
            return Err(invalid("lora_alpha", format!("{alpha} is not finite")));
        }
        let task = match raw.task_type.as_deref() {
            Some("SEQ_CLS") => Some(Task::SequenceClassification),
            Some("TOKEN_CLS") => Some(Task::TokenClassification),
            None | Some("FEATURE_EXTRACTION") => None,
            Some(other) => return Err(Error::unsupported(CONFIG, format!("the task {other}"))),
        };
        Ok(Self { task, alpha, root: raw.use_rslora })
    }

    /// What sums of this rank are multiplied with.
    pub(super) fn scale(&self, rank: usize) -> f32 {
        let rank = rank as f32;
        self.alpha / if self.root { rank.sqrt() } else { rank }
    }
}
