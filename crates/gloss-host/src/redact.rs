//! Messages without the documents that they quote.
//!
//! What plugins report may quote what they read: slicing a string beside a character panics with
//! the string, `int("Merkel")` fails with the word. The quarantine file, which holds the document
//! anyway, keeps such a message whole; logs and the screen do not.

/// Stretches of so many characters that are in a document too are taken for a quotation.
const LEAST: usize = 12;
/// Longer messages are cut.
const MOST: usize = 500;
const OMITTED: char = '…';

/// The message with `…` for what it quotes of a text: what stands between quotation marks in the
/// message, and any stretch of twelve characters or more, if it is in the text.
#[must_use]
pub fn without_text(message: &str, text: &str) -> String {
    let message: String = message.chars().take(MOST).collect();
    let quoted = without_quotations(&message, text);
    let places: Vec<usize> = quoted.char_indices().map(|(i, _)| i).chain([quoted.len()]).collect();
    let (mut kept, mut from) = (String::with_capacity(quoted.len()), 0);
    while from + 1 < places.len() {
        let stretch = |to: usize| &quoted[places[from]..places[to]];
        let mut to = from + LEAST;
        if to < places.len() && text.contains(stretch(to)) {
            while to + 1 < places.len() && text.contains(stretch(to + 1)) {
                to += 1;
            }
            kept.push(OMITTED);
            from = to;
        } else {
            kept.push_str(stretch(from + 1));
            from += 1;
        }
    }
    kept
}

fn without_quotations(message: &str, text: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(message.len()), message);
    while let Some(open) = rest.find(['"', '\'', '`']) {
        let mark = &rest[open..=open];
        let inside = &rest[open + 1..];
        kept.push_str(&rest[..=open]);
        // A mark with a letter behind it closes nothing: `isn't 'Berlin'`.
        let closes = |&(i, _): &(usize, &str)| !inside[i + 1..].starts_with(char::is_alphanumeric);
        match inside.match_indices(mark).find(closes).map(|(i, _)| i) {
            Some(close) if close > 0 && text.contains(&inside[..close]) => {
                kept.push(OMITTED);
                rest = &inside[close..];
                kept.push_str(mark);
                rest = &rest[mark.len()..];
            }
            // An apostrophe opens nothing: look again behind it.
            _ => rest = inside,
        }
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "Angela Merkel met Emmanuel Macron in Berlin. It's été.";

    #[test]
    fn quotations_are_left_out() {
        let check = |message: &str, expected: &str| {
            assert_eq!(without_text(message, TEXT), expected, "{message:?}");
        };
        check("invalid literal for int(): 'Merkel'", "invalid literal for int(): '…'");
        check("no key \"Berlin\" in `names`", "no key \"…\" in `names`");
        check("cannot read Emmanuel Macron in Berlin. here", "cannot read…here");
        check("it isn't 'Berlin'", "it isn't '…'");
        check("not ASCII: b'Merkel'", "not ASCII: b'…'");
        check("layer 'entities' has no label", "layer 'entities' has no label");
        check("short: Berlin", "short: Berlin");
        check("", "");
        let sliced = std::panic::catch_unwind(|| {
            let end = std::hint::black_box(TEXT.find('é').unwrap() + 1);
            TEXT[..end].len()
        });
        let message = sliced.unwrap_err().downcast::<String>().unwrap();
        assert!(message.contains("Merkel") && !without_text(&message, TEXT).contains("Merkel"));
    }

    proptest! {
        #[test]
        fn no_long_stretch_of_the_text_is_left(
            text in "[a-c ñ]{0,60}", before in "[a-z'\"]{0,20}", from in 0usize..60, count in 0usize..60,
        ) {
            let quoted: String = text.chars().skip(from).take(count).collect();
            let kept: Vec<char> = without_text(&format!("{before}{quoted}!"), &text).chars().collect();
            for stretch in kept.windows(LEAST) {
                let stretch: String = stretch.iter().collect();
                prop_assert!(!text.contains(&stretch), "{stretch:?}");
            }
        }
    }
}
