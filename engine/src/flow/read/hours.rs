//! Opening hours.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Key, Shape, Tree},
    graph::Role,
    hours::{self, Hours, calendar},
    model::Node,
};

use super::{
    Finding, Reader,
    fields::Fields,
    speech::{ends_in, is_inside},
    values::shortened,
};

const FIELDS: &[&str] = &["zone", "week", "holidays", "calendar", "open", "closed", "holiday"];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const EXAMPLE: &str =
    "write for example mon-fri: \"09:00-17:00\" or sat: [\"09:00-12:00\", \"14:00-16:00\"]";

impl Reader<'_> {
    pub(super) fn hours(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "an hours", FIELDS)?;
        let clock = self.clock(&fields);
        let open = self.target(&fields, "open", Role::Free);
        let closed = self.target(&fields, "closed", Role::Free);
        let holiday = match fields.get("holiday") {
            Some(tree) => self.target_in(tree, "holiday", Role::Free),
            None => closed.clone(),
        };
        let (open, closed, holiday) = (open?, closed?, holiday?);
        Some(Node::Hours(Box::new(Hours { open, closed, holiday, ..clock? })))
    }

    /// When it is open, without what follows from it.
    pub(super) fn clock(&mut self, fields: &Fields<'_>) -> Option<Hours> {
        let zone = self.zone(fields);
        let week = self.week(fields);
        let holidays = self.holidays(fields);
        let closures = match fields.get("calendar") {
            Some(tree) => self.calendar(tree),
            None => Some(Vec::new()),
        };
        Some(Hours {
            zone: zone?,
            week: week?,
            holidays: holidays?,
            closures: closures?,
            open: String::new(),
            closed: String::new(),
            holiday: String::new(),
        })
    }

    fn zone(&mut self, fields: &Fields<'_>) -> Option<jiff::tz::TimeZone> {
        let tree =
            self.required(fields, "zone", "write whose clock counts, for example Europe/Berlin")?;
        let name = self.plain(tree, "`zone`")?;
        let found = hours::zone(name);
        if found.is_none() {
            let message = format!("there is no time zone `{}`", shortened(name));
            self.report(
                Finding::error(Code::UnknownZone, tree.span, message)
                    .hint("write an IANA name, for example Europe/Berlin"),
            );
        }
        found
    }

    fn week(&mut self, fields: &Fields<'_>) -> Option<[Vec<hours::Span>; 7]> {
        let tree = self.required(fields, "week", EXAMPLE)?;
        let entries = self.entries(tree, "`week`", "of mon-fri: \"09:00-17:00\"")?;
        let mut week: [Vec<hours::Span>; 7] = Default::default();
        let mut sound = true;
        for (key, value) in entries {
            let spans = self.day_spans(value);
            sound &= spans.is_some();
            let Some(days) = self.days(key) else {
                sound = false;
                continue;
            };
            for day in days {
                let Some(slot) = week.get_mut(day) else { continue };
                if !slot.is_empty() {
                    let name = DAYS.get(day).copied().unwrap_or_default();
                    let message = format!("{name} has hours already");
                    self.report(Finding::error(Code::BadHours, key.span, message));
                    sound = false;
                }
                *slot = spans.clone().unwrap_or_default();
            }
        }
        sound.then_some(week)
    }

    /// `mon` or `mon-fri`.
    fn days(&mut self, key: &Key) -> Option<std::ops::RangeInclusive<usize>> {
        let day = |name: &str| DAYS.iter().position(|known| *known == name);
        let (first, last) = key.name.split_once('-').unwrap_or((&key.name, &key.name));
        let range = day(first).zip(day(last)).filter(|(first, last)| first <= last);
        if range.is_none() {
            let message = format!("`{}` is no day, and no days in order", shortened(&key.name));
            self.report(
                Finding::error(Code::BadHours, key.span, message)
                    .hint("write mon, tue, wed, thu, fri, sat, sun, or mon-fri"),
            );
        }
        range.map(|(first, last)| first..=last)
    }

    fn day_spans(&mut self, tree: &Tree) -> Option<Vec<hours::Span>> {
        let one = std::slice::from_ref(tree);
        let items = if let Shape::List(items) = &tree.shape { items.as_slice() } else { one };
        let spans: Vec<Option<hours::Span>> =
            items.iter().map(|item| self.day_span(item)).collect();
        spans.into_iter().collect()
    }

    fn day_span(&mut self, tree: &Tree) -> Option<hours::Span> {
        let text = self.plain(tree, "a time of day")?;
        let span = hours::Span::parse(text);
        if span.is_none() {
            let message = format!("`{}` is no time of day from and to", shortened(text));
            self.report(Finding::error(Code::BadHours, tree.span, message).hint(EXAMPLE));
        }
        span
    }

    fn holidays(&mut self, fields: &Fields<'_>) -> Option<BTreeSet<Date>> {
        let Some(tree) = fields.get("holidays") else { return Some(BTreeSet::new()) };
        let Shape::List(items) = &tree.shape else {
            let message = "`holidays` must be a list of dates";
            self.report(
                Finding::error(Code::Shape, tree.span, message).hint("write [\"2026-12-25\"]"),
            );
            return None;
        };
        let dates: Vec<Option<Date>> = items.iter().map(|item| self.date(item)).collect();
        dates.into_iter().collect()
    }

    fn date(&mut self, tree: &Tree) -> Option<Date> {
        let text = self.plain(tree, "a date")?;
        let date = Date::strptime("%Y-%m-%d", text).ok();
        if date.is_none() {
            let message = format!("`{}` is no date", shortened(text));
            self.report(
                Finding::error(Code::BadHours, tree.span, message).hint("write 2026-12-25"),
            );
        }
        date
    }

    fn calendar(&mut self, tree: &Tree) -> Option<Vec<calendar::Closure>> {
        let path = self.plain(tree, "`calendar`")?;
        if !is_inside(path) || !ends_in(path, "ics") {
            let message = format!("`{}` is no .ics file beside the flow", shortened(path));
            self.report(
                Finding::error(Code::BadPath, tree.span, message)
                    .hint("write a relative path, for example holidays.ics"),
            );
            return None;
        }
        let Some(source) = self.library.source(path) else {
            self.missing_file(path, tree.span);
            return None;
        };
        let read = calendar::read(&source);
        for (line, words) in &read.faults {
            let message = format!("line {line} of {path}: {words}");
            self.report(Finding::error(Code::BadCalendar, tree.span, message));
        }
        Some(read.closures)
    }

    /// A file beside the flow that is not there.
    pub(super) fn missing_file(&mut self, path: &str, span: Span) {
        let message = format!("there is no file `{}`", shortened(path));
        self.report(
            Finding::error(Code::MissingFile, span, message)
                .hint("put it beside the flow's file, or correct the path"),
        );
    }
}
