//! Who a plugin is, read from its file without running code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The JSON in a plugin's manifest section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `publisher/name`.
    pub id: String,
    /// Version of the plugin.
    pub version: String,
    /// Version of the interface it was built against, as [`AbiVersion`] reads it.
    pub abi: String,
    /// `ARCH-OS-ENVIRONMENT` for which it was built, or `unknown`.
    pub target: String,
    /// Names of its extractors.
    pub extractors: Vec<String>,
    /// What it needs beside its file, and how to get it, in a sentence for its users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
}

/// A version of the interface: `1.0` or, before that, `1.0-rc.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbiVersion {
    /// Incompatible changes.
    pub major: u16,
    /// Compatible additions.
    pub minor: u16,
    /// Number of the release candidate, 0 for a final version.
    pub candidate: u16,
}

impl AbiVersion {
    /// Whether a host of version `self` can load a plugin of version `plugin`.
    #[must_use]
    pub fn accepts(self, plugin: AbiVersion) -> bool {
        self.major == plugin.major && self.candidate == plugin.candidate
    }
}

impl fmt::Display for AbiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.candidate > 0 { write!(f, "-rc.{}", self.candidate) } else { Ok(()) }
    }
}

impl FromStr for AbiVersion {
    type Err = ();

    fn from_str(text: &str) -> Result<AbiVersion, ()> {
        let (numbers, candidate) = match text.split_once("-rc.") {
            Some((numbers, candidate)) => (numbers, candidate.parse().map_err(drop)?),
            None => (text, 0),
        };
        let (major, minor) = numbers.split_once('.').ok_or(())?;
        Ok(AbiVersion {
            major: major.parse().map_err(drop)?,
            minor: minor.parse().map_err(drop)?,
            candidate,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(text.parse::<AbiVersion>().ok().map(|v| v.to_string()).as_deref(), expected);
        };
        check("1.0", Some("1.0"));
        check("1.12-rc.3", Some("1.12-rc.3"));
        check("1", None);
        check("1.x", None);
        check("1.0-rc.", None);
    }

    #[test]
    fn acceptance() {
        let check = |host: &str, plugin: &str, expected| {
            let [host, plugin] = [host, plugin].map(|v| v.parse::<AbiVersion>().unwrap());
            assert_eq!(host.accepts(plugin), expected, "{host} {plugin}");
        };
        check("1.2", "1.0", true);
        check("1.0", "1.7", true);
        check("2.0", "1.0", false);
        check("1.0-rc.2", "1.0-rc.1", false);
        check("1.0", "1.0-rc.1", false);
    }
}
