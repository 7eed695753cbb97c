//! rust-bert and tch panic where a tensor does not fit or libtorch throws: here that becomes an error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rust_bert::RustBertError;

/// Runs it; the error says what went wrong in one line. What libtorch throws ends with a list of C++ frames,
/// which says nothing to a user.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, RustBertError>) -> Result<T, String> {
    let message = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => match panic.downcast::<String>() {
            Ok(message) => *message,
            Err(panic) => match panic.downcast::<&str>() {
                Ok(message) => (*message).to_owned(),
                Err(_) => "it panicked".to_owned(),
            },
        },
    };
    Err(first_line(&message).to_owned())
}

/// The message of an error of libtorch without its frames, which an error of tch may quote with `\n` in them.
fn first_line(message: &str) -> &str {
    let end = [message.find('\n'), message.find("\\n")].into_iter().flatten().min();
    message[..end.unwrap_or(message.len())].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_goes_wrong_is_one_line() {
        #[track_caller]
        fn check(work: fn() -> Result<u8, RustBertError>, expected: Result<u8, &str>) {
            assert_eq!(guarded(work), expected.map_err(str::to_owned));
        }
        check(|| Ok(1), Ok(1));
        check(|| Err(RustBertError::ValueError("bad".to_owned())), Err("Value error: bad"));
        check(|| panic!("no\nframes"), Err("no"));
        check(|| panic!("{} {}", "no", r#"Torch("x\nframe")"#), Err(r#"no Torch("x"#));
        check(|| std::panic::panic_any(7), Err("it panicked"));
    }
}
