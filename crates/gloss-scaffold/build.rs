//! Puts the templates and the SDK's sources into the library, so that `gloss` needs nothing else to
//! make a project.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The crates that a plugin is built from: `gloss-plugin` and all of ours that it depends on. That
/// none is missing is checked where they are unpacked (`src/sdk.rs`).
const SDK: [&str; 5] =
    ["gloss-abi", "gloss-boundary", "gloss-doc", "gloss-plugin", "gloss-protocol"];

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = here.join("../..");
    let mut templates = Vec::new();
    collect(&here.join("templates"), "", &mut templates)?;
    let mut sdk = Vec::new();
    for name in SDK {
        let folder = root.join("crates").join(name);
        sdk.push((format!("crates/{name}/Cargo.toml"), folder.join("Cargo.toml")));
        println!("cargo::rerun-if-changed={}", folder.join("Cargo.toml").display());
        collect(&folder.join("src"), &format!("crates/{name}/src/"), &mut sdk)?;
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "Cargo.toml", "Cargo.lock"] {
        sdk.push((name.to_owned(), root.join(name)));
        println!("cargo::rerun-if-changed={}", root.join(name).display());
    }
    let mut python = Vec::new();
    collect(&root.join("plugins/python/gloss_plugin"), "", &mut python)?;
    let code = table("TEMPLATES", &templates) + &table("SDK", &sdk) + &table("PYTHON", &python);
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("embedded.rs"), code)
}

/// All files below a folder, by their paths within it, in order.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if name == "__pycache__" {
            continue;
        }
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files)?;
        // Tests of the SDK need what plugins do not.
        } else if name != "tests.rs" {
            files.push((format!("{prefix}{name}"), path));
        }
    }
    Ok(())
}

/// A constant that holds the files.
fn table(name: &str, files: &[(String, PathBuf)]) -> String {
    let mut code = format!("pub const {name}: &[(&str, &str)] = &[\n");
    for (name, path) in files {
        // Writing to a string cannot fail. Debug forms are literals of Rust.
        let _ = writeln!(code, "    ({name:?}, include_str!({:?})),", path.display().to_string());
    }
    code + "];\n"
}
