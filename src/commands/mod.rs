//! The commands of the binary, one file each. They parse nothing and start nothing by themselves:
//! `main` gives them their arguments and a runtime.

pub mod backup;
pub mod call;
pub mod demo;
pub mod emulator;
pub mod erase;
pub mod export;
pub mod flow;
pub mod keys;
pub mod reading;
pub mod scenario;
pub mod serve;
pub mod trace;

/// All is well.
pub const OK: u8 = 0;
/// It ran, and the answer is no.
pub const NO: u8 = 1;
/// The arguments, settings or files cannot be used (sysexits `EX_USAGE`).
pub const USAGE: u8 = 64;
/// It could not be started, or broke off (sysexits `EX_SOFTWARE`).
pub const BROKEN: u8 = 70;
