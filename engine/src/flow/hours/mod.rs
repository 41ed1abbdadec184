//! Opening hours: what the clock and the calendar say.
//!
//! | module | what it holds |
//! |---|---|
//! | [`calendar`] | holidays from an iCalendar file |
//!
//! Time zones are compiled in, so that the same time gives the same answer on every machine.

pub mod calendar;

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::{
    Timestamp,
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};

use crate::Millis;

use super::model::NodeName;
use calendar::Closure;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// The machine's own database might be older or newer than another replica's.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone by its IANA name, for example `Europe/Berlin`.
pub fn zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// Choose by the time of day and the calendar.
#[derive(Debug, Clone)]
pub struct Hours {
    /// Whose clock counts.
    pub zone: TimeZone,
    /// By day, Monday first: when it is open.
    pub week: [Vec<Span>; 7],
    /// Days on which it is closed all day.
    pub holidays: BTreeSet<Date>,
    /// Times on which it is closed, from a calendar file.
    pub closures: Vec<Closure>,
    /// Where the call goes in opening hours.
    pub open: NodeName,
    /// Where the call goes outside them.
    pub closed: NodeName,
    /// Where the call goes on a holiday; the same as `closed` where the flow names none.
    pub holiday: NodeName,
}

/// A time of day: from and to, in minutes since midnight; `to` above 1,440 is in the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first minute that is open.
    pub from: u16,
    /// The first minute that is not.
    pub to: u16,
}

impl Span {
    /// Reads `09:00-17:00`; `22:00-02:00` goes into the next day, `00:00-24:00` is the whole day.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (minutes(from.trim())?, minutes(to.trim())?);
        if from >= DAY || from == to {
            return None;
        }
        Some(Self { from, to: if to < from { to.saturating_add(DAY) } else { to } })
    }
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| -> Option<u16> {
        let fits = part.len() == 2 && part.chars().all(|letter| letter.is_ascii_digit());
        fits.then(|| part.parse().ok()).flatten()
    };
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    let all = hour.saturating_mul(60).saturating_add(minute);
    (minute < 60 && all <= DAY).then_some(all)
}

/// What the clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenState {
    /// Within opening hours.
    Open,
    /// Outside them.
    Closed,
    /// On a holiday.
    Holiday,
}

impl Hours {
    /// What the clock says at a time, ms since 1970. A time that no calendar has counts as closed.
    pub fn at(&self, now: Millis) -> OpenState {
        let Ok(time) = Timestamp::from_millisecond(now) else { return OpenState::Closed };
        let local = time.to_zoned(self.zone.clone());
        if self.is_holiday(local.date(), now) {
            return OpenState::Holiday;
        }
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute()));
        let minute = minute.unwrap_or_default();
        let today =
            self.spans(local.date()).iter().any(|span| span.from <= minute && minute < span.to);
        let late = minute.saturating_add(DAY);
        // What began yesterday goes on, unless yesterday was a holiday.
        let since_yesterday = local.date().yesterday().is_ok_and(|yesterday| {
            !self.holidays.contains(&yesterday)
                && self.spans(yesterday).iter().any(|span| late < span.to)
        });
        if today || since_yesterday { OpenState::Open } else { OpenState::Closed }
    }

    fn is_holiday(&self, date: Date, now: Millis) -> bool {
        self.holidays.contains(&date)
            || self.closures.iter().any(|closure| closure.covers(date, now, &self.zone))
    }

    fn spans(&self, date: Date) -> &[Span] {
        let monday_first = date.weekday().to_monday_zero_offset();
        let day = usize::try_from(monday_first).ok().and_then(|day| self.week.get(day));
        day.map_or(&[], Vec::as_slice)
    }

    /// The node for a time.
    pub fn way(&self, now: Millis) -> (OpenState, &NodeName) {
        let state = self.at(now);
        let way = match state {
            OpenState::Open => &self.open,
            OpenState::Closed => &self.closed,
            OpenState::Holiday => &self.holiday,
        };
        (state, way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> Hours {
        let mut week: [Vec<Span>; 7] = Default::default();
        for day in week.iter_mut().take(5) {
            day.push(Span::parse("09:00-17:00").expect("a span"));
        }
        week[4].push(Span::parse("22:00-02:00").expect("a span"));
        Hours {
            zone: zone("Europe/Berlin").expect("compiled in"),
            week,
            holidays: BTreeSet::from([jiff::civil::date(2026, 12, 25)]),
            closures: calendar::read(
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261124T100000Z\r\nDTEND:20261124T110000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            )
            .closures,
            open: "open".to_owned(),
            closed: "closed".to_owned(),
            holiday: "holiday".to_owned(),
        }
    }

    #[test]
    fn the_clock_of_the_zone_counts() {
        for (time, way) in [
            // A Monday in winter: Berlin is an hour ahead.
            ("2026-11-23T07:59:59Z", "closed"),
            ("2026-11-23T08:00:00Z", "open"),
            ("2026-11-23T15:59:59Z", "open"),
            ("2026-11-23T16:00:00Z", "closed"),
            // In summer two hours.
            ("2026-07-06T07:00:00Z", "open"),
            ("2026-07-06T06:59:00Z", "closed"),
            // Friday night goes into Saturday.
            ("2026-11-27T22:30:00Z", "open"),
            ("2026-11-28T00:59:00Z", "open"),
            ("2026-11-28T01:00:00Z", "closed"),
            // Sunday.
            ("2026-11-29T11:00:00Z", "closed"),
            // A Friday that is a holiday, and its night.
            ("2026-12-25T10:00:00Z", "holiday"),
            ("2026-12-25T23:30:00Z", "closed"),
            // An event of the calendar.
            ("2026-11-24T10:30:00Z", "holiday"),
            ("2026-11-24T11:00:00Z", "open"),
        ] {
            let now = time.parse::<Timestamp>().expect("a time").as_millisecond();
            assert_eq!(office().way(now).1, way, "{time}");
        }
        assert_eq!(office().at(Millis::MAX), OpenState::Closed);
    }

    #[test]
    fn spans_are_read() {
        let span = |from, to| Some(Span { from, to });
        for (text, read) in [
            ("09:00-17:30", span(540, 1_050)),
            ("00:00-24:00", span(0, 1_440)),
            ("22:00-02:00", span(1_320, 1_560)),
            ("9:00-17:00", None),
            ("09:00-09:00", None),
            ("24:00-25:00", None),
            ("09:60-17:00", None),
            ("09:00", None),
        ] {
            assert_eq!(Span::parse(text), read, "{text}");
        }
    }
}
