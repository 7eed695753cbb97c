//! What a variant costs: speed with its interval, latency, memory, size of its models.

use serde::{Deserialize, Serialize};

use crate::result::Estimate;

/// Two-sided 95% quantiles of Student's t for 1, 2, ... degrees of freedom; beyond these the normal
/// distribution's is within 4%.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];
const NORMAL: f64 = 1.960;

/// One measured run of a variant over the documents, with nothing taken from a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimedRun {
    /// Documents that were annotated.
    pub documents: u64,
    /// Words of these: what white space separates.
    pub words: u64,
    /// From the first document's reading to the last one's writing; models were loaded before.
    pub seconds: f64,
    /// The most memory in bytes that the process and those it started held.
    pub peak_memory: Option<u64>,
}

/// How long a stage takes over one document, in seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageLatency {
    /// The stage.
    pub stage: String,
    /// Half of the documents took no longer.
    pub p50: f64,
    /// 95% took no longer.
    pub p95: f64,
    /// 99% took no longer.
    pub p99: f64,
}

/// What a variant costs on the machine of the comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VariantCost {
    /// The variant.
    pub variant: String,
    /// Runs that were timed, each in a process of its own.
    pub runs: usize,
    /// Threads that ran stages.
    pub threads: usize,
    /// Documents a second; the interval is Student's, over the runs.
    pub documents_per_second: Estimate,
    /// Words a second, of what white space separates; the interval is Student's, over the runs.
    pub words_per_second: Estimate,
    /// Stage by stage, in a run of its own: one thread, one document at a time.
    pub latencies: Vec<StageLatency>,
    /// The most memory in bytes in any of the runs.
    pub peak_memory: Option<u64>,
    /// Bytes of the files of its models.
    pub model_bytes: u64,
}

impl VariantCost {
    /// Sums up the runs of a variant. `latencies` are of a run with one thread and one document at a
    /// time.
    #[must_use]
    pub fn new(
        variant: impl Into<String>,
        threads: usize,
        runs: &[TimedRun],
        latencies: Vec<StageLatency>,
        model_bytes: u64,
    ) -> VariantCost {
        let rate = |of: fn(&TimedRun) -> u64| {
            let rates = runs.iter().map(|run| of(run) as f64 / run.seconds.max(1e-9));
            mean(&rates.collect::<Vec<_>>())
        };
        VariantCost {
            variant: variant.into(),
            runs: runs.len(),
            threads,
            documents_per_second: rate(|run| run.documents),
            words_per_second: rate(|run| run.words),
            latencies,
            peak_memory: runs.iter().filter_map(|run| run.peak_memory).max(),
            model_bytes,
        }
    }
}

/// The mean, with Student's interval.
fn mean(values: &[f64]) -> Estimate {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n.max(1.0);
    if values.len() < 2 {
        return Estimate { value: mean, interval: None };
    }
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
    let t = T.get(values.len() - 2).copied().unwrap_or(NORMAL);
    let half = t * (variance / n).sqrt();
    Estimate { value: mean, interval: Some(((mean - half).max(0.0), mean + half)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_has_students_interval() {
        // SciPy: stats.t.interval(0.95, 2, loc=11, scale=stats.sem([10, 11, 12])).
        let check = |seconds: &[f64], value: f64, interval: Option<(f64, f64)>| {
            let run =
                |&seconds| TimedRun { documents: 60, words: 600, seconds, peak_memory: Some(7) };
            let runs: Vec<TimedRun> = seconds.iter().map(run).collect();
            let cost = VariantCost::new("a", 2, &runs, Vec::new(), 5);
            let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-3, "{a} is not {b}");
            close(cost.documents_per_second.value, value);
            close(cost.words_per_second.value, value * 10.0);
            assert_eq!(cost.documents_per_second.interval.is_some(), interval.is_some());
            for ((low, high), found) in interval.iter().zip(cost.documents_per_second.interval) {
                close(found.0, *low);
                close(found.1, *high);
            }
            assert_eq!((cost.runs, cost.peak_memory), (runs.len(), runs.first().map(|_| 7)));
        };
        check(&[6.0, 60.0 / 11.0, 5.0], 11.0, Some((8.5159, 13.4841)));
        check(&[6.0], 10.0, None);
        check(&[6.0, 6.0], 10.0, Some((10.0, 10.0)));
        check(&[], 0.0, None);
    }
}
