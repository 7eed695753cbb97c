//! spaCy's `attribute_ruler`: sets attributes of tokens that patterns match.

mod condition;

use hashbrown::HashMap;

use crate::annotations::{Annotations, Column, Columns, Lemma};
use crate::characters::lower;
use crate::error::Error;
use crate::lexeme::is_space_token;
use crate::morphology;
use crate::msgpack::Reader;
use crate::parser::tree::Tree;
use crate::symbols::{Symbol, Symbols};
use crate::tok2vec::Words;
use crate::watch::Watch;
use condition::{Condition, Look};

/// The rules; immutable.
#[derive(Debug, Default)]
pub(crate) struct Ruler {
    rules: Vec<Rule>,
    patterns: Vec<Pattern>,
    /// Patterns by what their first token must be; each stands in one place.
    by_tag: HashMap<Symbol, Vec<u32>>,
    by_lower: HashMap<Box<str>, Vec<u32>>,
    others: Vec<u32>,
    reads: Columns,
}

/// What one entry of the file sets.
#[derive(Debug)]
struct Rule {
    /// Which token of a match, from its start.
    index: usize,
    set: Vec<(Column, Symbol)>,
}

/// Conditions on tokens that stand in a row.
#[derive(Debug)]
struct Pattern {
    rule: u32,
    tokens: Vec<Vec<Condition>>,
}

/// Buffers.
#[derive(Debug, Default)]
pub(crate) struct RulerScratch {
    matches: Vec<(u32, u32)>,
    lower: String,
}

impl Ruler {
    /// Reads `patterns`, keeping the rules that set one of the `wanted` columns.
    pub(crate) fn read(
        bytes: &[u8],
        file: &str,
        wanted: Columns,
        symbols: &mut Symbols,
    ) -> Result<Self, Error> {
        let mut ruler = Self::default();
        for entry in Reader::parse(bytes, file)?.items()? {
            ruler.add(&entry, file, wanted, symbols)?;
        }
        Ok(ruler)
    }

    /// The columns that the patterns look at.
    pub(crate) fn reads(&self) -> Columns {
        self.reads
    }

    fn add(
        &mut self,
        entry: &Reader<'_>,
        file: &str,
        wanted: Columns,
        symbols: &mut Symbols,
    ) -> Result<(), Error> {
        let mut set = Vec::new();
        for (key, value) in entry.field("attrs")?.entries()? {
            let name = key.string()?;
            let Some(column) = Column::parse(name) else {
                let what = format!("an attribute_ruler that sets {name}");
                return Err(Error::unsupported(file, what));
            };
            let text = value.string()?;
            let symbol = match column {
                Column::Morph => {
                    let normal = morphology::normalize(text);
                    symbols.add(&normal.ok_or_else(|| value.error("no morphological features"))?)
                }
                _ => symbols.add(text),
            };
            if wanted.contains(column) {
                set.push((column, symbol));
            }
        }
        let index = entry.field("index")?.signed()?;
        let mut patterns = Vec::new();
        for pattern in entry.field("patterns")?.items()? {
            let count = pattern.count()? as i64;
            let place = if index < 0 { index.saturating_add(count) } else { index };
            if !(0..count).contains(&place) {
                return Err(entry.error(format!("the index {index} is outside of the pattern")));
            }
            let tokens = pattern.items()?.map(|token| condition::read(&token, file, symbols));
            patterns.push((place as usize, tokens.collect::<Result<Vec<_>, _>>()?));
        }
        if set.is_empty() {
            return Ok(());
        }
        // Patterns of one entry may differ in length, and a negative index then in its place.
        for (index, tokens) in patterns {
            let rule = self.rules.len() as u32;
            self.rules.push(Rule { index, set: set.clone() });
            self.index(Pattern { rule, tokens });
        }
        Ok(())
    }

    fn index(&mut self, pattern: Pattern) {
        let at = self.patterns.len() as u32;
        let conditions = || pattern.tokens.iter().flatten();
        self.reads = self.reads.union(conditions().filter_map(Condition::reads).collect());
        let first = pattern.tokens.first().map_or(&[][..], Vec::as_slice);
        if let Some(words) = first.iter().find_map(Condition::one_of_words) {
            for word in words {
                self.by_lower.entry(word.clone()).or_default().push(at);
            }
        } else if let Some(tags) = first.iter().find_map(Condition::one_of_tags) {
            for &tag in tags {
                self.by_tag.entry(tag).or_default().push(at);
            }
        } else {
            self.others.push(at);
        }
        self.patterns.push(pattern);
    }

    /// Matches the document as it is, then sets what the rules say; later rules win.
    pub(crate) fn apply(
        &self,
        words: &Words<'_>,
        annotations: &mut Annotations,
        mut tree: Option<&mut Tree>,
        scratch: &mut RulerScratch,
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        scratch.matches.clear();
        let labels = tree.as_deref().map_or(&[][..], |tree| &tree.labels);
        let look = Look { words, annotations, labels };
        for at in 0..words.tokens.len() {
            watch.check_at(at)?;
            self.match_from(&look, at, scratch)?;
        }
        scratch.matches.sort_unstable();
        for &(rule, start) in &scratch.matches {
            let rule = &self.rules[rule as usize];
            let token = start as usize + rule.index;
            for &(column, value) in &rule.set {
                match column {
                    Column::Tag => annotations.tag[token] = value,
                    Column::Pos => annotations.pos[token] = value,
                    Column::Morph => annotations.morph[token] = value,
                    Column::Lemma => annotations.lemma[token] = Lemma::Symbol(value),
                    Column::Dep => {
                        if let Some(tree) = &mut tree {
                            tree.labels[token] = value;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Finds the patterns that match at a token.
    fn match_from(
        &self,
        look: &Look<'_>,
        at: usize,
        scratch: &mut RulerScratch,
    ) -> Result<(), Error> {
        lower(look.word(at), &mut scratch.lower);
        let of_word = self.by_lower.get(scratch.lower.as_str());
        let of_tag = self.by_tag.get(&look.annotations.tag[at]);
        for list in [of_word, of_tag, Some(&self.others)].into_iter().flatten() {
            'patterns: for &pattern in list {
                let Pattern { rule, tokens } = &self.patterns[pattern as usize];
                if at + tokens.len() > look.words.tokens.len() {
                    continue;
                }
                for (offset, conditions) in tokens.iter().enumerate() {
                    for condition in conditions {
                        if !condition.holds(look, at + offset, &mut scratch.lower)? {
                            continue 'patterns;
                        }
                    }
                }
                scratch.matches.push((*rule, at as u32));
            }
        }
        Ok(())
    }
}

/// The labels of arcs that the rules of a file set.
pub(crate) fn labels_set(bytes: &[u8], file: &str) -> Result<Vec<String>, Error> {
    let mut labels = Vec::new();
    for entry in Reader::parse(bytes, file)?.items()? {
        if let Some(label) = entry.field("attrs")?.optional("DEP")? {
            labels.push(label.string()?.to_owned());
        }
    }
    Ok(labels)
}

impl<'a> Look<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.words.word(&self.words.tokens[at])
    }

    fn is_space(&self, at: usize) -> bool {
        is_space_token(self.word(at))
    }
}

#[cfg(test)]
mod tests;
