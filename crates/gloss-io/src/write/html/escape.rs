//! Text as it can stand in HTML, in elements and in quoted attributes.

use std::borrow::Cow;

/// `text` with references for what HTML would read, and U+FFFD for what it does not allow.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let special = |c: char| {
        matches!(c, '&' | '<' | '>' | '"' | '\'') || (c.is_control() && !matches!(c, '\n' | '\t'))
    };
    let Some(first) = text.find(special) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 32);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => out.push_str("&#13;"),
            c if special(c) => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}
