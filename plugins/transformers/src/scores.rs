//! From a model's logits to scores.

pub use gloss_encoder::softmax;

/// Turns logits into probabilities that stand each for itself.
pub fn sigmoid(logits: &mut [f32]) {
    logits.iter_mut().for_each(|x| *x = 1.0 / (1.0 + (-*x).exp()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_logits() {
        #[track_caller]
        fn check(function: fn(&mut [f32]), logits: &[f32], expected: &[f32]) {
            let mut found = logits.to_vec();
            function(&mut found);
            let near = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6);
            assert!(near && found.len() == expected.len(), "{found:?}");
        }
        check(softmax, &[], &[]);
        check(softmax, &[7.0], &[1.0]);
        check(softmax, &[0.0, 3f32.ln()], &[0.25, 0.75]);
        check(softmax, &[1000.0, 1000.0], &[0.5, 0.5]);
        check(softmax, &[-1e30, 1e30], &[0.0, 1.0]);
        check(sigmoid, &[0.0, 200.0, -200.0], &[0.5, 1.0, 0.0]);
        check(sigmoid, &[3f32.ln()], &[0.75]);
    }
}
