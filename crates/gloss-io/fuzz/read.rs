//! Reads bytes as a file, and checks what must hold of any file.

use std::fs;

use gloss_io::{Columns, Input, ReadOptions, Reader, TableOptions};

/// More items than this are not read: a file may claim any number of rows.
const MOST: u64 = 2000;

/// Bytes as a file of this ending, whole and with a beginning left out: the same documents must come.
pub fn read(ending: &str, bytes: &[u8], options: &ReadOptions) {
    let path = std::env::temp_dir().join(format!("gloss-io-fuzz-{}.{ending}", std::process::id()));
    fs::write(&path, bytes).expect("a temporary file");
    let reader = || Reader::new(vec![Input::File(path.clone())], options.clone());
    let whole: Vec<_> = reader().take(MOST as usize).collect();
    for skip in [1, whole.len() as u64 / 2] {
        let mut rest = reader();
        let skipped = rest.skip_documents(skip);
        assert_eq!(skipped, skip.min(whole.len() as u64));
        let rest: Vec<_> = rest.take(MOST as usize - skipped as usize).collect();
        assert_eq!(rest.len(), whole.len() - skipped as usize);
        assert!(rest == whole[skipped as usize..]);
    }
    let all = reader().skip_documents(MOST);
    assert_eq!(all, whole.len() as u64);
    let _ = reader().check();
    let _ = fs::remove_file(path);
}

/// Bytes as a text and its annotations by brat.
pub fn read_brat(text: &[u8], annotations: &[u8]) {
    let folder = std::env::temp_dir().join(format!("gloss-io-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    fs::write(folder.join("a.txt"), text).expect("a temporary file");
    fs::write(folder.join("a.ann"), annotations).expect("a temporary file");
    let input = Input::File(folder.join("a.ann"));
    let found = Reader::new(vec![input], ReadOptions::default()).count();
    assert_eq!(found, 1);
    let _ = fs::remove_dir_all(folder);
}

/// Has panics unwind, in place of the fuzzer's ending the process: of those of the libraries for pages
/// and for Parquet readers make errors. One that comes out of a reader is a finding all the same.
pub fn let_readers_catch() {
    std::panic::set_hook(Box::new(|_| {}));
}

/// Options with columns, of a table with or without a header.
pub fn columns(text: &str, header_row: bool) -> ReadOptions {
    let columns = Columns { text: Some(text.to_owned()), ..Columns::default() };
    let table = TableOptions { header_row, ..TableOptions::default() };
    ReadOptions { columns, table, ..ReadOptions::default() }
}
