//! Classes and numbers: agreement of two or more, and with a gold.

mod agreement;
mod alpha;
mod calibration;
mod confusion;
mod correlation;

pub use agreement::{Weights, cohen_kappa, fleiss_kappa};
pub use alpha::{Level, krippendorff_alpha};
pub use calibration::{Calibration, CalibrationBin, Prediction, calibration};
pub use confusion::Confusion;
pub use correlation::{mean_absolute_error, pearson, spearman};
