//! Tags, labels and other strings of a pipeline as small numbers.

use hashbrown::HashMap;

/// A string of one pipeline: its position in [`Symbols`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Symbol(u32);

impl Symbol {
    /// The empty string: what has not been set.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The strings, each once.
#[derive(Debug)]
pub(crate) struct Symbols {
    names: Vec<Box<str>>,
    positions: HashMap<Box<str>, Symbol>,
}

impl Default for Symbols {
    fn default() -> Self {
        let empty: Box<str> = Box::default();
        Self { names: vec![empty.clone()], positions: HashMap::from([(empty, Symbol::NONE)]) }
    }
}

impl Symbols {
    /// The symbol of a string, which is added if it is new.
    pub(crate) fn add(&mut self, name: &str) -> Symbol {
        if let Some(&symbol) = self.positions.get(name) {
            return symbol;
        }
        let symbol = Symbol(self.names.len() as u32);
        self.names.push(name.into());
        self.positions.insert(name.into(), symbol);
        symbol
    }

    /// The string of a symbol.
    pub(crate) fn name(&self, symbol: Symbol) -> &str {
        &self.names[symbol.index()]
    }

    /// All strings, in the order of their symbols.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }
}
