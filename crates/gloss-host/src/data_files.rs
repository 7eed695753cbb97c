//! Files of the user's that options name: found and hashed before planning.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gloss_protocol::ResolvedFile;
use serde_json::{Map, Value};

use crate::library::hash_file;
use crate::options::file_references;

/// The files that the options of one stage name, by option.
pub type DataFiles = BTreeMap<String, Vec<ResolvedFile>>;

/// Why a file that an option names cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFileProblem {
    /// The option.
    pub option: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Finds and hashes the files that options name; relative paths count from `base`.
///
/// # Errors
/// Every file that cannot be read.
pub fn resolve_files(
    options: &Map<String, Value>,
    schema: &Value,
    base: &Path,
) -> Result<DataFiles, Vec<DataFileProblem>> {
    let mut files = DataFiles::new();
    let mut problems = Vec::new();
    for (option, names) in file_references(options, schema) {
        let resolved = files.entry(option.clone()).or_default();
        for name in names {
            match resolve_file(&name, base) {
                Ok(file) => resolved.push(file),
                Err((message, help)) => {
                    problems.push(DataFileProblem { option: option.clone(), message, help });
                }
            }
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

fn resolve_file(name: &str, base: &Path) -> Result<ResolvedFile, (String, String)> {
    if name.is_empty() {
        return Err(("the path of a file is empty".to_owned(), "give a path".to_owned()));
    }
    let failed = |e: std::io::Error| (format!("{name:?} cannot be read: {e}"), hint(name, base));
    let path = std::path::absolute(base.join(name)).map_err(failed)?;
    // A named pipe would wait for a writer.
    if !fs::metadata(&path).map_err(failed)?.is_file() {
        return Err((format!("{name:?} is not a plain file"), hint(name, base)));
    }
    let digest = hash_file(&path).map_err(failed)?;
    Ok(ResolvedFile { name: name.to_owned(), path, digest })
}

fn hint(name: &str, base: &Path) -> String {
    if Path::new(name).is_absolute() {
        return "check the path".to_owned();
    }
    let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
    format!("the path counts from {}", base.display())
}

/// The first file whose content is not what was hashed any more.
pub fn changed(files: &DataFiles) -> Option<&ResolvedFile> {
    files.values().flatten().find(|f| hash_file(&f.path).ok().as_ref() != Some(&f.digest))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_count_from_the_base() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        fs::write(base.join("a.csv"), "text\n").unwrap();
        let schema = json!({ "properties": {
            "files": { "type": "array", "items": { "type": "string", "format": "gloss-file" } },
        } });
        let resolve = |names: &[&str]| {
            let options = json!({ "files": names });
            resolve_files(options.as_object().unwrap(), &schema, base)
        };
        let absolute = base.join("a.csv");
        let found = resolve(&["a.csv", absolute.to_str().unwrap()]).unwrap();
        assert_eq!(found["files"][0].path, absolute);
        assert_eq!(found["files"][1].path, absolute);
        assert_eq!(found["files"][0].digest.len(), 64);
        assert_eq!(changed(&found), None);
        fs::write(&absolute, "text\nother\n").unwrap();
        assert_eq!(changed(&found).unwrap().name, "a.csv");
        let check = |name: &str, expected: &str| {
            let problems = resolve(&[name, "a.csv", name]).unwrap_err();
            assert_eq!(problems.len(), 2, "every bad file is told");
            assert!(problems[0].message.contains(expected), "{:?}", problems[0]);
        };
        check("missing.csv", "cannot be read");
        check(".", "not a plain file");
        check("", "empty");
    }
}
