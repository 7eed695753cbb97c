//! Manifests that are well formed, and those that are not.

use super::*;

const GOOD: &str = "id = \"me/shouting\"\nversion = \"0.1.0\"\nframes = 2\n\
    extractors = [\"shouting\"]\ncommand = [\"python3\", \"{folder}/s.py\"]\n";

/// Line and column, and words of the message.
type Expected<'w> = Result<(), (Option<(u32, u32)>, &'w str)>;

/// Reads the manifest; it is well formed, or the error is the expected one.
fn check(text: &str, expected: Expected<'_>) {
    let read = ProgramFile::parse(Path::new("/plugins/s.gloss.toml"), text);
    match (&read, expected) {
        (Ok(_), Ok(())) => {}
        (Err(error), Err((position, words))) => {
            let all = format!("{error}; {}", error.help.clone().unwrap_or_default());
            assert_eq!(error.place.as_ref().and_then(|p| p.position), position, "{all}");
            assert!(all.contains(words), "{all}");
        }
        (read, expected) => panic!("{read:?} {expected:?}\n{text}"),
    }
}

#[test]
fn a_manifest_is_read() {
    check(GOOD, Ok(()));
    let read = ProgramFile::parse(Path::new("/plugins/s.gloss.toml"), GOOD).unwrap();
    assert_eq!(read.command, ["python3", "/plugins/s.py"]);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let with = |line: &str| format!("{GOOD}{line}\n");
    check(&with("comand = []"), Err((Some((6, 1)), "did you mean \"command\"?")));
    check(&with("zzz = 1"), Err((Some((6, 1)), "there are: id, version")));
    check(&with("files = [\"../s.py\"]"), Err((Some((6, 9)), "not below")));
    check(&with("files = \"s.py\""), Err((Some((6, 9)), "must be a list of paths")));
    check(&with("files = [\"s.py\""), Err((Some((6, 16)), "TOML")));
    let without = |from: &str, to: &str| GOOD.replace(from, to);
    check(&without("version = \"0.1.0\"\n", ""), Err((None, "add version")));
    check(&without("frames = 2", "frames = 3"), Err((Some((3, 10)), "speaks version 3")));
    check(&without("frames = 2", "frames = \"2\""), Err((Some((3, 10)), "a number")));
    check(&without("me/shouting", "shouting"), Err((Some((1, 6)), "publisher/name")));
    check(&without("[\"shouting\"]", "[\"Shouting\"]"), Err((Some((4, 14)), "lower-case")));
    check(&without("\"python3\"", "\"bin/python3\""), Err((Some((5, 11)), "{folder}/")));
    check(&without("[\"python3\", \"{folder}/s.py\"]", "[]"), Err((Some((5, 11)), "not empty")));
}

#[test]
fn folders_stand_for_the_files_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    };
    for name in ["a.py", "data/z", "data/b/c", "data/.hidden", "data/__pycache__/a.pyc"] {
        write(name);
    }
    let read = |files: &str| {
        let path = folder.path().join("s.gloss.toml");
        fs::write(&path, format!("{GOOD}files = {files}\n")).unwrap();
        ProgramFile::read(&path)
    };
    let check = |files: &str, expected: &[&str]| {
        let expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
        assert_eq!(read(files).unwrap().files, expected);
    };
    check(r#"["data", "a.py"]"#, &["data/b/c", "data/z", "a.py"]);
    check(r#"["data/b"]"#, &["data/b/c"]);
    let before = read(r#"["data"]"#).unwrap().sha256().unwrap();
    write("data/b/d");
    assert_ne!(read(r#"["data"]"#).unwrap().sha256().unwrap(), before);
    let error = read(r#"["data", "none"]"#).unwrap_err();
    assert_eq!(error.place.unwrap().position, Some((6, 9)));
}
