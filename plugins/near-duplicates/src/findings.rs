//! What was found in all documents.

use twox_hash::XxHash3_64;

use crate::groups::Candidates;
use crate::state::{State, document_key};
use crate::{Error, NearDuplicatesOptions, Shingler};

/// A group of near-duplicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// A hash of the representative's id.
    pub id: u64,
    /// The least id of the group, as bytes compare.
    pub representative: String,
    /// How many documents are in it, at least 2.
    pub size: u32,
}

/// What was found about one document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict<'f> {
    /// It has no words to compare.
    Empty,
    /// No other document is near it.
    Unique,
    /// It is in a group.
    Grouped {
        /// The group.
        group: &'f Group,
        /// It is the representative.
        original: bool,
        /// Its similarity to the representative.
        similarity: f64,
    },
}

/// What was found in all documents.
#[derive(Debug)]
pub struct Findings {
    shingler: Shingler,
    /// In ascending order.
    keys: Vec<u128>,
    /// For each key the position in `members`, or `ALONE`.
    positions: Vec<u32>,
    members: Vec<Member>,
    groups: Vec<Group>,
}

const ALONE: u32 = u32::MAX;

#[derive(Debug)]
struct Member {
    group: u32,
    similarity: f64,
    original: bool,
}

impl Findings {
    /// Makes the findings of a state; `cancelled` is asked now and then whether to go on.
    ///
    /// # Errors
    /// [`Error::Cancelled`], when `cancelled` said so.
    pub fn new(
        state: &State,
        options: &NearDuplicatesOptions,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Findings, Error> {
        let candidates = Candidates::new(state, options);
        let firsts = candidates.group(cancelled)?;
        let mut sizes = vec![0u32; firsts.len()];
        firsts.iter().for_each(|&first| sizes[first as usize] += 1);
        let (mut groups, mut members) = (Vec::new(), Vec::new());
        // The first of a group comes before the others, so its number is known when they come.
        let mut numbers = vec![0u32; firsts.len()];
        let mut found: Vec<(u128, u32)> = Vec::with_capacity(firsts.len());
        for (document, &first) in firsts.iter().enumerate() {
            let row = candidates.rows[document] as usize;
            if sizes[first as usize] < 2 {
                found.push((state.keys[row], ALONE));
                continue;
            }
            let original = document == first as usize;
            if original {
                numbers[document] = groups.len() as u32;
                let representative = state.id(row).to_owned();
                let id = XxHash3_64::oneshot(representative.as_bytes());
                groups.push(Group { id, representative, size: sizes[document] });
            }
            found.push((state.keys[row], members.len() as u32));
            members.push(Member {
                group: numbers[first as usize],
                similarity: candidates.similarity(first, document as u32),
                original,
            });
        }
        found.sort_unstable();
        let shingler = Shingler::new(options.unit, options.shingle());
        let (keys, positions) = found.into_iter().unzip();
        Ok(Findings { shingler, keys, positions, members, groups })
    }

    /// The groups, in the order of their representatives' ids.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// What was found about a document.
    ///
    /// # Errors
    /// When it was not among those that were observed.
    pub fn verdict(&self, id: &str, text: &str) -> Result<Verdict<'_>, Error> {
        let Ok(at) = self.keys.binary_search(&document_key(id, text)) else {
            return match self.shingler.has_any(text) {
                true => Err(Error::Unobserved),
                false => Ok(Verdict::Empty),
            };
        };
        Ok(match self.members.get(self.positions[at] as usize) {
            None => Verdict::Unique,
            Some(member) => Verdict::Grouped {
                group: &self.groups[member.group as usize],
                original: member.original,
                similarity: member.similarity,
            },
        })
    }
}
