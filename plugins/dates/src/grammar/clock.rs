//! Times of day: "5:30 p.m. EST", "17:30 GMT", "noon", "half past nine".

use super::Grammar;
use crate::lexicon::Word;
use crate::meaning::{Clock, Part, Zone};

/// A time, `mod`, the token behind, and whether it can stand without a day.
type Told = (Clock, Option<&'static str>, usize, bool);

const LEADS: &[&str] = &[
    "at", "from", "until", "till", "by", "before", "after", "around", "about", "since", "to",
    "between",
];

impl Grammar<'_> {
    pub(super) fn clock(&self, at: usize) -> Option<Told> {
        self.named_time(at).or_else(|| self.spoken(at)).or_else(|| self.digital(at))
    }

    fn named_time(&self, at: usize) -> Option<Told> {
        let whole = |hour| Clock::At {
            hour,
            minute: 0,
            second: None,
            half_unknown: false,
            zone: Zone::None,
        };
        if self.row(at, &["the", "early", "hours"]) > 0 {
            return Some((Clock::Part(Part::Night), Some("START"), at + 3, false));
        }
        if self.is(at, "overnight") {
            return Some((Clock::SomeNight, None, at + 1, true));
        }
        let hour = self.choose(at, &[("noon", 12), ("midnight", 24), ("midday", 12)])?;
        let fits = !self.is(at, "midday") || self.before(at, LEADS);
        fits.then_some((whole(hour), None, at + 1, true))
    }

    /// "half past nine", "a quarter to ten", "9 o'clock"
    fn spoken(&self, at: usize) -> Option<Told> {
        let a = usize::from(self.is(at, "a"));
        let (shift, next) = match () {
            () if self.row(at, &["half", "past"]) > 0 => (30, at + 2),
            () if self.row(at + a, &["quarter", "past"]) > 0 => (15, at + a + 2),
            () if self.row(at + a, &["quarter", "to"]) > 0 => (-15, at + a + 2),
            () => (0, at),
        };
        let (tenths, end) = self.number(next)?;
        let hour =
            i8::try_from(tenths / 10).ok().filter(|h| (1..=12).contains(h) && tenths % 10 == 0)?;
        let behind = if self.is(end, "o") && self.mark(end + 1, b'\'') && self.is(end + 2, "clock")
        {
            3
        } else {
            0
        };
        if shift == 0 && behind == 0 {
            return None;
        }
        let minutes = i16::from(hour) * 60 + shift;
        let (hour, minute) = ((minutes / 60) as i8, (minutes % 60) as i8);
        let clock = Clock::At { hour, minute, second: None, half_unknown: true, zone: Zone::None };
        Some((clock, None, end + behind, true))
    }

    /// Hours, minutes and seconds with colons.
    pub(super) fn colons(&self, at: usize) -> Option<(i8, i8, Option<i8>, usize)> {
        let (hour, length) = self.digits(at)?;
        if length > 2
            || hour > 24
            || !self.mark(at + 1, b':')
            || !self.glued(at + 1)
            || !self.glued(at + 2)
        {
            return None;
        }
        let (minute, length) = self.digits(at + 2)?;
        if length != 2 || minute > 59 || hour == 24 && minute > 0 {
            return None;
        }
        let more = self.mark(at + 3, b':') && self.glued(at + 3) && self.glued(at + 4);
        if !more {
            return Some((hour as i8, minute as i8, None, at + 3));
        }
        let (second, length) = self.digits(at + 4)?;
        (length == 2 && second < 60).then_some((
            hour as i8,
            minute as i8,
            Some(second as i8),
            at + 5,
        ))
    }

    fn digital(&self, at: usize) -> Option<Told> {
        if !self.free(at) {
            return None;
        }
        if let Some((hour, minute, second, end)) = self.colons(at) {
            return self
                .with_half(hour, minute, second, end)
                .or_else(|| self.on_24_hours(at, hour, minute, second, end));
        }
        let (value, length) = self.digits(at)?;
        if length == 4 {
            let (zone, end) = self
                .zone(at + 1)
                .or_else(|| self.is(at + 1, "hours").then_some((Zone::None, at + 2)))?;
            let fits = value / 100 < 24 && value % 100 < 60;
            let clock = Clock::At {
                hour: (value / 100) as i8,
                minute: (value % 100) as i8,
                second: None,
                half_unknown: false,
                zone,
            };
            return fits.then_some((clock, None, end, true));
        }
        if length > 2 || value > 12 || value == 0 {
            return None;
        }
        let hour = value as i8;
        // "5.30pm"
        if self.mark(at + 1, b'.')
            && self.glued(at + 1)
            && self.glued(at + 2)
            && let Some((minute, 2)) = self.digits(at + 2)
            && minute < 60
        {
            return self.with_half(hour, minute as i8, None, at + 3);
        }
        self.with_half(hour, 0, None, at + 1).or_else(|| {
            // "at 9 on Friday"
            let fits = self.before(at, &["at", "by", "around"]) && self.ends(at + 1);
            let clock =
                Clock::At { hour, minute: 0, second: None, half_unknown: true, zone: Zone::None };
            fits.then_some((clock, None, at + 1, false))
        })
    }

    /// What has a.m. or p.m. behind it.
    fn with_half(&self, hour: i8, minute: i8, second: Option<i8>, at: usize) -> Option<Told> {
        let (pm, end) = self.half_of_day(at)?;
        if !(1..=12).contains(&hour) {
            return None;
        }
        let hour = hour % 12 + if pm { 12 } else { 0 };
        let (zone, end) = self.zone(end).unwrap_or((Zone::None, end));
        Some((Clock::At { hour, minute, second, half_unknown: false, zone }, None, end, true))
    }

    fn half_of_day(&self, at: usize) -> Option<(bool, usize)> {
        if self.any(at, &["am", "pm"]) && self.ends(at + 1) {
            return Some((self.is(at, "pm"), at + 1));
        }
        let dotted = self.any(at, &["a", "p"])
            && self.mark(at + 1, b'.')
            && self.glued(at + 1)
            && self.is(at + 2, "m")
            && self.glued(at + 2);
        if !dotted {
            return None;
        }
        let dot = usize::from(self.mark(at + 3, b'.') && self.glued(at + 3));
        Some((self.is(at, "p"), at + 3 + dot))
    }

    fn on_24_hours(
        &self,
        at: usize,
        hour: i8,
        minute: i8,
        second: Option<i8>,
        end: usize,
    ) -> Option<Told> {
        if !self.ends(end) {
            return None;
        }
        let zone = self.zone(end);
        let (zone_is, behind) = zone.unwrap_or((Zone::None, end));
        let two_digits = self.slice(at).len() == 2;
        let half_unknown =
            zone.is_none() && (1..=12).contains(&hour) && !self.slice(at).starts_with('0');
        let alone = zone.is_some() || self.before(at, LEADS) && (second.is_none() || two_digits);
        let clock = Clock::At { hour, minute, second, half_unknown, zone: zone_is };
        // Race times and scores look like hours; those of the clock are led by a word.
        (alone || self.before(at, &["on"])).then_some((clock, None, behind, alone))
    }

    fn zone(&self, at: usize) -> Option<(Zone, usize)> {
        let capitals = self.slice(at).bytes().all(|b| b.is_ascii_uppercase());
        match self.word(at) {
            Some(Word::Zone(minutes)) if capitals => return Some((Zone::Offset(minutes), at + 1)),
            Some(Word::VagueZone) if capitals => return Some((Zone::Vague, at + 1)),
            _ => {}
        }
        let local = self.row(at, &["local", "time"]);
        if local > 0 {
            return Some((Zone::Vague, at + local));
        }
        if self.capital(at) && self.any(at, &["eastern", "central", "mountain", "pacific"]) {
            let mut end = at + 1;
            end += usize::from(self.any(end, &["standard", "daylight"]));
            end += usize::from(self.is(end, "time"));
            return Some((Zone::Vague, end));
        }
        None
    }
}
