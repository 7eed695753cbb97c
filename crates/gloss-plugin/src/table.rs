//! Reading what the host lends: its structs may be smaller or larger than they are here.
//!
//! A host of an older minor version has shorter tables and elements. A reference to one of them
//! would promise bytes that are not there, so each is copied as far as it goes.

#![allow(unsafe_code)]

use std::mem::MaybeUninit;

use gloss_abi::{
    AttributeColumn, Batch, Cancellation, Document, Host, Layer, Output, Reply, Sink, Value,
};

/// A struct that the host lends, of a size that the host states.
///
/// # Safety
/// Implementers are `#[repr(C)]` and their all-zero bit pattern is valid.
pub unsafe trait Lent: Copy {}

/// A struct that begins with its size.
///
/// # Safety
/// The first field of implementers is a `u32` that holds the size.
pub unsafe trait Table: Lent {}

// SAFETY, for all of them: numbers, raw pointers and optional function pointers.
// SAFETY: see above.
unsafe impl Lent for AttributeColumn {}
// SAFETY: see above.
unsafe impl Lent for Batch {}
// SAFETY: see above.
unsafe impl Lent for Cancellation {}
// SAFETY: see above.
unsafe impl Lent for Document {}
// SAFETY: see above.
unsafe impl Lent for Host {}
// SAFETY: see above.
unsafe impl Lent for Layer {}
// SAFETY: see above.
unsafe impl Lent for Output {}
// SAFETY: see above.
unsafe impl Lent for Reply {}
// SAFETY: see above.
unsafe impl Lent for Sink {}
// SAFETY: see above.
unsafe impl Lent for Value {}

// SAFETY, for all of them: `struct_size` stands first.
// SAFETY: see above.
unsafe impl Table for Batch {}
// SAFETY: see above.
unsafe impl Table for Cancellation {}
// SAFETY: see above.
unsafe impl Table for Host {}
// SAFETY: see above.
unsafe impl Table for Output {}
// SAFETY: see above.
unsafe impl Table for Reply {}
// SAFETY: see above.
unsafe impl Table for Sink {}

/// Copies a struct of `size` bytes. Fields beyond that are zero, so functions and columns are
/// absent there; what is newer than this SDK is left out.
///
/// # Safety
/// `lent` points to `size` readable bytes.
pub unsafe fn read<T: Lent>(lent: *const T, size: u32) -> T {
    let mut copy = MaybeUninit::<T>::zeroed();
    // Structs end where a field ends, padded to their alignment: half a pointer is never taken.
    let length = (size as usize).min(size_of::<T>()) / align_of::<T>() * align_of::<T>();
    // SAFETY: the caller vouches for the bytes, and `Lent` says that zeros are valid.
    unsafe {
        std::ptr::copy_nonoverlapping(lent.cast::<u8>(), copy.as_mut_ptr().cast::<u8>(), length);
        copy.assume_init()
    }
}

/// Copies a table; null counts as an empty one.
///
/// # Safety
/// `table` is null or points to as many readable bytes as its size field states.
pub unsafe fn read_table<T: Table>(table: *const T) -> T {
    // SAFETY: the caller's promise; `Table` says where the size stands.
    unsafe {
        let size = if table.is_null() { 0 } else { table.cast::<u32>().read() };
        read(table, size)
    }
}

/// The element `index` of an array whose elements are `stride` bytes apart; an empty one where
/// there is no array.
///
/// # Safety
/// `first` is null, or the array has more than `index` elements of `stride` readable bytes.
pub unsafe fn element<T: Lent>(first: *const T, stride: u32, index: usize) -> T {
    if first.is_null() {
        // SAFETY: nothing is read.
        return unsafe { read(first, 0) };
    }
    // SAFETY: the caller's promise.
    unsafe { read(first.byte_add(stride as usize * index), stride) }
}
