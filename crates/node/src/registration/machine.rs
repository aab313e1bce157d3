//! What the machine offers, read once from /proc, /sys and /etc.

use std::{fs, path::Path};

/// The machine behind a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Thousandths of a CPU that can be used.
    pub cpu_milli: u64,
    /// Memory that can be used.
    pub memory_bytes: u64,
    /// Size of the file system that Pods write to.
    pub storage_bytes: u64,
    /// `/etc/machine-id`.
    pub machine_id: String,
    /// The firmware's id of the system.
    pub system_uuid: String,
    /// Changes at each boot.
    pub boot_id: String,
    /// `uname -r`.
    pub kernel_version: String,
    /// `PRETTY_NAME` of the operating system.
    pub os_image: String,
    /// As Go names it: `amd64`, `arm64`.
    pub architecture: String,
}

impl Machine {
    /// Looks at this machine; Pods write below `data_dir`. What cannot be read is left empty.
    pub fn read(data_dir: &Path) -> Self {
        let text = |path: &str| {
            fs::read_to_string(path)
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
        let cgroup = Cgroup::own();
        let memory = memory_total(&text("/proc/meminfo")).unwrap_or(0);
        let uname = rustix::system::uname();
        Self {
            cpu_milli: cgroup
                .cpu_milli
                .map_or(cores * 1_000, |limit| limit.min(cores * 1_000)),
            memory_bytes: cgroup
                .memory_bytes
                .map_or(memory, |limit| limit.min(memory)),
            storage_bytes: rustix::fs::statvfs(data_dir)
                .map_or(0, |found| found.f_blocks * found.f_frsize),
            machine_id: text("/etc/machine-id"),
            system_uuid: text("/sys/class/dmi/id/product_uuid"),
            boot_id: text("/proc/sys/kernel/random/boot_id"),
            kernel_version: uname.release().to_string_lossy().into_owned(),
            os_image: pretty_name(&text("/etc/os-release")).unwrap_or_default(),
            architecture: architecture(),
        }
    }

    /// A machine of this program's architecture, of which nothing else is known.
    pub(crate) fn unknown() -> Self {
        Self {
            architecture: architecture(),
            ..Self::default()
        }
    }
}

fn architecture() -> String {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
    .to_owned()
}

/// Limits that already hold for this process.
#[derive(Debug, Default, PartialEq, Eq)]
struct Cgroup {
    cpu_milli: Option<u64>,
    memory_bytes: Option<u64>,
}

impl Cgroup {
    fn own() -> Self {
        let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let read = |controller: &str, file: &str| {
            let path = own_path(&groups, controller)?;
            let mount = if controller.is_empty() {
                String::new()
            } else {
                format!("/{controller}")
            };
            // Inside a container the group's own folder is mounted at the top.
            [
                format!("/sys/fs/cgroup{mount}{path}/{file}"),
                format!("/sys/fs/cgroup{mount}/{file}"),
            ]
            .iter()
            .find_map(|path| fs::read_to_string(path).ok())
        };
        let v2_cpu = read("", "cpu.max").and_then(|text| cpu_max(&text));
        let v1_cpu = || {
            let quota: i64 = read("cpu", "cpu.cfs_quota_us")?.trim().parse().ok()?;
            let period: u64 = read("cpu", "cpu.cfs_period_us")?.trim().parse().ok()?;
            (u64::try_from(quota).ok()? * 1_000).checked_div(period)
        };
        let v2_memory = read("", "memory.max").and_then(|text| text.trim().parse().ok());
        let v1_memory = || read("memory", "memory.limit_in_bytes")?.trim().parse().ok();
        Self {
            cpu_milli: v2_cpu.or_else(v1_cpu),
            memory_bytes: v2_memory.or_else(v1_memory),
        }
    }
}

/// The path of the process in one hierarchy; the empty controller is version 2.
fn own_path<'a>(groups: &'a str, controller: &str) -> Option<&'a str> {
    groups.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':');
        let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        controllers
            .split(',')
            .any(|found| found == controller)
            .then_some(path)
    })
}

/// `QUOTA PERIOD`, or `max PERIOD`.
fn cpu_max(text: &str) -> Option<u64> {
    let mut words = text.split_whitespace();
    let (quota, period): (u64, u64) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    (quota * 1_000).checked_div(period)
}

fn memory_total(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

fn pretty_name(os_release: &str) -> Option<String> {
    let value = os_release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(value.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_prints() {
        assert_eq!(
            memory_total("MemTotal:       24579048 kB\nMemFree: 1 kB"),
            Some(24_579_048 * 1024)
        );
        assert_eq!(cpu_max("150000 100000"), Some(1_500));
        assert_eq!(cpu_max("max 100000"), None);
        assert_eq!(own_path("3:cpu,cpuacct:/a\n0::/b", "cpu"), Some("/a"));
        assert_eq!(own_path("3:cpu,cpuacct:/a\n0::/b", ""), Some("/b"));
        assert_eq!(
            pretty_name("ID=debian\nPRETTY_NAME=\"Debian 12\"\n").as_deref(),
            Some("Debian 12")
        );
    }

    #[test]
    fn this_machine_has_something_to_offer() {
        let machine = Machine::read(Path::new("/"));
        assert!(
            machine.cpu_milli > 0 && machine.memory_bytes > 0 && machine.storage_bytes > 0,
            "{machine:?}"
        );
        assert!(
            !machine.boot_id.is_empty() && !machine.kernel_version.is_empty(),
            "{machine:?}"
        );
    }
}
