//! The texts that extractors are tried with. Those that are random depend on the seed alone.

use fastrand::Rng;

/// English prose without anything unusual in it: what every extractor must cope with.
pub const ORDINARY: [&str; 3] = [
    "The harbour board met on Tuesday in Port Ellery. Anna Berg, who chairs it, said the new pier \
     was a wonderful success, though two members called the cost terrible. Work began in 2019.",
    "A small bakery on Mill Street won the regional prize. \"We never expected this,\" said its \
     owner, Tom Okafor. The judges praised the bread and the friendly staff.\n\nThe prize is worth \
     500 euros. It will be handed over on Friday.",
    "Heavy rain closed three roads near Lake Varn. No one was hurt. The council hopes to open \
     them again by Monday, but engineers warned that the bridge at Holm is badly damaged.",
];

/// A word that occurs in no language; where it turns up, text of a document was copied.
pub const CANARY: &str = "zyxqvathrum";

/// Words of which longer texts are made.
const WORDS: [&str; 24] = [
    "river", "the", "minister", "good", "opened", "a", "Berlin", "with", "of", "terrible",
    "school", "and", "in", "1984", "company", "slowly", "Maria", "said", "that", "bridge", "was",
    "happy", "London", "not",
];

/// Names of texts of one sort with the texts.
pub type Sample = (&'static str, String);

/// One character each.
pub fn single_characters() -> Vec<Sample> {
    [
        ("a letter", "a"),
        ("a capital", "A"),
        ("a digit", "7"),
        ("a full stop", "."),
        ("a quote", "\""),
    ]
    .map(|(name, text)| (name, text.to_owned()))
    .to_vec()
}

/// White space alone.
pub fn whitespace() -> Vec<Sample> {
    vec![
        ("one space", " ".to_owned()),
        ("spaces and tabs", " \t  \t ".to_owned()),
        ("line breaks", "\n\n\n".to_owned()),
        ("a no-break space", "\u{a0}".to_owned()),
    ]
}

/// Emoji: sequences joined by ZWJ, flags, skin tones, variation selectors.
pub fn emoji() -> Vec<Sample> {
    vec![
        (
            "a joined sequence",
            "The family \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} left.".to_owned(),
        ),
        ("flags and tones", "Go \u{1f1f3}\u{1f1ff}! \u{1f44d}\u{1f3fd} So happy.".to_owned()),
        ("emoji alone", "\u{1f600}\u{1f600}\u{2764}\u{fe0f}".to_owned()),
    ]
}

/// Combining characters, in and out of order, and very many of them.
pub fn combining() -> Vec<Sample> {
    vec![
        ("a decomposed word", "The cafe\u{301} in A\u{30a}re was good.".to_owned()),
        ("a mark first", "\u{301}Start here.".to_owned()),
        ("a tower of marks", format!("High a{} low.", "\u{300}\u{316}".repeat(100))),
        (
            "Hangul and Devanagari",
            "\u{1112}\u{1161}\u{11ab} \u{915}\u{94d}\u{937}\u{93f}.".to_owned(),
        ),
    ]
}

/// Scripts written from right to left, and the marks that control direction.
pub fn right_to_left() -> Vec<Sample> {
    vec![
        ("Arabic", "قال الوزير إن الجسر سيفتح قريبا. سلام.".to_owned()),
        ("Hebrew and English", "The word שלום means peace. טוב!".to_owned()),
        ("overrides", "A \u{202e}reversed\u{202c} and \u{2067}isolated\u{2069} word.".to_owned()),
    ]
}

/// Controls, NUL among them, and characters that are none.
pub fn controls() -> Vec<Sample> {
    vec![
        ("a NUL", "Before\u{0}after. The end.".to_owned()),
        ("controls", "\u{1}\u{7}\u{8} bell \u{1b}[31mred\u{1b}[0m \u{7f}.".to_owned()),
        ("a byte order mark", "\u{feff}It begins here.".to_owned()),
        ("noncharacters", "One \u{fffe}\u{ffff} two \u{10ffff}.".to_owned()),
    ]
}

/// Line ends of all sorts.
pub fn line_ends() -> Vec<Sample> {
    vec![
        ("CR LF", "One line.\r\nTwo lines.\r\n\r\nA paragraph.\r\n".to_owned()),
        ("CR alone", "One line.\rTwo lines.\r".to_owned()),
        ("Unicode's", "One.\u{85}Two.\u{2028}Three.\u{2029}Four.\u{b}Five.\u{c}Six.".to_owned()),
    ]
}

/// Random Unicode: characters of all planes between ASCII, cut into something like words.
pub fn random(seed: u64) -> Vec<Sample> {
    let mut rng = Rng::with_seed(seed);
    let mut text = |length: usize| -> String {
        (0..length)
            .map(|_| match rng.u8(0..10) {
                0..=3 => rng.char('a'..='z'),
                4..=5 => ' ',
                6 => rng.char('!'..='@'),
                7 => rng.char('\u{a0}'..='\u{2fff}'),
                _ => rng.char('\u{3000}'..='\u{10ffff}'),
            })
            .collect()
    };
    ["the first", "the second", "the third", "the fourth", "the fifth", "the sixth"]
        .into_iter()
        .enumerate()
        .map(|(i, name)| (name, text(40 << i)))
        .collect()
}

/// Prose of about `bytes` bytes, with sentences and paragraphs.
pub fn prose(bytes: usize, seed: u64) -> String {
    let mut rng = Rng::with_seed(seed);
    let mut text = String::with_capacity(bytes + 32);
    let mut left = 0;
    while text.len() < bytes {
        if left == 0 {
            left = rng.usize(5..18);
            let paragraph = rng.u8(0..6) == 0;
            text.push_str(match (text.is_empty(), paragraph) {
                (true, _) => "The ",
                (false, false) => ". The ",
                (false, true) => ".\n\nThe ",
            });
        } else {
            text.push(' ');
        }
        text.push_str(WORDS[rng.usize(0..WORDS.len())]);
        left -= 1;
    }
    text.push('.');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_texts() {
        assert_eq!(random(7), random(7));
        assert_ne!(random(7), random(8));
        assert_eq!(prose(500, 7), prose(500, 7));
        assert!((500..540).contains(&prose(500, 7).len()));
    }
}
