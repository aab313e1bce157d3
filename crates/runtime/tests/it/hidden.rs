//! What no Pod of class `host` may see, even as root.

use std::fs;
use std::os::unix::fs::MetadataExt;

use crate::yard::Yard;

/// Tries to open each path, as root, in every way that comes to mind; prints what worked.
const PRY: &str = r#"
try() { for f in "$@"; do head -c 1 "$f" >/dev/null 2>&1 && echo "opened $f"; done; }
for root in "" /proc/1/root /proc/self/root /proc/1/cwd /proc/$$/root /proc/self/cwd/..; do
    try $root/etc/shadow $root/etc/shadow- $root/etc/gshadow $root/etc/gshadow- $root/etc/sudoers \
        $root/etc/sudoers.d/* $root/etc/ssh/*key $root/root/.profile $root/root/.bashrc $root/boot/* \
        $root/etc/kubernetes/* $root/var/lib/docker/* $root/var/lib/kubelet/*
done
for d in /root /home /boot /tmp /run /var/tmp; do
    for f in $(ls -A $d 2>/dev/null); do echo "listed $d/$f"; done
done
ls -d /var/lib/docker /var/lib/containerd /var/lib/kubelet /var/lib/rancher /etc/kubernetes \
    /etc/shadow /etc/gshadow /etc/sudoers /var/lib/jobyard 2>/dev/null
# The disk itself.
for n in "b 254 0" "b 8 0" "b 259 0" "c 1 1"; do
    for d in / /dev /tmp /dev/shm; do mknod $d/disk $n 2>/dev/null && try $d/disk; rm -f $d/disk; done
done
# Under what stands in the way.
umount /dev /proc /sys / 2>/dev/null && echo unmounted
mkdir -p /x && mount -t tmpfs x /x 2>/dev/null && echo mounted
mount -o remount,rw /sys 2>/dev/null && echo remounted
chroot /proc/1/root cat /etc/shadow 2>/dev/null
unshare -Urm sh -c 'umount -l / ; umount /proc; cat /etc/shadow; ls /root/' 2>/dev/null
# Over a removed whiteout.
touch /etc/shadow && rm /etc/shadow; cat /etc/shadow 2>/dev/null
mkdir -p /root/x && rm -rf /root && mkdir /root && ls -A /root
mv /etc /etc2 2>/dev/null; cat /etc2/shadow 2>/dev/null
true
"#;

#[tokio::test]
async fn root_in_a_pod_can_open_no_hidden_file() {
    // Something to find, where this machine has nothing; each is removed at the end.
    let _secrets: Vec<Planted> = [
        "/etc/shadow-jobyard-test",
        "/etc/ssh/ssh_host_jobyardtest_key",
        "/etc/sudoers.d/jobyard-test",
        "/root/jobyard-test/file",
        "/home/jobyard-test/file",
        "/var/lib/docker/jobyard-test/file",
        "/var/lib/kubelet/jobyard-test/file",
        "/etc/kubernetes/jobyard-test/file",
        "/tmp/jobyard-test/file",
        "/boot/jobyard-test",
    ]
    .into_iter()
    .map(Planted::new)
    .collect();
    let mut yard = Yard::new().await;
    assert_eq!(yard.output(PRY).await, "");
    let files = "cat /etc/shadow-jobyard-test /etc/ssh/ssh_host_jobyardtest_key \
                 /etc/sudoers.d/jobyard-test /root/jobyard-test/file /home/jobyard-test/file \
                 /var/lib/docker/jobyard-test/file /etc/kubernetes/jobyard-test/file 2>/dev/null; true";
    assert_eq!(yard.output(files).await, "");
    yard.end();
}

#[tokio::test]
async fn the_folders_of_yards_are_hidden() {
    let mut yard = Yard::new().await;
    let hidden = yard.path().join("hidden");
    fs::create_dir(&hidden).expect("made");
    fs::write(hidden.join("key"), "secret").expect("written");
    let script = format!(
        "cat {0}/key {1}/state/pods/pod/pod.json 2>/dev/null; ls {1} 2>/dev/null; true",
        hidden.display(),
        yard.path().display()
    );
    assert_eq!(yard.output(&script).await, "");
    yard.end();
}

#[tokio::test]
async fn the_folders_of_other_yards_are_hidden() {
    // Where no rule but the announcement hides them.
    let place = tempfile::tempdir_in("/opt").expect("temporary folder");
    let other = Yard::without_runtime().move_to(place).open().await;
    let key = other.path().join("hidden/key");
    fs::create_dir(other.path().join("hidden")).expect("made");
    fs::write(&key, "secret").expect("written");
    let mut yard = Yard::new().await;
    let script = format!(
        "ls {0}; cat {1} {0}/state/pods 2>/dev/null; true",
        other.path().display(),
        key.display()
    );
    assert_eq!(yard.output(&script).await, "");
    yard.end();
    other.end();
}

#[tokio::test]
async fn attributes_of_folders_with_something_hidden_are_the_machines() {
    let mut yard = Yard::new().await;
    let folders = "/ /etc /etc/ssh /var /var/lib /root /home";
    let text = yard
        .output(&format!(
            "for f in {folders}; do [ -d $f ] && stat -c '%n %a %u %g' $f; done; true"
        ))
        .await;
    for line in text.lines() {
        let path = line.split(' ').next().expect("a path");
        let found = fs::metadata(path).expect("it exists on the machine");
        let (mode, uid, gid) = (found.mode() & 0o7777, found.uid(), found.gid());
        assert_eq!(line, format!("{path} {mode:o} {uid} {gid}"));
    }
    assert!(text.lines().count() >= 5, "{text}");
    yard.end();
}

/// A file with the folders above it, removed when dropped.
struct Planted {
    topmost_made: std::path::PathBuf,
}

impl Planted {
    fn new(path: &str) -> Planted {
        let path = std::path::Path::new(path);
        let topmost_made = path
            .ancestors()
            .take_while(|above| !above.exists())
            .last()
            .unwrap_or(path)
            .to_owned();
        fs::create_dir_all(path.parent().expect("absolute")).expect("made");
        fs::write(path, "secret\n").expect("written");
        Planted { topmost_made }
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.topmost_made);
        let _ = fs::remove_file(&self.topmost_made);
    }
}
