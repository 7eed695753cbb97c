//! Limits on a child's memory: a control group where the system lets us make one, else by watching.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The limit on one child. Dropped after the child has ended.
#[derive(Debug)]
pub enum MemoryLimit {
    /// There is none.
    None,
    /// The system kills the child.
    Group(ControlGroup),
    /// We do.
    Watch { pid: u32, bytes: u64 },
}

impl MemoryLimit {
    /// Limits the child `pid` to `bytes` of memory.
    pub fn new(pid: u32, bytes: Option<u64>) -> MemoryLimit {
        let Some(bytes) = bytes else { return MemoryLimit::None };
        match ControlGroup::new(pid, bytes) {
            Some(group) => MemoryLimit::Group(group),
            None => MemoryLimit::Watch { pid, bytes },
        }
    }

    /// Whether the child uses more than it may, where that is for us to find out.
    pub fn is_exceeded(&self) -> bool {
        match self {
            MemoryLimit::Watch { pid, bytes } => own_memory(*pid).is_some_and(|used| used > *bytes),
            MemoryLimit::None | MemoryLimit::Group(_) => false,
        }
    }

    /// Whether the system killed the child for it.
    pub fn has_killed(&self) -> bool {
        matches!(self, MemoryLimit::Group(group) if group.has_killed())
    }

    /// The limit in bytes.
    pub fn bytes(&self) -> u64 {
        match self {
            MemoryLimit::None => 0,
            MemoryLimit::Group(group) => group.bytes,
            MemoryLimit::Watch { bytes, .. } => *bytes,
        }
    }
}

/// Bytes that a process does not share with files: models are mapped, and not its own memory.
fn own_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |name: &str| -> Option<u64> {
        let line = status.lines().find_map(|l| l.strip_prefix(name))?;
        line.trim().strip_suffix(" kB")?.trim().parse().ok()
    };
    Some((field("RssAnon:")? + field("VmSwap:").unwrap_or(0)) << 10)
}

/// A memory control group with one process in it.
#[derive(Debug)]
pub struct ControlGroup {
    folder: PathBuf,
    bytes: u64,
    /// The file that counts kills, and the word before the count.
    kills: (&'static str, &'static str),
}

impl ControlGroup {
    /// `None` where this process may not make one: most users may not.
    fn new(pid: u32, bytes: u64) -> Option<ControlGroup> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let own = fs::read_to_string("/proc/self/cgroup").ok()?;
        let (parent, limit, kills) = memory_group(&own)?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("gloss-{}-{number}", std::process::id()));
        fs::create_dir(&folder).ok()?;
        // From here on the folder is removed again, whatever fails.
        let group = ControlGroup { folder, bytes, kills };
        fs::write(group.folder.join(limit), bytes.to_string()).ok()?;
        // Without swap, where the system counts it: swapping is worse than being told.
        let _ = fs::write(group.folder.join("memory.swap.max"), "0");
        fs::write(group.folder.join("cgroup.procs"), pid.to_string()).ok()?;
        Some(group)
    }

    fn has_killed(&self) -> bool {
        let (file, word) = self.kills;
        let text = fs::read_to_string(self.folder.join(file)).unwrap_or_default();
        let count = text.lines().find_map(|l| l.strip_prefix(word)?.trim().parse::<u64>().ok());
        count.is_some_and(|count| count > 0)
    }
}

impl Drop for ControlGroup {
    fn drop(&mut self) {
        // Empty by now; if the child is not quite gone, the folder stays, which harms nobody.
        let _ = fs::remove_dir(&self.folder);
    }
}

type Group = (PathBuf, &'static str, (&'static str, &'static str));

/// Our own memory group, the name of the limit in it, and where kills are counted. `own` is the
/// text of `/proc/self/cgroup`.
fn memory_group(own: &str) -> Option<Group> {
    let root = Path::new("/sys/fs/cgroup");
    for line in own.lines() {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        let path = path.trim_start_matches('/');
        // Version 2 has one hierarchy; version 1 has one for each controller.
        if controllers.is_empty() && root.join("cgroup.controllers").exists() {
            return Some((root.join(path), "memory.max", ("memory.events", "oom_kill ")));
        }
        if controllers.split(',').any(|c| c == "memory") {
            let folder = root.join("memory").join(path);
            // Inside a container the path may be that of the host; its root is ours then.
            let folder = if folder.exists() { folder } else { root.join("memory") };
            let kills = ("memory.oom_control", "oom_kill ");
            return Some((folder, "memory.limit_in_bytes", kills));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_memory_grows_with_what_is_used() {
        let before = own_memory(std::process::id()).unwrap();
        let held = vec![1u8; 64 << 20];
        let after = own_memory(std::process::id()).unwrap();
        assert!(after >= before + (48 << 20), "{before} {after} {}", held.len());
    }

    #[test]
    fn groups_of_version_1_are_found() {
        let (folder, limit, _) = memory_group("5:cpu:/a\n4:memory:/no/such\n").unwrap();
        assert_eq!(
            (folder.as_path(), limit),
            (Path::new("/sys/fs/cgroup/memory"), "memory.limit_in_bytes")
        );
        assert!(memory_group("3:cpu:/\n").is_none());
    }
}
