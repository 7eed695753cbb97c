use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Shard, journal};

/// The files of a run over `count` documents of which these failed, or of a shard of it.
fn write(output: &Path, shard: Shard, count: u64, failed: &[u64]) -> Value {
    let (mut lines, mut quarantine, mut bad) = (String::new(), String::new(), 0);
    for position in (0..shard.share_of(count)).map(|number| shard.position(number)) {
        if failed.contains(&position) {
            quarantine.push_str(&format!("{{\"position\":{position},\"x\":{}}}\n", position * 7));
            bad += 1;
        } else {
            lines.push_str(&format!("document {position}\n"));
        }
    }
    let annotated = shard.share_of(count) - bad;
    fs::write(output, lines).unwrap();
    if bad > 0 {
        fs::write(beside(output, ".quarantine.jsonl"), quarantine).unwrap();
    }
    let mut record = json!({
        "schema": "gloss.run/1", "gloss": "0", "started": "then", "seconds": 0.5,
        "pipeline": "p", "pipeline_text": "", "threads": shard.number(), "platform": "x",
        "annotated": annotated, "failed": bad, "unreadable": 0, "interrupted": 0,
        "bytes": annotated * 10, "stopped": false,
        "stages": [{
            "id": "s", "extractor": "e", "version": "0", "file": "f", "sha256": "0", "options": {},
            "models": {}, "documents": annotated + bad, "failed": bad, "busy_seconds": 1.0,
        }],
        "identity": { "a": "1", (SHARD): shard.to_string() },
    });
    if shard != Shard::default() {
        record["shard"] = shard.to_string().into();
    }
    fs::write(beside(output, ".run.json"), record.to_string()).unwrap();
    record
}

fn shards(folder: &Path, of: u64, count: u64, failed: &[u64]) -> Vec<PathBuf> {
    (1..=of)
        .map(|number| {
            let path = folder.join(format!("{number}.jsonl"));
            write(&path, Shard::new(number, of).unwrap(), count, failed);
            path
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn shards_make_what_one_run_makes(
        of in 2u64..6,
        count in 0u64..40,
        failed in prop::collection::vec(0u64..40, 0..12),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("whole.jsonl");
        write(&whole, Shard::default(), count, &failed);
        let mut parts = shards(folder.path(), of, count, &failed);
        parts.reverse();
        let merged = folder.path().join("merged.jsonl");
        let Merged { record, .. } = merge(&parts, &merged, &Whole::default()).unwrap();
        let read = |path: &Path, ending: &str| fs::read_to_string(beside(path, ending)).ok();
        prop_assert_eq!(read(&merged, ""), read(&whole, ""));
        prop_assert_eq!(read(&merged, ".quarantine.jsonl"), read(&whole, ".quarantine.jsonl"));
        let expected = JobRecord::read(&beside(&whole, ".run.json")).unwrap();
        prop_assert_eq!(record.run.summary, expected.run.summary);
        prop_assert_eq!(record.run.stages[0].documents, expected.run.stages[0].documents);
        prop_assert_eq!(&record.identity, &expected.identity);
        prop_assert_eq!((record.shard, record.shards.len() as u64), (None, of));
        prop_assert_eq!(record.run.seconds, of as f64 * 0.5);
    }
}

/// What is wrong with three shards of ten documents after `damage`, in parts of the message.
fn check(damage: impl FnOnce(&Path, &mut Vec<PathBuf>), expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let mut parts = shards(folder.path(), 3, 10, &[4]);
    damage(folder.path(), &mut parts);
    let merged = folder.path().join("merged.jsonl");
    let error = merge(&parts, &merged, &Whole::default()).unwrap_err().to_string();
    for part in expected {
        assert!(error.contains(part), "{part:?} is not in {error:?}");
    }
    assert!(!merged.exists(), "{error}");
}

fn change(output: &Path, change: impl FnOnce(&mut Value)) {
    let path = beside(output, ".run.json");
    let mut record = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut record);
    fs::write(path, record.to_string()).unwrap();
}

#[test]
fn what_is_no_whole_is_refused_by_name() {
    check(|_, parts| drop(parts.remove(1)), &["shard 2/3 is missing"]);
    check(|_, parts| parts[1] = parts[0].clone(), &["1.jsonl", "both shard 1/3"]);
    check(
        |_, parts| change(&parts[1], |record| record["identity"]["a"] = "2".into()),
        &["2.jsonl", "different runs", "a is another"],
    );
    check(
        |_, parts| drop(write(&parts[2], Shard::new(3, 4).unwrap(), 10, &[])),
        &["3.jsonl", "of 4 and 3 shards"],
    );
    check(|_, parts| drop(write(&parts[2], Shard::default(), 10, &[])), &["3.jsonl is no shard"]);
    check(
        |_, parts| drop(write(&parts[2], Shard::new(3, 3).unwrap(), 13, &[])),
        &["2.jsonl has 3 documents", "of 11 shard 2/3 has 4"],
    );
    check(
        |_, parts| change(&parts[1], |record| record["stopped"] = true.into()),
        &["2.jsonl is not whole"],
    );
    check(
        |_, parts| fs::write(journal::path_beside(&parts[0]), "").unwrap(),
        &["1.jsonl is not whole", "has not ended"],
    );
    check(|_, parts| fs::write(&parts[0], "document 0\n").unwrap(), &["1.jsonl has fewer"]);
    check(
        |_, parts| fs::write(&parts[0], "document 0").unwrap(),
        &["1.jsonl", "ends within a line"],
    );
    check(
        |_, parts| fs::remove_file(beside(&parts[1], ".quarantine.jsonl")).unwrap(),
        &["2.jsonl.quarantine.jsonl"],
    );
    check(
        |_, parts| fs::write(beside(&parts[1], ".quarantine.jsonl"), "{}\n").unwrap(),
        &["2.jsonl.quarantine.jsonl", "position"],
    );
    check(
        |_, parts| fs::remove_file(beside(&parts[1], ".run.json")).unwrap(),
        &["2.jsonl.run.json"],
    );
    check(|folder, parts| parts.push(folder.join("none.jsonl")), &["none.jsonl"]);
    check(|_, parts| parts.clear(), &["there are no shards"]);
    let in_format = |name: &'static str| {
        move |_: &Path, parts: &mut Vec<PathBuf>| {
            let set = |record: &mut Value| record["identity"]["--format"] = name.into();
            parts.iter().for_each(|part| change(part, set));
        }
    };
    check(in_format("pretty"), &["1.jsonl is in the format \"pretty\""]);
    check(in_format("conll"), &["conll is not merged"]);
}

#[test]
fn what_is_there_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let parts = shards(folder.path(), 3, 10, &[4]);
    let refused = |output: &Path, expected: ErrorKind| {
        let before = fs::read(&parts[0]).unwrap();
        let error = merge(&parts, output, &Whole::default()).unwrap_err();
        assert_eq!(error.kind(), Some(expected), "{error}");
        assert_eq!(fs::read(&parts[0]).unwrap(), before);
    };
    refused(&parts[0], ErrorKind::Shards);
    let merged = folder.path().join("merged.jsonl");
    let (journal, _) = Journal::take(&merged).unwrap();
    refused(&merged, ErrorKind::Busy);
    journal.remove().unwrap();
    assert!(merge(&parts, &merged, &Whole::default()).is_ok());
    // Once more: it is a result like any other.
    assert!(merge(&parts, &merged, &Whole::default()).is_ok());
    assert!(!journal::path_beside(&merged).exists());
}
