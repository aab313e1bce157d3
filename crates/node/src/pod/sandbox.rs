//! The files of a Pod that go with its sandbox.
//!
//! ```text
//! etc/{hosts,hostname,resolv.conf}            bound into every container
//! volumes/NAME/                               emptyDir and volumes made from objects
//! containers/NAME/ATTEMPT/termination-log     the termination message
//! ```

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use jobyard_api::{Object, core};
use jobyard_decide::pod::PodLife;
use jobyard_runtime::{PodSandboxSpec, Resources};

use super::{
    host_files,
    resources::{self, QosClass},
};

/// Where the files of one Pod lie.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    root: PathBuf,
}

impl Folders {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// `/etc/hosts` and its like.
    pub(crate) fn etc(&self) -> PathBuf {
        self.root.join("etc")
    }

    /// Volumes by name.
    pub(crate) fn volumes(&self) -> PathBuf {
        self.root.join("volumes")
    }

    /// The termination message of an attempt.
    pub(crate) fn termination_log(&self, container: &str, attempt: u32) -> PathBuf {
        self.root
            .join("containers")
            .join(container)
            .join(attempt.to_string())
            .join("termination-log")
    }

    /// Writes what every container gets in `/etc`.
    pub(crate) fn write_etc(
        &self,
        pod: &core::Pod,
        pod_ip: &str,
        (hostname, domain): (&str, Option<&str>),
    ) -> io::Result<()> {
        let of_machine = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let etc = self.etc();
        fs::create_dir_all(&etc)?;
        let hosts = host_files::hosts(pod, pod_ip, (hostname, domain), &of_machine("/etc/hosts"));
        write_for_all(&etc.join("hosts"), &hosts)?;
        write_for_all(&etc.join("hostname"), &format!("{hostname}\n"))?;
        write_for_all(
            &etc.join("resolv.conf"),
            &host_files::resolv_conf(pod, &of_machine("/etc/resolv.conf")),
        )
    }

    /// Makes the empty file that receives a termination message; anyone in the container may write it.
    pub(crate) fn make_termination_log(
        &self,
        container: &str,
        attempt: u32,
    ) -> io::Result<PathBuf> {
        let path = self.termination_log(container, attempt);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, "")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666))?;
        Ok(path)
    }
}

fn write_for_all(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

/// The sandbox as the runtime makes it.
///
/// `pids_max` is the node's limit for each Pod (kubelet `--pod-max-pids`).
pub(crate) fn sandbox_spec(
    pod: &core::Pod,
    life: &PodLife,
    hostname: &str,
    pids_max: Option<u64>,
) -> PodSandboxSpec {
    let uid = pod.uid();
    let limits = pod.spec.as_ref().map(resources::of_pod);
    PodSandboxSpec {
        uid: uid.as_str().to_owned(),
        namespace: pod.key().namespace.into(),
        name: pod.key().name.into(),
        hostname: hostname.to_owned(),
        cgroup: QosClass::of(pod).cgroup(uid.as_str()),
        resources: Resources {
            pids_max,
            ..limits.unwrap_or_default()
        },
        termination_grace: life.grace_period,
    }
}
