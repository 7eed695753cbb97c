//! Panics become errors with the panic's message and place.
//!
//! A plugin has its own copy of the standard library, so the host's panic hook does not see its
//! panics and the default one would print to standard error. The hook set here keeps the message
//! of panics inside calls of the interface, and leaves all others to the hook that was there.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::Error;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static MESSAGE: RefCell<Option<String>> = const { RefCell::new(None) };
}

fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| {
            if DEPTH.get() == 0 {
                previous(info);
                return;
            }
            let place = info.location().map(|l| format!(" ({}:{})", l.file(), l.line()));
            let payload = info.payload();
            let text = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
                (Some(text), _) => text,
                (_, Some(text)) => text.as_str(),
                _ => "no message",
            };
            let message = format!("{text}{}", place.unwrap_or_default());
            MESSAGE.with(|m| *m.borrow_mut() = Some(message));
        }));
    });
}

/// Runs `call`; a panic in it becomes an error of kind PANIC.
pub fn catch<T>(call: impl FnOnce() -> T) -> Result<T, Error> {
    install_hook();
    DEPTH.set(DEPTH.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(call));
    DEPTH.set(DEPTH.get() - 1);
    result.map_err(|payload| {
        // A payload whose own destructor panics must not take the process down.
        std::mem::forget(payload);
        let message = MESSAGE.with(|m| m.borrow_mut().take());
        Error::panic(message.unwrap_or_else(|| "no message".to_owned()))
    })
}
