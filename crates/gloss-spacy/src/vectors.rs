//! `vocab/vectors`: a table of word vectors by the id of the word.

use hashbrown::HashMap;

use crate::error::Error;
use crate::msgpack::Reader;

/// The table; a word that it lacks has a vector of zeros.
#[derive(Debug)]
pub(crate) struct Vectors {
    pub(crate) width: usize,
    numbers: Vec<f32>,
    rows: HashMap<u64, u32>,
}

impl Vectors {
    /// Reads `vectors` (NumPy's format) and `key2row`, whose names within the folder are given.
    pub(crate) fn read(table: (&[u8], &str), keys: (&[u8], &str)) -> Result<Self, Error> {
        let ([count, width], numbers) = read_array(table.0, table.1)?;
        let root = Reader::parse(keys.0, keys.1)?;
        let mut rows = HashMap::new();
        root.each_pair(|key, row| {
            // spaCy writes -1 for a key without vector.
            if let (key, Some(row)) = (key.as_u64()?, row.as_u64()) {
                rows.insert(key, u32::try_from(row).ok().filter(|&row| (row as usize) < count)?);
            }
            Some(())
        })?;
        Ok(Self { width, numbers, rows })
    }

    /// The vector of the word with this id.
    pub(crate) fn get(&self, id: u64) -> Option<&[f32]> {
        let row = *self.rows.get(&id)? as usize * self.width;
        self.numbers.get(row..row + self.width)
    }
}

/// A two-dimensional array of little-endian `f32` in C order, as `numpy.save` writes it.
fn read_array(bytes: &[u8], file: &str) -> Result<([usize; 2], Vec<f32>), Error> {
    let invalid = |field: &str, reason: &str| Error::invalid(file, field, reason);
    let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or_else(|| invalid("magic", "no NumPy file"))?;
    let (len, start): (usize, usize) = match *rest {
        [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([a, b])), 4),
        [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([a, b, c, d]) as usize, 6),
        _ => return Err(invalid("version", "unknown")),
    };
    let end = start.checked_add(len).filter(|&end| end <= rest.len());
    let end = end.ok_or_else(|| invalid("header", "cut off"))?;
    let header = String::from_utf8_lossy(&rest[start..end]).replace(' ', "");
    if !header.contains("'descr':'<f4'") || !header.contains("'fortran_order':False") {
        return Err(invalid("header", "not an array of <f4 in C order"));
    }
    let shape = header.split_once("'shape':(").and_then(|(_, rest)| rest.split_once(')'));
    let sizes = shape.map(|(sizes, _)| sizes.split(',').filter(|size| !size.is_empty()));
    let sizes = sizes.map(|sizes| sizes.map(|size| size.parse().ok()).collect::<Option<Vec<_>>>());
    let Some(Some(sizes)) = sizes else { return Err(invalid("header", "no shape")) };
    let shape: [usize; 2] =
        sizes.try_into().map_err(|_| invalid("shape", "two dimensions were expected"))?;
    let data = &rest[end..];
    let size = shape[0].checked_mul(shape[1]).and_then(|count| count.checked_mul(4));
    if size != Some(data.len()) {
        return Err(invalid("data", &format!("{} bytes do not fill {shape:?}", data.len())));
    }
    let number = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    let numbers: Vec<f32> = data.chunks_exact(4).map(number).collect();
    if !numbers.iter().all(|x| x.is_finite()) {
        return Err(invalid("data", "a number is not finite"));
    }
    Ok((shape, numbers))
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
        let keys = keys(&[(u64::MAX, 1), (7, 0), (8, -1), (9, 1)]);
        let vectors = Vectors::read((&table, "v"), (&keys, "k")).unwrap();
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
            assert!(Vectors::read((&table[..len], "v"), (&keys, "k")).is_err(), "{len} bytes");
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
        ] {
            let error = Vectors::read((&table, "v"), (&keys(&pairs), "k")).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
