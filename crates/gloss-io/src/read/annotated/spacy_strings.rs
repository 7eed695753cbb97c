//! The strings of spaCy behind their ids.

use std::borrow::Cow;

/// spaCy's own names, whose ids are small numbers: where each row begins, and its names in order.
const NAMES: [(u64, &str); 3] = [
    (
        1,
        "IS_ALPHA IS_ASCII IS_DIGIT IS_LOWER IS_PUNCT IS_SPACE IS_TITLE IS_UPPER LIKE_URL LIKE_NUM LIKE_EMAIL \
         IS_STOP IS_OOV_DEPRECATED IS_BRACKET IS_QUOTE IS_LEFT_PUNCT IS_RIGHT_PUNCT IS_CURRENCY",
    ),
    (
        64,
        "ID ORTH LOWER NORM SHAPE PREFIX SUFFIX LENGTH CLUSTER LEMMA POS TAG DEP ENT_IOB ENT_TYPE HEAD \
         SENT_START SPACY PROB LANG ADJ ADP ADV AUX CONJ CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM \
         VERB X EOL SPACE",
    ),
    (
        380,
        "PERSON NORP FACILITY ORG GPE LOC PRODUCT EVENT WORK_OF_ART LANGUAGE LAW DATE TIME PERCENT MONEY \
         QUANTITY ORDINAL CARDINAL acomp advcl advmod agent amod appos attr aux auxpass cc ccomp complm conj cop \
         csubj csubjpass dep det dobj expl hmod hyph infmod intj iobj mark meta neg nmod nn npadvmod nsubj \
         nsubjpass num number oprd obj obl parataxis partmod pcomp pobj poss possessive preconj prep prt punct \
         quantmod relcl rcmod root xcomp acl ENT_KB_ID MORPH ENT_ID IDX _",
    ),
];

/// Ids from here on are hashes.
const FIRST_HASH: u64 = 457;

/// The string with a small id: empty, or a name of spaCy's own. A text may hold such a word, too.
pub fn symbol(id: u64) -> Option<Cow<'static, str>> {
    match id {
        0 => Some(Cow::Borrowed("")),
        19..=63 => Some(Cow::Owned(format!("FLAG{id}"))),
        104..=379 => Some(Cow::Owned(format!("DEPRECATED{:03}", id - 103))),
        FIRST_HASH.. => None,
        _ => {
            let (first, names) = NAMES.iter().rfind(|(first, _)| *first <= id)?;
            names.split(' ').nth(usize::try_from(id - first).ok()?).map(Cow::Borrowed)
        }
    }
}

/// The id of a string that is no name of spaCy's own: MurmurHash64A (Austin Appleby, public domain) with 1
/// for the seed.
pub fn hash(text: &[u8]) -> u64 {
    const FACTOR: u64 = 0xc6a4_a793_5bd1_e995;
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
    let mut hash = 1 ^ (text.len() as u64).wrapping_mul(FACTOR);
    let mut words = text.chunks_exact(8);
    for bytes in &mut words {
        let mixed = u64::wrapping_mul(word(bytes), FACTOR);
        hash ^= (mixed ^ (mixed >> 47)).wrapping_mul(FACTOR);
        hash = hash.wrapping_mul(FACTOR);
    }
    if !words.remainder().is_empty() {
        hash = (hash ^ word(words.remainder())).wrapping_mul(FACTOR);
    }
    hash = (hash ^ (hash >> 47)).wrapping_mul(FACTOR);
    hash ^ (hash >> 47)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_ids_are_names() {
        let check =
            |id: u64, expected: Option<&str>| assert_eq!(symbol(id).as_deref(), expected, "{id}");
        check(0, Some(""));
        check(1, Some("IS_ALPHA"));
        check(18, Some("IS_CURRENCY"));
        check(19, Some("FLAG19"));
        check(65, Some("ORTH"));
        check(103, Some("SPACE"));
        check(104, Some("DEPRECATED001"));
        check(379, Some("DEPRECATED276"));
        check(380, Some("PERSON"));
        check(456, Some("_"));
        check(457, None);
        check(u64::MAX, None);
    }

    /// As `spacy.strings.hash_string` has them.
    #[test]
    fn strings_have_hashes() {
        let check =
            |text: &str, expected: u64| assert_eq!(hash(text.as_bytes()), expected, "{text}");
        check("a", 11901859001352538922);
        check("apple", 8566208034543834098);
        check("WORKFORCE", 4712949423158073745);
        check("Straße, é", 15040855734771060367);
        check("Norwegian", 17710003129418071570);
    }
}
