//! Base noun phrases: spaCy's rules for English and French (`syntax_iterators`).

use std::ops::Range;

use crate::parser::tree::Tree;
use crate::symbols::{Symbol, Symbols};

/// Whether there are rules for this language.
pub(crate) fn has_rules(lang: &str) -> bool {
    matches!(lang, "en" | "fr")
}

/// The rules of one language.
#[derive(Debug)]
pub(crate) struct NounChunks {
    french: Option<French>,
    /// Parts of speech that a chunk can be built around.
    nominal: Vec<Symbol>,
    /// Labels of words that a chunk can be built around.
    labels: Vec<Symbol>,
    conj: Symbol,
}

/// What French looks at besides.
#[derive(Debug)]
struct French {
    /// Labels of a right child that belongs to the chunk.
    modifiers: Vec<Symbol>,
    amod: Symbol,
    det: Symbol,
    det_pos: Symbol,
    adp_pos: Symbol,
    cconj_pos: Symbol,
}

/// The document as the rules see it.
pub(crate) struct Sight<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) pos: &'a [Symbol],
}

impl NounChunks {
    pub(crate) fn new(lang: &str, symbols: &mut Symbols) -> Option<Self> {
        let mut all = |names: &[&str]| -> Vec<Symbol> {
            names.iter().map(|name| symbols.add(name)).collect()
        };
        let nominal = all(&["NOUN", "PROPN", "PRON"]);
        let (labels, modifiers): (Vec<Symbol>, Vec<Symbol>) = match lang {
            "en" => {
                let subjects = ["nsubj", "nsubjpass", "attr", "ROOT"];
                let objects = ["oprd", "dobj", "pcomp", "pobj", "dative", "appos"];
                (all(&[&subjects[..], &objects[..]].concat()), Vec::new())
            }
            "fr" => {
                let core = ["nsubj", "nsubj:pass", "obj", "pcomp", "appos", "ROOT"];
                let oblique = ["obl", "obl:agent", "obl:arg", "obl:mod", "nmod"];
                let modifiers = ["flat", "flat:name", "flat:foreign", "fixed", "compound"];
                (all(&[&core[..], &oblique[..]].concat()), all(&modifiers))
            }
            _ => return None,
        };
        let french = (lang == "fr").then(|| French {
            modifiers,
            amod: symbols.add("amod"),
            det: symbols.add("det"),
            det_pos: symbols.add("DET"),
            adp_pos: symbols.add("ADP"),
            cconj_pos: symbols.add("CCONJ"),
        });
        Some(Self { french, nominal, labels, conj: symbols.add("conj") })
    }

    /// Appends the chunks of a document, in tokens, from left to right.
    pub(crate) fn find(&self, sight: &Sight<'_>, chunks: &mut Vec<Range<u32>>) {
        let tree = sight.tree;
        let right_children = self.french.as_ref().map(|_| first_right_children(&tree.heads));
        let mut last: Option<u32> = None;
        for word in 0..sight.pos.len() {
            let left = tree.left_edges[word];
            let nested = last.is_some_and(|last| left <= last);
            if nested || !self.nominal.contains(&sight.pos[word]) {
                continue;
            }
            let label = tree.labels[word];
            let (mut start, mut end) = (left, word as u32);
            if self.labels.contains(&label) {
                if let (Some(french), Some(children)) = (&self.french, &right_children) {
                    end = french.right_end(sight, word, children[word]);
                    start += u32::from(sight.pos[left as usize] == french.adp_pos);
                }
            } else if label == self.conj && self.is_coordinated(tree, word) {
                if let Some(french) = &self.french {
                    start += u32::from(sight.pos[left as usize] == french.cconj_pos);
                }
            } else {
                continue;
            }
            last = Some(end);
            chunks.push(start..end + 1);
        }
    }

    /// Whether a conjunct hangs, over other conjuncts before it, on a word that can make a chunk.
    fn is_coordinated(&self, tree: &Tree, word: usize) -> bool {
        let mut head = tree.heads[word] as usize;
        while tree.labels[head] == self.conj && (tree.heads[head] as usize) < head {
            head = tree.heads[head] as usize;
        }
        self.labels.contains(&tree.labels[head])
    }
}

impl French {
    /// The last token of the chunk around `word`.
    fn right_end(&self, sight: &Sight<'_>, word: usize, child: Option<u32>) -> u32 {
        let Some(child) = child else { return word as u32 };
        let label = sight.tree.labels[child as usize];
        if label == self.amod {
            sight.tree.right_edges[child as usize]
        } else if label == self.det && sight.pos[child as usize] == self.det_pos {
            child
        } else if self.modifiers.contains(&label) {
            sight.tree.right_edges[word]
        } else {
            word as u32
        }
    }
}

/// The nearest child to the right of each token.
fn first_right_children(heads: &[u32]) -> Vec<Option<u32>> {
    let mut first = vec![None; heads.len()];
    for (token, &head) in heads.iter().enumerate().rev() {
        if (head as usize) < token {
            first[head as usize] = Some(token as u32);
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `parse` gives part of speech, head and label of each token.
    fn check(lang: &str, parse: &str, expected: &[(u32, u32)]) {
        let mut symbols = Symbols::default();
        let rules = NounChunks::new(lang, &mut symbols).unwrap();
        let (mut tree, mut pos) = (Tree::default(), Vec::new());
        for token in parse.split_whitespace() {
            let fields: Vec<&str> = token.split('/').collect();
            let [_, part, head, label] = fields[..] else { panic!("{token}") };
            pos.push(symbols.add(part));
            tree.heads.push(head.parse().unwrap());
            tree.labels.push(symbols.add(label));
        }
        tree.span();
        let mut chunks = Vec::new();
        rules.find(&Sight { tree: &tree, pos: &pos }, &mut chunks);
        let got: Vec<_> = chunks.iter().map(|chunk| (chunk.start, chunk.end)).collect();
        assert_eq!(got, expected, "{parse}");
    }

    #[test]
    fn chunks_are_spacys() {
        check(
            "en",
            "The/DET/2/det old/ADJ/2/amod man/NOUN/6/nsubj and/CCONJ/2/cc his/PRON/5/poss \
             dog/NOUN/2/conj saw/VERB/6/ROOT Mary/PROPN/6/dobj ,/PUNCT/7/punct the/DET/10/det \
             mayor/NOUN/7/appos of/ADP/10/prep Paris/PROPN/11/pobj ./PUNCT/6/punct",
            &[(0, 3), (4, 6), (7, 8), (9, 11), (12, 13)],
        );
        check(
            "en",
            "He/PRON/1/nsubj gave/VERB/1/ROOT the/DET/3/det children/NOUN/1/dobj in/ADP/1/prep \
             the/DET/7/det garden/NOUN/7/compound apples/NOUN/4/pobj and/CCONJ/7/cc \
             very/ADV/10/advmod ripe/ADJ/11/amod pears/NOUN/7/conj ./PUNCT/1/punct",
            &[(0, 1), (2, 4), (5, 8), (9, 12)],
        );
        check(
            "fr",
            "Le/DET/2/det vieux/ADJ/2/amod maire/NOUN/2/ROOT de/ADP/4/case Paris/PROPN/2/nmod \
             et/CCONJ/7/cc sa/DET/7/det fille/NOUN/2/conj mangent/ADV/7/amod des/ADP/10/case \
             pommes/NOUN/8/obl:arg bien/ADV/12/advmod rouges/ADJ/10/amod ./PUNCT/2/punct",
            &[(0, 3), (4, 5), (6, 8), (10, 13)],
        );
        check(
            "fr",
            "Jean/PROPN/9/nsubj Dupont/PROPN/0/flat:name ,/PUNCT/0/punct qui/PRON/4/nsubj \
             habite/VERB/0/acl:relcl à/ADP/6/case Lyon/PROPN/4/obl:arg ,/PUNCT/9/punct \
             a/AUX/9/aux:tense vu/VERB/9/ROOT le/DET/11/det chat/NOUN/9/obj noir/ADJ/11/amod \
             du/ADP/14/case voisin/NOUN/11/nmod et/CCONJ/17/cc les/DET/17/det \
             oiseaux/NOUN/11/conj ./PUNCT/9/punct",
            &[(0, 7), (10, 13), (14, 15), (16, 18)],
        );
        check("en", "", &[]);
        assert!(NounChunks::new("de", &mut Symbols::default()).is_none());
    }
}
