//! The machine that a run is on, and the memory that it takes there.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// A machine. What the system does not tell is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Machine {
    /// Logical processors that the process may use.
    pub cores: usize,
    /// The processor, as it calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// The operating system with its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Version of the kernel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
    /// Bytes of memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

impl Machine {
    /// This machine.
    #[must_use]
    pub fn this() -> Machine {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let release = read("/etc/os-release");
        let kernel = read("/proc/sys/kernel/osrelease").trim().to_owned();
        Machine {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            cpu: field(&read("/proc/cpuinfo"), "model name", ':'),
            system: field(&release, "PRETTY_NAME", '=')
                .map(|name| name.trim_matches('"').to_owned()),
            kernel: Some(kernel).filter(|kernel| !kernel.is_empty()),
            memory: kilobytes(&read("/proc/meminfo"), "MemTotal"),
        }
    }
}

/// The most memory that processes held at a time, in bytes: the resident set, files that are mapped
/// among it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PeakMemory {
    /// The process of the run.
    pub bytes: u64,
    /// Each process of isolated stages that was there when the run ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<u64>,
}

impl PeakMemory {
    /// That of this process and its children; `None` where the system does not tell.
    #[must_use]
    pub fn now() -> Option<PeakMemory> {
        let own = Path::new("/proc/self");
        let mut children = Vec::new();
        // Children are listed at the thread that started them.
        for thread in fs::read_dir(own.join("task")).into_iter().flatten().flatten() {
            let list = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            children.extend(list.split_whitespace().map(|id| Path::new("/proc").join(id)));
        }
        let workers = children.iter().filter_map(|child| peak(child)).collect();
        Some(PeakMemory { bytes: peak(own)?, workers })
    }
}

fn peak(process: &Path) -> Option<u64> {
    kilobytes(&fs::read_to_string(process.join("status")).ok()?, "VmHWM")
}

/// The value of the first line `KEY SEPARATOR VALUE`.
fn field(text: &str, key: &str, separator: char) -> Option<String> {
    let value = text.lines().find_map(|line| {
        let (found, value) = line.split_once(separator)?;
        (found.trim() == key).then(|| value.trim().to_owned())
    });
    value.filter(|value| !value.is_empty())
}

/// The value of a line `KEY: N kB`, in bytes.
fn kilobytes(text: &str, key: &str) -> Option<u64> {
    field(text, key, ':')?.strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found() {
        let check = |text: &str, key: &str, expected: Option<u64>| {
            assert_eq!(kilobytes(text, key), expected, "{text:?}");
        };
        check("VmHWM:\t    2048 kB\n", "VmHWM", Some(2 << 20));
        check("VmPeak: 1 kB\nVmHWM: 3 kB", "VmHWM", Some(3072));
        check("VmHWM: many kB", "VmHWM", None);
        check("VmHWM: 18446744073709551615 kB", "VmHWM", None);
        check("", "VmHWM", None);
        assert_eq!(field("A=\"b\"\n", "A", '=').as_deref(), Some("\"b\""));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_peak_holds_what_was_used() {
        let before = PeakMemory::now().unwrap().bytes;
        let held = vec![1u8; 64 << 20];
        let after = PeakMemory::now().unwrap().bytes;
        assert!(after >= before.min(48 << 20), "{before} {after} {}", held.len());
        assert!(after >= 64 << 20);
    }
}
