//! The user's file of names and ids.

use std::collections::HashMap;

use gloss_plugin::{Deserialize, Error, ResolvedFile, Result};

use crate::fold::fold;

/// An entity that the user knows.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The user's own, such as one of Wikidata.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// The label that it has, whatever was found.
    #[serde(default)]
    pub label: Option<String>,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A row of a CSV file: aliases are one field there, separated by `|`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    name: String,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    aliases: Option<String>,
}

/// Known entities by their names.
#[derive(Debug, Default)]
pub struct Aliases {
    known: Vec<Known>,
    by_name: HashMap<String, usize>,
}

impl Aliases {
    /// Reads a file: CSV where its name ends so, else JSON Lines.
    ///
    /// # Errors
    /// When it cannot be read, a label is none of `labels`, or a name is there twice.
    pub fn read(file: &ResolvedFile, labels: &[String]) -> Result<Aliases> {
        let (shown, path) = (&file.name, &file.path);
        let refuse = |message: String| Error::option("aliases", message);
        let contents =
            std::fs::read_to_string(path).map_err(|e| refuse(format!("{shown}: {e}")))?;
        let csv = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        let known = if csv { rows(&contents) } else { lines(&contents) };
        let known = known.map_err(|e| refuse(format!("{shown}: {e}")))?;
        Aliases::new(known, labels).map_err(|e| refuse(format!("{shown}: {e}")))
    }

    fn new(known: Vec<Known>, labels: &[String]) -> Result<Aliases, String> {
        let mut by_name = HashMap::new();
        for (entry, one) in known.iter().enumerate() {
            if let Some(label) = one.label.as_ref().filter(|l| !labels.contains(l)) {
                return Err(format!("the label {label:?} is not among those to gather"));
            }
            for name in one.aliases.iter().chain([&one.name]) {
                let key = key(name);
                if key.is_empty() {
                    return Err(format!("an entry with the id {:?} has an empty name", one.id));
                }
                if by_name.insert(key, entry).is_some_and(|other| other != entry) {
                    return Err(format!("{name:?} is the name of two entries"));
                }
            }
        }
        Ok(Aliases { known, by_name })
    }

    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// The number of the entry with this name, as words that were folded.
    pub fn find(&self, words: &str) -> Option<usize> {
        self.by_name.get(&words.to_lowercase()).copied()
    }

    pub fn get(&self, entry: usize) -> &Known {
        &self.known[entry]
    }
}

/// A name as that of a mention is compared; "The" and points do not count.
fn key(name: &str) -> String {
    let mut words: Vec<String> =
        name.split_whitespace().map(|w| fold(&w.replace('.', ""))).collect();
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    words.join(" ")
}

fn rows(contents: &str) -> Result<Vec<Known>, String> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(contents.as_bytes());
    let known = |row: Row| {
        let all = row.aliases.unwrap_or_default();
        let aliases = all.split('|').map(str::trim).filter(|a| !a.is_empty()).map(str::to_owned);
        let label = row.label.filter(|l| !l.is_empty());
        Known { id: row.id, name: row.name, label, aliases: aliases.collect() }
    };
    reader.deserialize().map(|row| row.map(known).map_err(|e| e.to_string())).collect()
}

fn lines(contents: &str) -> Result<Vec<Known>, String> {
    let lines = contents.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parse = |(i, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|e| format!("line {}: {e}", i + 1))
    };
    lines.map(parse).collect()
}
