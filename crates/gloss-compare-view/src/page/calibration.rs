//! Whether probabilities mean what they say, drawn.

use gloss_compare::result::VariantCalibration;
use serde::Serialize;

use super::format;

/// The reliability diagram of a variant.
#[derive(Serialize)]
pub struct CalibrationChart {
    variant: String,
    count: u64,
    expected_error: String,
    brier: Option<String>,
    brier_of_label: String,
    bins: Vec<Bin>,
}

/// A bin with predictions: in a square of 100, up is more accurate.
#[derive(Serialize)]
struct Bin {
    x: f64,
    y: f64,
    radius: f64,
    count: u64,
    confidence: String,
    accuracy: String,
}

impl CalibrationChart {
    /// The chart of a variant.
    pub fn new(found: &VariantCalibration) -> CalibrationChart {
        let calibration = &found.calibration;
        let bins = calibration.bins.iter().filter(|bin| bin.count > 0).map(|bin| Bin {
            x: 100.0 * bin.confidence,
            y: 100.0 * (1.0 - bin.accuracy),
            // The area is the share of the predictions.
            radius: 1.5 + 8.0 * (bin.count as f64 / calibration.count.max(1) as f64).sqrt(),
            count: bin.count,
            confidence: format::score(bin.confidence),
            accuracy: format::score(bin.accuracy),
        });
        CalibrationChart {
            variant: found.variant.clone(),
            count: calibration.count,
            expected_error: format::score(calibration.expected_error),
            brier: calibration.brier.map(format::score),
            brier_of_label: format::score(calibration.brier_of_label),
            bins: bins.collect(),
        }
    }
}
