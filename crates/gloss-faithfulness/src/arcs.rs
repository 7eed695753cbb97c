//! Frames by the dependency arcs of a parser, for sentences of the source.
//!
//! Labels are those of ClearNLP, which spaCy's English pipelines have, and of Universal Dependencies.

use crate::analysis::Sentence;
use crate::annotations::Token;
use crate::frames::{Filler, Frame};
use crate::lexicon::Lexicon;
use crate::shallow::DENYING;
use crate::tags::{Tag, within};

/// The parse of a sentence. Tokens are numbered within it.
pub struct Arcs<'d> {
    tokens: &'d [Token<'d>],
    heads: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
    /// The word that each token is or is a part of.
    words: Vec<Option<usize>>,
}

const SUBJECTS: &str = "nsubj csubj";
const PASSIVE_SUBJECTS: &str = "nsubjpass nsubj:pass csubjpass";
const OBJECTS: &str = "dobj obj";
const NAME_PARTS: &str = "compound amod nummod flat nmod flat:name";

impl<'d> Arcs<'d> {
    /// The parse, if the tokens that begin with the document's `first` have arcs.
    pub fn new(sentence: &Sentence, tokens: &'d [Token<'d>], first: usize) -> Option<Arcs<'d>> {
        if !tokens.iter().any(|token| token.head.is_some()) {
            return None;
        }
        let inside = |head: usize| head.checked_sub(first).filter(|&head| head < tokens.len());
        let heads: Vec<Option<usize>> = (0..tokens.len())
            .map(|at| tokens[at].head.and_then(inside).filter(|&head| head != at))
            .collect();
        let mut children = vec![Vec::new(); tokens.len()];
        for (at, head) in heads.iter().enumerate() {
            if let Some(head) = head {
                children[*head].push(at);
            }
        }
        let word_of = |token: &Token<'_>| {
            let at = sentence.words.partition_point(|word| word.range.end <= token.range.start);
            sentence.words.get(at).filter(|word| word.range.start < token.range.end).map(|_| at)
        };
        let words = tokens.iter().map(word_of).collect();
        Some(Arcs { tokens, heads, children, words })
    }

    fn child(&self, of: usize, labels: &str) -> Option<usize> {
        self.children[of].iter().copied().find(|&at| within(labels, self.tokens[at].label))
    }

    fn all<'s>(&'s self, of: usize, labels: &'s str) -> impl Iterator<Item = usize> + 's {
        self.children[of].iter().copied().filter(move |&at| within(labels, self.tokens[at].label))
    }

    fn lower<'s>(&self, sentence: &'s Sentence, at: usize) -> &'s str {
        self.words[at].map_or("", |word| &sentence.words[word].lower)
    }

    /// The frames of the sentence.
    pub fn frames(&self, sentence: &Sentence, lexicon: &Lexicon) -> Vec<Frame> {
        let mut frames = Vec::new();
        for at in 0..self.tokens.len() {
            let Some(word) = self.words[at] else { continue };
            match self.tokens[at].pos {
                "VERB" => frames.push(self.verb(sentence, at, word)),
                "NOUN" => frames.extend(self.event(sentence, lexicon, at, word)),
                _ => {}
            }
        }
        frames
    }

    fn verb(&self, sentence: &Sentence, at: usize, word: usize) -> Frame {
        let (agent, patient) = self.roles(sentence, at, 0);
        let agent = agent
            .map(|token| self.filler(sentence, token))
            .filter(|agent| !agent.is_measure(&sentence.words, &sentence.tags));
        let patient = patient.map(|token| self.filler(sentence, token));
        let infinitive = self.all(at, "aux mark").any(|aux| self.lower(sentence, aux) == "to");
        let denied = self.is_denied(sentence, at);
        let negations = self.all(at, "neg").count()
            + self
                .all(at, "advmod")
                .filter(|&m| matches!(self.lower(sentence, m), "not" | "never"))
                .count()
            + [&agent, &patient].into_iter().flatten().filter(|filler| filler.negative).count()
            + usize::from(denied)
            + usize::from(
                self.heads[at].is_some_and(|head| self.lower(sentence, head) == "without"),
            );
        let finite =
            within("ROOT root conj ccomp relcl advcl acl:relcl parataxis", self.tokens[at].label);
        Frame {
            verb: word,
            agent,
            patient,
            others: self.others(sentence, at),
            negated: negations % 2 == 1,
            asserted: (finite && !infinitive) || denied,
            ..Frame::default()
        }
    }

    /// The tokens of agent and patient; `depth` bounds how far subjects are looked for.
    fn roles(
        &self,
        sentence: &Sentence,
        at: usize,
        depth: usize,
    ) -> (Option<usize>, Option<usize>) {
        let passive =
            self.child(at, PASSIVE_SUBJECTS).or_else(|| self.child(at, "auxpass aux:pass"));
        let by = self.child(at, "agent obl:agent").map(|by| self.child(by, "pobj").unwrap_or(by));
        let object = self.child(at, OBJECTS);
        let subject = self.child(at, SUBJECTS).or_else(|| self.child(at, PASSIVE_SUBJECTS));
        let subject = subject.map(|token| self.antecedent(sentence, at, token));
        if passive.is_some() {
            let inherited = || self.inherited(sentence, at, depth);
            return (by, subject.or_else(inherited));
        }
        if subject.is_none() && self.tokens[at].label == "acl" {
            let participle = self.lower(sentence, at).ends_with("ing");
            return if participle {
                (self.heads[at], object)
            } else {
                (by, self.heads[at].filter(|_| object.is_none()))
            };
        }
        (subject.or_else(|| self.inherited(sentence, at, depth)), object)
    }

    /// The subject of a verb that has none of its own: that of the verb it is joined to or depends on.
    fn inherited(&self, sentence: &Sentence, at: usize, depth: usize) -> Option<usize> {
        let head = self.heads[at].filter(|_| depth < 8)?;
        let joined = self.tokens[at].label == "conj";
        if !(joined || self.tokens[at].label == "xcomp") || self.tokens[head].pos != "VERB" {
            return None;
        }
        let (agent, patient) = self.roles(sentence, head, depth + 1);
        let subject_is_patient = self.child(head, PASSIVE_SUBJECTS).is_some();
        if subject_is_patient || (!joined && patient.is_some()) { patient } else { agent }
    }

    /// What a relative pronoun stands for.
    fn antecedent(&self, sentence: &Sentence, verb: usize, subject: usize) -> usize {
        let relative = matches!(self.lower(sentence, subject), "who" | "which" | "that")
            && within("relcl acl:relcl", self.tokens[verb].label);
        self.heads[verb].filter(|_| relative).unwrap_or(subject)
    }

    fn others(&self, sentence: &Sentence, at: usize) -> Vec<(usize, Filler)> {
        let mut others = Vec::new();
        for preposition in self.all(at, "prep") {
            let object = self.child(preposition, "pobj");
            if let (Some(word), Some(object)) = (self.words[preposition], object) {
                others.push((word, self.filler(sentence, object)));
            }
        }
        others
    }

    fn is_denied(&self, sentence: &Sentence, at: usize) -> bool {
        let depends = within("xcomp ccomp", self.tokens[at].label);
        self.heads[at]
            .filter(|_| depends)
            .and_then(|head| Some((head, self.words[head]?)))
            .is_some_and(|(head, word)| {
                DENYING.contains(&sentence.words[word].term.as_str())
                    && self.child(head, "neg").is_none()
            })
    }

    fn event(
        &self,
        sentence: &Sentence,
        lexicon: &Lexicon,
        at: usize,
        word: usize,
    ) -> Option<Frame> {
        let lower = sentence.words[word].lower.as_str();
        let form = lexicon.verb(lower);
        if !(lexicon.is_event(lower) || form.base || form.third || form.ing) {
            return None;
        }
        let behind = |preposition: &str| {
            let token = self.all(at, "prep").find(|&p| self.lower(sentence, p) == preposition)?;
            self.child(token, "pobj").map(|object| self.filler(sentence, object))
        };
        let (of, agent) = (behind("of"), behind("by"));
        let whose = self.child(at, "poss nmod:poss").map(|token| self.filler(sentence, token));
        let has = of.is_some() || agent.is_some() || whose.is_some();
        has.then(|| Frame { verb: word, agent, of, whose, event: true, ..Frame::default() })
    }

    /// The phrase whose head is a token.
    fn filler(&self, sentence: &Sentence, at: usize) -> Filler {
        let mut filler = Filler { head: self.words[at].unwrap_or(0), ..Filler::default() };
        let mut core = vec![at];
        core.extend(self.all(at, "appos conj"));
        let mut linked: Vec<usize> = self.all(at, "poss nmod:poss").collect();
        linked.extend(self.all(at, "prep").filter_map(|p| self.child(p, "pobj")));
        let with_parts = |tokens: Vec<usize>| -> Vec<usize> {
            let parts = tokens.iter().flat_map(|&t| self.all(t, NAME_PARTS).chain([t]));
            let mut words: Vec<usize> = parts.filter_map(|t| self.words[t]).collect();
            words.sort_unstable();
            words.dedup();
            words
        };
        filler.core = with_parts(core);
        filler.linked = with_parts(linked);
        filler.pronoun =
            self.tokens[at].pos == "PRON" || sentence.tags.get(filler.head) == Some(&Tag::Pronoun);
        filler.negative =
            self.all(at, "det").any(|d| matches!(self.lower(sentence, d), "no" | "neither"))
                || matches!(self.lower(sentence, at), "nobody" | "none" | "nothing" | "neither");
        filler
    }
}
