//! JSON that can stand in a page.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

/// Writes JSON in which nothing ends a `<script>` or begins a comment, and no line separator is bare:
/// U+2028 and U+2029 end lines in scripts of old.
///
/// `<` cannot stand outside a string in JSON, so to escape it there is enough: without it there is no
/// `</script` and no `<!--` (HTML, "Restrictions for contents of script elements").
struct ForScript(CompactFormatter);

impl Formatter for ForScript {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '\u{2028}', '\u{2029}']) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let (escape, length): (&[u8], usize) = match &rest[at..] {
                found if found.starts_with('<') => (br"\u003c", 1),
                found if found.starts_with('\u{2028}') => (br"\u2028", 3),
                _ => (br"\u2029", 3),
            };
            writer.write_all(escape)?;
            rest = &rest[at + length..];
        }
        self.0.write_string_fragment(writer, rest)
    }
}

/// `value` as JSON for the inside of a `<script type="application/json">`.
///
/// # Errors
///
/// Where the value cannot be JSON.
pub fn json_for_script(value: &impl Serialize) -> serde_json::Result<String> {
    let mut out = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut out, ForScript(CompactFormatter)))?;
    // What is escaped is ASCII, and what is not is as it was.
    String::from_utf8(out).map_err(|error| serde::ser::Error::custom(error.utf8_error()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_ends_the_script() {
        let check = |text: &str, expected: &str| {
            assert_eq!(json_for_script(&text).unwrap(), expected, "{text:?}");
        };
        check("</script><script>", r#""\u003c/script>\u003cscript>""#);
        check("<!--", r#""\u003c!--""#);
        check("a\u{2028}b\u{2029}c", r#""a\u2028b\u2029c""#);
        check("\0\r\n\u{feff}", "\"\\u0000\\r\\n\u{feff}\"");
        check(r"\ud800", r#""\\ud800""#);
        check("😀<", "\"😀\\u003c\"");
    }

    proptest! {
        #[test]
        fn reads_back_as_it_was(text in "(?s)[<>\\\\\"!\u{2028}\u{2029}\u{0}-\u{20}a😀é/]{0,40}") {
            let json = json_for_script(&text).unwrap();
            let bare = json.contains(['<', '\u{2028}', '\u{2029}', '\0', '\n', '\r']);
            prop_assert!(!bare, "{json:?}");
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
