//! Tensors that models of one process share, because they are of the same file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::time::SystemTime;

use crate::error::Error;

/// A tensor of a file, as the file was when it was read.
#[derive(Clone, PartialEq, Eq)]
struct Key {
    path: PathBuf,
    length: u64,
    changed: Option<SystemTime>,
    tensor: String,
    shape: Vec<usize>,
}

/// A tensor that lives as long as a model has it.
type Living = (Key, Weak<Vec<f32>>);

/// There are few: one for each model that is loaded.
static SHARED: LazyLock<Mutex<Vec<Living>>> = LazyLock::new(Mutex::default);

/// The tensor, read by `read` unless another model has it.
pub(crate) fn shared(
    path: &Path,
    (tensor, shape): (&str, &[usize]),
    read: impl FnOnce() -> Result<Vec<f32>, Error>,
) -> Result<Arc<Vec<f32>>, Error> {
    let Some(key) = key(path, tensor, shape) else { return read().map(Arc::new) };
    // Held while it is read, so that models that are loaded at a time do not both do so.
    let mut all = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|(_, numbers)| numbers.strong_count() > 0);
    let found = all.iter().find(|(other, _)| *other == key);
    if let Some(numbers) = found.and_then(|(_, numbers)| numbers.upgrade()) {
        return Ok(numbers);
    }
    let numbers = Arc::new(read()?);
    all.push((key, Arc::downgrade(&numbers)));
    Ok(numbers)
}

fn key(path: &Path, tensor: &str, shape: &[usize]) -> Option<Key> {
    let path = path.canonicalize().ok()?;
    let file = path.metadata().ok()?;
    let (length, changed) = (file.len(), file.modified().ok());
    Some(Key { path, length, changed, tensor: tensor.to_owned(), shape: shape.to_vec() })
}
