//! The description, and that the options' schema in it is one.

use gloss_protocol::Description;

use crate::finding::{Finding, Verdict, ensure};
use crate::options;
use crate::subject::Subject;

/// Threads that ask at once.
const THREADS: usize = 4;

pub fn describe(subject: &Subject) -> Verdict {
    let description = subject.extractor()?.describe();
    description.map_err(|f| Finding::failed(f.to_string()))?;
    Ok(())
}

pub fn summary(subject: &Subject) -> Verdict {
    let summary = subject.description(&subject.extractor()?)?.summary;
    ensure(!summary.trim().is_empty(), || "the summary is empty".to_owned())?;
    ensure(summary.lines().count() == 1, || "the summary has more than one line".to_owned())
}

pub fn stable(subject: &Subject) -> Verdict {
    let extractor = subject.extractor()?;
    let first = subject.description(&extractor)?;
    let again = || -> Result<Description, Finding> {
        extractor.describe().map_err(|f| Finding::failed(format!("a later call fails: {f}")))
    };
    let others = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(again)).collect();
        threads.into_iter().map(|t| t.join()).collect::<Vec<_>>()
    });
    for other in others {
        let other = other.map_err(|_| Finding::failed("a thread of the check panicked"))??;
        ensure(other == first, || "two calls of describe gave two answers".to_owned())?;
    }
    Ok(())
}

pub fn options_schema(subject: &Subject) -> Verdict {
    let schema = subject.description(&subject.extractor()?)?.options;
    if schema.is_null() {
        return Err(Finding::skipped("the description has no options"));
    }
    options::check_schema(&schema).map_err(Finding::failed)
}

pub fn option_defaults(subject: &Subject) -> Verdict {
    let schema = subject.description(&subject.extractor()?)?.options;
    for option in options::declared(&schema).map_err(Finding::skipped)? {
        if let Some(default) = &option.default {
            ensure(option.accepts(default), || {
                format!("the default of {:?} does not fit the option's own schema", option.name)
            })?;
        }
    }
    Ok(())
}
