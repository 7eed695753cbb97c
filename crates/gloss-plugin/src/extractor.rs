//! The trait that plugin authors implement.

use std::ffi::c_void;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{
    Batch, Description, Document, DocumentOutput, LoadContext, Models, Output, Plan, Result,
};

/// Annotates documents.
///
/// `Self` is the loaded instance: it is shared by all threads and immutable unless it
/// synchronises. All functions may panic; a panic becomes an error.
pub trait Extractor: Sized + Send + Sync + 'static {
    /// The options that a pipeline file may set. Give every field a default, so that an empty
    /// table is enough; doc comments become the help in editors.
    type Options: DeserializeOwned + JsonSchema;

    /// Scratch memory of one thread. It may move between threads, one at a time.
    type Worker: Send + 'static;

    /// What this extractor is, whatever its options.
    fn describe() -> Description;

    /// Exactly what it requires and provides with these options. Loads no weights: it runs for
    /// every check of a pipeline.
    ///
    /// # Errors
    /// When the options contradict each other or the model does not fit.
    fn plan(options: &Self::Options, models: &Models) -> Result<Plan>;

    /// Loads an instance; once for each stage that names the extractor.
    ///
    /// # Errors
    /// When a model cannot be read, or anything else it needs is missing.
    fn load(options: Self::Options, context: &LoadContext) -> Result<Self>;

    /// Makes the scratch memory of one thread.
    ///
    /// # Errors
    /// When that fails.
    fn worker(&self) -> Result<Self::Worker>;

    /// Annotates one document. What is pushed becomes visible when it returns `Ok`.
    ///
    /// # Errors
    /// An error is one of this document; others go on.
    fn extract(
        &self,
        worker: &mut Self::Worker,
        document: &Document<'_>,
        output: &mut DocumentOutput<'_>,
    ) -> Result<()>;

    /// Annotates a batch. Override it when several documents together are faster; an annotation
    /// must not depend on what else is in its batch.
    ///
    /// # Errors
    /// An error is one of the whole batch: the host tries its unfinished documents one by one.
    fn extract_batch(
        &self,
        worker: &mut Self::Worker,
        batch: &Batch<'_>,
        output: &mut Output<'_>,
    ) -> Result<()> {
        for document in batch.documents() {
            if output.cancelled() {
                return Ok(());
            }
            let mut out = output.document(document.index());
            match self.extract(worker, &document, &mut out) {
                Ok(()) => out.finish()?,
                // It stopped because it was told to: the document is skipped, not failed.
                Err(_) if out.cancelled() => return Ok(()),
                Err(error) => out.fail(&error),
            }
        }
        Ok(())
    }

    /// The table of an extension of the interface; the SDK overrides it.
    #[doc(hidden)]
    fn extension(_: &str) -> *const c_void {
        std::ptr::null()
    }
}
