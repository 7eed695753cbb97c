//! Names of files for documents, whatever their ids are.

use std::fmt::Write as _;

use twox_hash::XxHash3_64;

/// The longest part of a path, in bytes: file systems take 255, and endings come behind.
const LONGEST: usize = 150;

/// What Windows keeps for devices, whatever stands behind a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The path of a document's files, relative and without an ending, for its id.
///
/// An id that is a path of harmless names keeps its folders (`news/a.txt` gives `news/a`); of any
/// other id every byte that is not harmless stands as `%` and two hexadecimal digits, slashes too. No
/// result leaves the folder, is hidden, or is too long. Two ids may have one stem (`a`, `a.txt`):
/// who creates files must see to that.
pub(crate) fn file_stem(id: &str) -> String {
    let bare = id.strip_suffix(".txt").unwrap_or(id);
    let parts: Vec<&str> = bare.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if !parts.is_empty() && parts.len() <= 16 && parts.iter().all(|part| is_harmless(part)) {
        return parts.join("/");
    }
    escaped(bare)
}

/// Whether a part of a path can stand as it is, as folder and as file.
fn is_harmless(part: &str) -> bool {
    // A folder must not be called as a file of a document can be.
    let ending = part.rsplit_once('.').map_or("", |(_, ending)| ending);
    part.len() <= LONGEST
        && !part.starts_with('.')
        && !part.ends_with('.')
        && !matches!(ending, "txt" | "ann" | "html")
        && !is_device(part)
        && part.chars().all(is_harmless_character)
}

fn is_harmless_character(c: char) -> bool {
    // A tilde stands before the numbers that tell equal names apart.
    c.is_alphanumeric() || "-_.,+=@()".contains(c)
}

fn is_device(part: &str) -> bool {
    let name = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = name.strip_prefix("com").or(name.strip_prefix("lpt"));
    DEVICES.contains(&name.as_str())
        || numbered.is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
}

fn escaped(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for (at, c) in id.char_indices() {
        let dot_at_end = c == '.' && (at == 0 || at + 1 == id.len());
        if is_harmless_character(c) && !dot_at_end {
            out.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| {
                let _ = write!(out, "%{b:02X}");
            });
        }
    }
    if out.len() > LONGEST {
        let hash = XxHash3_64::oneshot(id.as_bytes());
        let mut end = LONGEST - 17;
        while !out.is_char_boundary(end) {
            end -= 1;
        }
        out.truncate(end);
        let _ = write!(out, "-{hash:016x}");
    }
    // Neither an empty name nor a device's.
    if out.is_empty() || is_device(&out) { format!("_{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stems_of_ids() {
        let check = |id: &str, expected: &str| assert_eq!(file_stem(id), expected, "{id:?}");
        check("a", "a");
        check("news/a.txt", "news/a");
        check("/corpus/./a.b.txt", "corpus/a.b");
        check("Zürich/日本", "Zürich/日本");
        check("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd");
        check("a/../b", "a%2F..%2Fb");
        check("a.txt/b", "a.txt%2Fb");
        check(".hidden", "%2Ehidden");
        check("a b", "a%20b");
        check("c:\\a", "c%3A%5Ca");
        check("", "_");
        check("/", "%2F");
        check("NUL", "_NUL");
        check("a\n", "a%0A");
        assert_eq!(file_stem(&"x".repeat(400)).len(), LONGEST);
        assert_ne!(file_stem(&"x".repeat(400)), file_stem(&"x".repeat(401)));
    }

    proptest! {
        #[test]
        fn stems_stay_in_the_folder(id in "\\PC{0,40}|[./~a\\\\\u{0}\r\n]{0,12}") {
            let stem = file_stem(&id);
            prop_assert!(!stem.is_empty());
            for part in Path::new(&stem).components() {
                let Component::Normal(name) = part else { panic!("{stem:?}") };
                prop_assert!(!name.to_string_lossy().starts_with('.'));
                prop_assert!(!name.to_string_lossy().contains(['\\', ':', '\0', '~']));
            }
        }
    }
}
