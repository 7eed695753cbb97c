//! Whether a long call should end.

#![allow(unsafe_code)]

use std::ffi::c_void;
use std::marker::PhantomData;

use crate::Error;
use crate::table::read_table;

/// Says whether the call to which it is lent should end; any thread may ask.
#[derive(Clone, Copy, Debug)]
pub struct Cancellation<'c> {
    raw: gloss_abi::Cancellation,
    _lent: PhantomData<&'c c_void>,
}

// SAFETY: the interface says that any thread may ask during the call.
unsafe impl Send for Cancellation<'_> {}
// SAFETY: as above.
unsafe impl Sync for Cancellation<'_> {}

impl Cancellation<'_> {
    /// # Safety
    /// `raw` is null, or a table that is lent as long as the value lives.
    pub(crate) unsafe fn new(raw: *const gloss_abi::Cancellation) -> Self {
        // SAFETY: the caller's promise.
        Cancellation { raw: unsafe { read_table(raw) }, _lent: PhantomData }
    }

    /// Whether the run was cancelled. Cheap.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        // SAFETY: the host's function, with its own context, during the call.
        self.raw.cancelled.is_some_and(|f| unsafe { f(self.raw.context) } != 0)
    }

    /// What a call returns that ends because the run was cancelled.
    #[must_use]
    pub fn error(&self) -> Error {
        Error::cancelled()
    }
}
