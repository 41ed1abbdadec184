//! Calls held in memory between two inputs, the least recently used dropped first.

use std::collections::{BTreeMap, HashMap};

use engine::call::CallId;

use crate::ledger::rows::entry::Entry;

/// At most so many entries. A job takes an entry out and puts it back when it has succeeded.
#[derive(Debug)]
pub(super) struct Cache {
    capacity: usize,
    tick: u64,
    entries: HashMap<CallId, (u64, Entry)>,
    ages: BTreeMap<u64, CallId>,
}

impl Cache {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, tick: 0, entries: HashMap::new(), ages: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, call: &CallId) -> Option<Entry> {
        let (tick, entry) = self.entries.remove(call)?;
        self.ages.remove(&tick);
        Some(entry)
    }

    pub(super) fn put(&mut self, entry: Entry) {
        let call = entry.call.id.clone();
        self.take(&call);
        self.tick += 1;
        self.ages.insert(self.tick, call.clone());
        self.entries.insert(call, (self.tick, entry));
        while self.entries.len() > self.capacity {
            let Some((_, oldest)) = self.ages.pop_first() else { return };
            self.entries.remove(&oldest);
        }
    }

    /// After a rollback nothing in memory can be trusted.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.ages.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use engine::call::Call;

    use super::*;
    use crate::sealing::{CallKey, KeyRing};

    fn entry(name: &str) -> Entry {
        let (key, _) = CallKey::generate(&KeyRing::ephemeral().unwrap(), name).unwrap();
        let call = Call::new(CallId(name.to_owned()), 0);
        Entry {
            row: 1,
            key: Arc::new(key),
            call,
            seq: 0,
            unapplied: 0,
            erase: false,
            columns_hold: false,
        }
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut cache = Cache::new(2);
        cache.put(entry("a"));
        cache.put(entry("b"));
        let a = cache.take(&CallId("a".to_owned())).unwrap();
        cache.put(a);
        cache.put(entry("c"));
        assert!(cache.take(&CallId("b".to_owned())).is_none());
        assert!(cache.take(&CallId("a".to_owned())).is_some());
        assert!(cache.take(&CallId("c".to_owned())).is_some());
        assert!(cache.ages.is_empty());
    }
}
