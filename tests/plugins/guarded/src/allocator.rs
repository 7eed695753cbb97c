//! An allocator that notices memory of others.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};

/// Before each block of ours that is in use.
const IN_USE: u64 = 0x6775_6172_6465_6421;
/// Before each block that was given back.
const FREED: u64 = 0xDEAD_DEAD_DEAD_DEAD;

/// Marks its blocks, fills them with garbage before and after their use, and ends the process when
/// it is to free what it did not allocate.
pub struct Guarded;

/// Bytes before a block: a mark, as far in front as the block's alignment asks for.
fn header(layout: Layout) -> usize {
    layout.align().max(16)
}

fn with_header(layout: Layout) -> Option<Layout> {
    Layout::from_size_align(layout.size().checked_add(header(layout))?, header(layout)).ok()
}

// SAFETY: blocks come from the system's allocator, with room for a mark in front of them.
unsafe impl GlobalAlloc for Guarded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(whole) = with_header(layout) else { return std::ptr::null_mut() };
        // SAFETY: the layout is not empty, and all writes are within it.
        unsafe {
            let start = System.alloc(whole);
            if start.is_null() {
                return start;
            }
            let block = start.add(header(layout));
            block.sub(8).cast::<u64>().write(IN_USE);
            block.write_bytes(0xA5, layout.size());
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: a block of ours has a mark in front of it. One of another allocator has at least
        // its bookkeeping there; this is a check for tests, which may read it.
        unsafe {
            let mark = block.sub(8).cast::<u64>();
            if mark.read() != IN_USE {
                std::process::abort();
            }
            mark.write(FREED);
            block.write_bytes(0xDE, layout.size());
            if let Some(whole) = with_header(layout) {
                System.dealloc(block.sub(header(layout)), whole);
            }
        }
    }
}
