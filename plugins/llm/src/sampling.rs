//! Options of how tokens are chosen, which the extractors have in common.

use gloss_llama::Sampling;
use gloss_plugin::{Error, Result};

/// Checks what steers sampling.
pub(crate) fn check(sampling: &Sampling, max_tokens: usize) -> Result<()> {
    let Sampling { temperature, top_p, repeat_penalty, .. } = *sampling;
    let wrong = |option: &str, value: f32, right: &str| {
        Err(Error::option(option, format!("{value} is not {right}")))
    };
    if !(0.0..=100.0).contains(&temperature) {
        return wrong("temperature", temperature, "from 0 to 100");
    }
    if !(top_p > 0.0 && top_p <= 1.0) {
        return wrong("top_p", top_p, "above 0 and at most 1");
    }
    if !(1.0..=100.0).contains(&repeat_penalty) {
        return wrong("repeat_penalty", repeat_penalty, "from 1 to 100");
    }
    if max_tokens == 0 {
        return Err(Error::option("max_tokens", "0 tokens make no text; use 1 or more"));
    }
    Ok(())
}
