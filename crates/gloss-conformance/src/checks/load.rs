//! Loading, instances side by side, workers, and unloading.

use serde_json::Value;

use super::plan::{NO_OPTION, refused, with};
use crate::finding::{Finding, Verdict};
use crate::results::same_all;
use crate::subject::{Loading, Runner, Subject, run};
use crate::texts;

pub fn load(subject: &Subject) -> Verdict {
    let extractor = subject.extractor()?;
    let plan = subject.plan(&extractor)?;
    let request = subject.load_request(&plan, Loading::default());
    let instance =
        extractor.load(&plan, &request).map_err(|f| Finding::failed(format!("load fails: {f}")))?;
    let worker = Runner::new(&instance);
    worker.map_err(|f| Finding::failed(format!("worker_create fails: {f}")))?;
    Ok(())
}

pub fn refusal(subject: &Subject) -> Verdict {
    let extractor = subject.extractor()?;
    let plan = subject.plan(&extractor)?;
    let good = subject.load_request(&plan, Loading::default());
    let options = with(subject, NO_OPTION, Value::Bool(true));
    let planned = extractor.plan(&subject.request_with(options.clone()));
    refused(planned, NO_OPTION, &Value::Bool(true))
        .map_err(|_| Finding::skipped("plan does not refuse such an option as it should"))?;
    let mut bad = good.clone();
    bad.options = Value::Object(options);
    for _ in 0..3 {
        refused(extractor.load(&plan, &bad), NO_OPTION, &Value::Bool(true))?;
    }
    let after = extractor.load(&plan, &good);
    after.map_err(|f| Finding::failed(format!("after a refused load, a good one fails: {f}")))?;
    Ok(())
}

pub fn side_by_side(subject: &Subject) -> Verdict {
    let first = subject.load()?;
    let second = subject
        .load()
        .map_err(|f| Finding::failed(format!("beside another instance, {}", f.message)))?;
    let tolerance = subject.tolerance()?;
    let trials = first.trials(texts::ORDINARY);
    let (mut a, mut b) = (first.worker()?, second.worker()?);
    let (x, y) = (run(&mut a, &trials), run(&mut b, &trials));
    same_all(&x.documents, &y.documents, tolerance)
        .map_err(|how| Finding::failed(format!("two instances give two results: {how}")))?;
    drop((a, first));
    // Other documents than before: whether a worker repeats itself is another check's question.
    let (one, rest) = (&trials[..1], &trials[1..]);
    let (x, y) = (run(&mut b, rest), run(&mut b, one));
    let third = subject.load()?;
    let mut c = third.worker()?;
    let (u, v) = (run(&mut c, rest), run(&mut c, one));
    same_all(
        x.documents.iter().chain(&y.documents),
        u.documents.iter().chain(&v.documents),
        tolerance,
    )
    .map_err(|how| Finding::failed(format!("an instance changes when another is unloaded: {how}")))
}

pub fn workers(subject: &Subject) -> Verdict {
    let loaded = subject.load()?;
    let mut workers = Vec::new();
    for number in 1..=3 {
        let worker = Runner::new(&loaded.instance);
        workers.push(
            worker.map_err(|f| Finding::failed(format!("worker_create {number} fails: {f}")))?,
        );
    }
    // Not in the order in which they were made.
    workers.rotate_left(1);
    drop(workers);
    let alone = loaded.instance.is_alone();
    drop(loaded);
    let again =
        subject.load().map_err(|f| Finding::failed(format!("after unload, {}", f.message)))?;
    again.worker().map_err(|f| Finding::failed(format!("after unload, {}", f.message)))?;
    if alone { Ok(()) } else { Err(Finding::skipped("the instance was not unloaded")) }
}

/// Everything before `extract`; the parent looks at what was printed meanwhile.
pub fn quiet(subject: &Subject) -> Verdict {
    // What a program prints goes to the log.
    subject.only_for_libraries()?;
    let loaded = subject.load()?;
    loaded.worker()?;
    Ok(())
}
