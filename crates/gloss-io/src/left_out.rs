//! Tasks that readers leave out of files because the files say so.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::read::counted;

/// Counts of tasks that were left out, by why.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeftOut(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl LeftOut {
    /// Counts one more task of this kind.
    pub fn add(&self, why: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(why).or_default() += 1;
    }

    /// A phrase for each.
    pub fn told(&self) -> Vec<String> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(why, count)| format!("{} {why}", counted(*count, "task"))).collect()
    }
}
