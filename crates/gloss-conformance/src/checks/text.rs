//! Texts with something unusual in them.

use super::rules::broken_by_ordinary_texts;
use crate::finding::{Finding, Verdict};
use crate::results::judge;
use crate::subject::{Subject, run};
use crate::texts::{self, Sample};

/// Annotates each text alone. One that is given up is a warning, unless another does worse.
fn copes(subject: &Subject, samples: &[Sample]) -> Verdict {
    let loaded = subject.load()?;
    let excused = broken_by_ordinary_texts(&loaded)?;
    let mut worker = loaded.worker()?;
    let mut warning: Option<Finding> = None;
    for (name, text) in samples {
        let result = run(&mut worker, &[loaded.trial("d", text)]);
        match judge(name, &result, &excused) {
            Err(finding) if finding.status.is_fault() => return Err(finding),
            Err(finding) => warning = warning.or(Some(finding)),
            Ok(()) => {}
        }
    }
    warning.map_or(Ok(()), Err)
}

pub fn empty(subject: &Subject) -> Verdict {
    copes(subject, &[("the empty text", String::new())])
}

pub fn whitespace(subject: &Subject) -> Verdict {
    copes(subject, &texts::whitespace())
}

pub fn one_character(subject: &Subject) -> Verdict {
    copes(subject, &texts::single_characters())
}

pub fn emoji(subject: &Subject) -> Verdict {
    copes(subject, &texts::emoji())
}

pub fn combining(subject: &Subject) -> Verdict {
    copes(subject, &texts::combining())
}

pub fn right_to_left(subject: &Subject) -> Verdict {
    copes(subject, &texts::right_to_left())
}

pub fn controls(subject: &Subject) -> Verdict {
    copes(subject, &texts::controls())
}

pub fn line_ends(subject: &Subject) -> Verdict {
    copes(subject, &texts::line_ends())
}

pub fn random(subject: &Subject) -> Verdict {
    copes(subject, &texts::random(subject.seed))
}

pub fn long(subject: &Subject) -> Verdict {
    let text = texts::prose(subject.long_text, subject.seed);
    copes(subject, &[("a long text", text)])
}

/// A text without a blank or a full stop: nothing to split it at.
pub fn unbroken(subject: &Subject) -> Verdict {
    copes(subject, &[("one word of 20,000 letters", "abcdefghij".repeat(2_000))])
}
