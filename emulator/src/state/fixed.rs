//! Texts of the program that come back from a file.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer};

/// A text that the program has built in: a reason, a message.
pub(crate) type Fixed = &'static str;

static READ: Mutex<BTreeSet<Fixed>> = Mutex::new(BTreeSet::new());

/// Reads such a text. Each different one stays in memory until the process ends; there are as many
/// as the program has messages.
pub(crate) fn fixed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fixed, D::Error> {
    let text = String::deserialize(deserializer)?;
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = read.get(text.as_str()) {
        return Ok(known);
    }
    let kept: Fixed = Box::leak(text.into_boxed_str());
    read.insert(kept);
    Ok(kept)
}
