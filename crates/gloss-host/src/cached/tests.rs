use std::collections::HashMap;
use std::sync::Mutex;

use gloss_boundary::{FailureKind, LayerData};
use gloss_doc::{Annotations, AttributeColumn, Kind as LayerKind, LayerSchema, Spans};
use gloss_protocol::LoadRequest;

use super::*;

/// Keeps values in memory; fails where it is told to.
#[derive(Debug, Default)]
struct Memory {
    values: Mutex<HashMap<CacheKey, Vec<u8>>>,
    unreadable: bool,
    unwritable: bool,
    calls: AtomicU64,
}

impl ResultCache for Memory {
    fn look_up(&self, keys: &[CacheKey]) -> Result<Vec<Option<Vec<u8>>>, CacheError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.unreadable {
            return Err("it is gone".into());
        }
        let values = self.values.lock().unwrap();
        Ok(keys.iter().map(|key| values.get(key).cloned()).collect())
    }

    fn store(&self, _: &str, entries: Vec<(CacheKey, Vec<u8>)>) -> Result<(), CacheError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.unwritable {
            return Err("it is full".into());
        }
        self.values.lock().unwrap().extend(entries);
        Ok(())
    }
}

/// An extractor that marks the first `end` bytes of each text, fails with texts that say so, and
/// does not come to those that say `stop`.
struct Marking {
    cache: StageCache,
    end: u32,
    made: AtomicU64,
}

impl Marking {
    fn new(memory: &Arc<Memory>) -> Marking {
        let provides = vec![LayerSchema {
            labels: vec!["x".to_owned()],
            score: Some("p".to_owned()),
            ..LayerSchema::new("l", LayerKind::Spans)
        }];
        let loaded = Loaded {
            plugin: "00",
            extractor: "p/q:e",
            plan: &Plan { provides, ..Plan::default() },
            request: &LoadRequest::default(),
            instructions: "",
        };
        let cache = Arc::new(SharedCache::new(Arc::clone(memory) as Arc<dyn ResultCache>));
        let cache = StageCache::new(&cache, &loaded).unwrap();
        Marking { cache, end: 1, made: AtomicU64::new(0) }
    }

    fn extract(&self, view: &DocumentView<'_>) -> DocumentResult {
        self.made.fetch_add(1, Ordering::Relaxed);
        match view.text {
            "fail" => DocumentResult::Failed(Failure::new(FailureKind::Document, "no")),
            "stop" => DocumentResult::Unfinished,
            text => {
                let end = self.end.min(text.len() as u32);
                let spans =
                    Spans { start: vec![0], end: vec![end], label: vec![0], score: vec![0.5] };
                let layer = LayerData {
                    annotations: Annotations::Spans(spans),
                    attributes: Vec::<AttributeColumn>::new(),
                };
                DocumentResult::Finished { layers: vec![layer], notes: vec![format!("of {text}")] }
            }
        }
    }

    /// What comes of the texts, and how many of them the extractor was run with.
    fn run(&self, texts: &[&str]) -> (Vec<String>, u64) {
        self.made.store(0, Ordering::Relaxed);
        let views: Vec<_> = texts.iter().map(|text| view(text)).collect();
        let results =
            self.cache.run(&views, |views| views.iter().map(|v| self.extract(v)).collect());
        let shown = results.iter().map(|r| format!("{r:?}")).collect();
        (shown, self.made.load(Ordering::Relaxed))
    }
}

fn view(text: &str) -> DocumentView<'_> {
    DocumentView { id: "", text, metadata: Vec::new(), inputs: Vec::new() }
}

const TEXTS: [&str; 5] = ["one", "fail", "two", "stop", ""];

/// What comes of the texts without a cache.
fn expected() -> Vec<String> {
    let marking = Marking::new(&Arc::default());
    TEXTS.iter().map(|text| format!("{:?}", marking.extract(&view(text)))).collect()
}

#[test]
fn what_is_finished_is_not_made_again() {
    let memory = Arc::default();
    let marking = Marking::new(&memory);
    assert_eq!(marking.run(&TEXTS), (expected(), 5));
    assert_eq!(marking.run(&TEXTS), (expected(), 2), "what failed is tried again");
    assert_eq!(marking.cache.counts(), CacheCounts { hits: 3, misses: 7 });
    let later = Marking::new(&memory);
    assert_eq!(later.run(&["two", "three"]).1, 1);
    assert_eq!(later.run(&["three", "one"]).1, 0);
    assert_eq!(later.cache.counts(), CacheCounts { hits: 3, misses: 1 });
}

#[test]
fn a_damaged_value_is_a_miss() {
    let memory = Arc::<Memory>::default();
    Marking::new(&memory).run(&["one"]);
    let (key, value) = memory.values.lock().unwrap().drain().next().unwrap();
    let check = |what: &str, damaged: Vec<u8>| {
        memory.values.lock().unwrap().insert(key, damaged);
        let marking = Marking::new(&memory);
        assert_eq!(marking.run(&["one"]), (expected()[..1].to_vec(), 1), "{what}");
        assert_eq!(memory.values.lock().unwrap()[&key], value, "{what} is not replaced");
    };
    check("nothing", Vec::new());
    for at in 0..value.len() {
        check("a part", value[..at].to_vec());
        let mut damaged = value.clone();
        damaged[at] ^= 0x10;
        check("a flipped bit", damaged);
    }
    check("more", [value.as_slice(), &[0]].concat());
    // As another document's value would come where it does not belong.
    let other_key = [7; 32];
    check("another key's", with_checksum(&other_key, &value[CHECKSUM..]));
}

#[test]
fn a_value_that_breaks_a_rule_is_a_miss() {
    let memory = Arc::<Memory>::default();
    // Behind the end of the text, and with a checksum that is right.
    let broken = Marking { end: 9, ..Marking::new(&memory) };
    broken.run(&["a long text"]);
    let (_, value) = memory.values.lock().unwrap().drain().next().unwrap();
    Marking::new(&memory).run(&["one"]);
    let key = *memory.values.lock().unwrap().keys().next().unwrap();
    memory.values.lock().unwrap().insert(key, with_checksum(&key, &value[CHECKSUM..]));
    assert_eq!(Marking::new(&memory).run(&["one"]), (expected()[..1].to_vec(), 1));
}

#[test]
fn a_cache_that_fails_is_left_alone() {
    let check = |memory: Memory, calls: u64| {
        let memory = Arc::new(memory);
        let marking = Marking::new(&memory);
        for _ in 0..3 {
            assert_eq!(marking.run(&TEXTS), (expected(), 5));
        }
        assert_eq!(memory.calls.load(Ordering::Relaxed), calls);
        assert_eq!(marking.cache.counts(), CacheCounts { hits: 0, misses: 15 });
    };
    check(Memory { unreadable: true, ..Memory::default() }, 1);
    // It is still read.
    check(Memory { unwritable: true, ..Memory::default() }, 4);
}
