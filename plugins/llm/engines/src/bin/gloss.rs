//! `gloss-llama`, all of whose threads work on the one text.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

use engines::{Engine, Error, likeliest};
use gloss_llama::{Model, Session, Team};

/// What a session makes room for at once, as its callers do who know the most that they will generate.
const ROOM: usize = 256;

struct Gloss {
    model: Model,
    session: Session,
    team: Arc<Team>,
    ids: Vec<u32>,
}

impl Engine for Gloss {
    fn load(file: &Path, threads: usize) -> Result<Self, Error> {
        let team = Arc::new(Team::new(NonZero::new(threads).ok_or("no threads")?));
        let session = Session::with_team(Arc::clone(&team));
        Ok(Self { model: Model::load(file)?, session, team, ids: Vec::new() })
    }

    fn forget(&mut self) -> Result<(), Error> {
        self.session = Session::with_team(Arc::clone(&self.team));
        self.ids.clear();
        Ok(())
    }

    /// A session is told the whole text, and runs what it has not seen.
    fn read(&mut self, ids: &[u32]) -> Result<u32, Error> {
        let seen = self.ids.len();
        self.ids.extend_from_slice(ids);
        let more = if seen == 0 { ROOM } else { 0 };
        likeliest(self.session.read(&self.model, &self.ids, more, &mut || false)?)
    }
}

fn main() -> Result<(), Error> {
    engines::measure::<Gloss>()
}
