//! The measurements, each in a file.

pub(crate) mod answer;
pub(crate) mod memory;
pub(crate) mod overload;
pub(crate) mod recovery;
pub(crate) mod references;
pub(crate) mod webhooks;
