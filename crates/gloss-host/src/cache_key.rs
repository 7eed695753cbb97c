//! What a cached result is found by: everything that an extractor can read.
//!
//! An extractor is handed two things. One is what it is loaded with, which all documents of a stage
//! share. The other is the document as the stage sees it, which is hashed in the form in which it
//! would go to another process, so that nothing lent can be forgotten here.

use gloss_boundary::DocumentView;
use gloss_frame::{FrameWriter, Inputs, Kind, encode_batch};
use gloss_protocol::{LoadRequest, Plan};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::cache::CacheKey;
use crate::canonical::sorted;

/// Raised when the value of a key is to be read otherwise than before.
const FORMAT: u32 = 1;

/// An extractor as it is loaded for a stage.
#[derive(Clone, Copy, Debug)]
pub struct Loaded<'l> {
    /// Hexadecimal SHA-256 of the plugin's file.
    pub plugin: &'l str,
    /// Plugin id and extractor.
    pub extractor: &'l str,
    pub plan: &'l Plan,
    pub request: &'l LoadRequest,
    /// The numeric path; see [`instructions`].
    pub instructions: &'l str,
}

/// The part of the key that all documents of a stage share.
#[derive(Clone, Debug)]
pub struct StageKey {
    hasher: Sha256,
    inputs: Inputs,
}

impl StageKey {
    pub fn new(loaded: &Loaded<'_>) -> StageKey {
        let text = sorted(&ingredients(loaded)).to_string();
        StageKey {
            // A digest, so that where the stage's part ends does not depend on what it says.
            hasher: Sha256::new_with_prefix(Sha256::digest(text)),
            inputs: Inputs::new(loaded.plan, loaded.request),
        }
    }

    /// The key of each document.
    pub fn of(&self, views: &[DocumentView<'_>]) -> Vec<CacheKey> {
        let mut writer = FrameWriter::default();
        let key = |view| {
            encode_batch(&mut writer, &self.inputs, std::slice::from_ref(view));
            let frame = writer.finish(Kind::Extract, 0);
            self.hasher.clone().chain_update(frame).finalize().into()
        };
        views.iter().map(key).collect()
    }
}

/// All that an extractor is loaded with, but for what results must not depend on: how many threads
/// it has, and where the files of models and users lie.
fn ingredients(loaded: &Loaded<'_>) -> Value {
    let LoadRequest { options, models, files, inputs, wanted, threads: _ } = loaded.request;
    let model = |m: &gloss_protocol::ModelFiles| json!([m.name, m.version, m.digest]);
    let file = |f: &gloss_protocol::ResolvedFile| json!([f.name, f.digest]);
    let models: Value = models.iter().map(|(option, m)| (option.clone(), model(m))).collect();
    let files: Value = files
        .iter()
        .map(|(option, all)| (option.clone(), all.iter().map(file).collect::<Value>()))
        .collect();
    json!({
        "format": FORMAT,
        "frames": gloss_frame::VERSION,
        "documents": gloss_doc::json::SCHEMA,
        "interface": crate::abi_version().to_string(),
        "instructions": loaded.instructions,
        "plugin": loaded.plugin,
        "extractor": loaded.extractor,
        "plan": loaded.plan,
        "options": options,
        "models": models,
        "files": files,
        "inputs": inputs,
        "wanted": wanted,
    })
}

macro_rules! detected {
    ($test:ident: $($feature:tt)*) => {
        [$(($feature, std::arch::$test!($feature))),*]
    };
}

/// The system, and the instructions of its processor that kernels choose by. Sums of floating-point
/// numbers differ between them in the last bits, so results of one are not those of another.
pub fn instructions() -> String {
    #[cfg(target_arch = "x86_64")]
    let features = detected!(is_x86_feature_detected:
        "sse3" "ssse3" "sse4.1" "sse4.2" "popcnt" "f16c" "avx" "avx2" "fma" "avxvnni" "avx512f"
        "avx512bw" "avx512cd" "avx512dq" "avx512vl" "avx512vnni" "avx512bf16" "avx512fp16");
    #[cfg(target_arch = "aarch64")]
    let features = detected!(is_aarch64_feature_detected:
        "neon" "fp16" "bf16" "dotprod" "i8mm" "sve" "sve2");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let features: [(&str, bool); 0] = [];
    let mut path = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    for (feature, _) in features.iter().filter(|(_, there)| *there) {
        path.push(' ');
        path.push_str(feature);
    }
    path
}

#[cfg(test)]
mod tests;
