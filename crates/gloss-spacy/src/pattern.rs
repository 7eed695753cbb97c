//! Regular expressions written for Python's `re`, matched with its meaning.

mod alternatives;
mod check;
mod classes;

use std::sync::LazyLock;

use crate::error::Error;
use alternatives::{Group, groups};
use check::check;

/// An expression: the leftmost match wins, then the first alternative.
#[derive(Debug)]
pub(crate) struct Pattern {
    name: &'static str,
    groups: Groups,
}

/// Automata, built when they are first needed: those of a model take longer to build than all the rest
/// of it to load. What does not build (too large: all else is found before) is an error of the document.
type Groups = LazyLock<Result<Vec<Group>, String>, Box<dyn FnOnce() -> Built + Send>>;
type Built = Result<Vec<Group>, String>;

impl Pattern {
    /// Translates and checks Python source.
    pub(crate) fn compile(name: &'static str, source: &str, file: &str) -> Result<Self, Error> {
        let source = translate(source);
        check(&source)
            .map_err(|error| Error::invalid(file, name, format!("cannot compile: {error}")))?;
        let build = move || groups(&source).map_err(|error| error.to_string());
        Ok(Self { name, groups: LazyLock::new(Box::new(build)) })
    }

    fn groups(&self, text: &str) -> Result<&[Group], Error> {
        let failed = |reason: &String| self.gave_up(text, reason.clone());
        self.groups.as_ref().map(Vec::as_slice).map_err(failed)
    }

    fn gave_up(&self, text: &str, reason: String) -> Error {
        Error::Pattern { pattern: self.name, bytes: text.len(), reason }
    }

    /// The first match, in bytes.
    pub(crate) fn search(&self, text: &str) -> Result<Option<(usize, usize)>, Error> {
        let mut best: Option<(usize, usize)> = None;
        for group in self.groups(text)? {
            if let Some(found) = self.next(group, text, 0)?
                && best.is_none_or(|best| found.0 < best.0)
            {
                best = Some(found);
            }
            if best.is_some_and(|best| best.0 == 0) {
                break;
            }
        }
        Ok(best)
    }

    /// Whether a match starts at the beginning of `text`.
    pub(crate) fn matches_at_start(&self, text: &str) -> Result<bool, Error> {
        Ok(self.search(text)?.is_some_and(|(start, _)| start == 0))
    }

    /// All matches from left to right, in bytes.
    pub(crate) fn search_all(
        &self,
        text: &str,
        found: &mut Vec<(usize, usize)>,
    ) -> Result<(), Error> {
        found.clear();
        let groups = self.groups(text)?;
        let first = |group| self.next(group, text, 0);
        let mut heads = groups.iter().map(first).collect::<Result<Vec<_>, _>>()?;
        loop {
            // `min_by_key` takes the first of equals.
            let Some(best) = heads.iter().flatten().min_by_key(|head| head.0).copied() else {
                return Ok(());
            };
            found.push(best);
            // The next match starts at the end of this one, or a character later if this one is empty.
            let step = if best.0 == best.1 {
                text[best.1..].chars().next().map_or(1, char::len_utf8)
            } else {
                0
            };
            let from = best.1 + step;
            for (head, group) in heads.iter_mut().zip(groups) {
                if head.is_some_and(|head| head.0 < from) {
                    *head = if from > text.len() { None } else { self.next(group, text, from)? };
                }
            }
        }
    }

    fn next(
        &self,
        group: &Group,
        text: &str,
        from: usize,
    ) -> Result<Option<(usize, usize)>, Error> {
        group.find(text, from).map_err(|error| self.gave_up(text, error.to_string()))
    }
}

/// Rewrites what Python and Rust spell differently. `$` keeps Rust's meaning: Python's also matches
/// before a final line feed, which no chunk with other characters has.
fn translate(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut chars = source.chars().peekable();
    let mut class: Option<usize> = None; // characters seen in the open class
    while let Some(c) = chars.next() {
        let first = matches!(class, Some(0));
        if let Some(seen) = &mut class {
            *seen += 1;
        }
        match c {
            '\\' => escape(&mut chars, class.is_some(), &mut out),
            '[' if class.is_none() => {
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                class = Some(0);
            }
            ']' if class.is_some() && !first => {
                out.push(']');
                class = None;
            }
            '[' | ']' | '&' | '~' if class.is_some() => {
                out.push('\\');
                out.push(c);
            }
            '(' if class.is_none() => {
                out.push('(');
                flags(&mut chars, &mut out);
            }
            c => out.push(c),
        }
    }
    out
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Drops `u` (always on in Rust) from a group of flags that was opened by `(`.
fn flags(chars: &mut Chars<'_>, out: &mut String) {
    let mut ahead = chars.clone();
    if ahead.next() != Some('?') {
        return;
    }
    let flags: String = std::iter::from_fn(|| ahead.next_if(char::is_ascii_alphabetic)).collect();
    if flags.is_empty() || flags == "P" || !matches!(ahead.peek(), Some(')' | ':' | '-')) {
        return;
    }
    let kept: String = flags.chars().filter(|&c| c != 'u').collect();
    out.push('?');
    if kept.is_empty() && ahead.peek() == Some(&')') {
        out.push(':'); // an empty group
    }
    out.push_str(&kept);
    *chars = ahead;
}

/// Rewrites the escape whose backslash was just read.
fn escape(chars: &mut Chars<'_>, in_class: bool, out: &mut String) {
    let Some(c) = chars.next() else {
        out.push('\\');
        return;
    };
    let digits = match c {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    match c {
        'x' | 'u' | 'U' => {
            out.push_str("\\x{");
            out.extend(chars.by_ref().take(digits));
            out.push('}');
        }
        // Python: letters, numbers of every kind, the underscore; Rust: also marks and joiners.
        'w' if in_class => out.push_str(r"\p{L}\p{N}_"),
        'w' => out.push_str(r"[\p{L}\p{N}_]"),
        'W' => out.push_str(r"[^\p{L}\p{N}_]"),
        's' if in_class => out.push_str(r"\s\x{1c}-\x{1f}"),
        's' => out.push_str(r"[\s\x{1c}-\x{1f}]"),
        'S' => out.push_str(r"[^\s\x{1c}-\x{1f}]"),
        'Z' => out.push_str(r"\z"),
        c if c.is_ascii_alphanumeric() || r"\.+*?()|[]{}^$#&-~".contains(c) => {
            out.push('\\');
            out.push(c);
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_source_is_translated() {
        for (python, rust) in [
            (r"\u00e9|\U0001F600|\xe9", r"\x{00e9}|\x{0001F600}|\x{e9}"),
            (r"(?u)^(?:a)$", r"(?:)^(?:a)$"),
            (r"(?iu)a(?=b)(?P<x>c)", r"(?i)a(?=b)(?P<x>c)"),
            (r#"\'\"\;\<"#, r#"'";<"#),
            (r"[[\w&&~]\w", r"[\[\p{L}\p{N}_\&\&\~][\p{L}\p{N}_]"),
            (r"[]a][^]a]", r"[\]a][^\]a]"),
        ] {
            assert_eq!(translate(python), rust);
            Pattern::compile("infix_finditer", python, "tokenizer").unwrap();
        }
    }

    #[test]
    fn what_cannot_compile_is_named() {
        let error = Pattern::compile("suffix_search", "a(", "tokenizer").unwrap_err();
        assert!(error.to_string().contains("tokenizer: suffix_search: cannot compile"), "{error}");
    }

    #[test]
    fn too_much_backtracking_is_an_error() {
        // Each way of cutting the text into ones and twos is tried before the last letter fails.
        let pattern = Pattern::compile("url_match", r"^(?:(a|aa)(?=[ab]))+(?!a|b)\1", "t");
        let text = "a".repeat(2_999) + "b";
        match pattern.unwrap().search(&text) {
            Err(Error::Pattern { pattern, bytes, .. }) => {
                assert_eq!((pattern, bytes), ("url_match", 3_000));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn alternatives_keep_pythons_order() {
        // Expected values are those of Python's `re.finditer`, in bytes.
        for (pattern, text, expected) in [
            (r"ab|a(?=b)|b", "abab", vec![(0, 2), (2, 4)]),
            (r"a(?=b)|ab|b", "abab", vec![(0, 1), (1, 2), (2, 3), (3, 4)]),
            (r"(?<=[0-9])\+|x|(?<=°[FC])\.", "1+°F.x+", vec![(1, 2), (5, 6), (6, 7)]),
            (r"(?<=a)a", "aaaa", vec![(1, 2), (2, 3), (3, 4)]),
            (r"\.\.+$|(?<=x)y$", "x...y..", vec![(5, 7)]),
            (r"(?i)É(?!b)|C", "éb éc", vec![(4, 6), (6, 7)]),
        ] {
            let mut found = Vec::new();
            let compiled = Pattern::compile("infix_finditer", pattern, "t").unwrap();
            compiled.search_all(text, &mut found).unwrap();
            assert_eq!(found, expected, "{pattern} in {text}");
            assert_eq!(compiled.search(text).unwrap(), expected.first().copied());
        }
    }
}
