//! For tests of passes: `tally` counts the documents of a run, `echo` reads what it found.

mod echo;
mod tally;

use echo::Echo;
use gloss_plugin::prelude::Corpus;
use tally::Tally;

gloss_plugin::export! {
    id: "gloss-tests/tally",
    extractors: { "tally" => Corpus<Tally>, "echo" => Echo },
}
