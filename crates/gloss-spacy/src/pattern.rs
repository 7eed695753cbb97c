//! Regular expressions written for Python's `re`, matched with its meaning.

use fancy_regex::{Regex, RegexBuilder};

use crate::error::Error;

/// Matching that takes more backtracking steps than this is an error of the document.
const BACKTRACK_LIMIT: usize = 1_000_000;

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Pattern {
    name: &'static str,
    regex: Regex,
}

impl Pattern {
    /// Translates and compiles Python source.
    pub(crate) fn compile(name: &'static str, source: &str, file: &str) -> Result<Self, Error> {
        let regex = RegexBuilder::new(&translate(source))
            .backtrack_limit(BACKTRACK_LIMIT)
            .build()
            .map_err(|error| Error::invalid(file, name, format!("cannot compile: {error}")))?;
        Ok(Self { name, regex })
    }

    /// The first match, in bytes.
    pub(crate) fn search(&self, text: &str) -> Result<Option<(usize, usize)>, Error> {
        match self.regex.find(text) {
            Ok(found) => Ok(found.map(|found| (found.start(), found.end()))),
            Err(error) => Err(self.gave_up(text, &error)),
        }
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
        for one in self.regex.find_iter(text) {
            let one = one.map_err(|error| self.gave_up(text, &error))?;
            found.push((one.start(), one.end()));
        }
        Ok(())
    }

    fn gave_up(&self, text: &str, error: &fancy_regex::Error) -> Error {
        Error::Pattern { pattern: self.name, bytes: text.len(), reason: error.to_string() }
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
        let pattern = Pattern::compile("url_match", r"^(?:a|a(?=a))*\1?(?!x)$b", "t");
        let pattern =
            pattern.or_else(|_| Pattern::compile("url_match", r"^(?:(?=a)a*)*b(?=c)", "t"));
        let text = "a".repeat(3_000);
        match pattern.unwrap().search(&text) {
            Err(Error::Pattern { pattern, bytes, .. }) => {
                assert_eq!((pattern, bytes), ("url_match", 3_000))
            }
            other => panic!("{other:?}"),
        }
    }
}
