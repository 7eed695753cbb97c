//! What the score of an entity is: the transition margin, or a probability by logistic calibration of it.

use gloss_plugin::prelude::*;

/// A logistic curve from the transition margin to the probability that an entity is right (Platt 1999):
/// 1 / (1 + exp(-(`intercept` + `slope` · margin))).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The log-odds at a margin of 0.
    pub intercept: f64,
    /// What each unit of the margin adds to the log-odds; above 0.
    pub slope: f64,
}

impl Calibration {
    fn probability(self, margin: f32) -> f32 {
        (1.0 / (1.0 + (-(self.intercept + self.slope * f64::from(margin))).exp())) as f32
    }
}

/// What is done with margins, checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scoring(Option<Calibration>);

impl Scoring {
    /// The scoring that the option `calibration` asks for.
    pub(crate) fn new(calibration: Option<Calibration>) -> Result<Self> {
        if let Some(Calibration { intercept, slope }) = calibration {
            if !intercept.is_finite() {
                return Err(Error::option("calibration.intercept", "must be a finite number"));
            }
            if !(slope.is_finite() && slope > 0.0) {
                let message = "must be above 0: entities of larger margin are right more often";
                return Err(Error::option("calibration.slope", message));
            }
        }
        Ok(Self(calibration))
    }

    /// What the layer says of its scores.
    pub(crate) fn meaning(self) -> String {
        match self.0 {
            None => "transition margin: by how much the taken decision outscored the next best, the least over the entity; no probability".to_owned(),
            Some(Calibration { intercept, slope }) => format!(
                "probability of being right: logistic calibration of the transition margin, intercept {intercept}, slope {slope}"
            ),
        }
    }

    /// The score of an entity with this margin. One whose every decision was forced has none.
    pub(crate) fn score(self, margin: f32) -> Option<f32> {
        let margin = Some(margin).filter(|margin| margin.is_finite())?;
        Some(self.0.map_or(margin, |calibration| calibration.probability(margin)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_margins_or_what_the_curve_makes_of_them() {
        let curve = Some(Calibration { intercept: -1.55, slope: 0.48 });
        for (calibration, margin, expected) in [
            (None, 2.5, Some(2.5)),
            (None, f32::INFINITY, None),
            (curve, 0.0, Some(0.175_086_3)),
            (curve, 1.55 / 0.48, Some(0.5)),
            (curve, 1e30, Some(1.0)),
            (curve, f32::INFINITY, None),
        ] {
            let score = Scoring::new(calibration).unwrap().score(margin);
            let near = match (score, expected) {
                (Some(score), Some(expected)) => (score - expected).abs() < 1e-6,
                (score, expected) => score == expected,
            };
            assert!(near, "{calibration:?} {margin}: {score:?}");
        }
    }

    #[test]
    fn curves_that_do_not_rise_are_refused() {
        for (intercept, slope, field) in [
            (f64::NAN, 1.0, "calibration.intercept"),
            (0.0, 0.0, "calibration.slope"),
            (0.0, -1.0, "calibration.slope"),
            (0.0, f64::INFINITY, "calibration.slope"),
        ] {
            let error = Scoring::new(Some(Calibration { intercept, slope })).unwrap_err();
            assert!(error.to_string().contains(field), "{error}");
        }
    }
}
