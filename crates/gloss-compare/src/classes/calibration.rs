//! Whether probabilities mean what they say.

use serde::{Deserialize, Serialize};

/// A prediction with its probability.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The probability of the predicted label.
    pub confidence: f64,
    /// Whether the label is right.
    pub correct: bool,
    /// The sum over all labels of the squared distance between probability and truth; `None` where
    /// not all probabilities are known.
    pub squared_distance: Option<f64>,
}

/// One bin of the reliability diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CalibrationBin {
    /// Predictions in it.
    pub count: u64,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that is right.
    pub accuracy: f64,
}

/// Calibration of a classifier.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calibration {
    /// Predictions that have a probability.
    pub count: u64,
    /// Expected calibration error over bins of equal width, each open below and closed above: Naeini
    /// et al., "Obtaining well calibrated probabilities using Bayesian binning", 2015.
    pub expected_error: f64,
    /// Mean squared distance between confidence and being right.
    pub brier_of_label: f64,
    /// Brier's score over all labels, between 0 and 2: Brier, "Verification of forecasts expressed in
    /// terms of probability", 1950. `None` where not all probabilities are known.
    pub brier: Option<f64>,
    /// The bins, from low to high.
    pub bins: Vec<CalibrationBin>,
}

/// The calibration of predictions in so many bins; `None` without predictions.
#[must_use]
pub fn calibration(predictions: &[Prediction], bins: usize) -> Option<Calibration> {
    let bins = bins.max(1);
    let count = predictions.len() as f64;
    let mut sums = vec![(0u64, 0.0, 0u64); bins];
    for prediction in predictions {
        let bin = (prediction.confidence * bins as f64).ceil() as usize;
        let (count, confidence, correct) = &mut sums[bin.clamp(1, bins) - 1];
        *count += 1;
        *confidence += prediction.confidence;
        *correct += u64::from(prediction.correct);
    }
    let bins = sums.iter().map(|&(count, confidence, correct)| {
        let n = (count as f64).max(1.0);
        CalibrationBin { count, confidence: confidence / n, accuracy: correct as f64 / n }
    });
    let bins: Vec<CalibrationBin> = bins.collect();
    let gap = |bin: &CalibrationBin| bin.count as f64 * (bin.confidence - bin.accuracy).abs();
    let truth = |p: &Prediction| f64::from(u8::from(p.correct));
    let of_label: f64 = predictions.iter().map(|p| (p.confidence - truth(p)).powi(2)).sum();
    let of_all: Option<f64> = predictions.iter().map(|p| p.squared_distance).sum();
    (count > 0.0).then(|| Calibration {
        count: predictions.len() as u64,
        expected_error: bins.iter().map(gap).sum::<f64>() / count,
        brier_of_label: of_label / count,
        brier: of_all.map(|sum| sum / count),
        bins,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_errors() {
        let check = |points: &[(f64, bool)], error: f64, brier: f64| {
            let predictions: Vec<Prediction> = points
                .iter()
                .map(|&(confidence, correct)| Prediction {
                    confidence,
                    correct,
                    squared_distance: None,
                })
                .collect();
            let found = calibration(&predictions, 10).unwrap();
            assert!((found.expected_error - error).abs() < 1e-12, "{found:?}");
            assert!((found.brier_of_label - brier).abs() < 1e-12, "{found:?}");
        };
        check(&[(1.0, true)], 0.0, 0.0);
        check(&[(1.0, false)], 1.0, 1.0);
        check(&[(0.75, true), (0.75, false)], 0.25, 0.3125);
        // 0.2 closes its bin, 0.21 opens the next: two bins of one each.
        check(&[(0.2, false), (0.21, true)], (0.2 + 0.79) / 2.0, (0.04 + 0.6241) / 2.0);
        assert_eq!(calibration(&[], 10), None);
    }
}
