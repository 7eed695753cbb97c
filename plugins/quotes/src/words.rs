//! Lists of words: verbs of saying, pronouns, what begins and ends a noun phrase.

/// Verbs that stand with whole quotations. Forms are made by rule.
const SAY: &str = "say tell ask add write reply answer state claim warn note explain announce declare insist argue \
admit acknowledge confirm recall remark comment observe respond shout yell cry scream whisper mutter laugh joke quip \
tweet post concede conclude continue boast brag lament complain predict promise vow pledge stress emphasize emphasise \
suggest report testify reveal assert maintain urge plead joke sigh exclaim murmur read deny estimate believe demand";
/// Verbs that stand with a few quoted words: "called it a “disaster”".
const CHARACTERIZE: &str = "call describe dismiss denounce condemn criticize criticise label brand characterize characterise \
deem term dub praise hail accuse blast slam decry reject cite refer blame";
const IRREGULAR: &str = "said told wrote written cried replied denied read";
const AUXILIARIES: &str = "has have had would will could can may might also later then once previously repeatedly recently \
publicly again already earlier simply only once never often reportedly";
const PASSIVE: &str = "is was are were be been being am";
const PRONOUNS: &str = "he she they it we i who you";
const DETERMINERS: &str = "the a an one his her their its our my another some many several two three four most both this that \
these those no every each";
const LEADING: &str = "as but and when while because although though if in on after before so yet or then since where what \
that meanwhile however still";
const BREAKING: &str = "in on at who which that when as after before during by with while and to from since but because \
whose if until last this yesterday today via earlier later adding";
const PARTICLES: &str =
    "of de da do dos van von der den del della di du la le bin ibn al el and & y for";
const WORKS: &str = "film movie book novel song album single series show play article essay poem documentary painting podcast \
ballad musical opera memoir titled entitled sitcom episode";
const MENTIONED: &str =
    "word words term phrase expression slogan so-called sign reads label dubbed";
const ABBREVIATIONS: &str =
    "mr mrs ms dr prof sen rep gov gen col capt lt sgt st jr sr rev hon maj no vs";

fn within(list: &str, word: &str) -> bool {
    word.len() <= 16 && list.split_ascii_whitespace().any(|entry| entry == word)
}

macro_rules! lists {
    ($($(#[$doc:meta])* $function:ident $list:ident;)*) => {
        $($(#[$doc])* pub fn $function(word: &str) -> bool { within($list, word) })*
    };
}

lists! {
    /// Between a subject and its verb.
    is_auxiliary AUXILIARIES;
    /// With a participle it makes a passive: "was said".
    is_passive PASSIVE;
    is_pronoun PRONOUNS;
    is_determiner DETERMINERS;
    /// Before a subject, and no part of it.
    is_leading LEADING;
    /// Ends a noun phrase.
    is_breaking BREAKING;
    /// Within a name, in lower case.
    is_particle PARTICLES;
    /// Before the title of a work.
    is_work WORKS;
    /// Says that the quoted word is spoken of as a word.
    is_mentioning MENTIONED;
    /// Has a point that ends no sentence.
    is_abbreviation ABBREVIATIONS;
}

/// How a verb attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    Say,
    Characterize,
}

/// Whether a word, in lower case, is a form of a verb of saying.
pub fn cue(word: &str) -> Option<Cue> {
    if word.len() > 16 || word.len() < 3 {
        return None;
    }
    let of = |list| within(list, word) || stems(word).any(|stem| within(list, &stem));
    if within(IRREGULAR, word) || of(SAY) {
        Some(Cue::Say)
    } else {
        of(CHARACTERIZE).then_some(Cue::Characterize)
    }
}

/// What a form may be a form of: "insisted" of "insist", "denied" of "deny", "quipped" of "quip".
fn stems(word: &str) -> impl Iterator<Item = String> {
    let cut = |ending: &str| word.strip_suffix(ending).map(str::to_owned);
    let with_e = |ending: &str| cut(ending).map(|stem| stem + "e");
    let with_y = |ending: &str| cut(ending).map(|stem| stem + "y");
    let doubled = |ending: &str| {
        let stem = word.strip_suffix(ending)?;
        let mut letters = stem.chars().rev();
        (letters.next()? == letters.next()?)
            .then(|| stem.chars().take(stem.chars().count() - 1).collect())
    };
    let forms = [
        cut("s"),
        cut("es"),
        cut("ed"),
        cut("ing"),
        with_e("ed"),
        with_e("ing"),
        with_y("ied"),
        with_y("ies"),
        doubled("ed"),
        doubled("ing"),
    ];
    forms.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_verbs() {
        let check = |word: &str, expected| assert_eq!(cue(word), expected, "{word}");
        for word in ["said", "says", "claiming", "insisted", "denies", "quipped", "wrote", "urges"]
        {
            check(word, Some(Cue::Say));
        }
        check("dubbed", Some(Cue::Characterize));
        check("described", Some(Cue::Characterize));
        for word in ["running", "speed", "is", "", "thing", "calm"] {
            check(word, None);
        }
    }
}
