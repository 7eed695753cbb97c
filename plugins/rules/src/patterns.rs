//! Regular expressions, with bounded cost.
//!
//! The engine takes time that is linear in the text for one search, but looking for all matches of
//! `.*x|y` in a text of `y` searches to its end for each. Here **a match has at most `longest` bytes**: one
//! that begins at s is what the expression prefers in the text up to s + `longest`, while what it asserts
//! about its surroundings (`\b`, `$`) sees all of the text. So all matches cost at most the length of
//! the text times `longest`.

use std::ops::Range;

use regex_automata::meta::{BuildError, Cache, Config, Regex};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

/// The most memory that one compiled pattern may take, in bytes.
const SIZE_LIMIT: usize = 10 << 20;
/// The deepest nesting of groups.
const NEST_LIMIT: u32 = 100;
/// Bytes that are searched at most before it is asked whether to stop.
const POLL: usize = 1 << 20;
/// The group whose match is the span.
pub const SPAN_GROUP: &str = "span";

/// One compiled regular expression.
#[derive(Debug)]
pub struct Pattern {
    regex: Regex,
    /// The group whose match is the span; 0 is the whole.
    span: usize,
    /// Named groups that are attributes: group, name.
    pub groups: Vec<(usize, String)>,
    /// The longest match in bytes.
    longest: usize,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn new(source: &str, longest: u32) -> Result<Pattern, String> {
        let regex = Regex::builder()
            .syntax(syntax::Config::new().nest_limit(NEST_LIMIT))
            .configure(Config::new().nfa_size_limit(Some(SIZE_LIMIT)))
            .build(source)
            .map_err(|error| message(&error))?;
        let names = regex.group_info().pattern_names(regex_automata::PatternID::ZERO);
        let named = names.enumerate().filter_map(|(i, name)| Some((i, name?.to_owned())));
        let (spans, groups): (Vec<_>, Vec<_>) = named.partition(|(_, name)| name == SPAN_GROUP);
        let span = spans.first().map_or(0, |&(group, _)| group);
        Ok(Pattern { regex, span, groups, longest: longest as usize })
    }

    /// Bytes that it takes.
    pub fn memory(&self) -> usize {
        self.regex.memory_usage()
    }

    /// Memory for searching.
    pub fn cache(&self) -> Cache {
        self.regex.create_cache()
    }

    /// Calls `found` for each match that is not empty, from left to right; `stop` is asked now and
    /// then.
    pub fn find(
        &self,
        text: &str,
        cache: &mut Cache,
        stop: &dyn Fn() -> bool,
        found: &mut dyn FnMut(Found),
    ) -> Result<(), Stopped> {
        let window = self.longest.saturating_mul(4);
        let mut at = 0;
        let mut searched = 0;
        while at < text.len() {
            searched += window;
            if searched >= POLL {
                searched = 0;
                if stop() {
                    return Err(Stopped);
                }
            }
            let end = ceil(text, at.saturating_add(window));
            let last = end == text.len();
            // What begins behind it may match only with what lies behind the window.
            let sure = if last { end } else { floor(text, end - self.longest) };
            let start = self.regex.search_with(cache, &Input::new(text).range(at..end));
            let Some(start) = start.map(|m| m.start()).filter(|&s| s <= sure) else {
                at = sure;
                continue;
            };
            let (one, next) = self.at(text, start, cache);
            at = next;
            if let Some(one) = one {
                found(one);
            }
        }
        Ok(())
    }

    /// The match that begins at `start`, if it is not empty, and where to go on.
    fn at(&self, text: &str, start: usize, cache: &mut Cache) -> (Option<Found>, usize) {
        let end = floor(text, start.saturating_add(self.longest)).max(start);
        let input = Input::new(text).range(start..end).anchored(Anchored::Yes);
        let behind = ceil(text, start + 1);
        if self.span == 0 && self.groups.is_empty() {
            let whole = self.regex.search_with(cache, &input).filter(|m| !m.is_empty());
            let one = whole.map(|m| (Found { span: m.range(), groups: Vec::new() }, m.end()));
            return one.map_or((None, behind), |(found, end)| (Some(found), end));
        }
        let mut captures = self.regex.create_captures();
        self.regex.search_captures_with(cache, &input, &mut captures);
        let range = |group| captures.get_group(group).map(|m| m.range()).filter(|r| !r.is_empty());
        let found = range(self.span).map(|span| Found {
            span,
            groups: self.groups.iter().map(|&(group, _)| range(group)).collect(),
        });
        (found, range(0).map_or(behind, |whole| whole.end))
    }
}

/// A match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub span: Range<usize>,
    /// What each of [`Pattern::groups`] matched; none where nothing, or the empty text.
    pub groups: Vec<Option<Range<usize>>>,
}

fn message(error: &BuildError) -> String {
    if let Some(limit) = error.size_limit() {
        return format!("compiled it is larger than {limit} bytes; use smaller repetitions");
    }
    // Their own words repeat the pattern, which may be long.
    let (kind, span) = match error.syntax_error() {
        Some(regex_syntax::Error::Parse(error)) => (error.kind().to_string(), error.span()),
        Some(regex_syntax::Error::Translate(error)) => (error.kind().to_string(), error.span()),
        _ => return error.to_string(),
    };
    format!("{kind} (line {}, character {})", span.start.line, span.start.column)
}

/// A character boundary at or before `at`, within the text.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// A character boundary at or behind `at`, within the text.
fn ceil(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (at..=text.len()).find(|&i| text.is_char_boundary(i)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(source: &str, text: &str, longest: u32) -> Vec<String> {
        let pattern = Pattern::new(source, longest).unwrap();
        let mut found = Vec::new();
        let mut push = |one: Found| found.push(text[one.span].to_owned());
        pattern.find(text, &mut pattern.cache(), &|| false, &mut push).unwrap();
        found
    }

    #[test]
    fn matches() {
        let check = |source: &str, text: &str, expected: &[&str]| {
            assert_eq!(spans(source, text, 8), expected, "{source:?} {text:?}");
        };
        check(r"\d+", "a 12 b 345", &["12", "345"]);
        check("a*", "baac", &["aa"]);
        check("", "abc", &[]);
        check(r"(?i)é+", "ÉéxÉ", &["Éé", "É"]);
        check(r"No\. (?<span>\d+)", "No. 5, No. 66", &["5", "66"]);
        check(r"\bb", "ab b", &["b"]);
        check("(?m)^a", "aa\na", &["a", "a"]);
    }

    #[test]
    fn long_matches_are_cut() {
        let check = |source: &str, text: &str, expected: &[&str]| {
            assert_eq!(spans(source, text, 4), expected, "{source:?} {text:?}");
        };
        check("a+", "aaaaaaaaab", &["aaaa", "aaaa", "a"]);
        check("a+b", "aaaaaab", &["aaab"]);
        check(".*x|y", "yyyyyx", &["y", "y", "yyyx"]);
        check("é+", "ééééé", &["éé", "éé", "é"]);
        check("a+$", "aaaaa", &["aaaa"]);
    }

    /// As the definition says it, position by position.
    fn slowly(pattern: &Pattern, text: &str, longest: usize) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let end = floor(text, at + longest).max(at);
            let input = Input::new(text).range(at..end).anchored(Anchored::Yes);
            match pattern.regex.search(&input).filter(|m| !m.is_empty()) {
                Some(m) => {
                    found.push(m.range());
                    at = m.end();
                }
                None => at = ceil(text, at + 1),
            }
        }
        found
    }

    proptest::proptest! {
        #[test]
        fn windows_change_nothing(text in "[abé\n]{0,80}", longest in 1_u32..6) {
            for source in ["a+b", "a.*b|b", r"(?m)^[ab]+$", r"\b[abé]+\b", "é|a?b", "(?:ab)+?é", "b*"] {
                let pattern = Pattern::new(source, longest).unwrap();
                let mut found = Vec::new();
                let mut push = |one: Found| found.push(one.span);
                pattern.find(&text, &mut pattern.cache(), &|| false, &mut push).unwrap();
                proptest::prop_assert_eq!(&found, &slowly(&pattern, &text, longest as usize), "{}", source);
            }
        }
    }

    #[test]
    fn refusals() {
        let check = |source: &str, expected: &str| {
            let error = Pattern::new(source, 10).unwrap_err();
            assert!(error.contains(expected), "{error}");
        };
        check("a(", "unclosed group");
        check(r"(a)\1", "backreferences");
        check(r"\w{1000}{1000}", "larger than");
        check(&"(".repeat(5000), "unclosed group");
        check(r"é\p{Zzz}", "Unicode property not found (line 1, character 2)");
        check(&format!("{}{}", "(".repeat(200), ")".repeat(200)), "nest");
    }

    #[test]
    fn it_stops() {
        let pattern = Pattern::new(".*x|y", 100).unwrap();
        let text = "y".repeat(1 << 20);
        let stopped = pattern.find(&text, &mut pattern.cache(), &|| true, &mut |_| {});
        assert_eq!(stopped, Err(Stopped));
    }
}
