//! Declares the error codes of a crate: `G` and four digits, which never change their meaning.
//!
//! ```
//! gloss_codes::error_kinds! {
//!     /// The path does not exist.
//!     NotFound = "G9000",
//! }
//! assert_eq!(ErrorKind::NotFound.code(), "G9000");
//! assert_eq!(ErrorKind::NotFound.meaning(), "The path does not exist.");
//! assert_eq!(ErrorKind::ALL, [ErrorKind::NotFound]);
//! ```

#![no_std]

/// Makes the enum `ErrorKind` where it is called; what the doc comment of a kind says is its
/// meaning in the list of codes.
#[macro_export]
macro_rules! error_kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal,)*) => {
        /// What went wrong; each has a stable code that users can search for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorKind {
            $($(#[doc = $doc])* $name,)*
        }

        impl ErrorKind {
            /// All of them, in the order of their codes.
            pub const ALL: &[ErrorKind] = &[$(ErrorKind::$name,)*];

            /// The code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(ErrorKind::$name => $code,)*
                }
            }

            /// What it means, for the list of codes.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(ErrorKind::$name => concat!($($doc,)*).trim_ascii(),)*
                }
            }
        }
    };
}
