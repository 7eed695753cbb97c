//! `gloss models`.

use anyhow::Result;
use gloss_models::State;

use crate::args::{Common, Models};
use crate::diagnostics::Coded;
use crate::progress::FetchProgress;
use crate::say::say;
use crate::{EXIT_OK, environment};

pub fn models(command: &Models, common: &Common) -> Result<u8> {
    let store = environment::store(common).map_err(Coded::from)?;
    match command {
        Models::List => {
            for listed in store.list() {
                let entry = &listed.entry;
                let state = match listed.state {
                    State::Available => console::style("available").dim(),
                    State::Cached => console::style("fetched").green(),
                    State::Damaged => console::style("damaged").red(),
                };
                let name = format!("{}@{}", entry.name, entry.version);
                say!("{name:<28} {state:<10} {:<8} {}", entry.language, entry.licence);
                say!("    {}", entry.description);
            }
            say!("Models are kept in {}.", store.root().display());
        }
        Models::Fetch { names } => {
            for name in names {
                let mut progress = FetchProgress::new(name);
                let model = store.fetch(name, &mut progress).map_err(Coded::from)?;
                say!("{}@{} is in {}", model.name, model.version, model.path.display());
            }
        }
        Models::Verify { names } => {
            for name in names {
                let model = store.verify(name).map_err(Coded::from)?;
                say!("{}@{} is intact: {}", model.name, model.version, model.digest);
            }
        }
        Models::Path { name } => {
            let model = store.resolve(name).map_err(Coded::from)?;
            say!("{}", model.path.display());
        }
    }
    Ok(EXIT_OK)
}
