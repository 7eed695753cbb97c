//! What of `config.json` DeBERTa alone has.

use gloss_kernels::Activation;
use serde::Deserialize;

use super::read::{MOST, activation};
use super::{FILE, RelativeConfig};
use crate::error::Error;

#[derive(Deserialize)]
pub(super) struct Raw {
    relative_attention: Option<bool>,
    /// `c2p|p2c`, or a list of the same.
    pos_att_type: Option<Kinds>,
    max_relative_positions: Option<i64>,
    position_buckets: Option<i64>,
    share_att_key: Option<bool>,
    norm_rel_ebd: Option<String>,
    position_biased_input: Option<bool>,
    conv_kernel_size: Option<i64>,
    pooler_hidden_act: Option<String>,
    pooler_hidden_size: Option<usize>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Kinds {
    Joined(String),
    List(Vec<String>),
}

impl Raw {
    pub(super) fn absolute(&self) -> bool {
        self.position_biased_input.unwrap_or(true)
    }

    fn has(&self, wanted: &str) -> bool {
        match &self.pos_att_type {
            Some(Kinds::Joined(names)) => names.split('|').any(|name| name.trim() == wanted),
            Some(Kinds::List(names)) => names.iter().any(|name| name == wanted),
            None => false,
        }
    }

    /// Kinds of products that scores are sums of; kinds that are named count even if attention has no
    /// distances.
    pub(super) fn products(&self) -> usize {
        1 + usize::from(self.has("c2p")) + usize::from(self.has("p2c"))
    }

    pub(super) fn pooler_activation(&self) -> Result<Activation, Error> {
        activation("pooler_hidden_act", self.pooler_hidden_act.as_deref().unwrap_or("gelu"))
    }

    pub(super) fn relative(
        &self,
        hidden: usize,
        positions: usize,
    ) -> Result<RelativeConfig, Error> {
        if self.conv_kernel_size.is_some_and(|size| size > 0) {
            return Err(Error::unsupported(FILE, "a convolution (conv_kernel_size)"));
        }
        if self.pooler_hidden_size.is_some_and(|size| size != hidden) {
            return Err(Error::unsupported(FILE, "a pooler of a width of its own"));
        }
        if !self.relative_attention.unwrap_or(false) {
            return Ok(RelativeConfig::None);
        }
        let positive = |field: &str, value: Option<i64>| match value {
            Some(value) if value > MOST as i64 => {
                Err(Error::invalid(FILE, field, format!("{value} is no size")))
            }
            Some(value) if value > 0 => Ok(Some(value as usize)),
            _ => Ok(None),
        };
        let most = positive("max_relative_positions", self.max_relative_positions)?;
        let most = most.unwrap_or(positions);
        let buckets = positive("position_buckets", self.position_buckets)?;
        // Logarithms of distances are told apart beyond half of the buckets.
        if buckets.is_some_and(|buckets| buckets < 4 || buckets / 2 >= most - 1) {
            let reason =
                format!("they must be at least 4, and less than twice the {most} positions");
            return Err(Error::invalid(FILE, "position_buckets", reason));
        }
        Ok(RelativeConfig::Disentangled {
            span: buckets.unwrap_or(most),
            buckets,
            most,
            keys: self.has("c2p"),
            queries: self.has("p2c"),
            shared: self.share_att_key.unwrap_or(false),
            normalized: self
                .norm_rel_ebd
                .as_ref()
                .is_some_and(|names| names.contains("layer_norm")),
        })
    }
}
