//! Values of Arrow columns as JSON: numbers and truth values as they are, dates and times in ISO 8601.

use std::fmt::Display;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time32MillisecondType, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

/// Digits that a double keeps.
const EXACT_DIGITS: u8 = 15;

/// Whether values of a type can be had as JSON.
pub fn is_supported(data_type: &DataType) -> bool {
    match data_type {
        DataType::List(item) => is_supported(item.data_type()),
        DataType::Map(entries, _) => is_supported(entries.data_type()),
        DataType::Struct(fields) => fields.iter().all(|field| is_supported(field.data_type())),
        DataType::Interval(_) | DataType::Duration(_) | DataType::Union(..) => false,
        _ => true,
    }
}

/// A row as an object.
pub fn object(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let schema = batch.schema_ref();
    let pairs = schema.fields().iter().zip(batch.columns());
    pairs.map(|(field, column)| (field.name().clone(), value(column, row))).collect()
}

/// A value; bytes that are not UTF-8 as a list of numbers.
fn value(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int8 => at::<Int8Type>(array, row).into(),
        DataType::Int16 => at::<Int16Type>(array, row).into(),
        DataType::Int32 => at::<Int32Type>(array, row).into(),
        DataType::Int64 => at::<Int64Type>(array, row).into(),
        DataType::UInt8 => at::<UInt8Type>(array, row).into(),
        DataType::UInt16 => at::<UInt16Type>(array, row).into(),
        DataType::UInt32 => at::<UInt32Type>(array, row).into(),
        DataType::UInt64 => at::<UInt64Type>(array, row).into(),
        DataType::Float16 => f32::from(at::<Float16Type>(array, row)).into(),
        DataType::Float32 => at::<Float32Type>(array, row).into(),
        DataType::Float64 => at::<Float64Type>(array, row).into(),
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::Binary => bytes(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => bytes(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => bytes(array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => bytes(array.as_fixed_size_binary().value(row)),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            match dictionary.normalized_keys().get(row) {
                Some(&key) if key < dictionary.values().len() => value(dictionary.values(), key),
                _ => Value::Null,
            }
        }
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => decimal(array, row),
        DataType::Date32 => date(at::<Date32Type>(array, row)),
        DataType::Time32(_) | DataType::Time64(_) => time(array, row),
        DataType::Timestamp(unit, zone) => timestamp(array, row, *unit, zone.is_some()),
        DataType::List(_) => list(&array.as_list::<i32>().value(row)),
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let pairs = fields.iter().zip(columns);
            pairs.map(|(field, column)| (field.name().clone(), value(column, row))).collect()
        }
        DataType::Map(..) => map(array, row),
        _ => Value::Null,
    }
}

fn at<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

fn list(items: &dyn Array) -> Value {
    (0..items.len()).map(|row| value(items, row)).collect()
}

fn map(array: &dyn Array, row: usize) -> Value {
    let entries = array.as_map().value(row);
    let (keys, values) = (entries.column(0), entries.column(1));
    let pairs = (0..entries.len()).map(|row| {
        let key = match value(keys, row) {
            Value::String(text) => text,
            other => other.to_string(),
        };
        (key, value(values, row))
    });
    pairs.collect()
}

fn bytes(bytes: &[u8]) -> Value {
    str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().collect(), Value::from)
}

/// A number where a double is exact, else a text.
fn decimal(array: &dyn Array, row: usize) -> Value {
    let (text, digits) = match array.data_type() {
        DataType::Decimal32(digits, _) => {
            (array.as_primitive::<Decimal32Type>().value_as_string(row), *digits)
        }
        DataType::Decimal64(digits, _) => {
            (array.as_primitive::<Decimal64Type>().value_as_string(row), *digits)
        }
        DataType::Decimal128(digits, _) => {
            (array.as_primitive::<Decimal128Type>().value_as_string(row), *digits)
        }
        DataType::Decimal256(digits, _) => {
            (array.as_primitive::<Decimal256Type>().value_as_string(row), *digits)
        }
        _ => return Value::Null,
    };
    match text.parse::<f64>() {
        Ok(number) if digits <= EXACT_DIGITS => number.into(),
        _ => text.into(),
    }
}

fn date(days: i32) -> Value {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    let date = Date::constant(1970, 1, 1).checked_add(span);
    iso(date.ok(), days)
}

fn time(array: &dyn Array, row: usize) -> Value {
    let (number, nanoseconds) = match array.data_type() {
        DataType::Time32(TimeUnit::Millisecond) => {
            (i64::from(at::<Time32MillisecondType>(array, row)), 1_000_000)
        }
        DataType::Time64(TimeUnit::Microsecond) => (at::<Time64MicrosecondType>(array, row), 1_000),
        DataType::Time64(TimeUnit::Nanosecond) => (at::<Time64NanosecondType>(array, row), 1),
        _ => return Value::Null,
    };
    let span = number.checked_mul(nanoseconds).map(SignedDuration::from_nanos);
    iso(span.and_then(|span| Time::midnight().checked_add(span).ok()), number)
}

fn timestamp(array: &dyn Array, row: usize, unit: TimeUnit, is_instant: bool) -> Value {
    let (number, found) = match unit {
        TimeUnit::Millisecond => {
            let number = at::<TimestampMillisecondType>(array, row);
            (number, Timestamp::from_millisecond(number))
        }
        TimeUnit::Microsecond => {
            let number = at::<TimestampMicrosecondType>(array, row);
            (number, Timestamp::from_microsecond(number))
        }
        TimeUnit::Nanosecond => {
            let number = at::<TimestampNanosecondType>(array, row);
            (number, Timestamp::from_nanosecond(i128::from(number)))
        }
        TimeUnit::Second => return Value::Null,
    };
    match found {
        Ok(instant) if is_instant => instant.to_string().into(),
        found => iso(found.ok().map(|t| TimeZone::UTC.to_datetime(t)), number),
    }
}

/// A time as a text, or as the number that it is stored as where it is before or after all
/// calendars.
fn iso(time: Option<impl Display>, number: impl Into<Value>) -> Value {
    time.map_or_else(|| number.into(), |time| time.to_string().into())
}
