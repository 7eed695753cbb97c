//! Where quotations are: pairs of quotation marks.

use std::ops::Range;

/// A stretch between quotation marks; ranges are bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// With the marks.
    pub outer: Range<usize>,
    /// Without them.
    pub inner: Range<usize>,
}

/// The sorts of marks. One inside another is not looked at: what is quoted is quoted whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Curly,
    Low,
    Guillemets,
    SingleGuillemets,
    Straight,
    CurlySingle,
    StraightSingle,
}

/// How far behind a mark that may close it is looked for one that surely does, in bytes.
const FAR: usize = 300;

/// The outermost quotations, in order. A mark without its partner begins none.
///
/// Takes time in proportion to the text: a search that fails ends at the next mark that could begin
/// the same sort, and what it went through is not searched again.
pub fn quotations(text: &str) -> Vec<Quotation> {
    let mut found = Vec::new();
    let mut hopeless = [0_usize; 7];
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let behind = at + c.len_utf8();
        let sort = opening(text, at, c).filter(|&sort| hopeless[sort as usize] <= at);
        at = match sort.map(|sort| (sort, close(text, sort, behind))) {
            Some((_, Ok(closed))) => {
                let inner = behind..closed.start;
                if text[inner.clone()].chars().any(char::is_alphanumeric) {
                    found.push(Quotation { outer: at..closed.end, inner });
                }
                closed.end
            }
            Some((sort, Err(end))) => {
                hopeless[sort as usize] = end;
                behind
            }
            None => behind,
        };
    }
    found
}

fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

fn after(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// The sort of quotation that the mark at `at` may begin.
fn opening(text: &str, at: usize, c: char) -> Option<Sort> {
    let next = after(text, at + c.len_utf8());
    Some(match c {
        '“' => Sort::Curly,
        '„' => Sort::Low,
        '«' => Sort::Guillemets,
        '‹' => Sort::SingleGuillemets,
        '"' if begins(text, at, next) => Sort::Straight,
        // Not '90s, with whichever mark.
        '‘' if next.is_some_and(char::is_alphanumeric) && !next.is_some_and(char::is_numeric) => {
            Sort::CurlySingle
        }
        '\'' if begins(text, at, next) && next.is_some_and(char::is_alphabetic) => {
            Sort::StraightSingle
        }
        _ => return None,
    })
}

/// Whether a mark that is the same at both ends stands as one that opens.
fn begins(text: &str, at: usize, next: Option<char>) -> bool {
    let apart =
        |c: char| c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–' | '-' | '/' | ':' | ',');
    before(text, at).is_none_or(apart) && next.is_some_and(|c| !c.is_whitespace())
}

/// Looks from `from` for the mark that closes. Gives its range, or the place at which it is sure that
/// there is none.
fn close(text: &str, sort: Sort, from: usize) -> Result<Range<usize>, usize> {
    let mut unsure = None;
    let mut at = from;
    while let Some(c) = after(text, at) {
        let end = at + c.len_utf8();
        let again = || opening(text, at, c) == Some(sort);
        if unsure.is_some() && (end > from + FAR || again()) {
            break;
        }
        if c == '\n' {
            match next_line(text, sort, at) {
                Some(next) => at = next,
                None => return unsure.ok_or(end),
            }
            continue;
        }
        match (sort, c) {
            (Sort::Curly, '”') | (Sort::Low, '“' | '”') => return Ok(at..end),
            (Sort::Guillemets, '»') | (Sort::SingleGuillemets, '›') => return Ok(at..end),
            (Sort::Curly, '“') | (Sort::Low, '„') => return Err(at),
            (Sort::Guillemets, '«') | (Sort::SingleGuillemets, '‹') => return Err(at),
            (Sort::Straight, '"') => {
                let opens = begins(text, at, after(text, end));
                let word = after(text, end).is_some_and(char::is_alphanumeric);
                return if opens || word { Err(at) } else { Ok(at..end) };
            }
            (Sort::CurlySingle, '‘') => return unsure.ok_or(at),
            (Sort::CurlySingle, '’') | (Sort::StraightSingle, '\'') => {
                match single(text, from, at) {
                    Single::Closes => return Ok(at..end),
                    Single::MayClose => unsure = unsure.or(Some(at..end)),
                    Single::Apostrophe => {}
                }
            }
            _ => {}
        }
        at = end;
    }
    unsure.ok_or(text.len())
}

enum Single {
    Closes,
    /// At the end of a word: `'so', but also the dogs' bowls.
    MayClose,
    Apostrophe,
}

fn single(text: &str, from: usize, at: usize) -> Single {
    let width = after(text, at).map_or(0, char::len_utf8);
    let next = after(text, at + width);
    let Some(last) = before(text, at) else { return Single::Apostrophe };
    // "'n'" is no quotation.
    if next.is_some_and(char::is_alphanumeric) || last.is_whitespace() || at < from + 2 {
        return Single::Apostrophe;
    }
    match last {
        '.' | ',' | '?' | '!' | '…' => Single::Closes,
        // "the boys' shoes"
        's' if next == Some(' ') => Single::Apostrophe,
        _ => Single::MayClose,
    }
}

/// Goes on behind the line end at `at`: in the next line, or, behind an empty one, where the next
/// paragraph begins with the mark again.
fn next_line(text: &str, sort: Sort, at: usize) -> Option<usize> {
    let rest = text[at..].trim_start();
    let next = text.len() - rest.len();
    let c = rest.chars().next()?;
    if opening(text, next, c) == Some(sort) {
        return Some(next + c.len_utf8());
    }
    let paragraph = text[at..next].bytes().filter(|&b| b == b'\n').count() > 1;
    (!paragraph).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = quotations(text).into_iter().map(|q| &text[q.inner]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn marks_are_paired() {
        check("“a” and \"b\" and «c» „d“ ‹e›", &["a", "b", "c", "d", "e"]);
        check("“outer ‘inner’ rest”", &["outer ‘inner’ rest"]);
        check("“open “closed”", &["closed"]);
        check("\"open\n\nnext \"closed\"", &["closed"]);
        check("“one\n\n“two”", &["one\n\n“two"]);
        check("“wrapped\nline”", &["wrapped\nline"]);
        check("“one\n\ntwo” “x”", &["x"]);
        check("“”, \"\", “ ”", &[]);
    }

    #[test]
    fn apostrophes_are_told_apart() {
        check("It's the dogs' bowls, isn't it", &[]);
        check("'It isn't over,' he said", &["It isn't over,"]);
        check("‘It’s the boys’ ball,’ he said", &["It’s the boys’ ball,"]);
        check("a ‘word’ here", &["word"]);
        check("an 'old' and a 'new' one", &["old", "new"]);
        check("Rock 'n' roll of the '50s, ‘90s", &[]);
        check("6'2\" and a 15\" screen", &[]);
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for unit in ["“", "\"", "'", "‘", "„", "“a\n\n", "'a ", "\"a ", "\n"] {
            assert!(quotations(&unit.repeat(400_000 / unit.len())).len() < 200_000);
        }
    }
}
