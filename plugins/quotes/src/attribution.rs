//! What a quotation is, which words attribute it, and to whom.

use std::ops::Range;

use crate::clause::{Token, sentence_after, sentence_before, tokens};
use crate::marks::Quotation;
use crate::speaker::{phrase_at, subject_before};
use crate::words::{Cue, cue, is_determiner, is_mentioning, is_passive, is_pronoun, is_work};

/// How far into a sentence behind a quotation its verb may be, in words and marks.
const FAR: usize = 14;

/// What a quotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Somebody's words.
    Direct,
    /// A word held at a distance, or spoken of as a word.
    Scare,
    /// The title of a work.
    Title,
}

/// A quotation and its attribution; ranges are bytes of the text.
#[derive(Clone, Debug)]
pub struct Quote {
    pub range: Range<usize>,
    pub label: Label,
    pub cue: Option<Range<usize>>,
    pub speaker: Option<Range<usize>>,
    /// Goes on with the one before: "I think," she said, "that ...".
    pub continues: bool,
}

/// Attributes all quotations of a text.
pub fn quotes(text: &str, quotations: &[Quotation]) -> Vec<Quote> {
    let mut quotes: Vec<Quote> = Vec::new();
    for i in 0..quotations.len() {
        let context = Context::new(text, quotations, i);
        let quote = context.quote(quotes.last());
        quotes.push(quote);
    }
    quotes
}

/// Words of attribution.
#[derive(Clone, Debug)]
struct Attribution {
    cue: Range<usize>,
    speaker: Option<Range<usize>>,
}

/// A quotation with what is around it.
struct Context<'t> {
    text: &'t str,
    quotation: &'t Quotation,
    /// Words of the sentence before it, behind any quotation before it.
    before: Vec<Token<'t>>,
    /// Where `before` begins.
    from: usize,
    previous_end: usize,
    after: Vec<Token<'t>>,
    inner: &'t str,
}

impl<'t> Context<'t> {
    fn new(text: &'t str, quotations: &'t [Quotation], i: usize) -> Context<'t> {
        let quotation = &quotations[i];
        let previous_end = i.checked_sub(1).map_or(0, |p| quotations[p].outer.end);
        let next = quotations.get(i + 1).map_or(text.len(), |next| next.outer.start);
        let before = sentence_before(text, previous_end, quotation.outer.start);
        let after = sentence_after(text, quotation.outer.end, next);
        Context {
            text,
            quotation,
            from: before.start,
            before: tokens(text, before),
            previous_end,
            after: tokens(text, after),
            inner: text[quotation.inner.clone()].trim(),
        }
    }

    fn quote(&self, previous: Option<&Quote>) -> Quote {
        let plain = |label| Quote {
            range: self.quotation.outer.clone(),
            label,
            cue: None,
            speaker: None,
            continues: false,
        };
        if self.is_title() {
            return plain(Label::Title);
        }
        if self.is_mentioned() {
            return plain(Label::Scare);
        }
        if let Some(previous) = previous.filter(|previous| self.continues(previous)) {
            let continues = previous.label == Label::Direct;
            return Quote { range: self.quotation.outer.clone(), continues, ..previous.clone() };
        }
        let found = self.attribution();
        let found = found.or_else(|| previous.and_then(|previous| self.inherited(previous)));
        let found = found.or_else(|| self.sentence_before());
        let label = match &found {
            Some(_) if self.is_single_word_in_a_clause() => Label::Scare,
            Some(_) => Label::Direct,
            None if self.is_sentence() => Label::Direct,
            None => Label::Scare,
        };
        let (cue, speaker) = found.map_or((None, None), |found| (Some(found.cue), found.speaker));
        Quote { cue, speaker, ..plain(label) }
    }

    fn ends_with(&self, marks: &[char]) -> bool {
        self.inner.ends_with(marks)
    }

    fn begins_with_capital(&self) -> bool {
        self.inner.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase())
    }

    /// Whether it is a whole utterance by its form.
    fn is_sentence(&self) -> bool {
        self.begins_with_capital() && self.ends_with(&['.', '?', '!', '…'])
    }

    /// Whether the attribution may come behind it.
    fn is_open(&self) -> bool {
        let comma = self.after.first().is_some_and(|t| t.is(","));
        self.ends_with(&[',', '?', '!', '…', '—', '–', '-']) || comma
    }

    fn is_title(&self) -> bool {
        let near = self.before.len().saturating_sub(2);
        let work = self.before[near..].iter().any(|t| is_work(&t.lower));
        let words: Vec<&str> = self.inner.split_whitespace().take(12).collect();
        let small = |word: &&str| word.chars().count() <= 3;
        let capital = |word: &&str| word.starts_with(|c: char| !c.is_lowercase());
        let cased = self.begins_with_capital() && words.iter().all(|w| small(w) || capital(w));
        work && cased && words.len() < 12 && !self.ends_with(&['.', ';'])
    }

    fn is_mentioned(&self) -> bool {
        self.before.last().is_some_and(|t| is_mentioning(&t.lower))
    }

    /// One quoted word, and the clause goes on with what belongs to it: claiming that it was “running”
    /// the country. The sentence is the writer's, who keeps a distance from the word.
    fn is_single_word_in_a_clause(&self) -> bool {
        let one =
            !self.inner.contains(char::is_whitespace) && !self.ends_with(&[',', '.', '?', '!']);
        one && self.after.first().is_some_and(|t| is_determiner(&t.lower))
    }

    /// Whether it goes on with the one before, within one sentence: behind the words of attribution and
    /// a comma, or behind "and".
    fn continues(&self, previous: &Quote) -> bool {
        let between = self.previous_end..self.quotation.outer.start;
        if self.from != between.start || self.before.is_empty() {
            return false;
        }
        let attributes = previous.cue.as_ref().is_some_and(|cue| between.contains(&cue.start));
        let open = self.text[..self.previous_end]
            .trim_end_matches(['”', '"', '’', '\'', '»', ' '])
            .ends_with(',');
        let interrupted = attributes && open && self.before.last().is_some_and(|t| t.is(","));
        let listed = self
            .before
            .iter()
            .all(|t| matches!(t.lower.as_str(), "and" | "or" | "," | "a" | "an" | "the"));
        interrupted || (listed && previous.cue.is_some() && !attributes)
    }

    fn attribution(&self) -> Option<Attribution> {
        let behind = self.is_open().then(|| self.verb_after()).flatten();
        let first = !self.before.iter().any(Token::is_word);
        if first && behind.is_some() {
            return behind;
        }
        let source = || {
            according_to(&self.after, usize::from(self.after.first().is_some_and(|t| t.is(","))))
        };
        self.verb_before(&self.before)
            .or_else(|| according_to(&self.before, 0))
            .or(behind)
            .or_else(|| if self.ends_with(&['.']) { None } else { source() })
    }

    /// The last verb of saying before the quotation, and its subject.
    fn verb_before(&self, tokens: &[Token<'_>]) -> Option<Attribution> {
        let verb = (0..tokens.len()).rev().find(|&i| verb_at(tokens, i).is_some())?;
        let speaker = subject_before(tokens, verb);
        let speaker = speaker.map(|s| tokens[s.start].range.start..tokens[s.end - 1].range.end);
        let it = tokens[verb].lower == "put";
        let end = if it { tokens[verb + 1].range.end } else { tokens[verb].range.end };
        Some(Attribution { cue: tokens[verb].range.start..end, speaker })
    }

    /// "said Ann Lee", "Ann Lee said".
    fn verb_after(&self) -> Option<Attribution> {
        let start = usize::from(self.after.first().is_some_and(|t| t.is(",")));
        let tokens = &self.after[start..];
        let says = |i: usize| verb_at(tokens, i) == Some(Cue::Say);
        if !tokens.is_empty() && says(0) {
            let length = phrase_at(&tokens[1..]);
            let speaker = (length > 0).then(|| tokens[1].range.start..tokens[length].range.end);
            return Some(Attribution { cue: tokens[0].range.clone(), speaker });
        }
        let verb = (1..tokens.len().min(FAR)).find(|&i| says(i))?;
        let subject = subject_before(tokens, verb).filter(|s| s.start == 0)?;
        let speaker = tokens[0].range.start..tokens[subject.end - 1].range.end;
        Some(Attribution { cue: tokens[verb].range.clone(), speaker: Some(speaker) })
    }

    /// "We won," Lee told reporters. "It was hard."
    fn inherited(&self, previous: &Quote) -> Option<Attribution> {
        let between = &self.text[self.previous_end..self.quotation.outer.start];
        let follows = previous.label == Label::Direct && !self.before.iter().any(Token::is_word);
        if !follows || between.len() > 400 || between.contains("\n\n") || self.ends_with(&[',']) {
            return None;
        }
        // One more sentence between them may be anybody's.
        let told = previous.cue.as_ref().is_some_and(|cue| cue.start >= self.previous_end);
        if !told && !between.trim().is_empty() {
            return None;
        }
        Some(Attribution { cue: previous.cue.clone()?, speaker: previous.speaker.clone() })
    }

    /// Lee said that it was fair. "Nobody cheated."
    fn sentence_before(&self) -> Option<Attribution> {
        let end = self.text[..self.quotation.outer.start].trim_end();
        let follows = !self.before.iter().any(Token::is_word) && end.len() > self.previous_end;
        if !follows || !self.is_sentence() || self.text[end.len()..].starts_with("\n\n") {
            return None;
        }
        let last = end.chars().next_back().map_or(0, char::len_utf8);
        let tokens =
            tokens(self.text, sentence_before(self.text, self.previous_end, end.len() - last));
        let verb = (0..tokens.len()).find(|&i| verb_at(&tokens, i) == Some(Cue::Say))?;
        let found = self.verb_before(&tokens[..=verb])?;
        found.speaker.is_some().then_some(found)
    }
}

/// The verb of saying that the token is. Nouns look the same: "the report", "his claims".
fn verb_at(tokens: &[Token<'_>], i: usize) -> Option<Cue> {
    let token = &tokens[i];
    let lower = token.lower.as_str();
    if token.is_capital() || !token.is_word() {
        return None;
    }
    if lower == "put" {
        return tokens.get(i + 1).filter(|t| t.lower == "it").map(|_| Cue::Say);
    }
    let kind = cue(lower)?;
    let previous = i.checked_sub(1).map(|p| &tokens[p]);
    let past =
        lower.ends_with("ed") || matches!(lower, "said" | "says" | "told" | "wrote" | "written");
    if past || lower.ends_with("ing") {
        let passive = previous.is_some_and(|p| is_passive(&p.lower) || is_determiner(&p.lower));
        return (!passive).then_some(kind);
    }
    let plural = |t: &Token<'_>| is_pronoun(&t.lower) || t.is_capital() || t.lower.ends_with('s');
    previous.is_some_and(plural).then_some(kind)
}

/// "according to the bank", from the token at `start` on.
fn according_to(tokens: &[Token<'_>], start: usize) -> Option<Attribution> {
    let pair = tokens.get(start..start + 2)?;
    if pair[0].lower != "according" || pair[1].lower != "to" {
        return None;
    }
    let length = phrase_at(&tokens[start + 2..]);
    let speaker = &tokens[start + 2..start + 2 + length];
    let speaker = speaker.first().zip(speaker.last()).map(|(a, b)| a.range.start..b.range.end);
    Some(Attribution { cue: pair[0].range.start..pair[1].range.end, speaker })
}
