//! The first process of a container, from clone3 to exec.
//!
//! The shim writes down every step beforehand ([`plan`]): paths as C strings, flags as numbers. The new process
//! carries the steps out one after another ([`child`]) without allocating, and on the first
//! failure reports the number of the step and the error; the shim, which has the same list, finds
//! the words for it. A plan can be compared in a test without being root.
//!
//! ```text
//! shim                                   new process
//! clone3 ------------------------------> private mounts, root, /proc, /sys, /dev, volumes
//! write it into its cgroups
//! "go" --------------------------------> own cgroup namespace, user, capabilities
//! report socket ends <------------------ exec
//! ```

pub(crate) mod child;
pub(crate) mod plan;
mod root;
pub(crate) mod step;
mod user;
mod volumes;

/// A failure, as it crosses the report socket: what failed, which one, errno.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    /// A step of the plan.
    Step { index: usize, errno: i32 },
    /// The program was not found or may not be executed.
    Program { errno: i32 },
}

impl Report {
    pub(crate) const BYTES: usize = 9;

    pub(crate) fn to_bytes(self) -> [u8; Report::BYTES] {
        let (kind, index, errno) = match self {
            Report::Step { index, errno } => (0, index as u32, errno),
            Report::Program { errno } => (1, 0, errno),
        };
        let mut bytes = [kind; Report::BYTES];
        bytes[1..5].copy_from_slice(&index.to_le_bytes());
        bytes[5..].copy_from_slice(&errno.to_le_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: [u8; Report::BYTES]) -> Report {
        let [kind, i0, i1, i2, i3, e0, e1, e2, e3] = bytes;
        let errno = i32::from_le_bytes([e0, e1, e2, e3]);
        if kind == 0 {
            Report::Step {
                index: u32::from_le_bytes([i0, i1, i2, i3]) as usize,
                errno,
            }
        } else {
            Report::Program { errno }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn a_report_arrives_as_it_was_sent() {
        for report in [
            Report::Step {
                index: 300,
                errno: 22,
            },
            Report::Program { errno: 2 },
        ] {
            assert_eq!(Report::from_bytes(report.to_bytes()), report);
        }
    }
}
