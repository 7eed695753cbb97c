//! What a pipeline file may set.

use gloss_plugin::prelude::*;

/// How a numeric date such as 03/01/2026 is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// As the other numeric dates of the document are, where one can be read in one way only
    /// (25/12/2025). Where none can, the value leaves day and month open.
    #[default]
    Auto,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// Which one a weekday is that has no word such as "last" before it. The document's own day counts
/// in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WeekdayDirection {
    /// The next one, where the sentence speaks of what lies ahead ("will", "is due"); else the last.
    #[default]
    Tense,
    /// The last one.
    Past,
    /// The next one.
    Future,
    /// The one that is fewer days away.
    Nearest,
}

/// Options of the extractor.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The metadata field that holds the document's date: a date of ISO 8601, with or without a
    /// time, or one that the extractor itself can read. Without it, relative expressions stay open.
    pub date_field: String,
    /// How a numeric date such as 03/01/2026 is read: `dmy`, `mdy`, or `auto`, as the others of the
    /// document that can be read in one way only; where there are none, its value stays open.
    pub date_order: DateOrder,
    /// Which one a weekday is that has no word such as "last" before it: `past`, `future`, `nearest`,
    /// or `tense`, the next where the sentence speaks of what lies ahead, else the last.
    pub weekday: WeekdayDirection,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            date_field: "date".to_owned(),
            date_order: DateOrder::default(),
            weekday: WeekdayDirection::default(),
        }
    }
}
