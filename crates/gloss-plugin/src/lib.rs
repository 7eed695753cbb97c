//! What the author of a Gloss plugin depends on.
//!
//! Implement [`Extractor`], list it in [`export!`], build the crate as a `cdylib`:
//!
//! ```
//! use gloss_plugin::prelude::*;
//!
//! /// Options of the extractor; the doc comments become the help that users read.
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(default)]
//! struct ShoutingOptions {
//!     /// Fewest letters that make a shout.
//!     min_letters: usize,
//! }
//!
//! impl Default for ShoutingOptions {
//!     fn default() -> Self {
//!         ShoutingOptions { min_letters: 3 }
//!     }
//! }
//!
//! /// Finds words written in capitals.
//! struct Shouting {
//!     min_letters: usize,
//! }
//!
//! impl Extractor for Shouting {
//!     type Options = ShoutingOptions;
//!     type Worker = ();
//!
//!     fn describe() -> Description {
//!         Description { summary: "Words in capitals".into(), ..Description::default() }
//!     }
//!
//!     fn plan(_: &ShoutingOptions, _: &Models) -> Result<Plan> {
//!         Ok(Plan { provides: vec![layer::spans("shouts")], ..Plan::default() })
//!     }
//!
//!     fn load(options: ShoutingOptions, _: &LoadContext) -> Result<Self> {
//!         Ok(Shouting { min_letters: options.min_letters })
//!     }
//!
//!     fn worker(&self) -> Result<()> {
//!         Ok(())
//!     }
//!
//!     fn extract(&self, _: &mut (), document: &Document, out: &mut DocumentOutput) -> Result<()> {
//!         let text = document.text();
//!         for word in text.split_whitespace() {
//!             if word.len() >= self.min_letters && word.chars().all(char::is_uppercase) {
//!                 let start = word.as_ptr() as usize - text.as_ptr() as usize;
//!                 out.span("shouts", start..start + word.len()).push()?;
//!             }
//!         }
//!         Ok(())
//!     }
//! }
//!
//! gloss_plugin::export! {
//!     id: "example/shouting",
//!     extractors: { "shouting" => Shouting },
//! }
//! # fn main() {}
//! ```
//!
//! # Who owns what, and which thread
//!
//! An extractor is shared by all threads; each thread has a worker of its own for scratch memory.
//! Documents and layers are lent for the duration of [`Extractor::extract`]; what is pushed is
//! copied. A panic becomes an error of the document that caused it, and the worker is thrown away.
//!
//! An extractor that must see every document before it can answer implements [`CorpusExtractor`]
//! instead.

mod cancellation;
mod context;
mod corpus;
mod data_file;
mod error;
mod extractor;
#[cfg(feature = "harness")]
pub mod harness;
mod input;
pub mod layer;
mod log;
mod model;
mod output;
mod panics;
#[doc(hidden)]
pub mod shim;
mod span_run;
mod table;

pub use cancellation::Cancellation;
pub use context::{LoadContext, Models};
pub use corpus::{Corpus, CorpusExtractor};
pub use data_file::DataFile;
pub use error::{Error, Result};
pub use extractor::Extractor;
pub use gloss_doc::{AttributeSchema, AttributeType, Kind, LayerSchema};
pub use gloss_protocol::{
    Concurrency, Description, ModelFiles, Plan, Requirement, ResolvedFile, Window,
};
pub use input::{Annotation, AttributeValues, Batch, Document, Input, MetadataValue};
pub use model::Model;
pub use output::{AttributeValue, DocumentOutput, LayerRef, Output, Push};
pub use schemars::JsonSchema;
pub use serde::{Deserialize, Serialize};
pub use tracing;

/// What the macro needs; not for use by hand.
#[doc(hidden)]
pub use gloss_abi as abi;

/// Whether a text can stand in a string of JSON as it is. For the macro.
#[doc(hidden)]
#[must_use]
pub const fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b'"' | b'\\' | 0..0x20) {
            return false;
        }
        at += 1;
    }
    true
}

/// Everything that an extractor usually needs.
pub mod prelude {
    pub use crate::{
        AttributeType, Batch, Cancellation, Concurrency, Corpus, CorpusExtractor, DataFile,
        Description, Deserialize, Document, DocumentOutput, Error, Extractor, JsonSchema, Kind,
        LoadContext, Model, Models, Output, Plan, Requirement, Result, Serialize, layer,
        layer::Declare,
    };
}

/// Exports a plugin: its id, `publisher/name`, and its extractors by name.
///
/// Used once in a library of crate type `cdylib`. The version is that of the crate. Refuses to
/// compile under `panic = "abort"`, because panics could not be turned into errors there.
///
/// A plugin that cannot be loaded by itself says after its id what it needs beside its file, and how to
/// get that: `needs: "libtorch in the folder libtorch beside it: ..."`. Users are shown it. The text goes into
/// a string of JSON as it stands, so it has no quotation marks, backslashes or line breaks.
///
/// A type that implements [`CorpusExtractor`] stands in [`Corpus`]:
/// `extractors: { "shouting" => Shouting, "near-duplicates" => Corpus<NearDuplicates> }`.
#[macro_export]
macro_rules! export {
    (id: $id:literal, $(needs: $needs:literal,)? extractors: { $first:literal => $first_type:ty $(, $name:literal => $type:ty)* $(,)? } $(,)?) => {
        #[cfg(panic = "abort")]
        ::core::compile_error!("a Gloss plugin must be built with panic = \"unwind\"");

        $(const _: () = ::core::assert!($crate::is_plain($needs), "no quotation marks, backslashes or control characters");)?

        const _: () = {
            const MANIFEST_JSON: &str = ::core::concat!(
                "{\"id\":\"", $id,
                "\",\"version\":\"", ::core::env!("CARGO_PKG_VERSION"),
                "\",\"abi\":\"", $crate::abi::abi_version!(),
                "\",\"target\":\"", $crate::abi::target!(),
                "\",\"extractors\":[\"", $first, "\"", $(",\"", $name, "\"",)* "]"
                $(, ",\"needs\":\"", $needs, "\"")?, "}"
            );

            #[allow(unsafe_code)]
            #[used]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__gloss"))]
            #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".gloss"))]
            static MANIFEST: $crate::abi::Manifest<{ MANIFEST_JSON.len() }> =
                $crate::abi::Manifest::new(MANIFEST_JSON);

            static EXTRACTORS: &[$crate::abi::Extractor] = &[
                $crate::shim::table::<$first_type>($first),
                $($crate::shim::table::<$type>($name),)*
            ];

            extern "C" fn extractor(index: u32) -> *const $crate::abi::Extractor {
                match EXTRACTORS.get(index as usize) {
                    Some(table) => table,
                    None => ::core::ptr::null(),
                }
            }

            #[allow(unsafe_code, non_upper_case_globals)]
            #[unsafe(no_mangle)]
            pub static gloss_plugin_entry: $crate::abi::Entry = $crate::shim::entry(extractor);
        };
    };
}
