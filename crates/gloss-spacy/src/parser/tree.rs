//! From arcs to a tree: heads, labels, what each token spans, and where sentences start.

use hashbrown::HashMap;

use super::Parser;
use super::state::{NONE, ParserScratch};
use crate::symbols::Symbol;

/// A parsed document, by token. A root is its own head.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) heads: Vec<u32>,
    pub(crate) labels: Vec<Symbol>,
    /// The first and last token of what hangs on a token.
    pub(crate) left_edges: Vec<u32>,
    pub(crate) right_edges: Vec<u32>,
    /// Whether a sentence starts here.
    pub(crate) starts: Vec<bool>,
}

impl Tree {
    /// Empties it.
    pub(crate) fn clear(&mut self) {
        let Self { heads, labels, left_edges, right_edges, starts } = self;
        for numbers in [heads, left_edges, right_edges] {
            numbers.clear();
        }
        labels.clear();
        starts.clear();
    }

    /// Sets edges and sentence starts from the heads.
    pub(crate) fn span(&mut self) {
        let count = self.heads.len();
        for edges in [&mut self.left_edges, &mut self.right_edges] {
            edges.clear();
            edges.extend(0..count as u32);
        }
        // Crossing arcs need several passes. spaCy stops after twelve; so does this.
        for _ in 0..12 {
            self.widen();
            self.starts.clear();
            self.starts.resize(count, false);
            for (token, &head) in self.heads.iter().enumerate() {
                if head as usize == token {
                    self.starts[self.left_edges[token] as usize] = true;
                }
            }
            if self.heads_lie_in_their_sentences() {
                break;
            }
        }
    }

    fn widen(&mut self) {
        let Self { heads, left_edges: left, right_edges: right, .. } = self;
        let mut visit = |token: usize| {
            let head = heads[token] as usize;
            left[head] = left[head].min(left[token]);
            right[head] = right[head].max(right[token]);
        };
        (0..heads.len()).for_each(&mut visit);
        (0..heads.len()).rev().for_each(&mut visit);
    }

    /// spaCy's test; it lets the last token of the document pass, and the first of the next sentence.
    fn heads_lie_in_their_sentences(&self) -> bool {
        let (mut first, last) = (0, self.heads.len().saturating_sub(1));
        for at in 0..self.heads.len() {
            if (at > 0 && self.starts[at]) || at == last {
                let inside = |&head: &u32| (first..=at).contains(&(head as usize));
                if !self.heads[first..at].iter().all(inside) {
                    return false;
                }
                first = at;
            }
        }
        true
    }
}

impl Parser {
    /// Reads the finished parse off its state.
    pub(crate) fn tree(
        &self,
        state: &ParserScratch,
        is_space: impl Fn(usize) -> bool,
        tree: &mut Tree,
    ) {
        tree.clear();
        for (token, word) in state.words.iter().enumerate() {
            let attached = word.head != NONE;
            tree.heads.push(if attached { word.head } else { token as u32 });
            let label = if attached { self.labels[word.class as usize] } else { self.root };
            tree.labels.push(label);
        }
        self.restore(tree, is_space);
    }

    /// Sets edges and sentences, and restores arcs that cross others.
    pub(super) fn restore(&self, tree: &mut Tree, is_space: impl Fn(usize) -> bool) {
        tree.span();
        if tree.labels.iter().any(|label| self.decorated.contains_key(label)) {
            self.deprojectivize(tree, is_space);
            tree.span();
        }
    }

    /// Gives each token with a label `x||y` the label x and the head that it had before training made
    /// all arcs projective: the first token labelled y, breadth first, below its head.
    fn deprojectivize(&self, tree: &mut Tree, is_space: impl Fn(usize) -> bool) {
        let mut children = Children::new(&tree.heads);
        let (mut level, mut below, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for token in 0..tree.heads.len() {
            let Some(&(label, wanted)) = self.decorated.get(&tree.labels[token]) else { continue };
            level.clear();
            level.push(tree.heads[token]);
            let mut head = None;
            'search: while !level.is_empty() {
                below.clear();
                for &parent in &level {
                    children.of(parent, tree, &mut found);
                    for &child in &found {
                        if child as usize == token || is_space(child as usize) {
                            continue;
                        }
                        if tree.labels[child as usize] == wanted {
                            head = Some(child);
                            break 'search;
                        }
                        below.push(child);
                    }
                }
                std::mem::swap(&mut level, &mut below);
            }
            if let Some(head) = head {
                tree.heads[token] = head;
                children.moved.entry(head).or_default().push(token as u32);
            }
            tree.labels[token] = label;
        }
    }
}

/// Children by head.
struct Children {
    /// Where the children of each token begin in `list`, and where the last ones end.
    begin: Vec<u32>,
    list: Vec<u32>,
    /// Those that changed their head, by the new one.
    moved: HashMap<u32, Vec<u32>>,
}

impl Children {
    fn new(heads: &[u32]) -> Self {
        let mut begin = vec![0u32; heads.len() + 1];
        for &head in heads {
            begin[head as usize + 1] += 1;
        }
        for at in 0..heads.len() {
            begin[at + 1] += begin[at];
        }
        let mut next = begin.clone();
        let mut list = vec![0; heads.len()];
        for (token, &head) in heads.iter().enumerate() {
            list[next[head as usize] as usize] = token as u32;
            next[head as usize] += 1;
        }
        Self { begin, list, moved: HashMap::new() }
    }

    /// The children of a token from left to right, those that lie within its edges.
    fn of(&self, parent: u32, tree: &Tree, found: &mut Vec<u32>) {
        let at = parent as usize;
        let kept = &self.list[self.begin[at] as usize..self.begin[at + 1] as usize];
        let moved = self.moved.get(&parent).map_or(&[][..], Vec::as_slice);
        let edges = tree.left_edges[at]..=tree.right_edges[at];
        let is_child = |&&child: &&u32| {
            child != parent && tree.heads[child as usize] == parent && edges.contains(&child)
        };
        found.clear();
        found.extend(kept.iter().chain(moved).filter(is_child));
        found.sort_unstable();
        found.dedup();
    }
}
