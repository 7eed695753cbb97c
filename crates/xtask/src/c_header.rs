//! The C header of the plugin interface, made from the sources of `gloss-abi`.
//!
//! The crate is written in a small dialect: constants, `#[repr(transparent)]` numbers with named
//! values, and `#[repr(C)]` structs. Whatever else it comes to hold is an error here, so that
//! nothing is left out of the header silently.

pub mod comments;
pub mod layout;
mod model;
mod render;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use model::Item;
pub use render::version;

/// Where the header lies within the repository.
pub const PATH: &str = "crates/gloss-abi/include/gloss.h";

/// The modules of `gloss-abi` in an order in which each struct stands before those that hold it.
const MODULES: [&str; 7] = ["lib", "manifest", "values", "output", "batch", "entry", "corpus"];

/// The header.
pub fn generate(root: &Path) -> Result<String> {
    let (items, conventions) = read(root)?;
    render::header(&items, &conventions)
}

/// Every item of the crate, and the paragraphs of its documentation that state the conventions.
pub fn read(root: &Path) -> Result<(Vec<Item>, String)> {
    let mut items = Vec::new();
    let mut conventions = String::new();
    for module in MODULES {
        let path = root.join(format!("crates/gloss-abi/src/{module}.rs"));
        let source = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let file = syn::parse_file(&source).with_context(|| path.display().to_string())?;
        let docs = comments::of(&file.attrs);
        if let Some((_, rest)) = docs.split_once("# Conventions") {
            conventions = rest.trim().to_owned();
        }
        for item in &file.items {
            items.extend(model::item(item).with_context(|| path.display().to_string())?);
        }
    }
    Ok((items, conventions))
}
