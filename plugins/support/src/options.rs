//! What a pipeline file may set.

use gloss_faithfulness::Limits;
use gloss_plugin::prelude::*;

/// Options of the extractor `support`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Type of the layer of texts that are checked. Where several stages provide it, `inputs` says
    /// which is meant.
    pub texts: String,
    /// A clause of which less than this share is carried is `unsupported`, from 0 to 1. One with a name,
    /// number, date or role that is not carried is so whatever its share.
    pub unsupported_below: f64,
    /// A clause of which at least this share is carried is `supported`, from 0 to 1. What is between the
    /// two is `partly` carried.
    pub supported_from: f64,
}

impl Default for Options {
    fn default() -> Options {
        let Limits { supported, unsupported } = Limits::default();
        Options {
            texts: "summary".to_owned(),
            unsupported_below: unsupported,
            supported_from: supported,
        }
    }
}

impl Options {
    /// The limits between the labels.
    ///
    /// # Errors
    /// When they are no shares, or the lower one is above the upper one.
    pub fn limits(&self) -> Result<Limits> {
        let shares = [
            ("unsupported_below", self.unsupported_below),
            ("supported_from", self.supported_from),
        ];
        for (option, share) in shares {
            if !(0.0..=1.0).contains(&share) {
                return Err(Error::option(option, format!("{share} is no share from 0 to 1")));
            }
        }
        if self.unsupported_below > self.supported_from {
            let message = format!(
                "{} is above supported_from, which is {}",
                self.unsupported_below, self.supported_from
            );
            return Err(Error::option("unsupported_below", message)
                .with_help("what is between the two is partly carried"));
        }
        Ok(Limits { supported: self.supported_from, unsupported: self.unsupported_below })
    }
}
