//! Which checks and extractors are asked for.

use crate::checks::ALL;

/// Which checks and extractors are asked for; empty means all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    patterns: Vec<String>,
    extractors: Vec<String>,
}

impl Selection {
    /// Patterns are names of checks, in which `*` stands for any text.
    ///
    /// # Errors
    /// The first pattern that no check has, with the nearest name.
    pub fn new(patterns: &[String], extractors: &[String]) -> Result<Selection, String> {
        for pattern in patterns {
            if !ALL.iter().any(|c| matches(pattern, c.name)) {
                let names = ALL.iter().map(|c| c.name);
                let near = gloss_host::nearest(pattern, names)
                    .map_or("see `--list`".to_owned(), |n| format!("did you mean {n:?}?"));
                return Err(format!("no check is called {pattern:?}: {near}"));
            }
        }
        Ok(Selection { patterns: patterns.to_vec(), extractors: extractors.to_vec() })
    }

    /// Whether a check is asked for.
    #[must_use]
    pub fn has_check(&self, name: &str) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|p| matches(p, name))
    }

    /// Whether an extractor is asked for.
    #[must_use]
    pub fn has_extractor(&self, name: &str) -> bool {
        self.extractors.is_empty() || self.extractors.iter().any(|e| e == name)
    }

    /// Whether a check that is asked for continues this one.
    #[must_use]
    pub(crate) fn continues(&self, name: &str) -> bool {
        ALL.iter().any(|c| c.after == Some(name) && self.has_check(c.name))
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|left| {
            (0..=left.len()).any(|i| left.is_char_boundary(i) && matches(rest, &left[i..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let check = |pattern: &str, name: &str, expected| {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        };
        check("plan", "plan", true);
        check("plan", "plan-stable", false);
        check("plan*", "plan", true);
        check("*-empty", "text-empty", true);
        check("t*-*y", "text-empty", true);
        check("t*x", "text-empty", false);
        let problem = Selection::new(&["text-emtpy".to_owned()], &[]).unwrap_err();
        assert!(problem.contains("did you mean \"text-empty\"?"), "{problem}");
    }
}
