//! Names of plugins.

use std::str::FromStr;

use crate::{Error, ErrorKind};

/// Who publishes a plugin that was named without a publisher.
const NOBODY: &str = "local";

/// Longer names would fill lines of the project's files beyond what `cargo fmt` leaves alone.
const LONGEST: usize = 32;

/// Names that a crate or its type cannot have: words of the language, what the project depends on,
/// and types that its code uses.
const TAKEN: &str = "\
    abstract as async await become box break const continue crate do dyn else enum extern false \
    final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self \
    static struct super trait true try type typeof unsafe unsized use virtual where while yield \
    alloc core proc-macro schemars serde serde-json std test \
    attribute-type data-file batch b-tree-map cancellation corpus corpus-extractor corpus-harness counter counts declare \
    default description deserialize dict document document-output error extractor fn-once harness \
    hash-map hash-set iterator json-schema kind list load-context model models none ok option \
    option-error options output plan range requirement result scratch serialize some string value \
    vec write";

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
}

impl FromStr for PluginName {
    type Err = Error;

    fn from_str(text: &str) -> Result<PluginName, Error> {
        let (publisher, name) = text.split_once('/').unwrap_or((NOBODY, text));
        match problem(publisher, name) {
            None => Ok(PluginName { publisher: publisher.to_owned(), name: name.to_owned() }),
            Some((problem, help)) => {
                let message = format!("a plugin cannot be called {text:?}: {problem}");
                Err(Error::new(ErrorKind::BadName, message, help))
            }
        }
    }
}

/// What is wrong with a name, and what to do.
fn problem(publisher: &str, name: &str) -> Option<(&'static str, String)> {
    let form = "a name is PUBLISHER/NAME or NAME, such as acme/gene-names".to_owned();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let begins_well = publisher.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !begins_well || !publisher.chars().all(is_part) {
        return Some(("a publisher is made of letters (a-z, A-Z), digits, '-', '_' and '.'", form));
    }
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_word = |word: &str| !word.is_empty() && word.chars().all(is_letter);
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.split('-').all(is_word) {
        let rule = "a name is made of lower-case letters (a-z), digits and single '-', and begins \
                    with a letter";
        let near = near(name);
        let help = if near.is_empty() { form } else { format!("{form}; {near:?} would do") };
        return Some((rule, help));
    }
    if name.len() > LONGEST {
        return Some(("it is too long", format!("{LONGEST} letters are the most: shorten it")));
    }
    if TAKEN.split_ascii_whitespace().any(|taken| taken == name) || name.starts_with("gloss-") {
        let help = format!("add a word, as in \"{name}-finder\"");
        return Some(("Rust, or what the plugin is built from, has this name", help));
    }
    None
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
        let check = |text: &str, id: &str, type_name: &str| {
            let name: PluginName = text.parse().unwrap();
            assert_eq!((name.id().as_str(), name.type_name().as_str()), (id, type_name));
        };
        check("hedges", "local/hedges", "Hedges");
        check("acme/gene-names2", "acme/gene-names2", "GeneNames2");
        check("Uni.Oslo_1/a", "Uni.Oslo_1/a", "A");
    }

    #[test]
    fn refusals() {
        let check = |text: &str, part: &str, help: &str| {
            let error = text.parse::<PluginName>().unwrap_err();
            assert_eq!(error.kind, ErrorKind::BadName);
            assert!(error.message.contains(part) && error.help.contains(help), "{error:?}");
        };
        check("", "begins with a letter", "acme/gene-names");
        check("GeneNames", "lower-case", "\"gene-names\" would do");
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
        check("options", "Rust, or what", "\"options-finder\"");
        check("hash-map", "Rust, or what", "");
        check("gloss-ner", "Rust, or what", "");
        check(&"a".repeat(33), "too long", "32 letters");
    }
}
