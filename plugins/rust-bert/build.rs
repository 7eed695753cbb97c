//! Where the plugin looks for libtorch when it runs.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The folder travels with the plugin, so no variable has to be set. Its tests lie one folder deeper.
    println!("cargo:rustc-link-arg=-Wl,-rpath,$ORIGIN/libtorch/lib:$ORIGIN/../libtorch/lib");
    // A libtorch with the other C++ ABI has other names of functions: found here, and not when it is loaded.
    println!("cargo:rustc-link-arg-cdylib=-Wl,-z,defs");
}
