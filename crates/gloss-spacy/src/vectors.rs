//! `vocab/vectors`: a table of word vectors by the id of the word.

use std::hash::BuildHasher;
use std::io::Read;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::error::Error;
use crate::msgpack::{Decoder, Head};
use crate::thinc::{all_finite, little_endian};

/// A header has a hundred bytes or so.
const MAX_HEADER: u64 = 1 << 16;
/// Bytes that are read at once; they stay in the processor's cache.
const PIECE: usize = 1 << 16;

/// The table; a word that it lacks has a vector of zeros.
#[derive(Debug)]
pub(crate) struct Vectors {
    pub(crate) width: usize,
    numbers: Vec<f32>,
    rows: Rows,
}

impl Vectors {
    /// Reads `vectors` (NumPy's format) and `key2row`, whose names within the folder are given. The
    /// table is read once, from front to back.
    pub(crate) fn read(table: Table<impl Read>, keys: (Vec<u8>, &str)) -> Result<Self, Error> {
        let ([count, width], numbers) = table.read_array()?;
        let rows = Rows::read(keys.0, keys.1, count)?;
        Ok(Self { width, numbers, rows })
    }

    /// The vector of the word with this id.
    pub(crate) fn get(&self, id: u64) -> Option<&[f32]> {
        let row = self.rows.get(id)? * self.width;
        self.numbers.get(row..row + self.width)
    }
}

/// Rows by the ids of words: there are hundreds of thousands, so they stay where they are in `key2row`,
/// and the hash table holds their places.
#[derive(Debug, Default)]
struct Rows {
    bytes: Vec<u8>,
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Rows {
    /// Reads the file; its rows must be below `count`.
    fn read(bytes: Vec<u8>, file: &str, count: usize) -> Result<Self, Error> {
        let invalid = |field: &str, reason: &str| Error::invalid(file, field, reason);
        if u32::try_from(bytes.len()).is_err() {
            return Err(invalid("MessagePack", "more than 4 GiB"));
        }
        let mut decoder = Decoder::new(&bytes);
        let pairs = decoder.map().ok_or_else(|| invalid("MessagePack", "a map was expected"))?;
        let (mut places, hasher) = (HashTable::with_capacity(pairs), DefaultHashBuilder::default());
        for at in 0..pairs {
            let place = (bytes.len() - decoder.rest().len()) as u32;
            let key = decoder.unsigned();
            let key = key.ok_or_else(|| invalid(&at.to_string(), "a word's id was expected"))?;
            match decoder.head() {
                // spaCy writes -1 for a key without vector.
                Some(Head::Negative(_)) => continue,
                Some(Head::Unsigned(row)) if row < count as u64 => {}
                _ => return Err(invalid(&at.to_string(), "a row of the table was expected")),
            }
            let equal = |&at: &u32| pair(&bytes, at).is_some_and(|(other, _)| other == key);
            // There is room for all, so none is hashed again.
            match places.entry(hasher.hash_one(key), equal, |_| 0) {
                Entry::Occupied(mut known) => *known.get_mut() = place,
                Entry::Vacant(free) => {
                    free.insert(place);
                }
            }
        }
        if !decoder.is_at_end() {
            return Err(invalid("MessagePack", "more bytes follow"));
        }
        Ok(Self { bytes, places, hasher })
    }

    fn get(&self, id: u64) -> Option<usize> {
        let equal = |&at: &u32| pair(&self.bytes, at).is_some_and(|(other, _)| other == id);
        let &at = self.places.find(self.hasher.hash_one(id), equal)?;
        usize::try_from(pair(&self.bytes, at)?.1).ok()
    }
}

/// The id and the row at a place.
fn pair(bytes: &[u8], at: u32) -> Option<(u64, u64)> {
    let mut decoder = Decoder::new(&bytes[at as usize..]);
    Some((decoder.unsigned()?, decoder.unsigned()?))
}

/// A two-dimensional array of little-endian `f32` in C order, as `numpy.save` writes it.
pub(crate) struct Table<R> {
    /// The file, to be read from its beginning.
    pub(crate) content: R,
    /// Its length in bytes. No more memory is taken than this.
    pub(crate) len: u64,
    /// Its name within the folder.
    pub(crate) file: &'static str,
}

impl<R: Read> Table<R> {
    fn invalid(&self, field: &str, reason: &str) -> Error {
        Error::invalid(self.file, field, reason)
    }

    /// The next bytes, which must be there.
    fn fill(&mut self, bytes: &mut [u8], field: &str) -> Result<(), Error> {
        let left = self.len.checked_sub(bytes.len() as u64);
        self.len = left.ok_or_else(|| self.invalid(field, "cut off"))?;
        let path = self.file;
        self.content.read_exact(bytes).map_err(|source| Error::Io { path: path.into(), source })
    }

    fn read_array(mut self) -> Result<([usize; 2], Vec<f32>), Error> {
        let mut start = [0; 8];
        self.fill(&mut start, "magic")?;
        if !start.starts_with(b"\x93NUMPY") {
            return Err(self.invalid("magic", "no NumPy file"));
        }
        let mut len = [0; 4];
        match start[6] {
            1 => self.fill(&mut len[..2], "header")?,
            2 | 3 => self.fill(&mut len, "header")?,
            _ => return Err(self.invalid("version", "unknown")),
        }
        let len = u64::from(u32::from_le_bytes(len));
        if len > self.len.min(MAX_HEADER) {
            return Err(self.invalid("header", "cut off, or far too long"));
        }
        let mut header = vec![0; len as usize];
        self.fill(&mut header, "header")?;
        let header = String::from_utf8_lossy(&header).replace(' ', "");
        if !header.contains("'descr':'<f4'") || !header.contains("'fortran_order':False") {
            return Err(self.invalid("header", "not an array of <f4 in C order"));
        }
        let shape = self.shape(&header)?;
        let size = shape[0].checked_mul(shape[1]).and_then(|count| count.checked_mul(4));
        if size.map(|size| size as u64) != Some(self.len) {
            let reason = format!("{} bytes do not fill {shape:?}", self.len);
            return Err(self.invalid("data", &reason));
        }
        Ok((shape, self.numbers(shape[0] * shape[1])?))
    }

    fn shape(&self, header: &str) -> Result<[usize; 2], Error> {
        let sizes = header.split_once("'shape':(").and_then(|(_, rest)| rest.split_once(')'));
        let sizes = sizes.map(|(sizes, _)| sizes.split(',').filter(|size| !size.is_empty()));
        let sizes =
            sizes.map(|sizes| sizes.map(|size| size.parse().ok()).collect::<Option<Vec<_>>>());
        let Some(Some(sizes)) = sizes else { return Err(self.invalid("header", "no shape")) };
        sizes.try_into().map_err(|_| self.invalid("shape", "two dimensions were expected"))
    }

    /// The rest of the file, piece by piece, so that it is in memory once.
    fn numbers(&mut self, count: usize) -> Result<Vec<f32>, Error> {
        let mut numbers = Vec::with_capacity(count);
        let mut piece = vec![0; PIECE.min(4 * count)];
        while numbers.len() < count {
            let bytes = &mut piece[..PIECE.min(4 * (count - numbers.len()))];
            self.fill(bytes, "data")?;
            let old = numbers.len();
            numbers.extend(little_endian(bytes));
            if !all_finite(&numbers[old..]) {
                return Err(self.invalid("data", "a number is not finite"));
            }
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(header: &str, numbers: &[f32]) -> Vec<u8> {
        let mut out = b"\x93NUMPY\x01\x00".to_vec();
        out.extend((header.len() as u16).to_le_bytes());
        out.extend(header.as_bytes());
        out.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
        out
    }

    fn file(content: &[u8]) -> Table<&[u8]> {
        Table { content, len: content.len() as u64, file: "v" }
    }

    fn keys(pairs: &[(u64, i64)]) -> Vec<u8> {
        let mut out = Vec::new();
        rmp::encode::write_map_len(&mut out, pairs.len() as u32).unwrap();
        for &(key, row) in pairs {
            rmp::encode::write_uint(&mut out, key).unwrap();
            rmp::encode::write_sint(&mut out, row).unwrap();
        }
        out
    }

    #[test]
    fn vectors_are_found_by_id() {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
        let table = array(header, &[1., 2., 3., 4., 5., 6.]);
        let keys = keys(&[(u64::MAX, 1), (7, 0), (8, -1), (9, 0), (9, 1)]);
        let vectors = Vectors::read(file(&table), (keys.clone(), "k")).unwrap();
        for (id, expected) in [
            (u64::MAX, Some([4., 5., 6.])),
            (7, Some([1., 2., 3.])),
            (8, None),
            (9, Some([4., 5., 6.])),
            (10, None),
        ] {
            assert_eq!(vectors.get(id), expected.as_ref().map(|v| v.as_slice()), "{id}");
        }
        for len in 0..table.len() {
            assert!(
                Vectors::read(file(&table[..len]), (keys.clone(), "k")).is_err(),
                "{len} bytes"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
        for (table, pairs, expected) in [
            (array(good, &[1., f32::NAN]), vec![(1, 0)], "v: data: a number is not finite"),
            (array(good, &[1., 2.]), vec![(1, 1)], "k: 0"),
            (array(good, &[1.]), vec![], "v: data"),
            (array(&good.replace("f4", "f8"), &[1., 2.]), vec![], "v: header"),
            (array(&good.replace("(1, 2)", "(2,)"), &[1., 2.]), vec![], "v: shape"),
            (array(&good.replace("(1, 2)", "(1, 4611686018427387904)"), &[]), vec![], "v: data"),
            (b"PK".to_vec(), vec![], "v: magic"),
            (b"\x93NUMPY\x02\x00\xff\xff\xff\xff{".to_vec(), vec![], "v: header"),
        ] {
            let error = Vectors::read(file(&table), (keys(&pairs), "k")).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
