//! What a pipeline costs: it is run over the documents several times, with nothing from a cache.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use gloss_compare::cost::{StageLatency, TimedRun, VariantCost};
use gloss_host::{Outcome, PeakMemory, Pipeline, PipelineFile, RunOptions, RunRecord, RunSummary};
use gloss_io::{Input, Reader, expand};

use crate::collect::CollectOptions;
use crate::error::Error;
use crate::pipelines::PlannedVariant;

/// Runs a pipeline over the documents: once with one thread and one document at a time, for the
/// latencies, then `runs` times as ever. Only the stages run that `layer` needs. To be called in a
/// process of its own: the peak of memory is the process's. `None` where it was interrupted.
///
/// # Errors
/// What cannot be planned, loaded or run.
pub fn measure(
    name: &str,
    file: &PipelineFile,
    layer: &str,
    runs: usize,
    options: &CollectOptions<'_>,
) -> Result<Option<VariantCost>, Error> {
    let inputs = expand(&options.documents)?;
    let load = |threads| -> Result<Pipeline, Error> {
        let planned = PlannedVariant::plan(file, options)?.only_for(layer, options)?;
        let mut pipeline = planned.into_pipeline();
        pipeline.load(threads).map_err(Error::Pipeline)?;
        Ok(pipeline)
    };
    let single = RunOptions { threads: 1, batch_documents: 1, ..options.run.clone() };
    let alone = load(1)?;
    let (_, summary) = timed(&alone, &inputs, &single, options)?;
    let latencies = latencies(&alone, &single, &summary);
    drop(alone);
    let pipeline = load(options.run.threads)?;
    let mut timings = Vec::with_capacity(runs);
    for _ in 0..runs {
        timings.push(timed(&pipeline, &inputs, &options.run, options)?.0);
        if options.control.is_stopped() {
            return Ok(None);
        }
    }
    let bytes = model_bytes(&pipeline);
    Ok(Some(VariantCost::new(name, options.run.threads, &timings, latencies, bytes)))
}

/// One run, from the first document's reading to the last one's result.
fn timed(
    pipeline: &Pipeline,
    inputs: &[Input],
    run: &RunOptions,
    options: &CollectOptions<'_>,
) -> Result<(TimedRun, RunSummary), Error> {
    let mut timed = TimedRun::default();
    let begin = Instant::now();
    let reader = Reader::new(inputs.to_vec(), options.read_documents.clone());
    let documents = reader.map(|document| document.map_err(gloss_job::unreadable));
    let summary =
        pipeline.run(documents, run, options.control, |outcome| -> Result<(), Error> {
            if let Outcome::Annotated(document) = outcome {
                timed.documents += 1;
                timed.words += document.text.split_whitespace().count() as u64;
            }
            Ok(())
        })?;
    timed.seconds = begin.elapsed().as_secs_f64();
    timed.peak_memory = PeakMemory::now().map(|peak| peak.bytes + peak.workers.iter().sum::<u64>());
    Ok((timed, summary))
}

fn latencies(pipeline: &Pipeline, run: &RunOptions, summary: &RunSummary) -> Vec<StageLatency> {
    let record = RunRecord::new(pipeline, run, summary, String::new(), 0.0);
    let of = |stage: gloss_host::StageRecord| {
        let latency = stage.latency?;
        let gloss_host::LatencyRecord { p50, p95, p99, .. } = latency;
        Some(StageLatency { stage: stage.id, p50, p95, p99 })
    };
    record.stages.into_iter().filter_map(of).collect()
}

/// Bytes of the files of all models, each once.
fn model_bytes(pipeline: &Pipeline) -> u64 {
    let stages = pipeline.stages();
    let models = stages.iter().flat_map(|stage| stage.models.values());
    let paths: BTreeSet<PathBuf> = models.map(|model| PathBuf::from(&model.path)).collect();
    paths.iter().map(|path| bytes(path)).sum()
}

fn bytes(path: &Path) -> u64 {
    let Ok(metadata) = fs::metadata(path) else { return 0 };
    if !metadata.is_dir() {
        return metadata.len();
    }
    fs::read_dir(path).into_iter().flatten().flatten().map(|entry| bytes(&entry.path())).sum()
}
