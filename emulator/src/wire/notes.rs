//! What reading a request finds out beside the request.

use std::cell::RefCell;

/// Unknown members, and what was forgiven.
#[derive(Default)]
pub(crate) struct Notes {
    /// Whether harmless mistakes are forgiven.
    pub(super) lenient: bool,
    pub(super) unknown: RefCell<Vec<String>>,
    pub(super) forgiven: RefCell<Vec<String>>,
}

impl Notes {
    /// For one request.
    pub(crate) fn new(lenient: bool) -> Self {
        Self { lenient, ..Self::default() }
    }

    /// Notes a mistake and says whether it may be passed over: `member problem`.
    pub(super) fn forgive(&self, member: &str, problem: &str) -> bool {
        if self.lenient {
            self.forgiven.borrow_mut().push(format!("{member} {problem}"));
        }
        self.lenient
    }
}
