//! Files of a project with the names of the plugin in them.
//!
//! `{{name}}` and its like stand for what [`names`] lists. Two things about file names keep other
//! tools from taking a template for a file of this repository: `.in` at the end is dropped, and
//! `dot-` at the beginning becomes a dot.

use crate::embedded::TEMPLATES;
use crate::{Kind, NewPlugin, PluginName};

/// Path within the project, with `/`, and contents.
pub type File = (String, String);

/// The folder of what is the same in every language.
const ANY: &str = "any";

/// The files of a project, without the SDK.
pub fn files(plugin: &NewPlugin) -> Vec<File> {
    let names = names(plugin);
    sources(plugin).map(|(path, contents)| (target(path), filled(contents, &names))).collect()
}

/// The templates of a project.
fn sources(plugin: &NewPlugin) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let language = plugin.language.as_str();
    let kind = plugin.kind.as_str();
    let folders = [ANY, language]
        .map(|language| ["common", kind].map(|kind| format!("{language}/{kind}/")))
        .concat();
    TEMPLATES.iter().filter(move |(path, _)| folders.iter().any(|folder| path.starts_with(folder)))
}

/// What stands for what.
fn names(plugin: &NewPlugin) -> [(&'static str, String); 8] {
    let name: &PluginName = &plugin.name;
    let more = match plugin.kind {
        Kind::Corpus => "# Saves what was observed.\nserde_json = \"1\"\n",
        _ => "",
    };
    [
        ("name", name.name().to_owned()),
        ("id", name.id()),
        ("type", name.type_name()),
        ("kind", plugin.kind.as_str().to_owned()),
        ("more-dependencies", more.to_owned()),
        ("frames", gloss_frame::VERSION.to_string()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("repository", env!("CARGO_PKG_REPOSITORY").to_owned()),
    ]
}

fn filled(contents: &str, names: &[(&str, String)]) -> String {
    names.iter().fold(contents.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value)
    })
}

/// Where a template's file goes, which lies in the folder of a language and a kind.
fn target(path: &str) -> String {
    let part = |part: &str| match part.strip_prefix("dot-") {
        Some(rest) => format!(".{rest}"),
        None => part.to_owned(),
    };
    let path = path.strip_suffix(".in").unwrap_or(path);
    path.split('/').skip(2).map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Language;

    /// What the projects of a language must have.
    fn expected(language: Language) -> &'static [&'static str] {
        match language {
            Language::Rust => &["Cargo.toml", "src/lib.rs", "tests/plugin.rs"],
            Language::Python => &["extractor.gloss.toml", "extractor.py", "test_plugin.py"],
        }
    }

    #[test]
    fn every_template_is_of_a_kind_and_filled() {
        let mut used = BTreeSet::new();
        let every = [".gitignore", ".github/workflows/ci.yml", "README.md", "example/text.txt"];
        for (language, kind) in
            Language::ALL.into_iter().flat_map(|l| Kind::ALL.map(|kind| (l, kind)))
        {
            let name = "acme/gene-names".parse().unwrap();
            let plugin = NewPlugin { name, kind, language };
            let files = files(&plugin);
            for (path, contents) in &files {
                let unfilled = |rest: &str| rest.starts_with(|c: char| c.is_ascii_lowercase());
                assert!(
                    !contents.split("{{").skip(1).any(unfilled),
                    "{kind:?} {path}:\n{contents}"
                );
                assert!(!contents.contains(" \n"), "{kind:?} {path} has spaces at ends of lines");
            }
            for expected in every.iter().chain(expected(language)) {
                let count = files.iter().filter(|(path, _)| path == expected).count();
                assert_eq!(count, 1, "{language:?} {kind:?} {expected}");
            }
            used.extend(sources(&plugin).map(|(path, _)| *path));
        }
        assert_eq!(used.len(), TEMPLATES.len(), "a template is of no kind");
    }
}
