//! Files of a project with the names of the plugin in them.
//!
//! `{{name}}` and its like stand for what [`names`] lists. Two things about file names keep other
//! tools from taking a template for a file of this repository: `.in` at the end is dropped, and
//! `dot-` at the beginning becomes a dot.

use crate::embedded::TEMPLATES;
use crate::{Kind, NewPlugin, PluginName};

/// Path within the project, with `/`, and contents.
pub type File = (String, String);

/// The files of a project, without the SDK.
pub fn files(plugin: &NewPlugin) -> Vec<File> {
    let language = plugin.language.as_str();
    let folders = [format!("{language}/common/"), format!("{language}/{}/", plugin.kind.as_str())];
    let within = |path: &str| {
        folders.iter().find_map(|folder| path.strip_prefix(folder.as_str()).map(target))
    };
    let names = names(plugin);
    TEMPLATES
        .iter()
        .filter_map(|(path, contents)| Some((within(path)?, filled(contents, &names))))
        .collect()
}

/// What stands for what.
fn names(plugin: &NewPlugin) -> [(&'static str, String); 7] {
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
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("repository", env!("CARGO_PKG_REPOSITORY").to_owned()),
    ]
}

fn filled(contents: &str, names: &[(&str, String)]) -> String {
    names.iter().fold(contents.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value)
    })
}

/// Where a template's file goes.
fn target(path: &str) -> String {
    let part = |part: &str| match part.strip_prefix("dot-") {
        Some(rest) => format!(".{rest}"),
        None => part.to_owned(),
    };
    let path = path.strip_suffix(".in").unwrap_or(path);
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn every_template_is_of_a_kind_and_filled() {
        let mut paths = 0;
        for kind in Kind::ALL {
            let name = "acme/gene-names".parse().unwrap();
            let files = files(&NewPlugin { name, kind, language: Language::Rust });
            for (path, contents) in &files {
                let unfilled = |rest: &str| rest.starts_with(|c: char| c.is_ascii_lowercase());
                assert!(
                    !contents.split("{{").skip(1).any(unfilled),
                    "{kind:?} {path}:\n{contents}"
                );
                assert!(!contents.contains(" \n"), "{kind:?} {path} has spaces at ends of lines");
            }
            for expected in ["Cargo.toml", ".gitignore", ".github/workflows/ci.yml", "src/lib.rs"] {
                assert_eq!(
                    files.iter().filter(|(path, _)| path == expected).count(),
                    1,
                    "{kind:?} {expected}"
                );
            }
            paths += files.len();
        }
        let common = TEMPLATES.iter().filter(|(path, _)| path.starts_with("rust/common/")).count();
        assert_eq!(
            paths,
            TEMPLATES.len() + (Kind::ALL.len() - 1) * common,
            "a template is of no kind"
        );
    }
}
