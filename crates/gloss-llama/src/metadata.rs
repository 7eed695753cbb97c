//! What a file says about itself.

use std::collections::HashMap;

use crate::error::Error;

/// A value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Whole(i64),
    Number(f64),
    Truth(bool),
    Text(String),
    Texts(Vec<String>),
    Numbers(Vec<f64>),
}

/// Fields by name.
#[derive(Debug)]
pub(crate) struct Metadata(pub(crate) HashMap<String, Value>);

impl Metadata {
    fn wrong(name: &str, wanted: &str) -> Error {
        Error::invalid(name, format!("it should be {wanted}"))
    }

    fn missing(name: &str) -> Error {
        Error::invalid(name, "the field is missing")
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Self::wrong(name, "a text")),
        }
    }

    pub(crate) fn truth(&self, name: &str) -> Result<bool, Error> {
        match self.0.get(name) {
            None => Ok(false),
            Some(Value::Truth(truth)) => Ok(*truth),
            Some(_) => Err(Self::wrong(name, "true or false")),
        }
    }

    pub(crate) fn texts(&self, name: &str) -> Result<&[String], Error> {
        match self.0.get(name) {
            None => Err(Self::missing(name)),
            Some(Value::Texts(texts)) => Ok(texts),
            Some(_) => Err(Self::wrong(name, "a list of texts")),
        }
    }

    pub(crate) fn numbers(&self, name: &str) -> Result<Option<&[f64]>, Error> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Numbers(numbers)) => Ok(Some(numbers)),
            Some(_) => Err(Self::wrong(name, "a list of numbers")),
        }
    }

    /// A number that is not negative.
    pub(crate) fn whole_if_there(&self, name: &str) -> Result<Option<usize>, Error> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Whole(number)) => match usize::try_from(*number) {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Self::wrong(name, "zero or more")),
            },
            Some(_) => Err(Self::wrong(name, "a whole number")),
        }
    }

    pub(crate) fn whole_or(&self, name: &str, default: usize) -> Result<usize, Error> {
        Ok(self.whole_if_there(name)?.unwrap_or(default))
    }

    pub(crate) fn whole(&self, name: &str) -> Result<usize, Error> {
        self.whole_if_there(name)?.ok_or_else(|| Self::missing(name))
    }

    pub(crate) fn number_or(&self, name: &str, default: f64) -> Result<f64, Error> {
        match self.0.get(name) {
            None => Ok(default),
            Some(Value::Number(number)) if number.is_finite() => Ok(*number),
            Some(_) => Err(Self::wrong(name, "a finite number")),
        }
    }
}
