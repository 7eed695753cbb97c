//! Whether an expression compiles, told without compiling its large classes again and again.

use hashbrown::HashSet;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::alternatives::{Part, groups, leading_flags, looking, parts, walk};

/// A class of more bytes than this is checked once and then left out: models write out whole alphabets,
/// some of them hundreds of times.
const LARGE: usize = 64;
/// What weighs more is compiled at once, which says whether it is too large.
const MAX_WEIGHT: u64 = 20_000;
/// What stands for a large class: it also takes one character.
const STAND_IN: &str = "[a]";

/// Finds what is wrong with an expression in Rust's spelling.
pub(super) fn check(source: &str) -> Result<(), fancy_regex::Error> {
    if is_verbose(source) {
        return groups(source).map(drop);
    }
    let (flags, _) = leading_flags(source);
    let mut seen = HashSet::new();
    let mut small = String::new();
    let mut kept = 0;
    for (start, end) in classes(source) {
        let class = &source[start..end];
        if class.len() <= LARGE {
            continue;
        }
        if seen.insert(class) {
            check_plain(&format!("{flags}{class}"))?;
        }
        small.push_str(&source[kept..start]);
        small.push_str(STAND_IN);
        kept = end;
    }
    small.push_str(&source[kept..]);
    parts(&small).iter().try_for_each(|part| match part {
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

/// Whether white space and comments may be part of the expression, in which a bracket means nothing.
fn is_verbose(source: &str) -> bool {
    source.split("(?").skip(1).any(|rest| {
        let flags = rest.split(|c: char| !c.is_ascii_alphabetic() && c != '-').next();
        rest.starts_with('#') || flags.is_some_and(|flags| flags.contains('x'))
    })
}

/// The places of bracketed classes.
fn classes(source: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open = None;
    walk(source, |at, c, _| match (c, open) {
        ('[', _) => open = Some(at),
        (']', Some(start)) => {
            found.push((start, at + 1));
            open = None;
        }
        _ => {}
    });
    found
}
