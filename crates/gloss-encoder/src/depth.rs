//! How many of a model's layers are run.

use crate::error::Error;
use crate::info::ModelInfo;

impl ModelInfo {
    /// How many layers are run for the vectors of this one, counted as `hidden_states` of transformers are: 0 are
    /// the embeddings, n is what comes out of the nth layer, -1 is the last, -2 the one before.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the model has no such layer.
    pub fn depth(&self, layer: i32) -> Result<usize, Error> {
        let layers = self.layers as i64;
        let asked = i64::from(layer);
        let depth = if asked < 0 { layers + 1 + asked } else { asked };
        usize::try_from(depth).ok().filter(|&depth| depth <= self.layers).ok_or_else(|| {
            let reason = format!(
                "there is no layer {layer}; it has {layers}: 0, its embeddings, to {layers}, or -1, \
                 the last, to {}",
                -layers - 1
            );
            Error::Setting { setting: "layer", reason }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ProblemType, Task};

    #[test]
    fn layers_are_counted_from_both_ends() {
        let info = ModelInfo {
            task: Task::Embedding,
            labels: Vec::new(),
            problem_type: ProblemType::SingleLabel,
            vector_size: 8,
            layers: 6,
        };
        let check = |layer: i32, expected: Option<usize>| {
            let found = info.depth(layer);
            assert_eq!(found.as_ref().ok().copied(), expected, "{layer}: {found:?}");
        };
        check(0, Some(0));
        check(6, Some(6));
        check(-1, Some(6));
        check(-7, Some(0));
        check(7, None);
        check(-8, None);
        check(i32::MAX, None);
        check(i32::MIN, None);
        assert!(info.depth(9).unwrap_err().to_string().contains("no layer 9; it has 6"));
    }
}
