//! Damaged and hostile model folders: an error that names the file, or a pipeline that runs; never a
//! panic, and never more memory than the files are worth.

#![allow(unsafe_code)] // a global allocator

mod tiny_model;

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use gloss_spacy::{Error, ModelInfo, Pipeline, Scratch, Sentences, Settings};
use rmpv::Value;
use tiny_model::write_whole;

/// Counts what is allocated.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn grow(size: usize) {
    PEAK.fetch_max(NOW.fetch_add(size, Ordering::Relaxed) + size, Ordering::Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's promises are the system's conditions.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        grow(size);
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Folders of a few kilobytes need a twentieth of this. But whether an expression is too large may be
/// known only when ten megabytes of automaton are made of it, and half as much of what it is made from.
const MOST: usize = 32 << 20;

/// One test at a time, so that each counts its own memory.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

const TEXT: &str =
    "Ada (the countess) met well-known texts.\n\nThe  met Mr. Babbage. aaaaaaaaaaaaa";

/// Loads a folder for all that it gives and runs it, with parser and with senter.
fn run(folder: &Path) -> Result<(), Error> {
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let with = |sentences| {
        let settings = Settings { sentences, ..Settings::default() };
        let parts = ModelInfo::read(folder, &settings)?.available;
        let pipeline = Pipeline::load(folder, &Settings { parts, ..settings })?;
        let mut scratch = Scratch::new(&pipeline);
        let found = pipeline.analyze(TEXT, &mut scratch)?;
        let count = found.tokens().len();
        assert!(found.sentences().all(|sentence| sentence.end <= count));
        assert!(found.entities().all(|entity| TEXT.get(entity.start..entity.end).is_some()));
        for token in 0..count {
            let _ = (found.word(token), found.lemma(token), found.morph(token));
            assert!(found.head(token).is_none_or(|head| head < count));
        }
        Ok(())
    };
    let done = with(Sentences::Parser).and_then(|()| with(Sentences::Senter));
    let most = PEAK.load(Ordering::Relaxed) - before;
    assert!(most < MOST, "{most} bytes were allocated");
    done
}

/// A small generator of numbers (xorshift), the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

#[test]
fn no_damage_to_any_file_panics() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let files = write_whole(folder.path());
    run(folder.path()).unwrap();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for file in files {
        let path = folder.path().join(file);
        let whole = std::fs::read(&path).unwrap();
        let mut refused = 0;
        let mut check = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            if let Err(error) = run(folder.path()) {
                refused += 1;
                assert!(!error.to_string().is_empty());
            }
        };
        for len in (0..whole.len()).step_by(1 + whole.len() / 60) {
            check(&whole[..len]);
        }
        for _ in 0..200 {
            let mut bytes = whole.clone();
            for _ in 0..=dice.below(3) {
                let at = dice.below(bytes.len());
                // Any bit, or what begins something long in MessagePack.
                bytes[at] = match dice.below(4) {
                    0 => [0xc6, 0xdb, 0xdd, 0xdf, 0x7f, 0xff, 0x00, b'"'][dice.below(8)],
                    _ => bytes[at] ^ (1 << dice.below(8)),
                };
            }
            check(&bytes);
        }
        std::fs::write(&path, &whole).unwrap();
        // A file of one byte, or with a cfg that says nothing, has nothing to miss.
        assert!(refused > 0 || whole.len() <= 2, "nothing in {file} is checked");
    }
    run(folder.path()).unwrap();
}

#[test]
fn what_a_file_claims_is_not_allocated() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let claims: [&[u8]; 7] = [
        b"\xdd\xff\xff\xff\xff",                  // a list of 4 billion
        b"\xdf\xff\xff\xff\xff",                  // a map
        b"\xdb\xff\xff\xff\xff",                  // a text
        b"\xc6\xff\xff\xff\xff",                  // bytes
        b"\x81\xa5nodes\xdd\xff\xff\xff\xff\x80", // lists within maps
        b"\x81\xaalemma_rule\xdf\xff\xff\xff\xff\x01",
        b"\x81\xaaexceptions\xdf\x7f\xff\xff\xff\xa1a",
    ];
    for file in [
        "tokenizer",
        "vocab/lookups.bin",
        "vocab/key2row",
        "ner/moves",
        "ner/model",
        "parser/model",
        "tok2vec/model",
        "tagger/model",
        "senter/model",
        "attribute_ruler/patterns",
        "lemmatizer/lookups/lookups.bin",
    ] {
        write_whole(folder.path());
        for claim in claims {
            std::fs::write(folder.path().join(file), claim).unwrap();
            let error = run(folder.path()).unwrap_err().to_string();
            assert!(error.contains(file), "{file}: {error}");
        }
    }
    write_whole(folder.path());
    for shape in ["(1000000, 1000000)", "(4294967296, 4294967296)", "(1, 18446744073709551615)"] {
        let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut table = b"\x93NUMPY\x01\x00".to_vec();
        table.extend((header.len() as u16).to_le_bytes());
        table.extend(header.as_bytes());
        table.extend([0; 64]);
        std::fs::write(folder.path().join("vocab/vectors"), table).unwrap();
        let error = run(folder.path()).unwrap_err().to_string();
        assert!(error.contains("vocab/vectors: data"), "{error}");
    }
}

/// A `tokenizer` file with one pattern.
fn tokenizer(name: &str, pattern: &str) -> Vec<u8> {
    let map = vec![
        (Value::from(name), Value::from(pattern)),
        (Value::from("exceptions"), Value::Map(vec![])),
    ];
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &Value::Map(map)).expect("a value");
    bytes
}

#[test]
fn patterns_that_cannot_be_are_named() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    write_whole(folder.path());
    let alphabet: String = (0x100..0x200u32).map(|code| format!("\\u{code:04x}")).collect();
    for (pattern, loads) in [
        ("a(", false),
        ("[z-a]", false),
        (r"\p{Nobody}", false),
        ("(?:(?:a{1000}){1000}){1000}", false),
        (r"(?<=(?:(?:a{1000}){1000}){1000})b", false),
        (r"(a)\2", false),
        ("(?<=[0-9]", false),
        (&format!("[{alphabet}]("), false),
        (&format!("[{alphabet}z-a]"), false),
        (&format!("(?:[{alphabet}]|[{alphabet}])x"), true),
        (&format!("(?<=[{alphabet}])[{alphabet}]+$"), true),
    ] {
        for name in ["prefix_search", "infix_finditer", "url_match"] {
            std::fs::write(folder.path().join("tokenizer"), tokenizer(name, pattern)).unwrap();
            match run(folder.path()) {
                Ok(()) => assert!(loads, "{pattern}"),
                Err(error) => {
                    let error = error.to_string();
                    let expected = format!("tokenizer: {name}: cannot compile");
                    assert!(!loads && error.contains(&expected), "{pattern}: {error}");
                }
            }
        }
    }
}

#[test]
fn a_pattern_that_backtracks_without_end_is_an_error_of_the_document() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    write_whole(folder.path());
    // Each way of cutting a text into ones and twos is tried before it fails.
    let pattern = r"^(?:(a|aa)(?=[ab]))+(?!a|b)\1";
    std::fs::write(folder.path().join("tokenizer"), tokenizer("url_match", pattern)).unwrap();
    let pipeline = Pipeline::load(folder.path(), &Settings::default()).unwrap();
    let mut scratch = Scratch::new(&pipeline);
    let text = format!("{}b", "a".repeat(60));
    match pipeline.analyze(&text, &mut scratch) {
        Err(Error::Pattern { pattern: "url_match", bytes: 61, .. }) => {}
        other => panic!("{:?}", other.map(|found| found.tokens().len())),
    }
    // The next document is not harmed.
    assert_eq!(pipeline.analyze("Ada met Ada", &mut scratch).unwrap().tokens().len(), 3);
}
