//! How a fetch tells its caller what it is doing, and how the caller stops it.

/// Receives the steps of one fetch, on the thread that called it. Every method may be left out.
pub trait Progress {
    /// A source is being tried; `total` is the number of bytes expected, where it is known.
    fn started(&mut self, source: &str, total: Option<u64>) {
        let _ = (source, total);
    }
    /// So many more bytes are here (those left from an interrupted download count once, at first).
    fn advanced(&mut self, bytes: u64) {
        let _ = bytes;
    }
    /// A source was given up; the next one, if any, is tried.
    fn source_failed(&mut self, source: &str, reason: &str) {
        let _ = (source, reason);
    }
    /// The files are being taken out of the package.
    fn unpacking(&mut self) {}
    /// The files' hashes are being compared with the catalogue's.
    fn verifying(&mut self) {}
    /// The model is in the store.
    fn done(&mut self) {}
    /// Asked at every block of bytes and while waiting for the installer or another process; `true`
    /// makes the fetch end with [`crate::Error::Cancelled`]. A silent connection delays it by at most
    /// the stall timeout.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Says nothing and never cancels.
impl Progress for () {}
