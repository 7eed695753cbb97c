//! Keeping what a version of the plugin interface looked like, so that later ones can be held
//! against it.
//!
//! `crates/gloss-abi/frozen/VERSION` holds the header, the layout, and a plugin in C that was
//! written for that version; the tests compile it with the header beside it and load it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::c_header;

/// Where the versions are kept within the repository.
const FOLDER: &str = "crates/gloss-abi/frozen";

/// Keeps the present version. One that is kept already is replaced only when `again` says so.
pub fn freeze(root: &Path, again: bool) -> Result<()> {
    let header = c_header::generate(root)?;
    let version = c_header::version(&c_header::read(root)?.0)?;
    let folder = root.join(FOLDER).join(&version);
    let kept = fs::read_to_string(folder.join("gloss.h")).ok();
    if kept.is_some_and(|kept| kept != header) && !again {
        bail!(
            "version {version} is frozen and the interface differs from it: raise ABI_MINOR when \
             only new fields were appended to tables, else ABI_CANDIDATE; while nobody has built \
             for {version} yet, use --again"
        );
    }
    fs::create_dir_all(&folder)?;
    let layout = c_header::layout::in_c(root, &header)?;
    for (name, contents) in [("gloss.h", header), ("layout.tsv", layout)] {
        let path = folder.join(name);
        fs::write(&path, contents).with_context(|| path.display().to_string())?;
        println!("wrote {FOLDER}/{version}/{name}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sha2::{Digest, Sha256};

    use super::*;

    fn header() -> String {
        c_header::generate(&crate::root()).unwrap()
    }

    fn version() -> String {
        c_header::version(&c_header::read(&crate::root()).unwrap().0).unwrap()
    }

    fn kept(version: &str, file: &str) -> String {
        let path = crate::root().join(FOLDER).join(version).join(file);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    #[test]
    fn the_frozen_header_is_that_of_this_version() {
        assert!(
            kept(&version(), "gloss.h") == header(),
            "the interface is not the frozen {} any more: see `cargo xtask freeze`",
            version()
        );
        assert!(kept(&version(), "plugin.c").contains("GLOSS_MANIFEST"));
    }

    #[test]
    fn c_sees_the_pinned_layout() {
        let found = c_header::layout::in_c(&crate::root(), &header()).unwrap();
        assert_eq!(found, kept(&version(), "layout.tsv"));
    }

    /// Offset and size of each field, and under an empty field name those of the struct.
    fn fields(layout: &str) -> BTreeMap<(String, String), (usize, usize)> {
        let row = |line: &str| {
            let cells: Vec<&str> = line.split('\t').collect();
            let number = |i: usize| cells[i].parse::<usize>().unwrap();
            ((cells[0].to_owned(), cells[1].to_owned()), (number(2), number(3)))
        };
        layout.lines().skip(1).map(row).collect()
    }

    /// What is wrong with `new` in the eyes of those who were built for `old`.
    fn breaks(old: &str, new: &str) -> Vec<String> {
        let (old, new) = (fields(old), fields(new));
        // Only those may grow whose size or stride the other side is told.
        let has_size = |name: &str| {
            old.contains_key(&(name.to_owned(), "struct_size".to_owned()))
                || ["Document", "Layer", "AttributeColumn"].contains(&name)
        };
        let mut problems = Vec::new();
        for ((name, field), place) in &old {
            let found = new.get(&(name.clone(), field.clone()));
            let grown = field.is_empty() && has_size(name) && found.is_some_and(|f| f.1 >= place.1);
            if found != Some(place) && !grown {
                problems.push(format!("{name}.{field}"));
            }
        }
        // A new field in what was padding would be taken for one that older tables have.
        for ((name, field), (offset, _)) in &new {
            let size = old.get(&(name.clone(), String::new())).map_or(0, |s| s.1);
            if !old.contains_key(&(name.clone(), field.clone())) && *offset < size {
                problems.push(format!("{name}.{field}"));
            }
        }
        problems
    }

    #[test]
    fn later_minors_only_append() {
        let current = version();
        let family = |v: &str| {
            let (numbers, candidate) = v.split_once("-rc.").unwrap_or((v, ""));
            (numbers.split('.').next().unwrap_or("").to_owned(), candidate.to_owned())
        };
        let mut compared = 0;
        for entry in fs::read_dir(crate::root().join(FOLDER)).unwrap() {
            let old = entry.unwrap().file_name().into_string().unwrap();
            if family(&old) == family(&current) {
                let problems = breaks(&kept(&old, "layout.tsv"), &kept(&current, "layout.tsv"));
                assert!(problems.is_empty(), "{old} is broken by {current}: {problems:?}");
                compared += 1;
            }
        }
        assert!(compared > 0, "{current} itself is not frozen");
    }

    #[test]
    fn what_breaks_is_found() {
        let old = "struct\tfield\toffset\tsize\talignment\n\
                   Table\t\t0\t16\t8\nTable\tstruct_size\t0\t4\t\nTable\tcontext\t8\t8\t\n\
                   Item\t\t0\t8\t4\nItem\tstart\t0\t4\t\nItem\tend\t4\t4\t\n";
        let check = |new: &str, expected: &[&str]| assert_eq!(breaks(old, new), expected);
        check(old, &[]);
        let grown = old.replace("Table\t\t0\t16", "Table\t\t0\t24");
        check(&format!("{grown}Table\tadded\t16\t8\t\n"), &[]);
        check(&format!("{old}Table\tadded\t4\t4\t\n"), &["Table.added"]);
        check(&old.replace("Table\t\t0\t16", "Table\t\t0\t8"), &["Table."]);
        check(&old.replace("Item\t\t0\t8", "Item\t\t0\t12"), &["Item."]);
        check(&old.replace("context\t8\t8", "context\t16\t8"), &["Table.context"]);
        check(&old.replace("Item\tend", "Item\tstop"), &["Item.end", "Item.stop"]);
    }

    #[test]
    fn the_document_is_of_this_header() {
        let digest = Sha256::digest(header().as_bytes());
        let digest: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        let document = crate::root().join("docs/plugin-interface.md");
        let document = fs::read_to_string(document).unwrap();
        assert!(
            document.contains(&digest),
            "the C header has changed since docs/plugin-interface.md was last read against it: \
             read the document, correct what is not true any more, then put the header's SHA-256 \
             there: {digest}"
        );
        assert!(document.contains(&format!("**version {}**", version())));
    }
}
