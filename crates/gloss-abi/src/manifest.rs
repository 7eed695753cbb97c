//! What a host reads from a plugin's file without loading it.

/// Name of the section that holds a [`Manifest`] (Mach-O: in the segment `__DATA`).
pub const MANIFEST_SECTION: &str = if cfg!(target_vendor = "apple") { "__gloss" } else { ".gloss" };

/// First bytes of the section that holds the manifest; found nowhere else.
pub const MANIFEST_MAGIC: [u8; 16] = *b"gloss-manifest/1";

/// Static data in the section [`MANIFEST_SECTION`]: JSON that says who the plugin is.
///
/// The JSON is an object with the keys `id` (`publisher/name`), `version`, `abi`
/// (`"MAJOR.MINOR"` or `"MAJOR.MINOR-rc.N"`), `target` (`ARCH-OS-ENVIRONMENT`) and `extractors`
/// (a list of names).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Manifest<const N: usize> {
    /// [`MANIFEST_MAGIC`].
    pub magic: [u8; 16],
    /// Length of `json` in bytes, little-endian.
    pub length: [u8; 4],
    /// The JSON, UTF-8.
    pub json: [u8; N],
}

impl<const N: usize> Manifest<N> {
    /// Wraps `json`, whose length must be `N`.
    ///
    /// # Panics
    /// At compile time, when used for a static, if the length is not `N`.
    #[must_use]
    pub const fn new(json: &str) -> Manifest<N> {
        assert!(json.len() == N, "the manifest's size must be that of its JSON");
        let mut bytes = [0; N];
        let mut i = 0;
        while i < N {
            bytes[i] = json.as_bytes()[i];
            i += 1;
        }
        Manifest { magic: MANIFEST_MAGIC, length: (N as u32).to_le_bytes(), json: bytes }
    }
}

/// The interface's version as a literal, for manifests.
#[macro_export]
macro_rules! abi_version {
    () => {
        "1.0-rc.2"
    };
}

/// The platform for which this is compiled, as a literal, for manifests. Unlisted platforms are
/// `unknown`, which every host takes for its own.
#[cfg(all(target_arch = "x86_64", target_os = "linux", target_env = "gnu"))]
#[macro_export]
macro_rules! target {
    () => {
        "x86_64-linux-gnu"
    };
}
/// The platform for which this is compiled, as a literal, for manifests.
#[cfg(all(target_arch = "x86_64", target_os = "linux", target_env = "musl"))]
#[macro_export]
macro_rules! target {
    () => {
        "x86_64-linux-musl"
    };
}
/// The platform for which this is compiled, as a literal, for manifests.
#[cfg(all(target_arch = "aarch64", target_os = "linux", target_env = "gnu"))]
#[macro_export]
macro_rules! target {
    () => {
        "aarch64-linux-gnu"
    };
}
/// The platform for which this is compiled, as a literal, for manifests.
#[cfg(all(target_arch = "x86_64", target_os = "macos"))]
#[macro_export]
macro_rules! target {
    () => {
        "x86_64-macos"
    };
}
/// The platform for which this is compiled, as a literal, for manifests.
#[cfg(all(target_arch = "aarch64", target_os = "macos"))]
#[macro_export]
macro_rules! target {
    () => {
        "aarch64-macos"
    };
}
/// The platform for which this is compiled, as a literal, for manifests.
#[cfg(all(target_arch = "x86_64", target_os = "windows", target_env = "msvc"))]
#[macro_export]
macro_rules! target {
    () => {
        "x86_64-windows-msvc"
    };
}
/// The platform for which this is compiled, as a literal, for manifests.
#[cfg(not(any(
    all(target_arch = "x86_64", target_os = "linux", target_env = "gnu"),
    all(target_arch = "x86_64", target_os = "linux", target_env = "musl"),
    all(target_arch = "aarch64", target_os = "linux", target_env = "gnu"),
    all(target_arch = "x86_64", target_os = "macos"),
    all(target_arch = "aarch64", target_os = "macos"),
    all(target_arch = "x86_64", target_os = "windows", target_env = "msvc"),
)))]
#[macro_export]
macro_rules! target {
    () => {
        "unknown"
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn version_literal_agrees_with_the_constants() {
        extern crate std;
        let expected =
            std::format!("{}.{}-rc.{}", crate::ABI_MAJOR, crate::ABI_MINOR, crate::ABI_CANDIDATE);
        assert_eq!(abi_version!(), expected);
    }
}
