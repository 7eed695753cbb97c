//! Writes a file anew, so that it is whole at every moment.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Writes `content` aside, under a name that no other writer has, and renames it to `path`.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".gloss.").suffix(".part");
    // Others may read it, as far as the user's mask lets them.
    #[cfg(unix)]
    builder.permissions(<fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    let mut aside = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    aside.write_all(content)?;
    aside.persist(path)?;
    Ok(())
}
