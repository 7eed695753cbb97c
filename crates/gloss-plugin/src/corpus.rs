//! The trait of extractors that must see every document before they can answer.

use std::ffi::c_void;
use std::io::Write;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{
    Cancellation, Description, Document, DocumentOutput, Error, Extractor, LoadContext, Models,
    Plan, Result, shim,
};

/// Annotates documents by what it found in all of them.
///
/// The host shows every document to states ([`observe`](CorpusExtractor::observe)), merges the
/// states into one, makes findings of it, and has every document annotated by them. `Self` and
/// [`Findings`](CorpusExtractor::Findings) are shared by all threads; a state is used by one
/// thread at a time. All functions may panic; a panic becomes an error.
///
/// **What comes out must depend on the set of documents alone**: not on their order, nor on how
/// they were spread over states, nor on the order of merging. So sums of floating-point numbers
/// are out, and ties are broken by something of the documents. The harness checks it
/// (`harness::CorpusHarness::check_independence`).
///
/// The host observes each batch in a state of its own and merges it into a larger one: an empty
/// state must be cheap, and merging must cost what `other` holds, not what `state` does.
pub trait CorpusExtractor: Sized + Send + Sync + 'static {
    /// As [`Extractor::Options`].
    type Options: DeserializeOwned + JsonSchema;

    /// What is kept of the documents that were observed. Lives in memory until all are.
    type State: Send + 'static;

    /// What was found in all documents; does not change.
    type Findings: Send + Sync + 'static;

    /// Version of the form that [`save`](CorpusExtractor::save) writes. A host hands
    /// [`restore`](CorpusExtractor::restore) no other.
    const STATE_VERSION: u32;

    /// As [`Extractor::describe`].
    fn describe() -> Description;

    /// As [`Extractor::plan`].
    ///
    /// # Errors
    /// When the options contradict each other or the model does not fit.
    fn plan(options: &Self::Options, models: &Models) -> Result<Plan>;

    /// As [`Extractor::load`].
    ///
    /// # Errors
    /// When a model cannot be read, or anything else it needs is missing.
    fn load(options: Self::Options, context: &LoadContext) -> Result<Self>;

    /// Makes a state that has seen nothing.
    ///
    /// # Errors
    /// When that fails.
    fn state(&self) -> Result<Self::State>;

    /// Takes note of a document.
    ///
    /// # Errors
    /// An error is one of this document, which must not have changed the state; others go on.
    fn observe(&self, state: &mut Self::State, document: &Document<'_>) -> Result<()>;

    /// Adds what `other` has seen.
    ///
    /// # Errors
    /// An error ends the run: documents would be missing.
    fn merge(&self, state: &mut Self::State, other: Self::State) -> Result<()>;

    /// Writes a state for [`restore`](CorpusExtractor::restore). The form must not depend on the
    /// machine.
    ///
    /// # Errors
    /// Those of the writer.
    fn save(&self, state: &Self::State, writer: &mut dyn Write) -> Result<()>;

    /// Makes a state of what [`save`](CorpusExtractor::save) wrote, maybe on another machine.
    ///
    /// # Errors
    /// When the bytes are damaged, or were made with options that do not fit these. They are not
    /// to be trusted.
    fn restore(&self, bytes: &[u8]) -> Result<Self::State>;

    /// Makes the findings. May use as many threads as [`LoadContext::threads`] says. When it takes
    /// long it should ask `cancellation` now and then, and return
    /// [`Cancellation::error`] when the run was cancelled.
    ///
    /// A host that runs the extractor in several processes calls this in each, so that equal
    /// states must make equal findings.
    ///
    /// # Errors
    /// An error ends the run.
    fn finish(&self, state: Self::State, cancellation: &Cancellation) -> Result<Self::Findings>;

    /// Annotates one document that was observed, as [`Extractor::extract`] does.
    ///
    /// # Errors
    /// An error is one of this document; others go on.
    fn annotate(
        &self,
        findings: &Self::Findings,
        document: &Document<'_>,
        output: &mut DocumentOutput<'_>,
    ) -> Result<()>;
}

/// What [`export!`](crate::export) takes for a [`CorpusExtractor`]:
/// `extractors: { "near-duplicates" => Corpus<NearDuplicates> }`.
pub struct Corpus<C>(pub(crate) C);

/// What an old host is told, which does not know the extension.
fn needs_extension() -> Error {
    Error::new("this extractor must see every document first, and the host cannot do that")
        .with_help("use a host that knows the extension \"gloss.corpus\"")
}

impl<C: CorpusExtractor> Extractor for Corpus<C> {
    type Options = C::Options;
    type Worker = ();

    fn describe() -> Description {
        C::describe()
    }

    fn plan(options: &C::Options, models: &Models) -> Result<Plan> {
        C::plan(options, models)
    }

    fn load(options: C::Options, context: &LoadContext) -> Result<Self> {
        C::load(options, context).map(Corpus)
    }

    fn worker(&self) -> Result<()> {
        Err(needs_extension())
    }

    fn extract(&self, (): &mut (), _: &Document<'_>, _: &mut DocumentOutput<'_>) -> Result<()> {
        Err(needs_extension())
    }

    fn extension(name: &str) -> *const c_void {
        match name {
            gloss_abi::CORPUS_EXTENSION => std::ptr::from_ref(shim::corpus::table::<C>()).cast(),
            _ => std::ptr::null(),
        }
    }
}
