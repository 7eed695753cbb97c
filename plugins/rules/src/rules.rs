//! All that a stage is to find: entries and patterns, checked, with their labels and attributes.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use gloss_plugin::{Models, ResolvedFile, Result};

use crate::fold::continues;
use crate::gazetteer::{self, BadLines, RawEntry};
use crate::normal::normalize;
use crate::options::{Case, Options};
use crate::patterns::{Pattern, SPAN_GROUP};
use crate::problems::{Problem, Problems};

/// The attribute with the id of the entry or pattern.
pub const ID: &str = "id";
/// The attribute with the entry as it is written.
pub const ENTRY: &str = "entry";
/// The most characters of an entry.
const MAX_CHARACTERS: usize = 1000;
/// The most characters of a label or the name of an attribute.
const MAX_NAME: usize = 100;
/// The most attributes of the layer, and patterns of a stage.
const MAX_ATTRIBUTES: usize = 64;
const MAX_PATTERNS: usize = 1000;
/// The most bytes that all compiled patterns may take together.
const MAX_PATTERN_BYTES: usize = 64 << 20;

/// One thing to find.
#[derive(Debug)]
pub struct Rule {
    /// Position of its label.
    pub label: u32,
    /// What it is known by elsewhere.
    pub id: Option<String>,
    /// As it is written: the text, or the regular expression.
    pub entry: String,
    /// Attributes that it gives its matches: position, value.
    pub attributes: Vec<(u32, String)>,
    /// Upper and lower case count for this entry, while they do not for others.
    pub exact: bool,
}

/// Everything to find. Rules are in the order of precedence: entries of the pipeline file, those of
/// gazetteers, patterns.
#[derive(Debug, Default)]
pub struct Rules {
    /// Labels, in the order in which they first occur.
    pub labels: Vec<String>,
    /// Names of attributes, from the third on: the first two are `id` and `entry`.
    pub attributes: Vec<String>,
    /// Entries, then patterns.
    pub rules: Vec<Rule>,
    /// The normal form of each entry.
    pub keys: Vec<Vec<u8>>,
    /// Compiled patterns, and for each of their groups the position of its attribute.
    pub patterns: Vec<(Pattern, Vec<u32>)>,
    /// How many entries were left out because the same is there already, with all that belongs to it.
    pub repeated: usize,
}

impl Rules {
    /// Reads everything that the options name.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn read(options: &Options, files: &Models) -> Result<Rules> {
        let mut builder = Builder::new(options);
        builder.inline()?;
        builder.gazetteers(files)?;
        builder.patterns()?;
        Ok(builder.rules)
    }
}

/// Names with their positions.
#[derive(Default)]
struct Names(HashMap<String, u32>);

impl Names {
    fn position(&mut self, name: &str, list: &mut Vec<String>) -> u32 {
        if let Some(&position) = self.0.get(name) {
            return position;
        }
        let position = u32::try_from(list.len()).unwrap_or(u32::MAX);
        list.push(name.to_owned());
        self.0.insert(name.to_owned(), position);
        position
    }
}

struct Builder<'o> {
    options: &'o Options,
    rules: Rules,
    labels: Names,
    attributes: Names,
    /// Rules that are there already, as hashes of all that they are.
    seen: HashSet<u128>,
}

impl<'o> Builder<'o> {
    fn new(options: &'o Options) -> Builder<'o> {
        Builder {
            options,
            rules: Rules::default(),
            labels: Names::default(),
            attributes: Names::default(),
            seen: HashSet::new(),
        }
    }

    fn inline(&mut self) -> Result<()> {
        let mut problems = Problems::default();
        for (index, entry) in self.options.entries.iter().enumerate() {
            let raw = RawEntry {
                text: entry.text.clone(),
                label: entry.label.clone(),
                id: entry.id.clone(),
                ..RawEntry::default()
            };
            if let Err(problem) = self.entry(raw, &[]) {
                problems.add(&format!("entry {}", index + 1), problem);
            }
        }
        problems.into_error("entries").map_or(Ok(()), Err)
    }

    fn gazetteers(&mut self, files: &Models) -> Result<()> {
        let mut problems = Problems::default();
        for file in files.files("gazetteers") {
            let mut bad = BadLines::new();
            if let Err(problem) = self.gazetteer(file, &mut bad) {
                problems.add(&file.name, problem);
            }
            // Some are found when the file is read, others when entries are checked.
            bad.sort_by_key(|&(line, _)| line);
            for (line, problem) in bad {
                problems.add(&format!("{}, line {line}", file.name), problem);
            }
        }
        problems.into_error("gazetteers").map_or(Ok(()), Err)
    }

    fn gazetteer(&mut self, file: &ResolvedFile, bad: &mut BadLines) -> Result<(), Problem> {
        let gazetteer = gazetteer::read(file, self.options.columns(), bad)?;
        let attributes = gazetteer.attributes.iter().map(|name| self.attribute(name));
        let attributes: Vec<u32> = attributes.collect::<Result<_, _>>()?;
        for raw in gazetteer.entries {
            let line = raw.line;
            if let Err(problem) = self.entry(raw, &attributes) {
                bad.push((line, problem));
            }
        }
        Ok(())
    }

    fn patterns(&mut self) -> Result<()> {
        let mut problems = Problems::default();
        let mut memory = 0;
        for (index, inline) in self.options.patterns.iter().enumerate().take(MAX_PATTERNS) {
            let place = format!("pattern {}", index + 1);
            let compiled = Pattern::new(&inline.regex, self.options.longest_match);
            let pattern = match compiled.map_err(Problem::Regex) {
                Ok(pattern) => pattern,
                Err(problem) => {
                    problems.add(&place, problem);
                    continue;
                }
            };
            memory += pattern.memory();
            let names = pattern.groups.iter().map(|(_, name)| self.attribute(name));
            let groups: Result<Vec<u32>, Problem> = names.collect();
            let label = self.label(inline.label.as_deref());
            let id = checked_id(inline.id.clone());
            match (groups, label, id) {
                (Ok(groups), Ok(label), Ok(id)) => {
                    let entry = inline.regex.clone();
                    let attributes = Vec::new();
                    self.rules.rules.push(Rule { label, id, entry, attributes, exact: false });
                    self.rules.patterns.push((pattern, groups));
                }
                (Err(problem), ..) | (_, Err(problem), _) | (.., Err(problem)) => {
                    problems.add(&place, problem);
                }
            }
        }
        if self.options.patterns.len() > MAX_PATTERNS {
            problems.add("all", format!("there are more than {MAX_PATTERNS} patterns"));
        }
        if memory > MAX_PATTERN_BYTES {
            problems.add("all", format!("compiled they take more than {MAX_PATTERN_BYTES} bytes"));
        }
        problems.into_error("patterns").map_or(Ok(()), Err)
    }

    /// Checks an entry and keeps it. `attributes` are the positions of its file's columns.
    fn entry(&mut self, raw: RawEntry, attributes: &[u32]) -> Result<(), Problem> {
        check_text(&raw.text)?;
        let folding = self.options.folding();
        let key = normalize(&raw.text, folding);
        if key.is_empty() {
            return Err(Problem::Empty);
        }
        let label = self.label(raw.label.as_deref())?;
        let id = checked_id(raw.id)?;
        let place = |(column, value): (u32, String)| {
            attributes.get(column as usize).map(|&attribute| (attribute, value))
        };
        let attributes: Vec<(u32, String)> = raw.attributes.into_iter().filter_map(place).collect();
        let exact = self.options.case == Case::Smart && raw.text.chars().any(char::is_uppercase);
        let entry = raw.text.trim().to_owned();
        let whole = if exact { entry.as_bytes() } else { &key };
        if !self.seen.insert(hash(&(whole, label, &id, &attributes))) {
            self.rules.repeated += 1;
            return Ok(());
        }
        self.rules.keys.push(key);
        self.rules.rules.push(Rule { label, id, entry, attributes, exact });
        Ok(())
    }

    fn label(&mut self, label: Option<&str>) -> Result<u32, Problem> {
        let given = label.map(str::trim).filter(|label| !label.is_empty());
        let label = given.or(self.options.label.as_deref()).ok_or(Problem::NoLabel)?;
        check_characters("label", label, MAX_NAME)?;
        Ok(self.labels.position(label, &mut self.rules.labels))
    }

    fn attribute(&mut self, name: &str) -> Result<u32, Problem> {
        let refuse = |why| Err(Problem::Attribute(name.to_owned(), why));
        if name == ID || name == ENTRY || name == SPAN_GROUP {
            return refuse("the word is taken");
        }
        if name.is_empty() || name.chars().count() > MAX_NAME || name.contains(char::is_control) {
            return refuse("it is empty, too long, or has control characters");
        }
        let position = self.attributes.position(name, &mut self.rules.attributes);
        if position as usize >= MAX_ATTRIBUTES {
            return refuse("there are more than 64 columns");
        }
        Ok(position + 2)
    }
}

/// 128 bits, so that two rules are never taken for one: they are chosen by the user, not by an enemy.
fn hash(rule: &impl Hash) -> u128 {
    use std::hash::{DefaultHasher, Hasher};
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(salt);
        rule.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

fn check_text(text: &str) -> Result<(), Problem> {
    let text = text.trim();
    let Some(first) = text.chars().next() else { return Err(Problem::Empty) };
    check_characters("text", text, MAX_CHARACTERS)?;
    if continues(first) {
        return Err(Problem::Mark);
    }
    if text.chars().all(|c| is_punctuation(c) || c.is_whitespace()) {
        return Err(Problem::Punctuation);
    }
    Ok(())
}

fn checked_id(id: Option<String>) -> Result<Option<String>, Problem> {
    let id = id.filter(|id| !id.is_empty());
    if let Some(id) = &id {
        check_characters("id", id, MAX_CHARACTERS)?;
    }
    Ok(id)
}

fn check_characters(what: &'static str, text: &str, most: usize) -> Result<(), Problem> {
    let control = |c: &char| c.is_control() && !c.is_whitespace();
    if let Some(c) = text.chars().find(control) {
        return Err(Problem::Control(what, u32::from(c)));
    }
    if text.chars().nth(most).is_some() {
        return Err(Problem::TooLong(most));
    }
    Ok(())
}

/// Unicode's punctuation (P). Symbols, such as `€` or emoji, may be meant.
fn is_punctuation(c: char) -> bool {
    use std::sync::OnceLock;
    static TABLE: OnceLock<Option<regex_automata::meta::Regex>> = OnceLock::new();
    let regex = TABLE.get_or_init(|| regex_automata::meta::Regex::new(r"\p{P}").ok());
    !c.is_alphanumeric()
        && regex.as_ref().is_some_and(|regex| regex.is_match(c.encode_utf8(&mut [0; 4]).as_bytes()))
}
