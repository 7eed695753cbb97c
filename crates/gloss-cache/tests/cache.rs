//! One file, used by threads and processes at once, killed, damaged, filled up.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use gloss_cache::{Cache, DEFAULT_LIMIT, ErrorKind, Filter, clear, contents};
use gloss_host::{CacheKey, ResultCache};
use rusqlite::Connection;
use tempfile::TempDir;

const FILE: &str = "results.sqlite";

fn key(number: u32) -> CacheKey {
    let mut key = [0; 32];
    // Spread, as digests are.
    key[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    key[4..8].copy_from_slice(&number.to_be_bytes());
    key
}

/// A value that tells whether it belongs to the key.
fn value(number: u32, length: usize) -> Vec<u8> {
    number.to_le_bytes().iter().copied().cycle().take(length.max(4)).collect()
}

fn entries(numbers: std::ops::Range<u32>, length: usize) -> Vec<(CacheKey, Vec<u8>)> {
    numbers.map(|n| (key(n), value(n, length))).collect()
}

/// How many of these the cache has, each with the value that belongs to it.
fn found(cache: &Cache, numbers: std::ops::Range<u32>) -> usize {
    let keys: Vec<CacheKey> = numbers.clone().map(key).collect();
    let values = cache.look_up(&keys).unwrap();
    assert_eq!(values.len(), keys.len());
    numbers
        .zip(values)
        .filter_map(|(number, found)| Some((number, found?)))
        .inspect(|(number, found)| assert_eq!(*found, value(*number, found.len())))
        .count()
}

fn is_whole(folder: &Path) -> bool {
    let connection = Connection::open(folder.join(FILE)).unwrap();
    let said: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    said == "ok"
}

#[test]
fn what_is_stored_is_found_again() {
    let folder = TempDir::new().unwrap();
    let cache = Cache::open(folder.path(), DEFAULT_LIMIT).unwrap();
    assert_eq!(found(&cache, 0..10), 0);
    cache.store("p/q:e", entries(0..5, 100)).unwrap();
    cache.flush().unwrap();
    assert_eq!(found(&cache, 0..10), 5);
    assert_eq!(cache.look_up(&[]).unwrap(), Vec::<Option<Vec<u8>>>::new());
    // Again, with other values, and empty ones.
    cache.store("p/q:e", entries(3..7, 200)).unwrap();
    cache.store("p/q:f", vec![(key(9), Vec::new())]).unwrap();
    drop(cache);
    let cache = Cache::open(folder.path(), DEFAULT_LIMIT).unwrap();
    assert_eq!(found(&cache, 0..9), 7);
    assert_eq!(cache.look_up(&[key(4), key(9)]).unwrap(), [Some(value(4, 200)), Some(vec![])]);
    let kept: Vec<_> = contents(folder.path()).unwrap().extractors;
    let shown: Vec<_> = kept.iter().map(|k| (k.extractor.as_str(), k.results, k.bytes)).collect();
    assert_eq!(shown, [("p/q:e", 7, 3 * 100 + 4 * 200), ("p/q:f", 1, 0)]);
}

#[test]
fn threads_share_it() {
    let folder = TempDir::new().unwrap();
    let cache = Cache::open(folder.path(), DEFAULT_LIMIT).unwrap();
    thread::scope(|scope| {
        for part in 0..8 {
            let cache = &cache;
            scope.spawn(move || {
                for at in (part * 1000..(part + 1) * 1000).step_by(20) {
                    found(cache, 0..at);
                    cache.store("p/q:e", entries(at..at + 20, 300)).unwrap();
                }
            });
        }
    });
    cache.flush().unwrap();
    assert_eq!(found(&cache, 0..8000), 8000);
}

/// Another process that runs the helper below in the folder.
fn child(folder: &Path, part: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "helper_that_stores", "--ignored", "--quiet"])
        .env("FOLDER", folder)
        .env("PART", part.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

const OF_EACH: u32 = 4000;

#[test]
#[ignore = "started by other tests, in a process of its own"]
fn helper_that_stores() {
    let Some(folder) = std::env::var_os("FOLDER") else { return };
    let part: u32 = std::env::var("PART").unwrap().parse().unwrap();
    let cache = Cache::open(Path::new(&folder), DEFAULT_LIMIT).unwrap();
    for at in (part * OF_EACH..(part + 1) * OF_EACH).step_by(16) {
        found(&cache, 0..16);
        cache.store("p/q:e", entries(at..at + 16, 2000)).unwrap();
    }
}

#[test]
fn processes_share_it() {
    let folder = TempDir::new().unwrap();
    // All of them make the file at once.
    let children: Vec<Child> = (0..4).map(|part| child(folder.path(), part)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let cache = Cache::open(folder.path(), DEFAULT_LIMIT).unwrap();
    assert_eq!(found(&cache, 0..4 * OF_EACH), 4 * OF_EACH as usize);
}

#[test]
fn a_process_that_is_killed_leaves_it_whole() {
    let folder = TempDir::new().unwrap();
    let mut most = 0;
    for round in 0..12 {
        let mut child = child(folder.path(), 0);
        thread::sleep(Duration::from_millis(20 * round));
        // SIGKILL, on Unix.
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_whole(folder.path()));
        let cache = Cache::open(folder.path(), DEFAULT_LIMIT).unwrap();
        let now = found(&cache, 0..OF_EACH);
        assert!(now >= most, "results that were there are gone");
        most = now;
    }
}

#[test]
fn it_keeps_to_its_limit() {
    const LIMIT: u64 = 2 << 20;
    let folder = TempDir::new().unwrap();
    let cache = Cache::open(folder.path(), LIMIT).unwrap();
    cache.store("p/q:old", entries(0..200, 1000)).unwrap();
    cache.flush().unwrap();
    let connection = Connection::open(folder.path().join(FILE)).unwrap();
    // A day ago, and what is used meanwhile counts as new.
    connection.execute("UPDATE result SET used = used - 86400", []).unwrap();
    assert_eq!(found(&cache, 0..20), 20);
    cache.flush().unwrap();
    for at in (1000..2300).step_by(100) {
        cache.store("p/q:new", entries(at..at + 100, 1000)).unwrap();
        cache.flush().unwrap();
    }
    assert_eq!(found(&cache, 0..20), 20, "what was used is kept");
    assert!(found(&cache, 20..200) < 180, "what was used for longest is thrown out");
    assert_eq!(found(&cache, 1000..2300), 1300);
    for at in (3000..12_000).step_by(100) {
        cache.store("p/q:new", entries(at..at + 100, 2000)).unwrap();
    }
    cache.flush().unwrap();
    let pages: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    assert!(u64::from(pages) * 4096 <= LIMIT + (2 << 20), "{pages} pages");
    assert!(found(&cache, 0..12_000) > 300);
    // One result that would take up much of it.
    cache.store("p/q:large", vec![(key(50_000), value(50_000, 1 << 20))]).unwrap();
    cache.flush().unwrap();
    assert_eq!(found(&cache, 50_000..50_001), 0);
    // The last to close the file writes its log into it.
    drop((cache, connection));
    let smaller = Cache::open(folder.path(), LIMIT / 2).unwrap();
    smaller.store("p/q:new", entries(20_000..20_001, 10)).unwrap();
    drop(smaller);
    assert!(contents(folder.path()).unwrap().bytes <= LIMIT / 2 + (1 << 16));
}

#[test]
fn parts_of_it_are_cleared() {
    let folder = TempDir::new().unwrap();
    let check = |filter: Filter, removed: u64, left: &[(&str, u64)]| {
        assert_eq!(clear(folder.path(), &filter).unwrap(), Some(removed), "{filter:?}");
        let mut kept = contents(folder.path()).unwrap().extractors;
        kept.sort_by(|a, b| a.extractor.cmp(&b.extractor));
        let kept: Vec<_> = kept.iter().map(|k| (k.extractor.as_str(), k.results)).collect();
        assert_eq!(kept, left, "{filter:?}");
    };
    let extractor = |name: &str| Filter { extractor: Some(name.to_owned()), ..Filter::default() };
    let older_than =
        |seconds| Filter { older_than: Some(Duration::from_secs(seconds)), ..Filter::default() };
    check(Filter::default(), 0, &[]);
    let cache = Cache::open(folder.path(), DEFAULT_LIMIT).unwrap();
    cache.store("p/q:e", entries(0..1500, 500)).unwrap();
    cache.store("p/q:ee", entries(2000..2010, 500)).unwrap();
    cache.store("p/r:f", entries(3000..3010, 500)).unwrap();
    drop(cache);
    let connection = Connection::open(folder.path().join(FILE)).unwrap();
    connection.execute("UPDATE result SET used = used - 100 WHERE id % 2 = 0", []).unwrap();
    drop(connection);
    let before = contents(folder.path()).unwrap().bytes;
    check(older_than(1000), 0, &[("p/q:e", 1500), ("p/q:ee", 10), ("p/r:f", 10)]);
    check(extractor("q"), 0, &[("p/q:e", 1500), ("p/q:ee", 10), ("p/r:f", 10)]);
    let of_both = Filter { extractor: Some("e".to_owned()), ..older_than(50) };
    check(of_both, 750, &[("p/q:e", 750), ("p/q:ee", 10), ("p/r:f", 10)]);
    check(extractor("p/q:e"), 750, &[("p/q:ee", 10), ("p/r:f", 10)]);
    check(older_than(50), 10, &[("p/q:ee", 5), ("p/r:f", 5)]);
    check(Filter::default(), 10, &[]);
    let after = contents(folder.path()).unwrap().bytes;
    assert!(after < 100_000 && before > 700_000, "{before} bytes, then {after}");
}

/// A folder whose file `change` made another of.
fn changed(change: impl Fn(&Path)) -> TempDir {
    let folder = TempDir::new().unwrap();
    let cache = Cache::open(folder.path(), DEFAULT_LIMIT).unwrap();
    cache.store("p/q:e", entries(0..500, 1000)).unwrap();
    drop(cache);
    change(&folder.path().join(FILE));
    folder
}

#[test]
fn a_file_that_cannot_be_used_is_refused() {
    let check = |change: &dyn Fn(&Path), kind: ErrorKind, removed: bool| {
        let folder = changed(change);
        let error = Cache::open(folder.path(), DEFAULT_LIMIT).unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert_eq!(contents(folder.path()).unwrap_err().kind, kind);
        let some = Filter { extractor: Some("e".to_owned()), ..Filter::default() };
        assert_eq!(clear(folder.path(), &some).unwrap_err().kind, kind);
        if removed {
            assert_eq!(clear(folder.path(), &Filter::default()).unwrap(), None);
            assert_eq!(found(&Cache::open(folder.path(), DEFAULT_LIMIT).unwrap(), 0..9), 0);
        } else {
            assert_eq!(clear(folder.path(), &Filter::default()).unwrap_err().kind, kind);
            assert!(folder.path().join(FILE).exists());
        }
    };
    let sql = |statement: &'static str| {
        move |file: &Path| Connection::open(file).unwrap().execute_batch(statement).unwrap()
    };
    check(&|file| fs::write(file, "x".repeat(9000)).unwrap(), ErrorKind::Damaged, true);
    check(&sql("PRAGMA user_version = 99"), ErrorKind::OtherVersion, true);
    check(&sql("PRAGMA application_id = 7"), ErrorKind::Foreign, false);
    check(
        &|file| {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        },
        ErrorKind::Database,
        false,
    );
}

#[test]
fn damage_inside_it_is_an_error_or_a_miss() {
    let length = fs::metadata(changed(|_| ()).path().join(FILE)).unwrap().len();
    let (mut errors, mut fine) = (0, 0);
    for at in (100..length).step_by(length as usize / 40) {
        let folder = changed(|file| {
            let mut bytes = fs::read(file).unwrap();
            bytes[at as usize..].iter_mut().take(40).for_each(|b| *b = !*b);
            fs::write(file, bytes).unwrap();
        });
        let keys: Vec<CacheKey> = (0..500).map(key).collect();
        let looked_up = Cache::open(folder.path(), DEFAULT_LIMIT)
            .map_err(|error| error.to_string())
            .and_then(|cache| cache.look_up(&keys).map_err(|error| error.to_string()));
        match looked_up {
            Ok(values) => fine += usize::from(values.len() == 500),
            Err(error) => {
                assert!(error.contains(FILE), "{error}");
                errors += 1;
            }
        }
    }
    assert!(errors > 0 && fine > 0, "{errors} errors, {fine} without");
    // Cut off.
    let folder = changed(|file| {
        fs::OpenOptions::new().write(true).open(file).unwrap().set_len(length / 2).unwrap();
    });
    let cache = Cache::open(folder.path(), DEFAULT_LIMIT);
    let found = cache.map(|cache| cache.look_up(&(0..500).map(key).collect::<Vec<_>>()).is_ok());
    assert!(found.is_err() || found == Ok(false));
}
