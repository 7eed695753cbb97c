//! Tags of tokens as spans: IOB1, IOB2, BILUO, BIOES and their relatives.

/// What a tag says of its token's place in an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Outside,
    Begin,
    Inside,
    End,
    Single,
}

/// The tag of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<L> {
    place: Place,
    label: Option<L>,
}

impl<L> Tag<L> {
    /// The tag of a token that is in no entity.
    pub const OUTSIDE: Tag<L> = Tag { place: Place::Outside, label: None };

    /// Whether the token is in no entity.
    pub fn is_outside(&self) -> bool {
        self.place == Place::Outside
    }

    /// The tag with another form of its label.
    pub fn map<M>(self, label: impl FnOnce(L) -> M) -> Tag<M> {
        Tag { place: self.place, label: self.label.map(label) }
    }
}

impl<'a> Tag<&'a str> {
    /// Reads `O`, or one of the prefixes of IOB (`B`, `I`), BILUO (`L`, `U`), BIOES (`E`, `S`) and BMES
    /// (`M`), with a label behind a hyphen; a bare prefix, and the label `_`, are of an entity without a label.
    /// `-` is what spaCy writes where nobody said anything.
    pub fn parse(tag: &'a str) -> Option<Tag<&'a str>> {
        if matches!(tag, "O" | "-") {
            return Some(Tag::OUTSIDE);
        }
        let place = match tag.as_bytes().first()? {
            b'B' => Place::Begin,
            b'I' | b'M' => Place::Inside,
            b'E' | b'L' => Place::End,
            b'S' | b'U' => Place::Single,
            _ => return None,
        };
        match &tag[1..] {
            "" | "-_" => Some(Tag { place, label: None }),
            rest => {
                Some(Tag { place, label: Some(rest.strip_prefix('-').filter(|l| !l.is_empty())?) })
            }
        }
    }
}

/// An entity of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk<L> {
    pub label: Option<L>,
    /// First token.
    pub first: usize,
    /// The token behind the last.
    pub behind: usize,
}

/// What was met among the tags of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Entities that begin with a tag that says it continues one.
    unopened: u64,
    /// Entities that begin with `B-` where IOB1 would not have it.
    begun: u64,
}

impl Oddities {
    /// How many entities begin with a tag that cannot begin one. In IOB1 `I-` begins an entity, unless
    /// one of the same label ends right before it: where that explains all tags there is none.
    pub fn count(self) -> u64 {
        if self.begun == 0 { 0 } else { self.unopened }
    }
}

/// The entities of a sentence, as `conlleval` finds them: a tag that continues an entity of another
/// label, or none, begins one; an entity ends before whatever does not continue it.
///
/// The rules are those of the evaluation script of the shared tasks (Tjong Kim Sang and Buchholz,
/// "Introduction to the CoNLL-2000 shared task: chunking", 2000), with the places `E` and `S` as `seqeval` has them.
pub fn chunks<L: Copy + PartialEq>(tags: &[Tag<L>], odd: &mut Oddities) -> Vec<Chunk<L>> {
    let mut chunks: Vec<Chunk<L>> = Vec::new();
    let mut before = Tag::OUTSIDE;
    for (token, &tag) in tags.iter().enumerate() {
        let open =
            matches!(before.place, Place::Begin | Place::Inside) && before.label == tag.label;
        match tag.place {
            Place::Outside => {}
            Place::Inside | Place::End if open => {
                if let Some(chunk) = chunks.last_mut() {
                    chunk.behind = token + 1;
                }
            }
            place => {
                // Only `I-` begins entities in IOB1; an end of nothing is odd in all schemes.
                odd.unopened += u64::from(matches!(place, Place::Inside | Place::End));
                let adjacent = before.place != Place::Outside && before.label == tag.label;
                let foreign = matches!(place, Place::End | Place::Single);
                odd.begun += u64::from(foreign || (place == Place::Begin && !adjacent));
                chunks.push(Chunk { label: tag.label, first: token, behind: token + 1 });
            }
        }
        before = tag;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read() {
        let check = |tag: &str, expected: Option<(Place, Option<&str>)>| {
            let found = Tag::parse(tag).map(|tag| (tag.place, tag.label));
            assert_eq!(found, expected, "{tag}");
        };
        check("O", Some((Place::Outside, None)));
        check("-", Some((Place::Outside, None)));
        check("B-PER", Some((Place::Begin, Some("PER"))));
        check("I-work-of-art", Some((Place::Inside, Some("work-of-art"))));
        check("L-é", Some((Place::End, Some("é"))));
        check("U-X", Some((Place::Single, Some("X"))));
        check("M-X", Some((Place::Inside, Some("X"))));
        check("B", Some((Place::Begin, None)));
        check("S-_", Some((Place::Single, None)));
        check("B-", None);
        check("NNP", None);
        check("PER", None);
        check("É-PER", None);
        check("", None);
    }

    #[test]
    fn tags_make_entities() {
        // Entities as `label first-behind`, and how many begin oddly.
        let check = |tags: &str, expected: &str, odd: u64| {
            let tags: Vec<Tag<&str>> =
                tags.split(' ').map(|tag| Tag::parse(tag).unwrap()).collect();
            let mut oddities = Oddities::default();
            let found = chunks(&tags, &mut oddities);
            let found: Vec<String> = found
                .iter()
                .map(|c| format!("{} {}-{}", c.label.unwrap_or("_"), c.first, c.behind))
                .collect();
            assert_eq!((found.join(", ").as_str(), oddities.count()), (expected, odd), "{tags:?}");
        };
        check("O O", "", 0);
        // IOB2
        check("B-A I-A O B-B", "A 0-2, B 3-4", 0);
        check("B-A B-A I-A", "A 0-1, A 1-3", 0);
        // IOB1
        check("I-A I-A O I-B", "A 0-2, B 3-4", 0);
        check("I-A B-A I-A I-B", "A 0-1, A 1-3, B 3-4", 0);
        // BILUO and BIOES
        check("B-A I-A L-A U-B B-A L-A", "A 0-3, B 3-4, A 4-6", 0);
        check("B-A E-A S-A S-A O", "A 0-2, A 2-3, A 3-4", 0);
        check("B-A M-A E-A", "A 0-3", 0);
        // Without labels
        check("B I O B", "_ 0-2, _ 3-4", 0);
        // What no scheme has
        check("B-A O I-A", "A 0-1, A 2-3", 1);
        check("B-A I-B", "A 0-1, B 1-2", 1);
        check("O L-A", "A 1-2", 1);
        check("B-A L-A L-A", "A 0-2, A 2-3", 1);
        check("S-A I-A", "A 0-1, A 1-2", 1);
    }
}
