//! A yard to test against: `jobyard serve` on a folder and a port of its own,
//! or, with `JOBYARD_TEST_KUBECONFIG=FILE`, any Kubernetes API server.
//!
//! Tests speak to it through kubectl and the kubeconfig alone. Each works in a
//! namespace of its own, which goes with it.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// The longest that anything in these tests may take. It ends a hung test with a
/// message; it is no measure of speed.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// The binary under test.
pub(crate) const JOBYARD: &str = env!("CARGO_BIN_EXE_jobyard");

/// The root of the repository: `examples/` is read from there.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the repository is there")
}

/// A server and a namespace in it.
pub(crate) struct Yard {
    folder: tempfile::TempDir,
    flags: Vec<String>,
    server: Option<Child>,
    /// The Job controller, if it is a process of its own.
    controller: Option<Child>,
    /// Where the server listens, chosen by the system at its first start.
    address: String,
    kubeconfig: PathBuf,
    namespace: String,
    is_foreign: bool,
}

impl Yard {
    /// Starts a yard whose Pods run on the machine's own folders.
    pub(crate) fn start() -> Self {
        Self::start_with(&["--runtime", "host"])
    }

    /// Starts a yard with these flags.
    pub(crate) fn start_with(flags: &[&str]) -> Self {
        Self::start_in(&std::env::temp_dir(), flags)
    }

    /// Starts a yard whose folders lie below `parent`, or takes the foreign server.
    pub(crate) fn start_in(parent: &Path, flags: &[&str]) -> Self {
        if let Some(foreign) = std::env::var_os("JOBYARD_TEST_KUBECONFIG") {
            let namespace = format!("jobyard-test-{}", std::process::id());
            let yard = Self {
                folder: tempfile::tempdir_in(parent).expect("a temporary folder"),
                flags: Vec::new(),
                server: None,
                controller: None,
                address: String::new(),
                kubeconfig: foreign.into(),
                namespace,
                is_foreign: true,
            };
            yard.kubectl_ok(
                &["create", "-f", "-"],
                &format!(
                    "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {}}}\n",
                    yard.namespace
                ),
            );
            return yard;
        }
        Self::start_own(parent, flags)
    }

    /// Starts a yard of our own, also where a foreign server is named.
    pub(crate) fn start_own(parent: &Path, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir_in(parent).expect("a temporary folder");
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let kubeconfig = folder.path().join("kubeconfig");
        let mut yard = Self {
            folder,
            flags,
            server: None,
            controller: None,
            address: "127.0.0.1:0".into(),
            kubeconfig,
            namespace: "default".into(),
            is_foreign: false,
        };
        yard.boot();
        yard
    }

    /// Starts a yard of our own whose Job controller is a process of its own, and
    /// speaks to the server over TLS as it would to any other.
    pub(crate) fn start_apart(flags: &[&str]) -> Self {
        let flags = [flags, &["--controllers", "none"]].concat();
        let mut yard = Self::start_own(&std::env::temp_dir(), &flags);
        yard.controller = Some(yard.spawn_controller(&[]));
        yard
    }

    /// Starts a Job controller in a process of its own, for all Jobs, with these
    /// further flags. Who asks ends it before the yard.
    pub(crate) fn spawn_controller(&self, flags: &[&str]) -> Child {
        let stderr = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.controller_stderr_file());
        Command::new(JOBYARD)
            .args(["controller", "--all-jobs", "--listen", "127.0.0.1:0"])
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr.expect("a file for stderr"))
            .spawn()
            .expect("jobyard starts")
    }

    /// Whether the server is ours: only then may it be killed or looked into.
    pub(crate) fn is_ours(&self) -> bool {
        !self.is_foreign
    }

    /// Starts the server on the yard's folder and waits until it says `ready`.
    pub(crate) fn boot(&mut self) {
        assert!(self.server.is_none(), "the server already runs");
        let mut child = Command::new(JOBYARD)
            .args(["serve", "--listen", &self.address, "--data-dir"])
            .arg(self.data())
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .args(&self.flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(
                std::fs::OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(self.stderr_file())
                    .expect("a file for stderr"),
            ))
            .spawn()
            .expect("jobyard starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("stdout can be read");
        let address = line.strip_prefix("ready https://");
        let Some(address) = address.and_then(|rest| rest.split(' ').next()) else {
            panic!("serve said {line:?}; on stderr:\n{}", self.stderr());
        };
        // The next start takes the same: who speaks to the server finds it again.
        address.clone_into(&mut self.address);
        self.server = Some(child);
    }

    /// The folder that holds the yard's state.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder of the test that Pods may reach as a hostPath volume.
    pub(crate) fn scratch(&self) -> PathBuf {
        let folder = self.folder.path().join("scratch");
        std::fs::create_dir_all(&folder).expect("the scratch folder");
        folder
    }

    /// The process id of the server.
    pub(crate) fn pid(&self) -> u32 {
        self.server.as_ref().expect("the server runs").id()
    }

    /// `kill -9`, and nothing else: what it ran goes on.
    pub(crate) fn kill(&mut self) {
        let mut server = self.server.take().expect("the server runs");
        server.kill().expect("it can be killed");
        server.wait().expect("it ends");
    }

    fn stderr_file(&self) -> PathBuf {
        self.folder.path().join("stderr")
    }

    fn controller_stderr_file(&self) -> PathBuf {
        self.folder.path().join("controller-stderr")
    }

    /// What the server wrote to stderr, and the controller if it is apart.
    pub(crate) fn stderr(&self) -> String {
        [self.stderr_file(), self.controller_stderr_file()]
            .into_iter()
            .filter_map(|file| std::fs::read_to_string(file).ok())
            .collect()
    }

    /// The file that kubectl reads to find the server.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// A kubectl command on the yard's namespace, not yet started.
    pub(crate) fn kubectl_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("kubectl");
        command
            .env("KUBECONFIG", &self.kubeconfig)
            .env("HOME", self.folder.path())
            .current_dir(repository());
        command
            .args(["--namespace", &self.namespace])
            .args(arguments);
        command
    }

    /// Runs kubectl with `stdin`, and gives what came.
    pub(crate) fn kubectl_with(&self, arguments: &[&str], stdin: &str) -> Output {
        use std::io::Write;
        let mut command = self.kubectl_command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("kubectl is installed");
        // kubectl may end before it has read all: that is its answer, not an error of the test.
        let _ = child
            .stdin
            .take()
            .expect("stdin is piped")
            .write_all(stdin.as_bytes());
        child.wait_with_output().expect("kubectl ends")
    }

    /// Runs kubectl, and gives what came.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Output {
        self.kubectl_with(arguments, "")
    }

    /// Runs kubectl, which must succeed, and gives its stdout.
    pub(crate) fn kubectl_ok(&self, arguments: &[&str], stdin: &str) -> String {
        let output = self.kubectl_with(arguments, stdin);
        assert!(
            output.status.success(),
            "kubectl {arguments:?}: {}\nserver:\n{}",
            text(&output.stderr),
            self.stderr()
        );
        text(&output.stdout)
    }

    /// A field of an object by jsonpath; empty when the field or the object is absent.
    pub(crate) fn field(&self, object: &str, path: &str) -> String {
        let output = self.kubectl(&[
            "get",
            object,
            "-o",
            &format!("jsonpath={path}"),
            "--ignore-not-found",
        ]);
        text(&output.stdout)
    }

    /// Pods outlive the server: they go first, unless no node runs any.
    fn end_pods(&self) {
        let mut flags = self.flags.iter().skip_while(|flag| *flag != "--node");
        if flags.nth(1).is_some_and(|node| node == "none") {
            return;
        }
        for arguments in [
            &[
                "delete",
                "jobs,pods",
                "--all",
                "-A",
                "--force",
                "--grace-period=0",
                "--wait=false",
            ][..],
            &[
                "wait",
                "pods",
                "--all",
                "-A",
                "--for=delete",
                "--timeout=20s",
            ],
        ] {
            let _ = self.kubectl(arguments);
        }
    }

    /// Waits until `holds` does. The only wait of these tests.
    pub(crate) fn until(&self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(
                started.elapsed() < PATIENCE,
                "waited in vain until {what}; the server's stderr:\n{}",
                self.stderr()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Yard {
    fn drop(&mut self) {
        if self.server.is_some() {
            if std::thread::panicking() {
                for what in [
                    &["get", "jobs,pods", "-o", "wide"][..],
                    &["get", "events"],
                    &[
                        "get",
                        "jobs",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.name} {.status}{\"\\n\"}{end}",
                    ],
                ] {
                    eprintln!("{}", text(&self.kubectl(what).stdout));
                }
                eprintln!("the server's stderr:\n{}", self.stderr());
            }
            self.end_pods();
            self.controller.take().into_iter().for_each(terminate);
            self.server.take().into_iter().for_each(terminate);
        } else if !self.is_ours() {
            let _ = self.kubectl(&["delete", "namespace", &self.namespace, "--wait=false"]);
        }
    }
}

/// Ends a process by SIGTERM, and by force if it does not obey.
fn terminate(mut process: Child) {
    let _ = Command::new("kill")
        .args(["-TERM", &process.id().to_string()])
        .status();
    let started = Instant::now();
    while process.try_wait().ok().flatten().is_none() {
        if started.elapsed() > Duration::from_secs(20) {
            let _ = process.kill();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Bytes as text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Reads a child's whole stdout on a thread, for commands that stream.
pub(crate) fn collect(child: &mut Child) -> std::thread::JoinHandle<String> {
    let mut stdout = child.stdout.take().expect("stdout is piped");
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stdout.read_to_end(&mut bytes);
        text(&bytes)
    })
}

/// The first 2,000 decimal places of pi, as the documentation prints them.
pub(crate) const PI: &str = include_str!("../pi-2000.txt");
