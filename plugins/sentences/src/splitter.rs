//! Finds every place where a sentence may end and asks the rules about it.

use std::collections::HashMap;
use std::ops::Range;

use crate::abbreviations::Lists;
use crate::chars;
use crate::error::Error;
use crate::language;
use crate::layout;
use crate::rules::{self, Class, Stop};

/// How far a bracket's or quotation's end is looked for, in bytes; a bound keeps time linear.
const SPAN_LIMIT: usize = 600;

/// What the end of a line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Newline {
    /// A single line end is white space: text is wrapped. A blank line ends a sentence.
    #[default]
    Wraps,
    /// Every line end ends a sentence.
    Ends,
}

/// How text is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SplitOptions {
    /// What a single line end means.
    pub newline: Newline,
}

/// Splits text of one language into sentences. Cheap to keep, `Send + Sync`.
#[derive(Debug)]
pub struct Splitter {
    options: SplitOptions,
    pub(crate) german: bool,
    pub(crate) lists: &'static Lists,
    pub(crate) words: HashMap<&'static str, Class>,
    language: String,
}

impl Splitter {
    /// A splitter for a BCP-47 language tag; only the primary subtag counts. A language without
    /// lists of its own (see [`crate::LANGUAGES`]) gets the rules that hold for all languages.
    ///
    /// # Errors
    /// [`Error::Language`] where the tag is not well-formed.
    pub fn new(language: &str, options: SplitOptions) -> Result<Self, Error> {
        let language = language::primary(language)?;
        let lists = language::lists(&language);
        let mut words = HashMap::new();
        let classes = [(lists.starters, Class::Starter), (lists.after_time, Class::AfterTime)];
        for (list, class) in classes {
            words.extend(list.iter().map(|word| (*word, class)));
        }
        Ok(Self { options, german: language == "de", lists, words, language })
    }

    /// The primary language subtag, in lower case.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The sentences of `text` as byte ranges: in order, not overlapping, without surrounding
    /// white space, together covering every byte that is not white space. Time is linear.
    #[must_use]
    pub fn split(&self, text: &str) -> Vec<Range<usize>> {
        let mut sentences = Vec::new();
        for block in layout::blocks(text, self.options.newline) {
            self.split_block(&text[block.clone()], block.start, &mut sentences);
        }
        sentences
    }

    fn split_block(&self, text: &str, offset: usize, out: &mut Vec<Range<usize>>) {
        let mut start = text.len() - text.trim_start().len();
        let mut at = start;
        // Terminators before this offset stand inside a bracket or quotation of the sentence.
        let mut shielded = 0;
        while let Some(c) = text[at..].chars().next() {
            if c.is_ascii_alphanumeric() || c == ' ' {
                at += 1;
                continue;
            }
            if at >= shielded
                && let Some(end) = span_end(text, at, c, start)
            {
                shielded = end;
            }
            if !self.is_terminator(c) || at < shielded {
                at += c.len_utf8();
                continue;
            }
            let stop = self.stop(text, start, at);
            at = stop.end;
            if rules::ends_sentence(self, text, &stop) {
                push(text, start..at, offset, out);
                start = at + (text[at..].len() - text[at..].trim_start().len());
                at = start;
            }
        }
        push(text, start..text.len(), offset, out);
    }

    fn is_terminator(&self, c: char) -> bool {
        chars::is_terminator(c) || (self.language == "el" && matches!(c, ';' | '\u{37E}'))
    }

    /// Reads the terminators at `at` and the closing marks that belong to them.
    fn stop(&self, text: &str, sentence: usize, at: usize) -> Stop {
        let mut stop = Stop { sentence, start: at, end: at, ..Stop::default() };
        while let Some(c) = text[stop.end..].chars().next() {
            let after = text[stop.end + c.len_utf8()..].chars().next();
            if self.is_terminator(c) {
                stop.dots += u32::from(c == '.');
                stop.ellipsis |= c == '…' || stop.dots > 1;
                stop.closed |= chars::is_closed_terminator(c);
                stop.strong |= c != '.' && c != '…';
            } else if chars::is_closer(c) && !self.opens(c, after) {
                stop.quoted |= chars::is_closing_quote(c);
            } else if chars::is_turned_quote(c) && !stop.closed && !self.opens(c, after) {
                stop.quoted = true;
            } else if let Some(length) = attached(&text[stop.end..], stop.dots > 0) {
                stop.quoted |= c.is_whitespace() && !text[stop.end..].starts_with(" .");
                stop.end += length;
                continue;
            } else {
                break;
            }
            stop.end += c.len_utf8();
        }
        stop.end += emoji(&text[stop.end..]);
        stop
    }

    /// Whether a quotation mark straight after a terminator opens what follows.
    fn opens(&self, c: char, after: Option<char>) -> bool {
        match c {
            '"' | '\'' | '’' | '“' | '‘' | '«' | '‹' => {
                after.is_some_and(char::is_alphanumeric)
            }
            _ => false,
        }
    }
}

/// Something that belongs to the stop but does not touch it plainly: a reference mark ("[12]"), a
/// spaced ellipsis (". . ."), a French closing quote after a space. Its length in bytes.
fn attached(rest: &str, dots: bool) -> Option<usize> {
    if let Some(inner) = rest.strip_prefix('[') {
        let digits = inner.bytes().take(4).take_while(u8::is_ascii_digit).count();
        return (digits > 0 && inner[digits..].starts_with(']')).then_some(digits + 2);
    }
    if dots && rest.starts_with(" .") && !rest[2..].starts_with(|c: char| c.is_alphanumeric()) {
        return Some(1);
    }
    let space = rest.chars().next().filter(|c| matches!(c, ' ' | '\u{A0}' | '\u{202F}'))?;
    let quote = rest[space.len_utf8()..].strip_prefix('»')?;
    let ends = quote
        .chars()
        .next()
        .is_none_or(|c| c.is_whitespace() || chars::is_continuation(c) || c == '.');
    ends.then_some(space.len_utf8() + '»'.len_utf8())
}

/// Length of the spaces and emoji after a stop, where white space or the end follows them.
fn emoji(rest: &str) -> usize {
    let pictures = rest.trim_start_matches(' ');
    let after = pictures.trim_start_matches(chars::is_emoji);
    let any = after.len() < pictures.len();
    if any && after.chars().next().is_none_or(char::is_whitespace) {
        rest.len() - after.len()
    } else {
        0
    }
}

/// End of a bracket that opens inside a sentence, or of a corner quotation anywhere.
fn span_end(text: &str, at: usize, c: char, sentence: usize) -> Option<usize> {
    let close = match c {
        '(' if at > sentence => ")",
        '（' if at > sentence => "）",
        '「' => "」",
        '『' => "』",
        _ => return None,
    };
    let window = &text.as_bytes()[at..text.len().min(at + SPAN_LIMIT)];
    let found = window.windows(close.len()).position(|bytes| bytes == close.as_bytes())?;
    let end = at + found;
    // A terminator just before a closing corner bracket may end the whole sentence.
    let last = text[..end].char_indices().next_back();
    match last {
        Some((last, terminator)) if c == '「' && chars::is_terminator(terminator) => Some(last),
        _ => Some(end),
    }
}

fn push(text: &str, range: Range<usize>, offset: usize, out: &mut Vec<Range<usize>>) {
    let sentence = &text[range.clone()];
    let start = range.start + (sentence.len() - sentence.trim_start().len());
    let end = start + sentence.trim().len();
    if end > start {
        out.push(offset + start..offset + end);
    }
}
