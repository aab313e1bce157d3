//! Who has a port: so that "address in use" says what to do about it.
//!
//! `/proc/net/tcp` knows the socket's inode, `/proc/PID/fd` whose socket it is.
//! Other users' processes cannot be seen without privileges; then we do not know.

use std::{fmt, fs, path::Path};

/// The process that listens on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortHolder {
    /// Its process id.
    pub pid: u32,
    /// Its command line, cut to a readable length.
    pub command: String,
}

impl fmt::Display for PortHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} ({})", self.pid, self.command)
    }
}

/// The state LISTEN in the column `st`.
const LISTEN: &str = "0A";
/// Longest command line to show.
const COMMAND_CHARS_MAX: usize = 120;

impl PortHolder {
    /// Who listens on the TCP port of this machine; `None` when that cannot be seen.
    pub fn of(port: u16) -> Option<Self> {
        let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
            .iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .find_map(|table| listening_inode(&table, port))?;
        let link = format!("socket:[{inode}]");
        let processes = fs::read_dir("/proc").ok()?;
        processes.flatten().find_map(|process| {
            let pid = process.file_name().to_str()?.parse().ok()?;
            holds(&process.path(), &link).then(|| Self {
                pid,
                command: command(&process.path()),
            })
        })
    }
}

/// The inode of the listening socket with this port, from the text of `/proc/net/tcp`.
///
/// Source: proc_net_tcp(5).
fn listening_inode(table: &str, port: u16) -> Option<u64> {
    table.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (_, local_port) = columns.get(1)?.rsplit_once(':')?;
        let is_it = u16::from_str_radix(local_port, 16).ok()? == port && *columns.get(3)? == LISTEN;
        is_it.then(|| columns.get(9)?.parse().ok()).flatten()
    })
}

fn holds(process: &Path, link: &str) -> bool {
    fs::read_dir(process.join("fd")).is_ok_and(|mut files| {
        files.any(|file| {
            let target = file.and_then(|file| fs::read_link(file.path()));
            target.is_ok_and(|target| target.as_os_str() == link)
        })
    })
}

fn command(process: &Path) -> String {
    let read = |file: &str| fs::read(process.join(file)).unwrap_or_default();
    let line = read("cmdline");
    let line = if line.is_empty() { read("comm") } else { line };
    let text: String = String::from_utf8_lossy(&line)
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .take(COMMAND_CHARS_MAX)
        .collect();
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listening_socket_is_found_among_others() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:192B 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 111 1 0 20 4 30 10 -1
   1: 0100007F:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0
";
        assert_eq!(listening_inode(table, 6443), Some(222));
        assert_eq!(listening_inode(table, 22), Some(333));
        assert_eq!(listening_inode(table, 80), None);
    }

    #[test]
    fn our_own_listening_socket_is_ours() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let holder = PortHolder::of(port).expect("we may see ourselves");
        assert_eq!(holder.pid, std::process::id());
    }
}
