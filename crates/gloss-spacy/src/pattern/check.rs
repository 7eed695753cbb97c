//! Whether an expression compiles, told without compiling its large classes again and again.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::alternatives::{Part, groups, leading_flags, looking, parts};
use super::classes::shrink;

/// What weighs more is compiled at once, which says whether it is too large.
const MAX_WEIGHT: u64 = 20_000;

/// Finds what is wrong with an expression in Rust's spelling.
pub(super) fn check(source: &str) -> Result<(), fancy_regex::Error> {
    let Some(shrunk) = shrink(source) else { return groups(source).map(drop) };
    let (flags, _) = leading_flags(source);
    for class in shrunk.classes {
        check_plain(&format!("{flags}{class}"))?;
    }
    parts(&shrunk.source).iter().try_for_each(|part| match part {
        Part::Plain(source) => check_plain(source),
        Part::Looking(source) => looking(source).map(drop),
    })
}

/// Parses an expression, which takes a tenth of the time that it takes to compile it.
fn check_plain(source: &str) -> Result<(), fancy_regex::Error> {
    match regex_syntax::parse(source) {
        Ok(parsed) if weight(&parsed) <= MAX_WEIGHT => Ok(()),
        // Too large, or of another syntax.
        _ => looking(source).map(drop),
    }
}

/// About how many states an automaton has.
fn weight(parsed: &Hir) -> u64 {
    match parsed.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() as u64,
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() as u64,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            weight(&repetition.sub).saturating_mul(u64::from(times))
        }
        HirKind::Capture(capture) => weight(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(weight).fold(0, u64::saturating_add)
        }
    }
}
