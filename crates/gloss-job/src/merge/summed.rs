//! The record of a whole, of those of its shards.

use gloss_host::FailureRecord;

use super::none;
use crate::Shard;
use crate::error::Result;
use crate::identity::{SHARD, STATE};
use crate::record::{JobRecord, ShardRecord};

/// The record of the whole.
pub fn sum(records: Vec<JobRecord>) -> Result<JobRecord> {
    let shards = records.iter().map(|record| ShardRecord {
        shard: record.shard.unwrap_or_default(),
        started: record.run.started.clone(),
        seconds: record.run.seconds,
        threads: record.run.threads,
        resumed: record.resumed,
    });
    let shards: Vec<ShardRecord> = shards.collect();
    let mut records = records.into_iter();
    let mut all = records.next().ok_or_else(none)?;
    for JobRecord { run, resumed, .. } in records {
        all.resumed += resumed;
        all.run.seconds += run.seconds;
        all.run.threads = all.run.threads.max(run.threads);
        all.run.ended = all.run.ended.take().max(run.ended);
        // Of several processes, on several machines.
        all.run.peak_memory = None;
        all.run.characters += run.characters;
        all.run.tokens = all.run.tokens.zip(run.tokens).map(|(sum, one)| sum + one);
        add_failures(&mut all.run.failures, run.failures);
        for (sum, one) in all.run.inputs.listed.iter_mut().zip(run.inputs.listed) {
            sum.documents = sum.documents.zip(one.documents).map(|(sum, one)| sum + one);
        }
        let (sum, one) = (&mut all.run.summary, run.summary);
        sum.incomplete += one.incomplete;
        sum.annotated += one.annotated;
        sum.failed += one.failed;
        sum.unreadable += one.unreadable;
        sum.observed += one.observed;
        sum.bytes += one.bytes;
        for (sum, one) in all.run.stages.iter_mut().zip(run.stages) {
            sum.documents += one.documents;
            sum.passed_over += one.passed_over;
            sum.batches += one.batches;
            sum.bytes += one.bytes;
            sum.observed = sum.observed.zip(one.observed).map(|(sum, one)| sum + one);
            sum.failed += one.failed;
            sum.busy_seconds += one.busy_seconds;
            sum.latency = None;
        }
    }
    all.identity.retain(|what, _| !what.starts_with(STATE));
    all.identity.insert(SHARD.to_owned(), Shard::default().to_string());
    (all.shard, all.shards) = (None, shards);
    Ok(all)
}

fn add_failures(sum: &mut Vec<FailureRecord>, more: Vec<FailureRecord>) {
    for one in more {
        let same = |f: &&mut FailureRecord| (&f.stage, &f.code) == (&one.stage, &one.code);
        match sum.iter_mut().find(same) {
            Some(found) => {
                found.documents += one.documents;
                found.examples.extend(one.examples);
                found.examples.truncate(FailureRecord::EXAMPLES);
            }
            None => sum.push(one),
        }
    }
    sum.sort_by(|a, b| (&a.stage, &a.code).cmp(&(&b.stage, &b.code)));
}
