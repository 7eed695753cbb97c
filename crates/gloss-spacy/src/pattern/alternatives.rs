//! An expression as groups of its alternatives: those without lookaround run as automata, in time that
//! grows with the text alone; the others backtrack, but only where a looser automaton matches.

use regex_automata::meta::{Builder, Config, Regex};
use regex_automata::{Input, Match};

use super::classes;

/// More backtracking steps than this are an error of the document: the limit is for expressions that
/// explode, not for long texts.
const BACKTRACK_LIMIT: usize = 20_000_000;

/// An automaton of more bytes than this is not built.
const SIZE_LIMIT: usize = 10 << 20;

/// Neighbouring alternatives of one kind.
#[derive(Debug)]
pub(super) enum Group {
    /// No lookaround.
    Plain(Regex),
    /// The expression, and where there is one, itself without its lookaround: it matches wherever the
    /// expression does.
    Looking { regex: fancy_regex::Regex, looser: Option<Regex> },
}

impl Group {
    /// The first match that starts at `from` or later.
    pub(super) fn find(
        &self,
        text: &str,
        from: usize,
    ) -> Result<Option<(usize, usize)>, fancy_regex::Error> {
        match self {
            Self::Plain(regex) => Ok(find_at(regex, text, from).map(|m| (m.start(), m.end()))),
            Self::Looking { regex, looser } => {
                let from = match looser.as_ref().map(|looser| find_at(looser, text, from)) {
                    Some(None) => return Ok(None),
                    Some(Some(found)) => found.start(),
                    None => from,
                };
                let found = regex.find_from_pos(text, from)?;
                Ok(found.map(|found| (found.start(), found.end())))
            }
        }
    }
}

/// A run of neighbouring alternatives without lookaround, or one alternative with it.
#[derive(Debug, PartialEq)]
pub(super) enum Part {
    Plain(String),
    Looking(String),
}

/// The parts of an expression in Rust's spelling, each with the flags of the whole.
pub(super) fn parts(source: &str) -> Vec<Part> {
    let (flags, body) = leading_flags(source);
    let mut parts = Vec::new();
    for alternative in split(body) {
        match parts.last_mut() {
            _ if looks_around(alternative) => {
                parts.push(Part::Looking(format!("{flags}{alternative}")));
            }
            Some(Part::Plain(run)) => {
                run.push('|');
                run.push_str(alternative);
            }
            _ => parts.push(Part::Plain(format!("{flags}{alternative}"))),
        }
    }
    parts
}

/// Compiles an expression in Rust's spelling.
pub(super) fn groups(source: &str) -> Result<Vec<Group>, fancy_regex::Error> {
    let group = |part| match part {
        // What does not compile is too large together, or of another syntax.
        Part::Plain(source) => {
            regex(&source).map(Group::Plain).map_or_else(|| looking(&source), Ok)
        }
        Part::Looking(source) => looking(&source),
    };
    parts(source).into_iter().map(group).collect()
}

fn regex(source: &str) -> Option<Regex> {
    let mut builder = Builder::new();
    builder.configure(Config::new().nfa_size_limit(Some(SIZE_LIMIT)));
    match classes::parse(source) {
        Some(parsed) => builder.build_from_hir(&parsed).ok(),
        None => builder.build(source).ok(),
    }
}

/// The first match that starts at `from` or later.
fn find_at(regex: &Regex, text: &str, from: usize) -> Option<Match> {
    regex.search(&Input::new(text).range(from..))
}

pub(super) fn looking(source: &str) -> Result<Group, fancy_regex::Error> {
    let builder = fancy_regex::RegexBuilder::new(source).backtrack_limit(BACKTRACK_LIMIT).build();
    Ok(Group::Looking { regex: builder?, looser: regex(&without_lookaround(source)) })
}

/// Flags that hold for the whole expression, and the rest.
pub(super) fn leading_flags(source: &str) -> (&str, &str) {
    let inner = source.strip_prefix("(?").and_then(|rest| rest.split_once(')'));
    match inner {
        Some((flags, _)) if flags.bytes().all(|b| b.is_ascii_lowercase()) => {
            source.split_at(flags.len() + 3)
        }
        _ => ("", source),
    }
}

/// Calls `visit` with each character outside escapes and classes, and the outermost brackets of
/// classes: its byte, and the depth of groups.
pub(super) fn walk(source: &str, mut visit: impl FnMut(usize, char, usize)) {
    let (mut class, mut depth) = (0usize, 0usize);
    let mut chars = source.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => {
                if class == 0 {
                    visit(at, c, depth);
                }
                class += 1;
            }
            ']' => {
                class = class.saturating_sub(1);
                if class == 0 {
                    visit(at, c, depth);
                }
            }
            _ if class > 0 => {}
            '(' => {
                visit(at, c, depth);
                depth += 1;
            }
            ')' => {
                depth = depth.saturating_sub(1);
                visit(at, c, depth);
            }
            c => visit(at, c, depth),
        }
    }
}

/// The alternatives of the outermost level.
fn split(source: &str) -> Vec<&str> {
    let mut cuts = vec![];
    walk(source, |at, c, depth| {
        if c == '|' && depth == 0 {
            cuts.push(at);
        }
    });
    let mut start = 0;
    let mut parts = Vec::with_capacity(cuts.len() + 1);
    for cut in cuts {
        parts.push(&source[start..cut]);
        start = cut + 1;
    }
    parts.push(&source[start..]);
    parts
}

/// The marks of groups that look around.
const LOOKAROUND: [&str; 4] = ["(?=", "(?!", "(?<=", "(?<!"];

/// Whether an expression looks around, or back at what it has matched.
fn looks_around(source: &str) -> bool {
    let mut found = false;
    walk(source, |at, c, _| {
        found |= c == '(' && LOOKAROUND.iter().any(|mark| source[at..].starts_with(mark));
    });
    let escapes = source.as_bytes().windows(2);
    found || escapes.filter(|pair| pair[0] == b'\\').any(|pair| matches!(pair[1], b'1'..=b'9'))
}

fn without_lookaround(source: &str) -> String {
    let mut out = String::new();
    let mut kept = 0;
    let mut open: Option<usize> = None; // depth of the group that is left out
    walk(source, |at, c, depth| {
        let looks = LOOKAROUND.iter().any(|mark| source[at..].starts_with(mark));
        if open.is_none() && c == '(' && looks {
            out.push_str(&source[kept..at]);
            open = Some(depth);
        } else if c == ')' && open == Some(depth) {
            kept = at + 1;
            open = None;
        }
    });
    out.push_str(&source[kept..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_cut_and_loosened() {
        assert_eq!(split(r"a|[|]|\||(b|c)|"), ["a", "[|]", r"\|", "(b|c)", ""]);
        for (source, looser) in
            [(r"(?<=[)(])a(?![(])", "a"), (r"(?:b(?=c(d)))e", "(?:b)e"), (r"\((?!x)", r"\(")]
        {
            assert_eq!(without_lookaround(source), looser);
        }
        for (source, looks) in [
            ("a(?=b)", true),
            (r"\(?=b", false),
            ("[(?=]", false),
            (r"(a)\1", true),
            ("(?:a)", false),
        ] {
            assert_eq!(looks_around(source), looks, "{source}");
        }
        assert_eq!(leading_flags("(?i)a"), ("(?i)", "a"));
        assert_eq!(leading_flags("(?:)a"), ("", "(?:)a"));
        assert_eq!(leading_flags("(?:a)|b"), ("", "(?:a)|b"));
    }
}
