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
        let length = (size as usize).min(size_of::<T>());
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
    if text.ptr.is_null() || text.len == 0 {
        return String::new();
    }
    // SAFETY: not null, and the caller vouches for the length.
    let bytes = unsafe { std::slice::from_raw_parts(text.ptr, text.len) };
    String::from_utf8_lossy(bytes).into_owned()
}
