//! The extractor without documents, for measuring.

use gloss_plugin::{Models, ResolvedFile, Result};

use crate::extractor::RulesExtractor;
pub use crate::options::Options;

/// A loaded extractor.
#[derive(Debug)]
pub struct Prepared(RulesExtractor);

impl Prepared {
    /// Reads a gazetteer and builds the automaton.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn new(options: &Options, gazetteer: ResolvedFile) -> Result<Prepared> {
        let models = Models::of_files([("gazetteers".to_owned(), vec![gazetteer])]);
        RulesExtractor::prepare(options, &models).map(Prepared)
    }

    /// Start, end and rule of each annotation, in the order of the text.
    ///
    /// # Errors
    /// When there are too many.
    pub fn find(&self, text: &str) -> Result<Vec<(u32, u32, u32)>> {
        let mut worker = self.0.scratch();
        let found = self.0.matches(text, &mut worker, &|| false)?;
        Ok(found.iter().map(|found| (found.start, found.end(), found.rule)).collect())
    }

    /// Bytes of the automaton.
    pub fn memory(&self) -> usize {
        self.0.automaton_memory()
    }
}
