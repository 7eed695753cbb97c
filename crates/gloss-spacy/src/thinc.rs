//! The `model` file of thinc: layers in breadth-first order with their parameters.

use hashbrown::HashMap;

use crate::error::Error;
use crate::msgpack::Reader;

/// An array of finite `f32` in C order.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    /// Where it came from, for errors.
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<f32>,
}

/// A layer of the tree.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) name: &'a str,
    references: HashMap<&'a str, usize>,
    attributes: HashMap<&'a str, Reader<'a>>,
    parameters: HashMap<&'a str, Reader<'a>>,
}

/// A parsed `model` file.
#[derive(Debug)]
pub(crate) struct Model<'a> {
    pub(crate) file: &'a str,
    pub(crate) nodes: Vec<Node<'a>>,
}

impl<'a> Model<'a> {
    /// Parses the file; parameters stay in `bytes` until they are asked for.
    pub(crate) fn parse(bytes: &'a [u8], file: &'a str) -> Result<Self, Error> {
        let root = Reader::parse(bytes, file)?;
        let (nodes, attributes) = (root.field("nodes")?, root.field("attrs")?);
        let (parameters, count) = (root.field("params")?, nodes.count()?);
        if attributes.count()? != count || parameters.count()? != count {
            let reason = "the lists nodes, attrs and params differ in length";
            return Err(Error::invalid(file, "nodes", reason));
        }
        let node = |((node, attributes), parameters): ((Reader<'a>, Reader<'a>), Reader<'a>)| {
            let mut references = HashMap::new();
            for (key, target) in node.field("refs")?.entries()? {
                if target.is_nil() {
                    continue;
                }
                let index = target.size()?;
                if index >= count {
                    return Err(target.error(format!("node {index} does not exist")));
                }
                references.insert(key.string()?, index);
            }
            let name = node.field("name")?.string()?;
            Ok(Node {
                name,
                references,
                attributes: by_name(&attributes)?,
                parameters: by_name(&parameters)?,
            })
        };
        let nodes = nodes.items()?.zip(attributes.items()?).zip(parameters.items()?).map(node);
        Ok(Self { file, nodes: nodes.collect::<Result<_, Error>>()? })
    }

    /// The nodes of one name, in order.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter().filter(move |node| node.name == name)
    }

    /// The index of the node that the first node refers to by `name`.
    pub(crate) fn reference(&self, name: &str) -> Result<usize, Error> {
        let found = self.nodes.first().and_then(|node| node.references.get(name));
        found
            .copied()
            .ok_or_else(|| Error::invalid(self.file, "nodes.0.refs", format!("no {name}")))
    }
}

fn by_name<'a>(map: &Reader<'a>) -> Result<HashMap<&'a str, Reader<'a>>, Error> {
    map.entries()?.map(|(key, value)| Ok((key.string()?, value))).collect()
}

impl<'a> Node<'a> {
    /// An attribute, unpacked; thinc packs each one separately.
    pub(crate) fn attribute(&self, name: &str, file: &str) -> Result<Reader<'a>, Error> {
        let value = self.attributes.get(name).ok_or_else(|| {
            Error::invalid(file, &format!("{}.{name}", self.name), "the attribute is missing")
        })?;
        if value.is_bytes() { value.unpack() } else { Ok(value.clone()) }
    }

    /// A parameter, checked against the bytes that are there.
    pub(crate) fn parameter(&self, name: &str, file: &str) -> Result<Array, Error> {
        let full = format!("{}.{name}", self.name);
        let missing = || Error::invalid(file, &full, "the parameter is missing");
        let array = self.parameters.get(name).ok_or_else(missing)?;
        if array.is_nil() {
            return Err(missing());
        }
        let kind = array.field("type")?.string()?;
        if kind != "<f4" {
            return Err(Error::invalid(file, &full, format!("numbers of type {kind}, not <f4")));
        }
        let shape = array.field("shape")?;
        let shape = shape.items()?.map(|size| size.size()).collect::<Result<Vec<_>, _>>()?;
        let data = array.field("data")?.bytes()?;
        let bytes = shape.iter().try_fold(4usize, |product, &size| product.checked_mul(size));
        if bytes != Some(data.len()) || data.is_empty() {
            let reason = format!("{} bytes do not fill the shape {shape:?}", data.len());
            return Err(Error::invalid(file, &full, reason));
        }
        let data: Vec<f32> = little_endian(data).collect();
        if !all_finite(&data) {
            return Err(Error::invalid(file, &full, "a weight is not a finite number"));
        }
        Ok(Array { name: full, shape, data })
    }
}

impl Array {
    /// Checks the shape.
    pub(crate) fn expect(&self, shape: &[usize], file: &str) -> Result<(), Error> {
        if self.shape == shape {
            return Ok(());
        }
        let reason = format!("shape {:?}, but {shape:?} was expected", self.shape);
        Err(Error::invalid(file, &self.name, reason))
    }

    /// The sizes of an array of `N` dimensions.
    pub(crate) fn sizes<const N: usize>(&self, file: &str) -> Result<[usize; N], Error> {
        <[usize; N]>::try_from(self.shape.as_slice()).map_err(|_| {
            let reason = format!("shape {:?}, but {N} dimensions were expected", self.shape);
            Error::invalid(file, &self.name, reason)
        })
    }
}

/// Numbers as they lie in files.
pub(crate) fn little_endian(bytes: &[u8]) -> impl ExactSizeIterator<Item = f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// Whether all numbers are finite. Looks at all of them, so that it looks at many at once.
pub(crate) fn all_finite(numbers: &[f32]) -> bool {
    numbers.iter().fold(true, |finite, number| finite & number.is_finite())
}
