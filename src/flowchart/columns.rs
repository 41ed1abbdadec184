//! Columns: where in its row each thing stands.

use super::layers::{Layers, Thing};

/// Rounds of pulling things towards their neighbours.
const ROUNDS: usize = 40;

/// How much more a piece of a line within an arrow wants to be straight than one at a box (Gansner and others
/// 1993).
const STRAIGHT: f64 = 8.0;

/// The middle of each thing, from 0 to the right, for things of these widths with `gap` between them.
///
/// Each round moves a row to where the squares of the distances to the neighbours are least without things
/// overlapping: with the widths taken off, that is a regression with rising values, which pooling solves exactly.
pub(super) fn place(layers: &Layers, widths: &[f64], gap: f64) -> Vec<f64> {
    let mut middles = packed(layers, widths, gap);
    for round in 0..ROUNDS {
        let down = round % 2 == 0;
        let count = layers.rows.len();
        for step in 0..count {
            let at = if down { step } else { count - 1 - step };
            let Some(row) = layers.rows.get(at) else { continue };
            // The last rounds look both ways, so that a box stands between what it hangs on and what hangs on it.
            let both = round + 4 >= ROUNDS;
            let wished = wishes(layers, row, &middles, (down || both, !down || both));
            settle(row, &wished, widths, gap, &mut middles);
        }
    }
    let left = middles
        .iter()
        .zip(widths)
        .map(|(middle, width)| middle - width / 2.0)
        .fold(f64::INFINITY, f64::min);
    middles.iter().map(|middle| middle - left).collect()
}

fn packed(layers: &Layers, widths: &[f64], gap: f64) -> Vec<f64> {
    let mut middles = vec![0.0; widths.len()];
    for row in &layers.rows {
        let mut right = 0.0;
        for thing in row {
            let width = widths.get(*thing).copied().unwrap_or(0.0);
            if let Some(middle) = middles.get_mut(*thing) {
                *middle = right + width / 2.0;
            }
            right += width + gap;
        }
    }
    middles
}

/// Where each thing of a row would like to stand: in the middle of its neighbours.
fn wishes(
    layers: &Layers,
    row: &[usize],
    middles: &[f64],
    (above, below): (bool, bool),
) -> Vec<Wish> {
    row.iter()
        .map(|thing| {
            let mut near: Vec<usize> = Vec::new();
            if above {
                near.extend(layers.above.get(*thing).into_iter().flatten());
            }
            if below {
                near.extend(layers.below.get(*thing).into_iter().flatten());
            }
            let (mut sum, mut weight) = (0.0, 0.0);
            for other in near {
                let pull = if is_of_line(layers, *thing) && is_of_line(layers, other) {
                    STRAIGHT
                } else {
                    1.0
                };
                sum += pull * middles.get(other).copied().unwrap_or(0.0);
                weight += pull;
            }
            let here = middles.get(*thing).copied().unwrap_or(0.0);
            // What hangs on nothing stays, and gives way to everything.
            if weight > 0.0 {
                Wish { at: sum / weight, weight }
            } else {
                Wish { at: here, weight: 0.01 }
            }
        })
        .collect()
}

fn is_of_line(layers: &Layers, thing: usize) -> bool {
    matches!(layers.things.get(thing), Some(Thing::Bend(_) | Thing::Label(_)))
}

/// Where a thing would like its middle, and how much.
struct Wish {
    at: f64,
    weight: f64,
}

/// A run of neighbours in a row that touch each other.
struct Pool {
    /// Weighted sum of where its things would put the start of the row.
    sum: f64,
    weight: f64,
    count: usize,
}

impl Pool {
    fn at(&self) -> f64 {
        self.sum / self.weight
    }
}

fn settle(row: &[usize], wished: &[Wish], widths: &[f64], gap: f64, middles: &mut [f64]) {
    let offsets = offsets(row, widths, gap);
    let mut pools: Vec<Pool> = Vec::new();
    for (wish, offset) in wished.iter().zip(&offsets) {
        let mut pool =
            Pool { sum: wish.weight * (wish.at - offset), weight: wish.weight, count: 1 };
        while let Some(last) = pools.pop_if(|last| last.at() > pool.at()) {
            pool.sum += last.sum;
            pool.weight += last.weight;
            pool.count += last.count;
        }
        pools.push(pool);
    }
    let starts = pools.iter().flat_map(|pool| std::iter::repeat_n(pool.at(), pool.count));
    for ((thing, start), offset) in row.iter().zip(starts).zip(&offsets) {
        if let Some(middle) = middles.get_mut(*thing) {
            *middle = start + offset;
        }
    }
}

/// How far the middle of each thing is from the first one's when the row is packed.
fn offsets(row: &[usize], widths: &[f64], gap: f64) -> Vec<f64> {
    let half = |thing: usize| widths.get(thing).copied().unwrap_or(0.0) / 2.0;
    let mut offsets: Vec<f64> = Vec::with_capacity(row.len());
    let mut before: Option<(usize, f64)> = None;
    for thing in row {
        let offset = before.map_or(0.0, |(left, at)| at + half(left) + gap + half(*thing));
        offsets.push(offset);
        before = Some((*thing, offset));
    }
    offsets
}
