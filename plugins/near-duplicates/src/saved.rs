//! The form of saved states.
//!
//! All numbers are little-endian: `near-dup`, the permutations, the length of shingles, the unit
//! and the verification (`u32` each), the number of documents, the lengths of `ids` and `shingles`
//! (`u64` each), then the columns of the state in the order of their declaration, and a hash over
//! all that.

use std::hash::Hasher;
use std::io::{self, Write};

use twox_hash::XxHash3_64;

use crate::state::State;
use crate::{Error, NearDuplicatesOptions, Unit, Verification};

const MAGIC: &[u8; 8] = b"near-dup";

/// What states must agree in to be merged.
fn header(options: &NearDuplicatesOptions) -> [u32; 4] {
    let unit = match options.unit {
        Unit::Words => 0,
        Unit::Characters => 1,
    };
    let verify = match options.verify {
        Verification::Estimate => 0,
        Verification::Exact => 1,
    };
    [options.permutations, options.shingle(), unit, verify]
}

/// Passes bytes on and hashes them.
struct Hashing<'w> {
    writer: &'w mut dyn Write,
    hasher: XxHash3_64,
}

impl Hashing<'_> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.write(bytes);
        self.writer.write_all(bytes)
    }

    fn put_all<const N: usize>(
        &mut self,
        numbers: impl IntoIterator<Item = [u8; N]>,
    ) -> io::Result<()> {
        numbers.into_iter().try_for_each(|number| self.put(&number))
    }
}

/// Writes a state.
///
/// # Errors
/// Those of the writer.
pub fn write(
    state: &State,
    options: &NearDuplicatesOptions,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let mut out = Hashing { writer, hasher: XxHash3_64::with_seed(0) };
    out.put(MAGIC)?;
    out.put_all(header(options).map(u32::to_le_bytes))?;
    let lengths = [state.len(), state.ids.len(), state.shingles.len()];
    out.put_all(lengths.map(|n| (n as u64).to_le_bytes()))?;
    out.put_all(state.keys.iter().map(|n| n.to_le_bytes()))?;
    out.put(state.ids.as_bytes())?;
    out.put_all(state.id_ends.iter().map(|n| n.to_le_bytes()))?;
    out.put_all(state.sketches.iter().map(|n| n.to_le_bytes()))?;
    out.put_all(state.shingles.iter().map(|n| n.to_le_bytes()))?;
    out.put_all(state.shingle_ends.iter().map(|n| n.to_le_bytes()))?;
    let hash = out.hasher.finish();
    out.writer.write_all(&hash.to_le_bytes())
}

/// Reads what is left of a state, column by column.
struct Reading<'b>(&'b [u8]);

impl<'b> Reading<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], Error> {
        let (taken, rest) =
            self.0.split_at_checked(length).ok_or(Error::Damaged("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn column<T, const N: usize>(
        &mut self,
        count: usize,
        from: impl Fn([u8; N]) -> T,
    ) -> Result<Vec<T>, Error> {
        let length = count.checked_mul(N).ok_or(Error::Damaged("it has impossible lengths"))?;
        let (numbers, _) = self.take(length)?.as_chunks::<N>();
        Ok(numbers.iter().map(|bytes| from(*bytes)).collect())
    }
}

/// Reads a state. The bytes are not trusted.
///
/// # Errors
/// When they are damaged, or were written with other options.
pub fn read(bytes: &[u8], options: &NearDuplicatesOptions) -> Result<State, Error> {
    let damaged = Error::Damaged;
    let (content, hash) = bytes.split_last_chunk().ok_or(damaged("it ends too early"))?;
    let rest = content.strip_prefix(MAGIC).ok_or(damaged("it does not begin as one"))?;
    if XxHash3_64::oneshot(content) != u64::from_le_bytes(*hash) {
        return Err(damaged("its hash differs"));
    }
    let mut reading = Reading(rest);
    if reading.column(4, u32::from_le_bytes)? != header(options) {
        return Err(Error::OtherOptions);
    }
    let impossible = |_| damaged("it has impossible lengths");
    let lengths = reading.column(3, u64::from_le_bytes)?.into_iter().map(usize::try_from);
    let lengths = lengths.collect::<Result<Vec<_>, _>>().map_err(impossible)?;
    let [count, ids, shingles] = lengths[..] else { return Err(damaged("it ends too early")) };
    let exact = options.verify == Verification::Exact;
    let sketches = count.checked_mul(options.permutations as usize);
    let sketches = sketches.ok_or(damaged("it has impossible lengths"))?;
    let state = State {
        keys: reading.column(count, u128::from_le_bytes)?,
        ids: String::from_utf8(reading.take(ids)?.to_vec())
            .map_err(|_| damaged("its ids are not UTF-8"))?,
        id_ends: reading.column(count, u64::from_le_bytes)?,
        sketches: reading.column(sketches, u16::from_le_bytes)?,
        shingles: reading.column(shingles, u32::from_le_bytes)?,
        shingle_ends: reading.column(if exact { count } else { 0 }, u64::from_le_bytes)?,
    };
    let ascending = |ends: &[u64], last: usize| {
        ends.is_sorted() && ends.last().map_or(last == 0, |end| *end == last as u64)
    };
    let whole = |end: &u64| state.ids.is_char_boundary(*end as usize);
    if !reading.0.is_empty()
        || !ascending(&state.id_ends, ids)
        || !ascending(&state.shingle_ends, shingles)
        || !state.id_ends.iter().all(whole)
    {
        return Err(damaged("its columns do not fit each other"));
    }
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shingler;

    fn state(options: &NearDuplicatesOptions) -> State {
        let shingler = Shingler::new(options.unit, options.shingle());
        let mut state = State::default();
        for (id, text) in [("ä", "one two three four five six"), ("b", "one"), ("", "x y")] {
            state.observe(options, &shingler, id, text);
        }
        state
    }

    fn saved(state: &State, options: &NearDuplicatesOptions) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(state, options, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn states_come_back_as_they_were() {
        let check = |options: &NearDuplicatesOptions| {
            for state in [state(options), State::default()] {
                assert_eq!(read(&saved(&state, options), options), Ok(state));
            }
        };
        check(&NearDuplicatesOptions::default());
        check(&NearDuplicatesOptions {
            verify: Verification::Exact,
            unit: Unit::Characters,
            permutations: 17,
            ..NearDuplicatesOptions::default()
        });
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let options = NearDuplicatesOptions { verify: Verification::Exact, ..Default::default() };
        let bytes = saved(&state(&options), &options);
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length], &options).is_err(), "{length}");
        }
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert!(read(&changed, &options).is_err(), "{at}");
        }
        // Also where the hash is right.
        let with_hash = |mut content: Vec<u8>| {
            content.truncate(content.len() - 8);
            let hash = XxHash3_64::oneshot(&content).to_le_bytes();
            [content, hash.to_vec()].concat()
        };
        for at in 8..48 {
            let mut changed = bytes.clone();
            changed[at] = 0xFE;
            assert!(read(&with_hash(changed), &options).is_err(), "{at}");
        }
        for at in [48 + 3 * 16, bytes.len() - 9] {
            let mut changed = bytes.clone();
            changed[at] = 0xFF;
            assert!(read(&with_hash(changed), &options).is_err(), "{at}");
        }
        let other = NearDuplicatesOptions { shingle: Some(4), ..options.clone() };
        assert_eq!(read(&bytes, &other), Err(Error::OtherOptions));
    }
}
