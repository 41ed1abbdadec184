//! What the kernel tells of a process, from `/proc`.

use std::time::Duration;

/// The kernel counts processor time in hundredths of a second (`getconf CLK_TCK` on Linux).
const TICK: Duration = Duration::from_millis(10);

/// Processor time of a process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cpu(pub(crate) Duration);

impl Cpu {
    /// User and system time of all its threads so far; nothing if there is no such process.
    pub(crate) fn of(process: u32) -> Self {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        // Fields 14 and 15 of proc(5); the first after the bracket is field 3.
        let ticks: u32 =
            fields.split_whitespace().skip(11).take(2).filter_map(|f| f.parse::<u32>().ok()).sum();
        Self(TICK * ticks)
    }

    /// All processes of PostgreSQL: whoever has this name.
    pub(crate) fn of_all(name: &str) -> Self {
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let named = ids.filter(|id| {
            std::fs::read_to_string(format!("/proc/{id}/comm"))
                .is_ok_and(|comm| comm.trim() == name)
        });
        Self(named.map(|id| Self::of(id).0).sum())
    }
}

/// Memory of a process that is its own or in use, in kB: what `VmRSS` says.
pub(crate) fn resident_kb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The one-minute load average.
pub(crate) fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}
