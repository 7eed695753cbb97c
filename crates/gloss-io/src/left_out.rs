//! What readers leave out of files because the files say so.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts of what was left out, by what it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeftOut(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl LeftOut {
    /// Counts one more of these, which are called so in the plural.
    pub fn add(&self, what: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(what).or_default() += 1;
    }

    /// A phrase for each.
    pub fn told(&self) -> Vec<String> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(what, count)| format!("{count} {what}")).collect()
    }
}
