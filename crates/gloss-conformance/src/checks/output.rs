//! What else an extractor does while it annotates: refused pushes, printing, logging.

use gloss_boundary::{BatchResult, DocumentResult};
use gloss_protocol::Plan;

use crate::finding::{Finding, Verdict, ensure};
use crate::log::Records;
use crate::results::same_all;
use crate::subject::{Loading, Subject, run};
use crate::texts;

/// The host accepts nothing: it checks against a plan that provides no layer.
pub fn refused_pushes(subject: &Subject) -> Verdict {
    // A program answers with all of its annotations at once.
    subject.only_for_libraries()?;
    let extractor = subject.extractor()?;
    let plan = subject.plan(&extractor)?;
    let ends = leaves_nothing_open(subject)?;
    let nothing = Plan { provides: Vec::new(), ..plan.clone() };
    let loaded = subject.load_checked(&extractor, plan, &nothing, Loading::default())?;
    let mut worker = loaded.worker()?;
    let trials = loaded.trials(texts::ORDINARY);
    let mut refused = || -> Result<BatchResult, Finding> {
        let result = run(&mut worker, &trials);
        ensure(!result.poisoned, || "it panicked when a push was refused".to_owned())?;
        let open = result.documents.iter().any(|d| matches!(d, DocumentResult::Unfinished));
        ensure(!ends || !open || result.failure.is_some(), || {
            "when a push was refused, it returned OK and left other documents unfinished".to_owned()
        })?;
        Ok(result)
    };
    let first = refused()?;
    if !first.documents.iter().any(|d| matches!(d, DocumentResult::Failed(_))) {
        return Err(Finding::skipped("it pushes nothing for ordinary English text"));
    }
    let second = refused()?;
    same_all(&first.documents, &second.documents, 0.0).map_err(|how| {
        Finding::failed(format!("after a refused push the worker is another: {how}"))
    })
}

/// Whether it ends every document when nothing is refused; if not, another check says so.
fn leaves_nothing_open(subject: &Subject) -> Result<bool, Finding> {
    let loaded = subject.load()?;
    let result = run(&mut loaded.worker()?, &loaded.trials(texts::ORDINARY));
    Ok(!result.documents.iter().any(|d| matches!(d, DocumentResult::Unfinished)))
}

/// The parent looks at what was printed meanwhile.
pub fn quiet(subject: &Subject) -> Verdict {
    subject.only_for_libraries()?;
    let loaded = subject.load()?;
    run(&mut loaded.worker()?, &loaded.trials(texts::ORDINARY));
    Ok(())
}

pub fn no_text_in_messages(subject: &Subject) -> Verdict {
    let records = Records::collect().map_err(Finding::skipped)?;
    let loaded = subject.load()?;
    let texts = texts::ORDINARY.map(|t| format!("{0} said. {t} {0}.", texts::CANARY));
    let result = run(&mut loaded.worker()?, &loaded.trials(texts));
    for record in records.taken() {
        ensure(!record.contains(texts::CANARY), || {
            "a log record holds text of a document".to_owned()
        })?;
    }
    let failures = result.documents.iter().filter_map(|d| match d {
        DocumentResult::Failed(failure) if failure.rule.is_none() => Some(failure),
        _ => None,
    });
    for failure in failures.chain(&result.failure) {
        ensure(!failure.message.contains(texts::CANARY), || {
            "the message of a failure holds text of the document".to_owned()
        })?;
    }
    Ok(())
}
