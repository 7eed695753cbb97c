//! Lists of words: titles, legal forms, common nouns in names, places that are surnames too.

/// What a title says about who bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    Masculine,
    Feminine,
}

const TITLES: &str = "mr mrs ms miss mx dr prof professor sir dame lord lady president minister premier \
chancellor king queen prince princess pope sen senator rep representative gov governor mayor gen general \
col colonel capt captain lt lieutenant sgt sergeant maj major judge justice rev reverend ceo chairman \
chairwoman secretary ambassador coach emperor sheikh imam rabbi bishop archbishop congressman \
congresswoman madam madame mme monsieur señor señora herr frau";
const MASCULINE: &str =
    "mr sir lord king prince pope emperor sheikh chairman congressman monsieur señor herr";
const FEMININE: &str =
    "mrs ms miss dame lady queen princess chairwoman congresswoman madam madame mme señora frau";
const GENERATIONS: &str = "jr sr ii iii iv";
const LEGAL_FORMS: &str = "inc ltd limited corp corporation co company plc llc llp lp nv bv gmbh ag sa spa se ab asa oy kk";
const GENERIC: &str = "bank ministry commission court council university department party parliament senate \
congress fund agency union institute organization organisation association company corporation group \
committee board bureau post times journal forum academy college hospital museum army navy club";
const PLACES: &str = "washington paris london lincoln houston jordan georgia chad israel jackson madison austin \
dallas charlotte sydney florence victoria virginia carolina cleveland hamilton wellington melbourne berlin \
york lancaster france england ireland holland cuba germany spain china india kent derby windsor chester \
stafford durham orlando denver phoenix vienna milan trent boston troy kingston nelson perth darwin";
const SMALL: &str = "of the and for in on de la le les des du del y e et und für von der die";
/// Before a place, seldom before a person.
const LOCATIVE: &str = "in at near into across outside inside throughout";
/// Speaks of a company rather than a person, within its sentence. Pronouns alone refer back: nouns such
/// as "shares" may be anybody's.
const ORGANIZATIONAL: &str = "its itself";
const PERSONAL: &str = "he she his her him himself herself who whose whom";

fn within(list: &str, word: &str) -> bool {
    // The lists are short, and words that are longer than any entry are turned away first.
    word.len() <= 16 && list.split_ascii_whitespace().any(|entry| entry == word)
}

macro_rules! lists {
    ($($(#[$doc:meta])* $function:ident $list:ident;)*) => {
        $($(#[$doc])* pub fn $function(word: &str) -> bool { within($list, word) })*
    };
}

lists! {
    /// A title before a name, without its point.
    is_title TITLES;
    /// Behind a name: tells father and son apart.
    is_generation GENERATIONS;
    /// Behind a company's name.
    is_legal_form LEGAL_FORMS;
    /// A noun by which an organization may be called for short: "the Bank".
    is_generic GENERIC;
    /// A place whose name is a surname as well.
    is_place PLACES;
    /// A word that acronyms mostly leave out.
    is_small SMALL;
    is_locative LOCATIVE;
    is_organizational ORGANIZATIONAL;
    is_personal PERSONAL;
}

/// The gender that a title states, if it does.
pub fn gender(title: &str) -> Option<Gender> {
    if within(MASCULINE, title) {
        Some(Gender::Masculine)
    } else {
        within(FEMININE, title).then_some(Gender::Feminine)
    }
}
