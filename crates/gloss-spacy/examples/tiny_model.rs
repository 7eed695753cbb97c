//! Writes the small whole pipeline of the tests into a folder: seeds for fuzzing.
//!
//! `cargo run -p gloss-spacy --example tiny_model -- FOLDER`

#[path = "../tests/tiny_model/mod.rs"]
mod tiny_model;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: tiny_model FOLDER")?;
    tiny_model::write_whole(folder.as_ref());
    Ok(())
}
