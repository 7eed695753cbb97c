//! What the header knows of the Rust sources.

use anyhow::{Result, bail};
use syn::{Expr, ExprLit, Fields, ImplItem, Lit, Type};

use super::comments;

/// Items that C has by other means: the header's macro for the manifest stands for them.
const BY_HAND: [&str; 2] = ["Manifest", "MANIFEST_SECTION"];

/// An item of the interface.
#[derive(Clone, Debug)]
pub enum Item {
    /// A constant of the crate.
    Constant(Constant),
    /// A number type; its values come in [`Item::Values`].
    Number { name: String, docs: String, repr: Box<Type> },
    /// The named values of a number type.
    Values { name: String, values: Vec<Constant> },
    /// A struct.
    Struct { name: String, docs: String, fields: Vec<Field> },
}

/// A constant, its value in C.
#[derive(Clone, Debug)]
pub struct Constant {
    pub name: String,
    pub docs: String,
    pub value: String,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub docs: String,
    pub value: Type,
}

/// The item or items that a Rust item stands for; none for what concerns Rust alone.
pub fn item(item: &syn::Item) -> Result<Option<Item>> {
    Ok(match item {
        syn::Item::Const(c) if BY_HAND.contains(&c.ident.to_string().as_str()) => None,
        syn::Item::Struct(s) if BY_HAND.contains(&s.ident.to_string().as_str()) => None,
        syn::Item::Const(c) => {
            let (name, docs) = (c.ident.to_string(), comments::of(&c.attrs));
            Some(Item::Constant(Constant { value: value(&c.expr)?, name, docs }))
        }
        syn::Item::Struct(s) => Some(structure(s)?),
        syn::Item::Impl(i) if i.trait_.is_none() => values(i)?,
        // Markers such as `Send` say nothing to C.
        syn::Item::Impl(_) | syn::Item::Use(_) | syn::Item::Mod(_) | syn::Item::Macro(_) => None,
        other => bail!("the header cannot express this item: {other:?}"),
    })
}

fn structure(s: &syn::ItemStruct) -> Result<Item> {
    let (name, docs) = (s.ident.to_string(), comments::of(&s.attrs));
    match &s.fields {
        Fields::Unnamed(fields)
            if has_repr(&s.attrs, "transparent") && fields.unnamed.len() == 1 =>
        {
            Ok(Item::Number { name, docs, repr: Box::new(fields.unnamed[0].ty.clone()) })
        }
        Fields::Named(fields) if has_repr(&s.attrs, "C") => {
            let field = |f: &syn::Field| Field {
                name: f.ident.as_ref().map(ToString::to_string).unwrap_or_default(),
                docs: comments::of(&f.attrs),
                value: f.ty.clone(),
            };
            Ok(Item::Struct { name, docs, fields: fields.named.iter().map(field).collect() })
        }
        _ => bail!("{name} is neither a #[repr(C)] struct nor a #[repr(transparent)] number"),
    }
}

fn has_repr(attributes: &[syn::Attribute], repr: &str) -> bool {
    attributes.iter().any(|a| {
        a.path().is_ident("repr") && a.parse_args::<syn::Ident>().is_ok_and(|found| found == repr)
    })
}

/// The named values of a number type; `None` for other types, whose functions C does not have.
fn values(i: &syn::ItemImpl) -> Result<Option<Item>> {
    let Some(name) = type_name(&i.self_ty) else { return Ok(None) };
    let mut values = Vec::new();
    for item in &i.items {
        let ImplItem::Const(c) = item else { continue };
        let Expr::Call(call) = &c.expr else { return Ok(None) };
        let Some(argument) = call.args.first() else { bail!("{name}::{} has no value", c.ident) };
        values.push(Constant {
            name: c.ident.to_string(),
            docs: comments::of(&c.attrs),
            value: value(argument)?,
        });
    }
    Ok((!values.is_empty()).then_some(Item::Values { name, values }))
}

/// The last part of a type's path.
pub fn type_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}

/// A constant expression in C.
fn value(expression: &Expr) -> Result<String> {
    Ok(match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(n), .. }) => n.base10_digits().to_owned(),
        Expr::Lit(ExprLit { lit: Lit::Str(s), .. }) => format!("{:?}", s.value()),
        Expr::Path(path) => match path
            .path
            .segments
            .iter()
            .map(|s| s.ident.to_string())
            .collect::<Vec<_>>()
            .as_slice()
        {
            [ty, max] if ty == "u32" && max == "MAX" => "0xFFFFFFFFu".to_owned(),
            other => bail!("the header cannot express the constant {}", other.join("::")),
        },
        // `u64::from_le_bytes(*b"...")` and `*b"..."`.
        Expr::Call(call) => {
            let bytes = call.args.first().and_then(byte_string).unwrap_or_default();
            let Ok(bytes) = <[u8; 8]>::try_from(bytes) else { bail!("not eight bytes") };
            format!("UINT64_C({:#018x})", u64::from_le_bytes(bytes))
        }
        other => match byte_string(other) {
            Some(bytes) => format!("{:?}", String::from_utf8(bytes)?),
            None => bail!("the header cannot express this constant: {other:?}"),
        },
    })
}

fn byte_string(expression: &Expr) -> Option<Vec<u8>> {
    let Expr::Unary(unary) = expression else { return None };
    match &*unary.expr {
        Expr::Lit(ExprLit { lit: Lit::ByteStr(bytes), .. }) => Some(bytes.value()),
        _ => None,
    }
}
