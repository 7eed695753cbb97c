//! Function words, which are a closed class.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A list of function words, as a bit.
pub(super) type List = u32;

pub(super) const DETERMINERS: List = 1 << 0;
pub(super) const POSSESSIVES: List = 1 << 1;
pub(super) const PRONOUNS: List = 1 << 2;
pub(super) const PREPOSITIONS: List = 1 << 3;
pub(super) const SUBORDINATORS: List = 1 << 4;
pub(super) const BE: List = 1 << 5;
pub(super) const HAVE: List = 1 << 6;
pub(super) const DO: List = 1 << 7;
pub(super) const MODALS: List = 1 << 8;
pub(super) const NEGATIONS: List = 1 << 9;
pub(super) const ADVERBS: List = 1 << 10;
pub(super) const NUMBERS: List = 1 << 11;
/// Say nothing by themselves, and are in no other list.
pub(super) const EMPTY: List = 1 << 12;

/// The words of each list.
const LISTS: [(List, &str); 13] = [
    (
        DETERMINERS,
        "a an the this these those no every each any some all both another many several few most such \
         other either neither more fewer less much enough",
    ),
    (POSSESSIVES, "his her its their my our your whose"),
    (
        PRONOUNS,
        "he she it they we i you him them me us himself herself itself themselves nobody none someone \
         somebody everyone everybody anyone anybody nothing something everything",
    ),
    (
        PREPOSITIONS,
        "of in on at by for from with to into onto over under against between among during without \
         within through across behind beyond near toward towards upon about around via per despite \
         amid above below than like unlike until till since after before off out up down along inside \
         outside throughout alongside except besides beside following regarding as",
    ),
    (
        SUBORDINATORS,
        "because although though while whereas if whether unless once when where why how",
    ),
    (BE, "is are was were be been being am isn't aren't wasn't weren't"),
    (HAVE, "has have had having hasn't haven't hadn't"),
    (DO, "do does did doesn't don't didn't"),
    (
        MODALS,
        "will would can could may might shall should must cannot won't wouldn't can't couldn't \
         shouldn't mustn't",
    ),
    (NEGATIONS, "not never hardly scarcely nor"),
    (
        ADVERBS,
        "also already again still yet just only soon later earlier then now here there however \
         meanwhile nevertheless therefore instead even ever once twice too very quite rather almost \
         nearly perhaps often always sometimes together away back ahead far alone today tomorrow \
         yesterday ago well first",
    ),
    (
        NUMBERS,
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
         sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety \
         hundred thousand million billion trillion dozen half",
    ),
    (EMPTY, "who whom which what that and or but so not s t mr mrs ms dr own same"),
];

/// The lists that a word, in lower case, is in.
fn lists(word: &str) -> List {
    static OF_WORDS: OnceLock<HashMap<&str, List>> = OnceLock::new();
    let of_words = OF_WORDS.get_or_init(|| {
        let mut of_words = HashMap::new();
        for (list, words) in LISTS {
            for word in words.split_ascii_whitespace() {
                *of_words.entry(word).or_insert(0) |= list;
            }
        }
        of_words
    });
    of_words.get(word).copied().unwrap_or(0)
}

/// Whether one of some lists holds a word.
pub(super) fn is_in(lists_of: List, word: &str) -> bool {
    lists(word) & lists_of != 0
}
