//! The SDK's sources: for Rust a workspace of its own, to lie in a project's folder `gloss-sdk`; for
//! Python the package, in a project's folder itself, where Python finds it.

use toml_edit::{DocumentMut, Item, TableLike};

use crate::embedded::{PYTHON, SDK};
use crate::lock;
use crate::template::File;

/// The folder within a project in Rust.
const FOLDER: &str = "gloss-sdk";

/// The folder within a project in Python, which is the package.
const PACKAGE: &str = "gloss_plugin";

/// What is said at the top of the workspace's manifest.
const REMARK: &str = "\
# The SDK of Gloss, as it was in the `gloss` that made this project. It is not yours to change: to
# bring it up to date, make another project with a newer `gloss` and take its `gloss-sdk`.
";

/// Adds the SDK, and the lock file of a project whose manifest is among `files`.
pub fn add(files: &mut Vec<File>) {
    let manifests: Vec<(String, DocumentMut)> = SDK
        .iter()
        .filter_map(|(path, contents)| {
            let name = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
            Some((name.to_owned(), reduced(contents)))
        })
        .collect();
    let own = files.iter().find(|(path, _)| path == "Cargo.toml").map(|(_, text)| parsed(text));
    if let Some(own) = own {
        let lock = lock::of(&own, &manifests, embedded("Cargo.lock"));
        files.push(("Cargo.lock".to_owned(), lock));
    }
    for (path, contents) in SDK.iter().filter(|(path, _)| !path.contains("Cargo.")) {
        files.push((format!("{FOLDER}/{path}"), (*contents).to_owned()));
    }
    files.push((format!("{FOLDER}/Cargo.toml"), workspace(&manifests)));
    for (name, manifest) in manifests {
        files.push((format!("{FOLDER}/crates/{name}/Cargo.toml"), manifest.to_string()));
    }
}

/// Adds the package of Python.
pub fn add_python(files: &mut Vec<File>) {
    let licences = SDK.iter().filter(|(path, _)| path.starts_with("LICENSE"));
    for (path, contents) in PYTHON.iter().chain(licences) {
        files.push((format!("{PACKAGE}/{path}"), (*contents).to_owned()));
    }
}

fn embedded(path: &str) -> &'static str {
    SDK.iter().find(|(found, _)| *found == path).map_or("", |(_, contents)| contents)
}

/// TOML that Cargo has read when this was built, so that it is some.
fn parsed(toml: &str) -> DocumentMut {
    toml.parse().unwrap_or_default()
}

/// The manifest of a crate without what only its own tests, benchmarks and lints need.
fn reduced(manifest: &str) -> DocumentMut {
    let mut manifest = parsed(manifest);
    for key in ["bench", "dev-dependencies", "lints", "test"] {
        manifest.remove(key);
    }
    manifest
}

/// Names of what a manifest depends on.
fn dependencies(manifest: &DocumentMut) -> impl Iterator<Item = &str> {
    let table = manifest.get("dependencies").and_then(Item::as_table_like);
    table.into_iter().flat_map(TableLike::iter).map(|(name, _)| name)
}

/// The manifest of the workspace: of ours, what these crates refer to.
fn workspace(manifests: &[(String, DocumentMut)]) -> String {
    let mut root = parsed(embedded("Cargo.toml"));
    let used = |name: &str| manifests.iter().any(|(_, m)| dependencies(m).any(|d| d == name));
    root.retain(|key, _| key == "workspace");
    if let Some(workspace) = root.get_mut("workspace").and_then(Item::as_table_like_mut) {
        for key in ["default-members", "lints"] {
            workspace.remove(key);
        }
        workspace.insert("members", toml_edit::value(toml_edit::Array::from_iter(["crates/*"])));
        if let Some(all) = workspace.get_mut("dependencies").and_then(Item::as_table_like_mut) {
            let unused: Vec<String> =
                all.iter().map(|(name, _)| name.to_owned()).filter(|name| !used(name)).collect();
            unused.iter().for_each(|name| drop(all.remove(name)));
        }
    }
    let kept = root.to_string();
    // Comments of our workspace speak of what is not here.
    let lines = kept.lines().filter(|line| !line.starts_with('#'));
    let mut text = REMARK.to_owned();
    for line in lines {
        if !(line.is_empty() && text.ends_with("\n\n")) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Language, NewPlugin, template};

    #[test]
    fn the_sdk_is_whole() {
        let name = "sample".parse().unwrap();
        let mut files =
            template::files(&NewPlugin { name, kind: Kind::Spans, language: Language::Rust });
        add(&mut files);
        let find = |path: &str| files.iter().find(|(found, _)| found == path).unwrap().1.as_str();
        let workspace = parsed(find("gloss-sdk/Cargo.toml"));
        let declared = workspace["workspace"]["dependencies"].as_table_like().unwrap();
        let mut crates = 0;
        for (path, contents) in &files {
            let Some(name) =
                path.strip_prefix("gloss-sdk/crates/").and_then(|p| p.strip_suffix("/Cargo.toml"))
            else {
                continue;
            };
            crates += 1;
            find(&format!("gloss-sdk/crates/{name}/src/lib.rs"));
            for dependency in dependencies(&parsed(contents)) {
                assert!(declared.contains_key(dependency), "{name} needs {dependency}");
                if dependency.starts_with("gloss-") {
                    find(&format!("gloss-sdk/crates/{dependency}/Cargo.toml"));
                }
            }
        }
        assert_eq!(crates, 5);
        assert!(!declared.contains_key("libloading"), "what only the host needs is left out");
        for (path, contents) in &files {
            assert!(!contents.is_empty(), "{path} is empty");
        }
    }
}
