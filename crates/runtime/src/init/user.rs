//! From root on the machine to a container's user.

use rustix::fs::{Gid, Uid};
use rustix::thread::CapabilitySet;

use super::step::{Op, Steps};
use crate::{Capability, ContainerSpec};

impl Steps {
    /// From root with everything to the container's user with little. The order matters: each right is used
    /// for the last time before it goes.
    pub(super) fn become_user(&mut self, container: &ContainerSpec) {
        let user = &container.user;
        let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
        let kept = kept_capabilities(&container.capabilities);
        self.push(
            Op::OwnLogPipes { uid, gid },
            "give stdout and stderr to the user",
        );
        self.push(Op::LimitCapabilities(kept), "drop capabilities");
        let groups = user
            .groups
            .iter()
            .map(|group| Gid::from_raw(*group))
            .collect();
        self.push(Op::Groups(groups), "set supplementary groups");
        self.push(Op::Gid(gid), "set the group");
        self.push(Op::Uid(uid), "set the user");
        if user.uid == 0 {
            self.push(Op::Capabilities(kept), "set capabilities");
        }
        // Always, for class `host`: its set-user-id programs are the machine's.
        self.push(Op::NoNewPrivileges, "set no_new_privs");
        // A change of user clears it.
        self.push(Op::DieWithShim, "tie the container to its shim");
    }
}

/// What class `host` keeps of what is asked for: nothing outside the default set, and no making of devices.
fn kept_capabilities(asked: &[Capability]) -> CapabilitySet {
    let bits = asked
        .iter()
        .filter(|c| Capability::DEFAULT.contains(c) && **c != Capability::Mknod)
        .fold(0, |set, c| set | c.bit());
    CapabilitySet::from_bits_retain(bits)
}
