//! Items as C.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use syn::{GenericArgument, PathArguments, PointerMutability, ReturnType, Type};

use super::comments;
use super::model::{Constant, Item};

/// Width of a line of the header.
const WIDTH: usize = 100;

/// Words that Rust allows as names of fields and C does not.
const RESERVED: [&str; 6] = ["int", "float", "double", "char", "long", "short"];

/// The whole header.
pub fn header(items: &[Item], conventions: &str) -> Result<String> {
    let known = |name: &str| items.iter().any(|i| is_named(i, name));
    let comment =
        |docs: &str, indent: &str| comments::lines(&comments::translate(docs, known), indent);
    let mut text = include_str!("preamble.h").replace("@CONVENTIONS@\n", &comment(conventions, ""));
    for item in items {
        if let Item::Struct { name, .. } = item {
            writeln!(text, "typedef struct {0} {0};", type_name(name))?;
        }
    }
    for item in items {
        match item {
            Item::Constant(c) => {
                write!(text, "\n{}{}", comment(&c.docs, ""), define(&c.name, &c.value))?;
            }
            Item::Number { name, docs, repr } => {
                let declaration = declare(repr, &type_name(name))?;
                write!(text, "\n{}typedef {declaration};\n", comment(docs, ""))?;
            }
            Item::Values { name, values } => {
                text.push('\n');
                for Constant { name: value_name, docs, value } in values {
                    let value = format!("(({}){value})", type_name(name));
                    let full = format!("{}_{value_name}", snake(name));
                    write!(text, "{}{}", comment(docs, ""), define(&full, &value))?;
                }
            }
            Item::Struct { name, docs, fields } => {
                write!(text, "\n{}struct {} {{\n", comment(docs, ""), type_name(name))?;
                for field in fields {
                    let declaration = declare(&field.value, &field_name(&field.name))
                        .with_context(|| format!("{name}.{}", field.name))?;
                    text.push_str(&comment(&field.docs, "    "));
                    text.push_str(&wrap(&declaration));
                }
                text.push_str("};\n");
            }
        }
    }
    let version = version(items)?;
    text.push_str(&include_str!("helpers.h").replace("@VERSION@", &version));
    Ok(text)
}

fn is_named(item: &Item, wanted: &str) -> bool {
    match item {
        Item::Constant(c) => c.name == wanted,
        Item::Number { name, .. } | Item::Struct { name, .. } => name == wanted,
        Item::Values { .. } => false,
    }
}

/// The interface's version, as manifests state it.
pub fn version(items: &[Item]) -> Result<String> {
    let number = |wanted: &str| {
        let found = items.iter().find_map(|item| match item {
            Item::Constant(c) if c.name == wanted => Some(c.value.clone()),
            _ => None,
        });
        found.with_context(|| format!("there is no {wanted}"))
    };
    let (major, minor) = (number("ABI_MAJOR")?, number("ABI_MINOR")?);
    Ok(match number("ABI_CANDIDATE")?.as_str() {
        "0" => format!("{major}.{minor}"),
        candidate => format!("{major}.{minor}-rc.{candidate}"),
    })
}

fn define(name: &str, value: &str) -> String {
    format!("#define {} {value}\n", constant_name(name))
}

/// `AttributeColumn` as `attribute_column`.
pub fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// The name of a type in C.
pub fn type_name(name: &str) -> String {
    format!("gloss_{}", snake(name))
}

/// The name of a constant in C.
pub fn constant_name(name: &str) -> String {
    format!("GLOSS_{}", name.to_uppercase())
}

/// The name of a field in C.
pub fn field_name(name: &str) -> String {
    if RESERVED.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// The declaration of `name` with a Rust type.
fn declare(ty: &Type, name: &str) -> Result<String> {
    match ty {
        Type::Ptr(pointer) => {
            let inner = declare(&pointer.elem, &format!("*{name}"))?;
            match (&pointer.mutability, &*pointer.elem) {
                (PointerMutability::Const(_), Type::Ptr(_)) => {
                    bail!("a constant pointer to a pointer")
                }
                (PointerMutability::Const(_), _) => Ok(format!("const {inner}")),
                (PointerMutability::Mut(_), _) => Ok(inner),
            }
        }
        Type::Path(path) => {
            let last = path.path.segments.last().context("an empty path")?;
            if last.ident != "Option" {
                let named = base(&last.ident.to_string());
                return Ok(format!("{named} {name}").replace("* ", "*"));
            }
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                bail!("an option of nothing");
            };
            match arguments.args.first() {
                Some(GenericArgument::Type(Type::FnPtr(function))) => pointer_to(function, name),
                _ => bail!("an option of something else than a function"),
            }
        }
        other => bail!("the header cannot express the type {other:?}"),
    }
}

fn base(rust: &str) -> String {
    match rust {
        "u8" | "u16" | "u32" | "u64" => format!("uint{}_t", &rust[1..]),
        "i32" | "i64" => format!("int{}_t", &rust[1..]),
        "usize" => "size_t".to_owned(),
        "f32" => "float".to_owned(),
        "f64" => "double".to_owned(),
        "c_void" => "void".to_owned(),
        name => type_name(name),
    }
}

fn pointer_to(function: &syn::TypeFnPtr, name: &str) -> Result<String> {
    let parameter = |p: &syn::NamedArg| -> Result<String> {
        let (name, _) = p.name.as_ref().context("a parameter without a name")?;
        declare(&p.ty, &name.to_string())
    };
    let mut parameters = Vec::new();
    for input in &function.inputs {
        parameters.push(parameter(input)?);
    }
    let parameters = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
    let declarator = format!("(*{name})({parameters})");
    match &function.output {
        ReturnType::Default => Ok(format!("void {declarator}")),
        ReturnType::Type(_, ty) => declare(ty, &declarator),
    }
}

/// A field, broken between parameters where it is too long.
fn wrap(declaration: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("   ");
    for word in format!("{declaration};").split_inclusive(", ") {
        if line.trim_end().len() + word.trim_end().len() > WIDTH {
            lines.push_str(line.trim_end());
            lines.push('\n');
            line = String::from("       ");
        }
        if line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push_str(line.trim_end());
    lines.push('\n');
    lines
}
