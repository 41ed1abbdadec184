//! Holidays from an iCalendar file (RFC 5545): events of whole days and of hours, once or every year.

use jiff::{
    Timestamp, ToSpan, Zoned,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::Millis;

/// Most events of one file.
const MAX_EVENTS: usize = 2_000;

/// A time on which it is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    when: When,
    /// Every so many years; 0 means once.
    every_years: i16,
    /// The last year in which it comes.
    until: Option<i16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum When {
    /// Whole days; the last one is not part of it.
    Days(Date, Date),
    /// From and to, in the zone of the file or, without one, of whoever asks.
    Hours(DateTime, DateTime, Option<TimeZone>),
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Its events, as far as they could be read.
    pub closures: Vec<Closure>,
    /// What could not be read, with the line it stands at, from 1.
    pub faults: Vec<(usize, String)>,
}

impl Closure {
    /// Whether it is closed at a time: its date in `zone`, and ms since 1970.
    pub fn covers(&self, date: Date, now: Millis, zone: &TimeZone) -> bool {
        if self.every_years == 0 {
            return self.when.covers(date, now, zone, 0);
        }
        let first = self.when.year();
        // An event that began last year may still last.
        [date.year(), date.year().saturating_sub(1)].into_iter().any(|year| {
            let later = year.saturating_sub(first);
            later >= 0
                && later.checked_rem(self.every_years) == Some(0)
                && self.until.is_none_or(|last| year <= last)
                && self.when.covers(date, now, zone, later)
        })
    }
}

impl When {
    fn year(&self) -> i16 {
        match self {
            Self::Days(from, _) => from.year(),
            Self::Hours(from, _, _) => from.year(),
        }
    }

    fn covers(&self, date: Date, now: Millis, zone: &TimeZone, years_later: i16) -> bool {
        let years = years_later.years();
        match self {
            Self::Days(from, to) => {
                let (from, to) = (from.checked_add(years), to.checked_add(years));
                matches!((from, to), (Ok(from), Ok(to)) if from <= date && date < to)
            }
            Self::Hours(from, to, own) => {
                let zone = own.as_ref().unwrap_or(zone);
                let at = |time: &DateTime| -> Option<Millis> {
                    let time: Zoned = time.checked_add(years).ok()?.to_zoned(zone.clone()).ok()?;
                    Some(time.timestamp().as_millisecond())
                };
                let inside = at(from).zip(at(to)).is_some_and(|(from, to)| from <= now && now < to);
                inside && Timestamp::from_millisecond(now).is_ok()
            }
        }
    }
}

/// Reads a file. Never fails: what cannot be read is in the faults.
pub fn read(source: &str) -> Calendar {
    let mut calendar = Calendar::default();
    let mut event: Option<Event> = None;
    for (line, text) in unfolded(source) {
        let Some((name, parameters, value)) = property(&text) else { continue };
        match (name.as_str(), value.to_ascii_uppercase().as_str()) {
            ("BEGIN", "VEVENT") => event = Some(Event { line, ..Event::default() }),
            ("END", "VEVENT") => {
                if let Some(event) = event.take() {
                    event.finish(&mut calendar);
                }
            }
            (_, _) => {
                if let Some(event) = &mut event {
                    event.take(&name, &parameters, &value);
                }
            }
        }
    }
    if !source.to_ascii_uppercase().contains("BEGIN:VCALENDAR") {
        calendar.faults.push((1, "the file holds no BEGIN:VCALENDAR".to_owned()));
    }
    if calendar.closures.len() > MAX_EVENTS {
        calendar.closures.truncate(MAX_EVENTS);
        calendar.faults.push((1, format!("the file holds more than {MAX_EVENTS} events")));
    }
    calendar
}

/// A long line goes on where the next begins with a blank (RFC 5545 3.1).
fn unfolded(source: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in source.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            (_, _) => lines.push((index.saturating_add(1), line.to_owned())),
        }
    }
    lines
}

/// `NAME;PARAMETER=x:VALUE`
fn property(line: &str) -> Option<(String, String, String)> {
    let (head, value) = line.split_once(':')?;
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    Some((name.to_ascii_uppercase(), parameters.to_owned(), value.trim().to_owned()))
}

#[derive(Default)]
struct Event {
    line: usize,
    from: Option<Moment>,
    to: Option<Moment>,
    rule: Option<String>,
    cancelled: bool,
    unread: bool,
}

#[derive(Clone)]
enum Moment {
    Day(Date),
    Time(DateTime, Option<TimeZone>),
}

impl Event {
    fn take(&mut self, name: &str, parameters: &str, value: &str) {
        match name {
            "DTSTART" => {
                self.from = moment(parameters, value);
                self.unread |= self.from.is_none();
            }
            "DTEND" => {
                self.to = moment(parameters, value);
                self.unread |= self.to.is_none();
            }
            "RRULE" => self.rule = Some(value.to_ascii_uppercase()),
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            // A length instead of an end, and exceptions, are not read: better said than guessed.
            "DURATION" | "RDATE" | "EXDATE" => self.unread = true,
            _ => {}
        }
    }

    fn finish(self, calendar: &mut Calendar) {
        if self.cancelled {
            return;
        }
        let line = self.line;
        let mut fault = |words: &str| calendar.faults.push((line, words.to_owned()));
        let when = match (self.from, self.to) {
            _ if self.unread => None,
            (Some(Moment::Day(from)), Some(Moment::Day(to))) if from < to => {
                Some(When::Days(from, to))
            }
            (Some(Moment::Day(from)), None) => {
                from.tomorrow().ok().map(|next| When::Days(from, next))
            }
            (Some(Moment::Time(from, zone)), Some(Moment::Time(to, _))) if from < to => {
                Some(When::Hours(from, to, zone))
            }
            (_, _) => None,
        };
        let Some(when) = when else {
            return fault("this event has no beginning and end that can be read");
        };
        let Some((every_years, until)) = yearly(self.rule.as_deref(), when.year()) else {
            return fault(
                "this event repeats in a way that is not read: write FREQ=YEARLY, or each day",
            );
        };
        calendar.closures.push(Closure { when, every_years, until });
    }
}

/// `20261225`, `20261225T090000`, `20261225T090000Z`, with a zone in `TZID`.
fn moment(parameters: &str, value: &str) -> Option<Moment> {
    if value.len() == 8 {
        return Date::strptime("%Y%m%d", value).ok().map(Moment::Day);
    }
    let (local, utc) = value.strip_suffix('Z').map_or((value, false), |local| (local, true));
    let time = DateTime::strptime("%Y%m%dT%H%M%S", local).ok()?;
    let named = parameters.split(';').find_map(|parameter| parameter.strip_prefix("TZID="));
    let zone = match (utc, named) {
        (true, _) => Some(TimeZone::UTC),
        (false, Some(name)) => Some(super::zone(name.trim_matches('"'))?),
        (false, None) => None,
    };
    Some(Moment::Time(time, zone))
}

/// Every how many years, and the last year. None where the rule is another than a plain yearly one.
fn yearly(rule: Option<&str>, first: i16) -> Option<(i16, Option<i16>)> {
    let Some(rule) = rule else { return Some((0, None)) };
    let (mut every, mut until, mut is_yearly) = (1_i16, None, false);
    for part in rule.split(';') {
        match part.split_once('=')? {
            ("FREQ", "YEARLY") => is_yearly = true,
            ("INTERVAL", number) => every = number.parse().ok().filter(|every| *every > 0)?,
            ("UNTIL", time) => until = Some(time.get(..4)?.parse().ok()?),
            ("COUNT", number) => {
                let count: i16 = number.parse().ok()?;
                until = Some(first.checked_add(every.checked_mul(count.checked_sub(1)?)?)?);
            }
            // They repeat what DTSTART says in the files of the usual calendars.
            ("WKST" | "BYMONTH" | "BYMONTHDAY", _) => {}
            (_, _) => return None,
        }
    }
    is_yearly.then_some((every, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(calendar: &Calendar, day: Date) -> bool {
        let zone = TimeZone::UTC;
        let noon = day.at(12, 0, 0, 0).to_zoned(zone.clone()).expect("a time").timestamp();
        calendar.closures.iter().any(|it| it.covers(day, noon.as_millisecond(), &zone))
    }

    const FILE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
        BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20251225\r\nDTEND;VALUE=DATE:20251227\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:A long\r\n  name\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260403\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20260511T100000\r\nDTEND;TZID=Europe/Berlin:20260511T150000\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20240501\r\nRRULE:FREQ=YEARLY;COUNT=2\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nSTATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20260601\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260701\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn days_are_read_and_come_again() {
        let calendar = read(FILE);
        for (year, month, day, is_closed) in [
            (2025, 12, 25, true),
            (2026, 12, 26, true),
            (2030, 12, 27, false),
            (2024, 12, 25, false),
            (2026, 4, 3, true),
            (2027, 4, 3, false),
            (2026, 5, 11, true),
            (2026, 5, 12, false),
            (2025, 5, 1, true),
            (2026, 5, 1, false),
            (2026, 6, 1, false),
        ] {
            let date = jiff::civil::date(year, month, day);
            assert_eq!(closed(&calendar, date), is_closed, "{date}");
        }
        let lines: Vec<usize> = calendar.faults.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [25, 29], "{:?}", calendar.faults);
    }

    #[test]
    fn what_is_no_calendar_is_said() {
        assert_eq!(read("hello").faults.len(), 1);
        assert!(read("").closures.is_empty());
    }
}
