//! Counters of a run in the text format of Prometheus, version 0.0.4.
//!
//! Names follow its conventions: base units, counters that end in `_total`, one meaning a name.

use std::fmt::Write;

use gloss_host::{StageCounts, Tally};

/// A run at one moment.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Labels of all series, so that several runs can be told apart.
    pub labels: Vec<(String, String)>,
    /// What became of documents.
    pub tally: Tally,
    /// What stages did, by their ids.
    pub stages: Vec<(String, StageCounts)>,
    /// When the run began, in seconds since 1970.
    pub started: f64,
    /// When it ended, if it did.
    pub ended: Option<f64>,
    /// The most memory that the process held.
    pub peak_memory: Option<u64>,
}

/// A label's name as Prometheus takes it.
#[must_use]
pub fn is_label_name(name: &str) -> bool {
    let valid = |(i, c): (usize, char)| {
        c == '_' || c.is_ascii_alphabetic() || (i > 0 && c.is_ascii_digit())
    };
    !name.is_empty() && !name.starts_with("__") && name.chars().enumerate().all(valid)
}

struct Text<'m> {
    text: String,
    labels: &'m [(String, String)],
}

impl Text<'_> {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let common = self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all = common.chain(labels.iter().copied());
        let all: Vec<String> =
            all.map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
        let braces = if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(",")) };
        let _ = writeln!(self.text, "{name}{braces} {value}");
    }
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// A counter of stages: its name, its meaning, and where it is.
type StageCounter = (&'static str, &'static str, fn(&StageCounts) -> f64);

const STAGE_COUNTERS: &[StageCounter] = &[
    ("gloss_stage_documents_total", "Documents that reached the stage.", |s| s.documents as f64),
    (
        "gloss_stage_observed_documents_total",
        "Documents that the stage was shown before it annotated any.",
        |s| s.observed as f64,
    ),
    ("gloss_stage_failed_documents_total", "Documents with which the stage failed.", |s| {
        s.failed as f64
    }),
    ("gloss_stage_batches_total", "Batches that the stage was called with.", |s| s.batches as f64),
    ("gloss_stage_text_bytes_total", "Bytes of text that the stage was called with.", |s| {
        s.bytes as f64
    }),
    (
        "gloss_stage_busy_seconds_total",
        "Seconds that workers of the stage were busy, all together.",
        |s| s.busy_seconds,
    ),
];

/// The counters as text.
#[must_use]
pub fn prometheus(metrics: &Metrics) -> String {
    let mut text = Text { text: String::new(), labels: &metrics.labels };
    text.family("gloss_build_info", "gauge", "Version of the program that runs.");
    text.sample("gloss_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    let tally = &metrics.tally;
    text.family("gloss_documents_total", "counter", "Documents, by what became of them.");
    for (outcome, count) in [
        ("annotated", tally.annotated),
        ("failed", tally.failed),
        ("unreadable", tally.unreadable),
        ("interrupted", tally.interrupted),
    ] {
        text.sample("gloss_documents_total", &[("outcome", outcome)], count as f64);
    }
    for (name, help, count) in [
        (
            "gloss_observed_documents_total",
            "Documents that went through a pass that observes.",
            tally.observed,
        ),
        ("gloss_text_bytes_total", "Bytes of text in annotated documents.", tally.bytes),
    ] {
        text.family(name, "counter", help);
        text.sample(name, &[], count as f64);
    }
    stages(&mut text, metrics);
    times(&mut text, metrics);
    text.text
}

fn stages(text: &mut Text<'_>, metrics: &Metrics) {
    for (name, help, read) in STAGE_COUNTERS {
        text.family(name, "counter", help);
        for (stage, counts) in &metrics.stages {
            text.sample(name, &[("stage", stage)], read(counts));
        }
    }
    let name = "gloss_failures_total";
    text.family(
        name,
        "counter",
        "Failures of documents, by stage and error code; none for reading.",
    );
    for failure in metrics.tally.failures() {
        let stage = failure.stage.as_deref().unwrap_or_default();
        text.sample(name, &[("stage", stage), ("code", &failure.code)], failure.documents as f64);
    }
}

fn times(text: &mut Text<'_>, metrics: &Metrics) {
    let running = if metrics.ended.is_some() { 0.0 } else { 1.0 };
    for (name, help, value) in [
        ("gloss_run_running", "1 while the run goes on, 0 when it has ended.", Some(running)),
        (
            "gloss_run_start_time_seconds",
            "When the run began, in seconds since 1970.",
            Some(metrics.started),
        ),
        ("gloss_run_end_time_seconds", "When the run ended, in seconds since 1970.", metrics.ended),
        (
            "gloss_peak_memory_bytes",
            "The most memory that the process held, files that are mapped among it.",
            metrics.peak_memory.map(|bytes| bytes as f64),
        ),
    ] {
        if let Some(value) = value {
            text.family(name, "gauge", help);
            text.sample(name, &[], value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_have_the_labels_that_were_asked_for() {
        let mut metrics = Metrics {
            labels: vec![("shard".to_owned(), "a \"b\"\\\n".to_owned())],
            stages: vec![(
                "ner".to_owned(),
                StageCounts { busy_seconds: 0.25, ..StageCounts::default() },
            )],
            ..Metrics::default()
        };
        metrics.tally.annotated = 7;
        let text = prometheus(&metrics);
        for line in [
            r#"gloss_documents_total{shard="a \"b\"\\\n",outcome="annotated"} 7"#,
            r#"gloss_stage_busy_seconds_total{shard="a \"b\"\\\n",stage="ner"} 0.25"#,
            r#"gloss_run_running{shard="a \"b\"\\\n"} 1"#,
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        assert!(!text.contains("end_time"));
        assert!(prometheus(&Metrics::default()).contains("\ngloss_text_bytes_total 0\n"));
    }

    #[test]
    fn names_of_labels() {
        let check = |name, expected| assert_eq!(is_label_name(name), expected, "{name}");
        check("shard", true);
        check("_a1", true);
        check("1a", false);
        check("__a", false);
        check("a-b", false);
        check("", false);
    }
}
