//! What a line of CoNLL says.

use super::tags::Tag;
use crate::AnnotationOptions;

/// Which columns hold what, from 0.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    token: usize,
    /// The last where there is none.
    tag: Option<usize>,
    /// The ten columns of CoNLL-U, with tags in the last under `ner`.
    pub universal: bool,
}

impl Columns {
    pub fn new(universal: bool, options: &AnnotationOptions) -> Columns {
        let from_zero = |column: usize| column.saturating_sub(1);
        let token = options.token_column.map(from_zero).unwrap_or(usize::from(universal));
        Columns { token, tag: options.tag_column.map(from_zero), universal }
    }
}

/// A token of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub form: &'a str,
    pub tag: Tag<&'a str>,
    /// Nothing stands between it and the next.
    pub joined: bool,
    /// How many tokens behind it are its parts, and no words of the text.
    pub parts: u64,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// A document begins.
    Mark {
        id: Option<&'a str>,
    },
    /// What the sentence that begins looks like.
    Text(&'a str),
    Comment,
    Token(Token<'a>),
    Bad {
        what: String,
        help: &'static str,
    },
}

/// Reads a line that is not blank; comments stand where a sentence `begins`.
pub fn content<'a>(line: &'a str, columns: &Columns, begins: bool) -> Content<'a> {
    let line = line.trim_end_matches(['\n', '\r']);
    if line == "-DOCSTART-" || line.starts_with("-DOCSTART-\t") || line.starts_with("-DOCSTART- ") {
        return Content::Mark { id: None };
    }
    if begins && let Some(comment) = line.strip_prefix('#').and_then(known_comment) {
        return comment;
    }
    let fields: Vec<&str> = if line.contains('\t') {
        line.split('\t').collect()
    } else {
        line.split(' ').filter(|field| !field.is_empty()).collect()
    };
    match token(&fields, columns) {
        // A sentence may begin with the token `#`; what is none then is a comment.
        Content::Bad { .. } if begins && line.starts_with('#') => Content::Comment,
        content => content,
    }
}

/// The comments that mean something, without their `#`.
fn known_comment(comment: &str) -> Option<Content<'_>> {
    let comment = comment.strip_prefix(' ').unwrap_or(comment);
    let (key, value) = match comment.split_once('=') {
        Some((key, value)) => (key.trim_end(), Some(value.trim_start())),
        None => (comment.trim_end(), None),
    };
    match (key, value) {
        ("newdoc id" | "id", Some(id)) => Some(Content::Mark { id: Some(id.trim_end()) }),
        ("newdoc", None) => Some(Content::Mark { id: None }),
        ("text", Some(text)) => Some(Content::Text(text)),
        _ => {
            // `# id 5239d808 domain=en`
            let id = comment.strip_prefix("id ").or_else(|| comment.strip_prefix("newdoc id "));
            let id = id.and_then(|rest| rest.split_whitespace().next());
            id.map(|id| Content::Mark { id: Some(id) })
        }
    }
}

fn token<'a>(fields: &[&'a str], columns: &Columns) -> Content<'a> {
    let bad = |what: String, help| Content::Bad { what, help };
    let last = fields.len() - 1;
    let tag = columns.tag.unwrap_or(last);
    let most = columns.token.max(tag);
    if most > last || last == 0 {
        let count = if last == 0 { "1 column".to_owned() } else { format!("{} columns", last + 1) };
        return bad(
            format!("the line has {count}, and not {}", (most + 1).max(2)),
            "tabulators or spaces separate the columns, of which the first is the token and the last its tag; \
             say so where they are others (`--token-column 2 --tag-column 4`)",
        );
    }
    let form = fields[columns.token];
    let miscellany = if columns.universal { fields[last] } else { "" };
    let value = |key: &str| miscellany.split('|').find_map(|pair| pair.strip_prefix(key));
    let mut parts = 0;
    if columns.universal {
        match number(fields[0]) {
            Some(Number::Word) => {}
            // A node that stands for nothing in the text.
            Some(Number::Empty) => return Content::Comment,
            Some(Number::Range(words)) => parts = words,
            None => {
                let what = "the first column holds no number of a word".to_owned();
                return bad(
                    what,
                    "is it CoNLL-U? other columns are read as `--input-format conll`",
                );
            }
        }
    }
    let tag = match columns.tag {
        None if columns.universal => value("ner=").unwrap_or("O"),
        _ => fields[tag],
    };
    match Tag::parse(tag) {
        Some(tag) => {
            Content::Token(Token { form, tag, joined: value("SpaceAfter=") == Some("No"), parts })
        }
        None => bad(
            format!("column {} holds no tag of an entity", columns.tag.unwrap_or(last) + 1),
            "a tag is O, or B, I, L, U, E or S with a hyphen and a label: B-PER; say which column holds it \
             (`--tag-column 4`)",
        ),
    }
}

/// What the first column of CoNLL-U numbers.
enum Number {
    Word,
    Empty,
    /// This many words that are written as one.
    Range(u64),
}

fn number(text: &str) -> Option<Number> {
    if let Some((first, last)) = text.split_once('-') {
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        return Some(Number::Range(last.checked_sub(first)?.checked_add(1)?));
    }
    if let Some((word, node)) = text.split_once('.') {
        return (word.parse::<u64>().is_ok() && node.parse::<u64>().is_ok())
            .then_some(Number::Empty);
    }
    text.parse::<u64>().ok().map(|_| Number::Word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        line: &str,
        universal: bool,
        token: Option<usize>,
        tag: Option<usize>,
        begins: bool,
    ) -> String {
        let options = AnnotationOptions {
            token_column: token,
            tag_column: tag,
            ..AnnotationOptions::default()
        };
        match content(line, &Columns::new(universal, &options), begins) {
            Content::Mark { id } => format!("mark {}", id.unwrap_or("-")),
            Content::Text(text) => format!("text {text}"),
            Content::Comment => "comment".to_owned(),
            Content::Bad { what, .. } => what,
            Content::Token(Token { form, tag, joined, parts }) => {
                let outside = if tag.is_outside() { " O" } else { "" };
                format!(
                    "{form}{outside}{}{}",
                    if joined { " joined" } else { "" },
                    if parts > 0 { " parts" } else { "" }
                )
            }
        }
    }

    #[test]
    fn lines_are_read() {
        let check = |line: &str, begins: bool, expected: &str| {
            assert_eq!(found(line, false, None, None, begins), expected, "{line:?}");
        };
        check("-DOCSTART- -X- O O\n", true, "mark -");
        check("-DOCSTART-\r\n", false, "mark -");
        check("EU NNP I-NP B-ORG\n", true, "EU");
        check("New York\tO\n", true, "New York O");
        check("a  O", true, "a O");
        check("# id 52-39\tdomain=en", true, "mark 52-39");
        check("# id = a b", true, "mark a b");
        check("# newdoc", true, "mark -");
        check("# newdoc id = x", true, "mark x");
        check("# text = a b", true, "text a b");
        check("# sent_id = 3", true, "comment");
        check("# a remark", true, "comment");
        check("# NN I-NP O", true, "# O");
        check("#\tO", true, "# O");
        check("# text = O", false, "# O");
        check("# a remark", false, "column 3 holds no tag of an entity");
        check("word", true, "the line has 1 column, and not 2");
        check("\tO", true, " O");
    }

    #[test]
    fn columns_may_be_others() {
        let check = |line: &str, universal, token, tag, expected: &str| {
            assert_eq!(found(line, universal, token, tag, true), expected, "{line:?}");
        };
        check("O a x", false, Some(2), Some(1), "a O");
        check("a x", false, None, Some(3), "the line has 2 columns, and not 3");
        check("1\ta\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No|ner=B-X", true, None, None, "a joined");
        check("1\ta\t_\t_\t_\t_\t_\t_\t_\t_", true, None, None, "a O");
        check("1-2\tdu\t_\t_\t_\t_\t_\t_\t_\t_", true, None, None, "du O parts");
        check("1.1\ta\t_\t_\t_\t_\t_\t_\t_\t_", true, None, None, "comment");
        check("2-1\ta\t_", true, None, None, "the first column holds no number of a word");
        check("a\tO", true, None, None, "the first column holds no number of a word");
        check("1\ta\tner=X", true, None, None, "column 3 holds no tag of an entity");
    }
}
