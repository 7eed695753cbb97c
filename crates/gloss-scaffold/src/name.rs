//! Names of plugins.

use std::str::FromStr;

use crate::{Error, ErrorKind};

/// Who publishes a plugin that was named without a publisher.
const NOBODY: &str = "local";

/// Longer names would fill lines of the project's files beyond what `cargo fmt` leaves alone.
const LONGEST: usize = 32;

/// Words that cannot be names of crates: those of the language, and what the project itself uses.
const TAKEN: [&str; 60] = [
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "alloc",
    "core",
    "std",
    "proc-macro",
    "test",
    "serde",
    "serde-json",
    "schemars",
    "tempfile",
];

/// What a plugin is called: `publisher/name`, or `name` for one that is not to be published.
///
/// The name is that of the folder, the crate, the extractor and its layer, so it has the form that
/// all of them may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginName {
    publisher: String,
    name: String,
}

impl PluginName {
    /// The name: lower-case words of ASCII letters and digits, joined by `-`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The plugin's id, `publisher/name`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.publisher, self.name)
    }

    /// The name as Rust writes that of a type: `near-duplicates` is `NearDuplicates`.
    #[must_use]
    pub fn type_name(&self) -> String {
        let word = |word: &str| word[..1].to_uppercase() + &word[1..];
        self.name.split('-').map(word).collect()
    }

    /// The name as Rust writes that of a library: `near-duplicates` is `near_duplicates`.
    #[must_use]
    pub fn library_name(&self) -> String {
        self.name.replace('-', "_")
    }
}

impl FromStr for PluginName {
    type Err = Error;

    fn from_str(text: &str) -> Result<PluginName, Error> {
        let (publisher, name) = text.split_once('/').unwrap_or((NOBODY, text));
        let refuse = |problem: String, help: &str| {
            Err(Error::new(
                ErrorKind::BadName,
                format!("a plugin cannot be called {text:?}: {problem}"),
                help,
            ))
        };
        let form = "a name is PUBLISHER/NAME or NAME, such as acme/gene-names";
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !publisher.starts_with(|c: char| c.is_ascii_alphanumeric())
            || !publisher.chars().all(is_part)
        {
            return refuse(
                "a publisher is made of letters (a-z, A-Z), digits, '-', '_' and '.'".to_owned(),
                form,
            );
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.split('-').all(is_word) {
            let near = near(name);
            let help = if near.is_empty() {
                form.to_owned()
            } else {
                format!("{form}; here {near:?} would do")
            };
            return refuse(
                "a name is made of lower-case letters (a-z), digits and single '-', and begins with a letter".to_owned(),
                &help,
            );
        }
        if name.len() > LONGEST {
            return refuse(format!("a name has {LONGEST} letters at most"), "shorten it");
        }
        if TAKEN.contains(&name) || name.starts_with("gloss-") {
            return refuse(
                "Rust, or what the plugin is built from, has this name".to_owned(),
                &format!("add a word, as in {name:?}-finder").replace("\"-finder", "-finder\""),
            );
        }
        Ok(PluginName { publisher: publisher.to_owned(), name: name.to_owned() })
    }
}

/// A name that may be meant by one that cannot be; empty when nothing is left of it.
fn near(name: &str) -> String {
    let mut words = String::new();
    for c in name.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).chars() {
        let begins_word =
            c.is_ascii_uppercase() && words.ends_with(|c: char| c.is_ascii_lowercase());
        if !c.is_ascii_alphanumeric() || begins_word {
            words.push('-');
        }
        if c.is_ascii_alphanumeric() {
            words.push(c.to_ascii_lowercase());
        }
    }
    words.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check = |text: &str, id: &str, type_name: &str, library: &str| {
            let name: PluginName = text.parse().unwrap();
            assert_eq!(
                (name.id(), name.type_name(), name.library_name()),
                (id.into(), type_name.into(), library.into())
            );
        };
        check("hedges", "local/hedges", "Hedges", "hedges");
        check("acme/gene-names2", "acme/gene-names2", "GeneNames2", "gene_names2");
        check("Uni.Oslo_1/a", "Uni.Oslo_1/a", "A", "a");
    }

    #[test]
    fn refusals() {
        let check = |text: &str, part: &str, help: &str| {
            let error = text.parse::<PluginName>().unwrap_err();
            assert_eq!(error.kind, ErrorKind::BadName);
            assert!(error.message.contains(part) && error.help.contains(help), "{error:?}");
        };
        check("", "begins with a letter", "acme/gene-names");
        check("GeneNames", "lower-case", "here \"gene-names\" would do");
        check("gene_names", "lower-case", "\"gene-names\"");
        check("2nd", "begins with a letter", "\"nd\"");
        check("a--b", "single", "\"a-b\"");
        check("a-", "single", "\"a\"");
        check("é", "lower-case", "PUBLISHER/NAME");
        check("a/b/c", "lower-case", "\"b-c\"");
        check("/a", "a publisher is", "PUBLISHER/NAME");
        check("../a", "a publisher is", "PUBLISHER/NAME");
        check("a b/c", "a publisher is", "PUBLISHER/NAME");
        check("async", "Rust, or what", "\"async-finder\"");
        check("serde", "Rust, or what", "\"serde-finder\"");
        check("gloss-ner", "Rust, or what", "");
        check(&"a".repeat(33), "32 letters", "shorten");
    }
}
