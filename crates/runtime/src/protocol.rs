//! What daemon, spawner and shim say to each other.
//!
//! Frames of JSON after a length, because a newer daemon must read what the shims of the release
//! before say and the other way round: unknown fields are ignored, new ones have defaults. Both sides
//! name their [`VERSION`] first.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::cgroup::Cgroups;
use crate::rootfs::HostRoot;
use crate::{ContainerSpec, ExitStatus, PodSandboxSpec};

/// Rises when a message changes its meaning. A daemon speaks to shims of this and the previous version.
pub(crate) const VERSION: u32 = 1;

/// Longest frame. The kernel gives a new process at most about 6 MiB for arguments and environment
/// (execve(2)), and JSON at most doubles what is text.
const FRAME_BYTES_MAX: usize = 16 << 20;

/// Daemon to spawner, one datagram; a socket for the shim may come with it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum SpawnerRequest {
    /// Once, before the first fork.
    Configure {
        /// Files to write the own process id to, so that shims are born outside the daemon's cgroup.
        cgroup_procs: Vec<PathBuf>,
        /// What to remove when daemon and shims are gone.
        at_end: Option<AtEnd>,
    },
    /// Fork a shim that serves the attached socket.
    Fork,
}

/// What an `end_with_owner` yard leaves to the spawner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AtEnd {
    /// Folder of Pods to wait for.
    pub(crate) pods_dir: PathBuf,
    /// The yard's own cgroups, one a tree.
    pub(crate) cgroups: Vec<PathBuf>,
    /// Folders to remove with their content, and links.
    pub(crate) folders: Vec<PathBuf>,
}

/// Daemon to shim.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Comes back in the reply.
    pub(crate) id: u64,
    pub(crate) call: Call,
}

/// What a daemon asks of a shim.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Call {
    /// First on the socket that a new shim is forked with.
    Create(Box<CreatePod>),
    /// First on every later connection.
    Hello {
        version: u32,
    },
    Start(Box<StartContainer>),
    Signal {
        container: String,
        signal: i32,
    },
    RemoveContainer {
        container: String,
        attempt: u32,
    },
    /// Kill all, remove all, end.
    Remove,
}

/// Everything a new shim needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CreatePod {
    pub(crate) version: u32,
    pub(crate) spec: PodSandboxSpec,
    /// The Pod's state folder; it exists.
    pub(crate) pod_dir: PathBuf,
    pub(crate) cgroups: Cgroups,
    pub(crate) boot_id: String,
    pub(crate) end_with_owner: bool,
}

/// One container and the machine's folders as they are now.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StartContainer {
    pub(crate) spec: ContainerSpec,
    pub(crate) host: HostRoot,
    /// An empty folder of the daemon's, where each container mounts its masks.
    pub(crate) masks_dir: PathBuf,
}

/// Shim to daemon.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Message {
    Reply {
        id: u64,
        reply: Reply,
    },
    Exited {
        container: String,
        attempt: u32,
        exit: ExitStatus,
    },
}

/// The answer to one [`Call`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    Done,
    /// To [`Call::Create`] and [`Call::Hello`].
    Hello {
        version: u32,
        pid: i32,
        running: Vec<Running>,
    },
    Started {
        pid: i32,
        started_at: SystemTime,
    },
    CannotRun {
        message: String,
    },
    StartedBefore,
    UnknownContainer,
    Refused {
        message: String,
    },
}

/// A container that runs while a daemon connects.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Running {
    pub(crate) container: String,
    pub(crate) attempt: u32,
    pub(crate) pid: i32,
    pub(crate) started_at: SystemTime,
}

/// The id of the first request on a connection. The spawner answers it if there is no shim to do so.
pub(crate) const FIRST_REQUEST: u64 = 1;

/// A frame as bytes: length, little-endian, then JSON.
pub(crate) fn frame<T: Serialize>(message: &T) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, message)?;
    let length = bytes.len() - 4;
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("a message of {length} bytes is over the bound of {FRAME_BYTES_MAX}"),
        ));
    }
    bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(bytes)
}

/// Writes one frame to a blocking stream.
pub(crate) fn write_frame<T: Serialize>(mut stream: impl Write, message: &T) -> io::Result<()> {
    stream.write_all(&frame(message)?)
}

/// Collects bytes until a frame is whole.
#[derive(Debug, Default)]
pub(crate) struct FrameReader {
    bytes: Vec<u8>,
}

impl FrameReader {
    /// Reads once; zero is the end of the stream.
    pub(crate) fn fill(&mut self, mut stream: impl Read) -> io::Result<usize> {
        let mut chunk = [0; 4 * 1024];
        let count = stream.read(&mut chunk)?;
        self.push(&chunk[..count]);
        Ok(count)
    }

    /// Adds bytes that were read elsewhere.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole frame, if there is one.
    pub(crate) fn next<T: for<'de> Deserialize<'de>>(&mut self) -> io::Result<Option<T>> {
        let Some((length, rest)) = self.bytes.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length > FRAME_BYTES_MAX {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("a frame of {length} bytes is over the bound of {FRAME_BYTES_MAX}"),
            ));
        }
        let Some(body) = rest.get(..length) else {
            return Ok(None);
        };
        let message = serde_json::from_slice(body)?;
        self.bytes.drain(..4 + length);
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_whatever_the_reads_return() {
        let mut wire = frame(&"first").expect("encodes");
        wire.extend(frame(&"second").expect("encodes"));
        let mut reader = FrameReader::default();
        let mut found: Vec<String> = Vec::new();
        for byte in wire {
            reader.push(&[byte]);
            found.extend(reader.next::<String>().expect("decodes"));
        }
        assert_eq!(found, ["first", "second"]);
    }

    #[test]
    fn a_length_over_the_bound_is_refused_before_it_is_awaited() {
        let mut reader = FrameReader::default();
        reader.push(&u32::MAX.to_le_bytes());
        assert!(reader.next::<String>().is_err());
    }
}
