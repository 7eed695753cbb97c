//! The document that is checked against, with an index of its words.

use std::collections::HashMap;
use std::ops::Range;

use crate::analysis::{Part, Sentence, read};
use crate::annotations::Annotations;
use crate::frames::Tagged;
use crate::lexicon::Lexicon;
use crate::names::{Casing, Name};
use crate::tags::Tag;
use crate::verdict::Verdict;

/// A document that texts are judged against, read once for all of them.
pub struct Source<'d> {
    pub(crate) text: &'d str,
    pub(crate) lexicon: &'d Lexicon,
    pub(crate) sentences: Vec<Sentence>,
    pub(crate) casing: Casing,
    /// Names with the roots of the nouns that they are introduced by: "the salmon farmer Bluewater".
    pub(crate) sorts: Vec<(Name, Vec<String>)>,
    /// Entities that somebody has found, by the roots of what they are called.
    pub(crate) called: Vec<(i64, Vec<String>)>,
    /// The sentences in which each term stands, in order.
    postings: HashMap<String, Vec<u32>>,
    /// The terms that are known for each group of synonyms.
    groups: HashMap<u16, Vec<String>>,
}

/// Postings that are looked at for one clause at most, the rarest terms first: common words in long
/// documents decide nothing.
const MOST_POSTINGS: usize = 50_000;

impl<'d> Source<'d> {
    /// Reads a document of these sentences, in bytes of UTF-8, with what is known of it.
    ///
    /// Sentences come in any order. Those that do not lie in the text on borders of characters, and those
    /// of white space alone, are left out, as are annotations that are in no sentence.
    #[must_use]
    pub fn read(text: &'d str, sentences: &[Range<usize>], annotations: &Annotations<'_>) -> Self {
        Self::with_lexicon(text, sentences, annotations, Lexicon::english())
    }

    pub(crate) fn with_lexicon(
        text: &'d str,
        sentences: &[Range<usize>],
        annotations: &Annotations<'_>,
        lexicon: &'d Lexicon,
    ) -> Self {
        let mut source = Self::sentences(text, sentences, lexicon);
        annotations.add_to(&mut source);
        source.index();
        source
    }

    fn sentences(text: &'d str, sentences: &[Range<usize>], lexicon: &'d Lexicon) -> Self {
        let mut source = Source {
            text,
            lexicon,
            sentences: Vec::new(),
            casing: Casing::default(),
            sorts: Vec::new(),
            called: Vec::new(),
            postings: HashMap::new(),
            groups: HashMap::new(),
        };
        let mut ranges = sentences.to_vec();
        ranges.sort_by_key(|range| (range.start, range.end));
        ranges.dedup();
        let says =
            |range: &Range<usize>| text.get(range.clone()).is_some_and(|s| !s.trim().is_empty());
        for range in ranges.into_iter().filter(says) {
            let end = source.sentences.last().map_or(0, |last| last.range.end);
            let gap = text.get(end..range.start).unwrap_or_default();
            let mut sentence = read(text, range, lexicon);
            sentence.begins_paragraph = gap.matches('\n').count() > 1;
            source.casing.see(&sentence.words);
            source.sentences.push(sentence);
        }
        for sentence in &mut source.sentences {
            sentence.analyze(&source.casing, lexicon);
        }
        source
    }

    /// Builds the index, when all that stands in the sentences is known.
    fn index(&mut self) {
        for (at, sentence) in (0_u32..).zip(&mut self.sentences) {
            for (word, part) in sentence.words.iter().zip(&sentence.parts) {
                if matches!(part, Part::Function) {
                    continue;
                }
                let list = self.postings.entry(word.term.clone()).or_default();
                if list.last() != Some(&at) {
                    list.push(at);
                }
            }
        }
        for sentence in &self.sentences {
            for name in &sentence.names {
                let sorts = sorts(sentence, name);
                if !sorts.is_empty() {
                    self.sorts.push((name.clone(), sorts));
                }
            }
        }
        for term in self.postings.keys() {
            for &group in self.lexicon.groups(term) {
                self.groups.entry(group).or_default().push(term.clone());
            }
        }
    }

    /// Where in the document the sentences stand that carry a clause best, in bytes of UTF-8.
    pub fn sources_of(&self, verdict: &Verdict) -> impl Iterator<Item = Range<usize>> {
        let sentences = self.sentences.get(verdict.window.clone()).unwrap_or_default();
        sentences.iter().map(|sentence| sentence.range.clone())
    }

    /// In how many sentences a term stands.
    pub(crate) fn count(&self, term: &str) -> usize {
        self.postings.get(term).map_or(0, Vec::len)
    }

    /// Terms of the document that stand for this one.
    pub(crate) fn synonyms(&self, term: &str) -> Vec<&str> {
        let groups = self.lexicon.groups(term).iter();
        let mut terms: Vec<&str> = groups
            .filter_map(|group| self.groups.get(group))
            .flatten()
            .map(String::as_str)
            .filter(|other| *other != term)
            .collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// Terms of the document that say the opposite of this one.
    pub(crate) fn opposites(&self, term: &str) -> impl Iterator<Item = &str> {
        self.lexicon
            .denied_by(term)
            .into_iter()
            .filter_map(|other| self.postings.get_key_value(other).map(|(key, _)| key.as_str()))
    }

    /// The sentences that hold most of these terms, each with its weight, and neighbours of those: where
    /// to look closely.
    pub(crate) fn candidates(&self, terms: &[(String, f64)]) -> Vec<usize> {
        let mut lists: Vec<(&[u32], f64)> = Vec::new();
        for (term, weight) in terms {
            let own = std::iter::once(term.as_str()).chain(self.synonyms(term));
            lists.extend(
                own.filter_map(|t| self.postings.get(t)).map(|list| (list.as_slice(), *weight)),
            );
        }
        lists.sort_by_key(|(list, _)| list.len());
        let mut scores: HashMap<u32, f64> = HashMap::new();
        let mut visited = 0;
        for (list, weight) in lists {
            visited += list.len();
            if visited > MOST_POSTINGS && !scores.is_empty() {
                break;
            }
            for &sentence in list.iter().take(MOST_POSTINGS) {
                *scores.entry(sentence).or_default() += weight;
            }
        }
        let mut ranked: Vec<(u32, f64)> = scores.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(24);
        let mut found: Vec<usize> =
            ranked.into_iter().map(|(sentence, _)| sentence as usize).collect();
        found.sort_unstable();
        found
    }

    /// The entity that a name of the summary means: the only one that is called so.
    pub(crate) fn entity(&self, name: &Name) -> Option<i64> {
        let mut entities =
            self.called.iter().filter(|(_, terms)| *terms == name.terms).map(|(entity, _)| *entity);
        let first = entities.next()?;
        entities.all(|other| other == first).then_some(first)
    }

    /// Whether any sentence has a name that may mean the same.
    pub(crate) fn has_name(&self, name: &Name) -> bool {
        self.sentences.iter().flat_map(|s| &s.names).any(|other| name.is_alias(other))
    }
}

/// The nouns that say what a name is: those right before it, or in an apposition to it.
fn sorts(sentence: &Sentence, name: &Name) -> Vec<String> {
    let tagged = Tagged { words: &sentence.words, tags: &sentence.tags };
    let noun = |at: usize| {
        let word = &sentence.words[at];
        (sentence.tags[at] == Tag::Noun && !word.possessive && !word.capital)
            .then(|| word.term.clone())
    };
    let mut sorts = Vec::new();
    let start = name.words.start;
    let comma = |at: usize| sentence.tags.get(at) == Some(&Tag::Comma);
    let before = if start > 1 && comma(start - 1) { Some(start - 2) } else { start.checked_sub(1) };
    sorts.extend(before.and_then(noun));
    if comma(name.words.end)
        && let Some((filler, end)) = tagged.phrase(name.words.end + 1)
        && (comma(end) || sentence.tags.get(end) == Some(&Tag::Preposition))
    {
        sorts.extend(noun(filler.head));
    }
    sorts
}
