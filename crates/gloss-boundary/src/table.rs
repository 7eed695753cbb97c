//! Reading tables and strings that belong to the other side.

use std::mem::MaybeUninit;

/// A table of the interface: begins with its size, and all zeros is a valid value of it.
///
/// # Safety
/// Implementers are `#[repr(C)]`, their all-zero bit pattern is valid, and `SIZE_OFFSET` is the
/// offset of a `u32` that holds the size of the table.
pub unsafe trait Table: Copy {
    /// Where the size stands.
    const SIZE_OFFSET: usize;
}

// SAFETY: numbers, raw pointers and optional function pointers; `struct_size` stands first.
unsafe impl Table for gloss_abi::Extractor {
    const SIZE_OFFSET: usize = std::mem::offset_of!(gloss_abi::Extractor, struct_size);
}
// SAFETY: as above.
unsafe impl Table for gloss_abi::Corpus {
    const SIZE_OFFSET: usize = std::mem::offset_of!(gloss_abi::Corpus, struct_size);
}
// SAFETY: as above, but `struct_size` stands behind the magic number.
unsafe impl Table for gloss_abi::Entry {
    const SIZE_OFFSET: usize = std::mem::offset_of!(gloss_abi::Entry, struct_size);
}
// SAFETY: numbers and raw pointers; `struct_size` stands first.
unsafe impl Table for gloss_abi::Failure {
    const SIZE_OFFSET: usize = std::mem::offset_of!(gloss_abi::Failure, struct_size);
}

/// Copies a table; fields behind its stated size are zero, fields newer than ours are dropped.
///
/// # Safety
/// `table` points to as many readable bytes as it states, at least up to the size field.
pub unsafe fn read_table<T: Table>(table: *const T) -> T {
    let mut copy = MaybeUninit::<T>::zeroed();
    // SAFETY: the caller vouches for the size field and for as many bytes as it states; the copy
    // is all zeros where nothing is written, which `Table` says is valid.
    unsafe {
        let size = table.cast::<u8>().add(T::SIZE_OFFSET).cast::<u32>().read_unaligned();
        // Tables end where a field ends, padded to their alignment: half a pointer is never taken.
        let length = (size as usize).min(size_of::<T>()) / align_of::<T>() * align_of::<T>();
        std::ptr::copy_nonoverlapping(table.cast::<u8>(), copy.as_mut_ptr().cast::<u8>(), length);
        copy.assume_init()
    }
}

/// The bytes of a string that the other side lends; lossy, because a plugin's message must reach
/// the user even when it is not UTF-8.
///
/// # Safety
/// `text` points to `len` readable bytes, or is null.
pub unsafe fn read_str(text: gloss_abi::Str) -> String {
    // No memory is larger than `isize::MAX`: such a length is garbage, and not to be read from.
    if text.ptr.is_null() || text.len == 0 || isize::try_from(text.len).is_err() {
        return String::new();
    }
    // SAFETY: not null, and the caller vouches for the length.
    let bytes = unsafe { std::slice::from_raw_parts(text.ptr, text.len) };
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::ffi::c_void;

    use gloss_abi::{Extractor, Failure, FailureKind, Reply, Status, Str};

    use super::*;

    unsafe extern "C" fn describe(_: *const Reply) -> Status {
        Status::OK
    }

    unsafe extern "C" fn unload(_: *mut c_void) {}

    /// Which of `describe` (bytes 24 to 32) and `unload` (48 to 56) are read from a table that
    /// states, and really has, `size` bytes.
    fn check(size: u32, expected: [bool; 2]) {
        // SAFETY: a table of nothing is valid.
        let mut table: Extractor = unsafe { MaybeUninit::zeroed().assume_init() };
        table.struct_size = size;
        table.describe = Some(describe);
        table.unload = Some(unload);
        let words = (size as usize).div_ceil(8).max(1);
        let mut short = vec![0_u64; words];
        // SAFETY: as many bytes of the table as the buffer has; Miri sees whoever reads more.
        let read = unsafe {
            let length = (words * 8).min(size_of::<Extractor>());
            std::ptr::copy_nonoverlapping(
                (&raw const table).cast::<u8>(),
                short.as_mut_ptr().cast::<u8>(),
                length,
            );
            read_table(short.as_ptr().cast::<Extractor>())
        };
        assert_eq!([read.describe.is_some(), read.unload.is_some()], expected, "{size}");
    }

    #[test]
    fn a_short_table_lacks_what_lies_behind_its_end() {
        check(0, [false, false]);
        check(24, [false, false]);
        check(31, [false, false]);
        check(32, [true, false]);
        check(55, [true, false]);
        check(size_of::<Extractor>() as u32, [true, true]);
        check(size_of::<Extractor>() as u32 + 24, [true, true]);
    }

    #[test]
    fn strings() {
        let check = |ptr: *const u8, len: usize, expected: &str| {
            // SAFETY: null, readable, or of a length that is never read from.
            assert_eq!(unsafe { read_str(Str { ptr, len }) }, expected);
        };
        check(std::ptr::null(), 0, "");
        check(std::ptr::null(), 7, "");
        check("abc".as_ptr(), 2, "ab");
        check("abc".as_ptr(), 0, "");
        check("abc".as_ptr(), usize::MAX, "");
        check(b"a\xFF".as_ptr(), 2, "a\u{FFFD}");
    }

    #[test]
    fn a_failure_of_an_older_version_has_no_help() {
        let failure = Failure {
            struct_size: std::mem::offset_of!(Failure, help) as u32,
            kind: FailureKind::OTHER,
            message: Str::new("broken"),
            place: Str::new("here"),
            help: Str::new("not there yet"),
        };
        // SAFETY: all of it is readable.
        let read = unsafe { crate::Failure::read(&raw const failure) };
        assert_eq!((read.message.as_str(), read.place.as_str()), ("broken", "here"));
        assert_eq!(read.help, "");
    }
}
