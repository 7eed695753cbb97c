//! Whether to go on with a long document.

use crate::error::Error;

/// Work on this many tokens or words takes well below a tenth of a second.
pub(crate) const OFTEN: usize = 4096;

/// Asks the caller now and then.
#[derive(Clone, Copy)]
pub(crate) struct Watch<'a>(&'a dyn Fn() -> bool);

impl<'a> Watch<'a> {
    /// `stop` says whether to stop.
    pub(crate) fn new(stop: &'a dyn Fn() -> bool) -> Self {
        Self(stop)
    }

    /// Never stops.
    pub(crate) fn never() -> Watch<'static> {
        Watch(&|| false)
    }

    /// An error if the work is to stop.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if (self.0)() { Err(Error::Stopped) } else { Ok(()) }
    }

    /// [`Watch::check`] for every so many of the positions 0, 1 ...
    pub(crate) fn check_at(&self, position: usize) -> Result<(), Error> {
        if position % OFTEN == OFTEN - 1 { self.check() } else { Ok(()) }
    }
}
