//! Size, alignment and offsets as a C compiler sees them in the header.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Item;
use super::render::{field_name, type_name};

/// A table with a line for each struct and each field, by their names in Rust.
pub fn in_c(root: &Path, header: &str) -> Result<String> {
    let (items, _) = super::read(root)?;
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("gloss.h"), header)?;
    fs::write(folder.path().join("layout.c"), program(&items))?;
    let compiled = Command::new("cc")
        .args(["-std=c99", "-o", "layout", "layout.c"])
        .current_dir(folder.path())
        .status()
        .context("cc cannot be started: a C compiler is needed")?;
    if !compiled.success() {
        bail!("the header does not compile");
    }
    let output = Command::new(folder.path().join("layout")).output()?;
    Ok(String::from_utf8(output.stdout)?)
}

/// A program that prints the table.
fn program(items: &[Item]) -> String {
    let mut text = String::from(
        "#include \"gloss.h\"\n#include <stdio.h>\n\n\
         #define STRUCT(name, type) \\\n    \
         printf(name \"\\t\\t0\\t%zu\\t%zu\\n\", sizeof(type), offsetof(struct { char c; type t; }, t))\n\
         #define FIELD(name, type, field) \\\n    \
         printf(name \"\\t%zu\\t%zu\\t\\n\", offsetof(type, field), sizeof(((type *)0)->field))\n\n\
         int main(void)\n{\n    printf(\"struct\\tfield\\toffset\\tsize\\talignment\\n\");\n",
    );
    // Writing to a string cannot fail.
    for item in items {
        let Item::Struct { name, fields, .. } = item else { continue };
        let c = type_name(name);
        let _ = writeln!(text, "    STRUCT(\"{name}\", {c});");
        for field in fields {
            let (rust, field) = (&field.name, field_name(&field.name));
            let _ = writeln!(text, "    FIELD(\"{name}\\t{rust}\", {c}, {field});");
        }
    }
    text.push_str("    return 0;\n}\n");
    text
}
