//! Extractors that must see every document before they can answer.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use fastrand::Rng;
use gloss_boundary::{DocumentResult, Failure, Instance, State};

use crate::finding::{Finding, Verdict, ensure};
use crate::results::same_all;
use crate::subject::{Loaded, Subject, Trial, views};
use crate::texts;

/// The instance, and documents of which some are the same.
fn begin(subject: &Subject) -> Result<(Loaded, Vec<Trial>), Finding> {
    if !subject.extractor()?.observes() {
        return Err(Finding::skipped("the extractor does not have the extension gloss.corpus"));
    }
    let loaded = subject.load()?;
    let trials = loaded.trials(texts::ORDINARY.iter().chain(&texts::ORDINARY));
    Ok((loaded, trials))
}

fn failed(what: &'static str) -> impl Fn(Failure) -> Finding {
    move |failure| Finding::failed(format!("{what} fails: {failure}"))
}

fn observed(instance: &Arc<Instance>, trials: &[Trial]) -> Result<State, Finding> {
    let mut state = instance.state().map_err(failed("state_create"))?;
    match state.observe(&views(trials), &AtomicBool::new(false)).failure {
        Some(failure) => Err(failed("observe")(failure)),
        None => Ok(state),
    }
}

fn saved(state: &mut State) -> Result<Vec<u8>, Finding> {
    let mut bytes = Vec::new();
    state.save(&mut bytes).map_err(|e| Finding::failed(format!("save fails: {e}")))?;
    Ok(bytes)
}

fn annotated(state: State, trials: &[Trial]) -> Result<Vec<DocumentResult>, Finding> {
    let findings = state.finish(&AtomicBool::new(false)).map_err(failed("finish"))?;
    Ok(findings.annotate(&views(trials), &AtomicBool::new(false)).documents)
}

/// States of two shards, one of them saved and restored, merged in either order.
pub fn shards(subject: &Subject) -> Verdict {
    let (loaded, trials) = begin(subject)?;
    let (instance, tolerance) = (loaded.instance.here()?, subject.tolerance()?);
    let expected = annotated(observed(instance, &trials)?, &trials)?;
    let (first, second) = trials.split_at(2);
    for swapped in [false, true] {
        let mut a = observed(instance, first)?;
        let b = observed(instance, second)?;
        let a = instance.restore(&saved(&mut a)?).map_err(failed("restore of what was saved"))?;
        let (into, other) = if swapped { (b, a) } else { (a, b) };
        let merged = into.merge(other).map_err(failed("merge"))?;
        same_all(&expected, &annotated(merged, &trials)?, tolerance).map_err(|how| {
            Finding::failed(format!("observed in two shards, documents get another result: {how}"))
        })?;
    }
    Ok(())
}

/// Bytes that are no state.
pub fn restore(subject: &Subject) -> Verdict {
    let (loaded, trials) = begin(subject)?;
    let instance = loaded.instance.here()?;
    let good = saved(&mut observed(instance, &trials)?)?;
    let short = |length: usize| good[..length].to_vec();
    let longer = [good.as_slice(), &[0]].concat();
    let cut = [
        ("nothing", Vec::new()),
        ("half of a state", short(good.len() / 2)),
        ("a state without its last byte", short(good.len().saturating_sub(1))),
        ("a state with one byte more", longer),
    ];
    for (what, bytes) in cut.into_iter().filter(|(_, bytes)| *bytes != good) {
        ensure(instance.restore(&bytes).is_err(), || format!("{what} is accepted as a state"))?;
    }
    // Other damage need not be seen, but must not kill.
    let mut rng = Rng::with_seed(subject.seed);
    for _ in 0..200 {
        let mut bytes = good.clone();
        for _ in 0..rng.usize(1..4) {
            if let Some(byte) = rng.choice(&mut bytes) {
                *byte = rng.u8(..);
            }
        }
        if let Ok(state) = instance.restore(&bytes) {
            // Nor later.
            drop(annotated(state, &trials));
        }
    }
    Ok(())
}
