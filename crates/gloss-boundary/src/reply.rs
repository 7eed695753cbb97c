//! Receiving the answer of a call off the hot path.

use std::ffi::c_void;

use gloss_abi::{Reply, Status, Str};

use crate::table::read_str;
use crate::{Failure, FailureKind};

#[derive(Default)]
struct Answer {
    text: String,
    failure: Option<Failure>,
}

/// Runs `call` with a reply channel and returns what was written, or the failure.
pub fn receive(call: impl FnOnce(*const Reply) -> Status) -> Result<String, Failure> {
    let mut answer = Answer::default();
    let reply = Reply {
        struct_size: size_of::<Reply>() as u32,
        context: (&raw mut answer).cast(),
        write: Some(write),
        fail: Some(fail),
    };
    let status = call(&raw const reply);
    let failure = answer.failure.take();
    let reason = |kind, text: &str| failure.clone().unwrap_or_else(|| Failure::new(kind, text));
    match status {
        Status::OK => Ok(answer.text),
        Status::PANICKED => {
            let failure = reason(FailureKind::Panic, "the plugin gave no message");
            Err(Failure { kind: FailureKind::Panic, ..failure })
        }
        Status::CANCELLED => {
            let failure = reason(FailureKind::Cancelled, "cancelled");
            Err(Failure { kind: FailureKind::Cancelled, ..failure })
        }
        _ => Err(reason(FailureKind::Other, "the plugin failed and gave no reason")),
    }
}

unsafe extern "C" fn write(context: *mut c_void, text: Str) {
    // SAFETY: `context` is the answer of the `receive` that is running, on this thread.
    unsafe { (*context.cast::<Answer>()).text.push_str(&read_str(text)) }
}

unsafe extern "C" fn fail(context: *mut c_void, failure: *const gloss_abi::Failure) {
    // SAFETY: as above; the interface lets plugins pass only readable failures.
    unsafe { (*context.cast::<Answer>()).failure = Some(Failure::read(failure)) }
}
