//! Rows: which thing stands in which row, and in which order there.
//!
//! Boxes stand in even rows, labels of arrows in odd ones. An arrow over several rows passes through a point in
//! each, so that every line leads from one row to the next. Then rows are ordered by the average place of their
//! neighbours, up and down, and the order with the fewest crossings is kept (Sugiyama, Tagawa, Toda 1981).

use std::collections::BTreeMap;

use super::Chart;

/// Sweeps down and up. More change nothing in charts of hundreds of nodes.
const SWEEPS: usize = 12;

/// What stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// A box, by its index in the chart.
    Box(usize),
    /// The label of an arrow; for a reference also its end.
    Label(usize),
    /// A point that an arrow passes through.
    Bend(usize),
}

/// Things by row, and the lines between neighbouring rows.
#[derive(Debug)]
pub(super) struct Layers {
    /// Each row from left to right: indexes into `things`.
    pub(super) rows: Vec<Vec<usize>>,
    /// All things.
    pub(super) things: Vec<Thing>,
    /// Per thing: the things that it hangs on in the row above.
    pub(super) above: Vec<Vec<usize>>,
    /// Per thing: those that hang on it in the row below.
    pub(super) below: Vec<Vec<usize>>,
    /// Per arrow: the things it passes, from its box to its target's.
    pub(super) routes: Vec<Vec<usize>>,
}

impl Layers {
    pub(super) fn of(chart: &Chart) -> Self {
        let ranks = ranks(chart);
        let mut layers = Self {
            rows: Vec::new(),
            things: Vec::new(),
            above: Vec::new(),
            below: Vec::new(),
            routes: Vec::new(),
        };
        let boxes: Vec<usize> = (0..chart.boxes.len())
            .map(|at| layers.add(Thing::Box(at), 2 * ranks.get(at).copied().unwrap_or(0)))
            .collect();
        for (at, arrow) in chart.arrows.iter().enumerate() {
            let rank = |node: usize| 2 * ranks.get(node).copied().unwrap_or(0);
            let (first, last) = (rank(arrow.from), rank(arrow.to));
            let mut route: Vec<usize> = boxes.get(arrow.from).copied().into_iter().collect();
            route.push(layers.add(Thing::Label(at), first + 1));
            if !arrow.refers {
                route.extend((first + 2..last).map(|row| layers.add(Thing::Bend(at), row)));
                route.extend(boxes.get(arrow.to).copied());
            }
            layers.join(&route);
            layers.routes.push(route);
        }
        layers.order();
        layers
    }

    fn add(&mut self, thing: Thing, row: usize) -> usize {
        let index = self.things.len();
        self.things.push(thing);
        self.above.push(Vec::new());
        self.below.push(Vec::new());
        if self.rows.len() <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        if let Some(row) = self.rows.get_mut(row) {
            row.push(index);
        }
        index
    }

    fn join(&mut self, route: &[usize]) {
        for pair in route.windows(2) {
            let [upper, lower] = pair else { continue };
            if let Some(below) = self.below.get_mut(*upper) {
                below.push(*lower);
            }
            if let Some(above) = self.above.get_mut(*lower) {
                above.push(*upper);
            }
        }
    }

    fn order(&mut self) {
        let mut best = (self.crossings(), self.rows.clone());
        for sweep in 0..SWEEPS {
            let down = sweep % 2 == 0;
            let count = self.rows.len();
            for step in 1..count {
                let row = if down { step } else { count - 1 - step };
                self.sort_row(row, down);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.rows.clone());
            }
        }
        self.rows = best.1;
    }

    /// Sorts a row by the average place of what its things hang on; what hangs on nothing keeps its place.
    fn sort_row(&mut self, row: usize, down: bool) {
        let fixed = if down { row.checked_sub(1) } else { Some(row + 1) };
        let Some(places) = fixed.and_then(|at| self.rows.get(at)).map(|row| places(row)) else {
            return;
        };
        let neighbours = if down { &self.above } else { &self.below };
        let Some(things) = self.rows.get(row) else { return };
        let mut keyed: Vec<(f64, usize)> = things
            .iter()
            .enumerate()
            .map(|(at, thing)| {
                let near = neighbours.get(*thing).map_or(&[][..], Vec::as_slice);
                let found: Vec<f64> = near
                    .iter()
                    .filter_map(|other| places.get(other))
                    .map(|at| as_f64(*at))
                    .collect();
                let average = found.iter().sum::<f64>() / as_f64(found.len().max(1));
                (if found.is_empty() { as_f64(at) } else { average }, *thing)
            })
            .collect();
        keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
        if let Some(things) = self.rows.get_mut(row) {
            *things = keyed.into_iter().map(|(_, thing)| thing).collect();
        }
    }

    fn crossings(&self) -> usize {
        let pairs = self.rows.iter().zip(self.rows.iter().skip(1));
        pairs.map(|(upper, lower)| self.crossings_between(upper, lower)).sum()
    }

    fn crossings_between(&self, upper: &[usize], lower: &[usize]) -> usize {
        let places = places(lower);
        let ends = upper.iter().flat_map(|thing| {
            let mut ends: Vec<usize> = self
                .below
                .get(*thing)
                .into_iter()
                .flatten()
                .filter_map(|other| places.get(other).copied())
                .collect();
            ends.sort_unstable();
            ends
        });
        let mut before: Vec<usize> = Vec::new();
        let mut count = 0;
        for end in ends {
            // `before` is sorted: those behind `end` began left of this line and end right of it.
            let at = before.partition_point(|other| *other <= end);
            count += before.len() - at;
            before.insert(at, end);
        }
        count
    }
}

/// A number of things as a coordinate; charts are far below the 2^52 where this would round.
fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

fn places(row: &[usize]) -> BTreeMap<usize, usize> {
    row.iter().enumerate().map(|(at, thing)| (*thing, at)).collect()
}

/// The length of the longest way of lines to each box.
fn ranks(chart: &Chart) -> Vec<usize> {
    let mut ranks = vec![0_usize; chart.boxes.len()];
    // Without circles, as many rounds as there are boxes are enough.
    for _ in 0..chart.boxes.len() {
        let mut moved = false;
        for arrow in chart.arrows.iter().filter(|arrow| !arrow.refers) {
            let least = ranks.get(arrow.from).map_or(0, |rank| rank + 1);
            if let Some(rank) = ranks.get_mut(arrow.to)
                && *rank < least
            {
                *rank = least;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    ranks
}
