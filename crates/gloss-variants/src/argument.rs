//! A variant as an argument: `[NAME=][FORMAT:]PATH[#LAYER]`.

use std::path::Path;
use std::str::FromStr;

use gloss_io::InputFormat;

use crate::spec::{FileSource, Source, VariantSpec};

/// A variant as an argument. What is the path of something that is there is taken as the path, so that
/// files with `=`, `:` and `#` in their names can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantArgument {
    /// Its name, where one is given.
    pub name: Option<String>,
    /// Its file.
    pub file: FileSource,
    /// The layer, where one is given.
    pub layer: Option<String>,
}

impl FromStr for VariantArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<VariantArgument, String> {
        let (name, rest) = match text.split_once('=') {
            Some((name, rest)) if is_name(name) && !exists(text) => (Some(name), rest),
            _ => (None, text),
        };
        let (format, rest) = match rest.split_once(':') {
            Some((format, behind)) if !exists(rest) => match format.parse::<InputFormat>() {
                Ok(format) => (Some(format), behind),
                Err(_) => (None, rest),
            },
            _ => (None, rest),
        };
        let (path, layer) = match rest.rsplit_once('#') {
            Some((path, layer)) if !exists(rest) => (path, Some(layer)),
            _ => (rest, None),
        };
        if path.is_empty() || layer == Some("") {
            return Err("not `[NAME=][FORMAT:]PATH[#LAYER]`".to_owned());
        }
        Ok(VariantArgument {
            name: name.map(str::to_owned),
            file: FileSource { path: path.to_owned(), format },
            layer: layer.map(str::to_owned),
        })
    }
}

impl From<VariantArgument> for VariantSpec {
    fn from(argument: VariantArgument) -> VariantSpec {
        let VariantArgument { name, file, layer } = argument;
        VariantSpec { name, source: Source::File(file), layer, place: None }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['/', '\\', ':', '#'])
}

fn exists(path: &str) -> bool {
    Path::new(path).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts<'a> = (Option<&'a str>, Option<&'a str>, &'a str, Option<&'a str>);

    #[test]
    fn arguments() {
        let check = |text: &str, expected: Option<Parts<'_>>| {
            let found = text.parse::<VariantArgument>().ok();
            let format = found.as_ref().and_then(|v| v.file.format.map(|f| f.to_string()));
            let found = found.as_ref().map(|v| {
                (v.name.as_deref(), format.as_deref(), v.file.path.as_str(), v.layer.as_deref())
            });
            assert_eq!(found, expected, "{text}");
        };
        check("a.jsonl", Some((None, None, "a.jsonl", None)));
        check("a.jsonl#ner/entities", Some((None, None, "a.jsonl", Some("ner/entities"))));
        check("old=a.jsonl#ner", Some((Some("old"), None, "a.jsonl", Some("ner"))));
        check("jsonl.gz:a#b", Some((None, Some("jsonl.gz"), "a", Some("b"))));
        check("x=csv:b/a.txt", Some((Some("x"), Some("csv"), "b/a.txt", None)));
        check("b/x=1.jsonl", Some((None, None, "b/x=1.jsonl", None)));
        check("C:\\a.jsonl", Some((None, None, "C:\\a.jsonl", None)));
        check("x=", None);
        check("a.jsonl#", None);
        check("", None);
    }

    #[test]
    fn what_is_there_is_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a#b.jsonl");
        std::fs::write(&path, "").unwrap();
        let argument: VariantArgument = path.to_str().unwrap().parse().unwrap();
        assert_eq!((argument.file.path.as_str(), argument.layer), (path.to_str().unwrap(), None));
    }
}
