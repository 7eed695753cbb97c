//! A gate for continuous integration: passed only when a drop beyond a margin is ruled out.

use serde::{Deserialize, Serialize};

use crate::error::{CompareError, ErrorKind};
use crate::result::{Difference, Interval, Metric};
use crate::statistics::FEW_DOCUMENTS;

/// What must be ruled out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GateRule {
    /// Of what.
    pub metric: Metric,
    /// The variant that must not be fallen behind.
    pub baseline: String,
    /// The variant that is judged.
    pub candidate: String,
    /// The largest drop that is allowed, such as 0.01 for a point of F1; not negative.
    pub margin: f64,
    /// Documents with annotations of this kind below which nothing is ruled out, however narrow the
    /// interval.
    #[serde(default = "few_documents")]
    pub minimum_documents: usize,
}

fn few_documents() -> usize {
    FEW_DOCUMENTS
}

impl GateRule {
    /// A rule with the least number of documents that a comparison is not warned about.
    #[must_use]
    pub fn new(metric: Metric, baseline: &str, candidate: &str, margin: f64) -> GateRule {
        GateRule {
            metric,
            baseline: baseline.to_owned(),
            candidate: candidate.to_owned(),
            margin,
            minimum_documents: few_documents(),
        }
    }
}

impl GateRule {
    /// Refuses what cannot be judged, whatever the annotations; `gold` is the variant that is the gold.
    ///
    /// # Errors
    ///
    /// Where there is no gold, or it is one of the two that are judged, where these are the same, or
    /// the margin is no number from 0.
    pub fn check(&self, gold: Option<&str>) -> Result<(), CompareError> {
        let GateRule { baseline, candidate, margin, .. } = self;
        let refuse = |message: String, help: &str| {
            Err(CompareError::new(ErrorKind::BadOption, message).help(help))
        };
        if !(margin.is_finite() && *margin >= 0.0) {
            return refuse(format!("the gate's margin is {margin}"), "give 0 or more");
        }
        let Some(gold) = gold else {
            return refuse("the gate needs a gold".into(), "name one of the variants as gold");
        };
        if baseline == candidate {
            let message = format!("the gate compares {baseline:?} with itself");
            return refuse(message, "name two variants: the baseline, and the candidate");
        }
        if [baseline.as_str(), candidate.as_str()].contains(&gold) {
            let message = format!("the gate judges {gold:?}, which is the gold");
            return refuse(message, "name two variants, of which each is scored against the gold");
        }
        Ok(())
    }
}

/// Whether a gate is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole interval is above the margin: such a drop is ruled out.
    Passed,
    /// The whole interval is below the margin: there is such a drop.
    Dropped,
    /// The interval holds the margin, or there are too few documents: nothing is ruled out, so the
    /// gate is not passed.
    Undecided,
}

/// What came of a gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GateResult {
    /// The rule.
    pub rule: GateRule,
    /// Candidate less baseline.
    pub difference: f64,
    /// Its 95% interval.
    pub interval: Option<Interval>,
    /// Whether it is passed.
    pub verdict: Verdict,
    /// The rule, and how the numbers are read by it, in words.
    pub reading: String,
}

impl GateResult {
    /// Judges a difference of the rule's two variants, in either order, over so many documents.
    pub(crate) fn judge(rule: &GateRule, difference: &Difference, documents: usize) -> GateResult {
        let forward = difference.first == rule.baseline;
        let value = if forward { difference.difference } else { -difference.difference };
        let interval = difference
            .interval
            .map(|(low, high)| if forward { (low, high) } else { (-high, -low) });
        let enough = documents >= rule.minimum_documents;
        let verdict = match interval {
            Some((low, _)) if enough && low > -rule.margin => Verdict::Passed,
            Some((_, high)) if high < -rule.margin => Verdict::Dropped,
            _ => Verdict::Undecided,
        };
        let seen = match interval {
            Some((low, high)) => format!("{value:+.4}, 95% interval {low:+.4} to {high:+.4}"),
            None => format!("{value:+.4}, no interval"),
        };
        let because = match verdict {
            Verdict::Passed => "a larger drop is ruled out".to_owned(),
            Verdict::Dropped => "the drop is larger".to_owned(),
            Verdict::Undecided if enough => "a larger drop is not ruled out".to_owned(),
            Verdict::Undecided => {
                format!(
                    "{documents} documents with such annotations are too few, {} are needed",
                    rule.minimum_documents
                )
            }
        };
        let reading = format!(
            "passes only where the 95% interval of {:?} less {:?} lies above {:+.4}: {seen}; {because}",
            rule.candidate, rule.baseline, -rule.margin,
        );
        GateResult { rule: rule.clone(), difference: value, interval, verdict, reading }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Test;

    #[test]
    fn verdicts() {
        let check = |interval: Option<Interval>, documents, baseline: &str, expected| {
            let difference = Difference {
                metric: Metric::StrictF1,
                first: "old".into(),
                second: "new".into(),
                first_value: 0.5,
                second_value: 0.5,
                difference: 0.0,
                interval,
                p_value: 1.0,
                test: Test::Randomisation,
                adjusted_p_value: 1.0,
                smallest_detectable: None,
            };
            let rule = GateRule {
                metric: Metric::StrictF1,
                baseline: baseline.into(),
                candidate: if baseline == "old" { "new" } else { "old" }.into(),
                margin: 0.01,
                minimum_documents: 30,
            };
            let result = GateResult::judge(&rule, &difference, documents);
            assert_eq!(result.verdict, expected, "{}", result.reading);
        };
        check(Some((-0.005, 0.02)), 100, "old", Verdict::Passed);
        check(Some((-0.005, 0.02)), 100, "new", Verdict::Undecided);
        check(Some((-0.005, 0.002)), 100, "new", Verdict::Passed);
        check(Some((-0.05, 0.02)), 100, "old", Verdict::Undecided);
        check(Some((-0.05, -0.02)), 100, "old", Verdict::Dropped);
        // Nothing differs in a small sample: that rules nothing out.
        check(Some((0.0, 0.0)), 5, "old", Verdict::Undecided);
        check(None, 1, "old", Verdict::Undecided);
    }
}
