//! Keys and certificates: who the server is, and how it knows its clients.
//!
//! At its first start a yard makes its own authority. The authority signs the
//! server's certificate and one client certificate, that of the administrator,
//! which goes into the kubeconfig. There are no passwords and no tokens: who
//! holds the kubeconfig is the administrator.
//!
//! Each certificate lies in one file with its key (`ca.pem`, `server.pem`,
//! `admin.pem`, mode 0600, in `DATA/pki`), so that the two cannot disagree
//! after a crash between two writes. A certificate close to its end, or one that
//! lacks a name the server now has, is made anew at start; the authority is
//! kept as long as it lives, so that handed-out kubeconfigs stay good.

mod certificate;
mod config;
mod kubeconfig;
mod private_file;

use std::{
    io,
    net::IpAddr,
    path::{Path, PathBuf},
};

use jobyard_api::Timestamp;

pub use certificate::KeyedCertificate;
pub use config::{server_config, user_of_certificate};
pub use kubeconfig::write_kubeconfig;

use certificate::{Authority, Purpose};

/// Days a certificate of a server or client lives. It is renewed at any start
/// in its last [`RENEW_DAYS`].
const LEAF_DAYS: i64 = 365;
/// Days the authority lives.
const AUTHORITY_DAYS: i64 = 3650;
/// How long before its end a certificate is made anew; upstream's `kubeadm`
/// warns at the same distance.
const RENEW_DAYS: i64 = 30;

/// All certificates of a yard.
#[derive(Debug)]
pub struct Pki {
    /// The authority's certificate as PEM: what clients trust.
    pub authority_pem: String,
    /// What the server shows.
    pub server: KeyedCertificate,
    /// What the administrator shows: `CN=kubernetes-admin, O=system:masters`.
    pub admin: KeyedCertificate,
}

impl Pki {
    /// Reads the certificates in `folder`, and makes those that are missing or end soon.
    ///
    /// The folder is made with mode 0700 if it is not there.
    pub fn open(folder: &Path, names: &ServerNames, now: Timestamp) -> Result<Self, PkiError> {
        private_file::make_folder(folder)
            .map_err(|source| PkiError::file("cannot make the folder", folder, source))?;
        let renew_before = now + jiff::SignedDuration::from_hours(24 * RENEW_DAYS);

        let path = folder.join("ca.pem");
        let authority = match read(&path)? {
            Some(found) if found.lives_beyond(renew_before) => Authority::from(found)?,
            _ => {
                let made = Authority::make(now, AUTHORITY_DAYS)?;
                write(&path, made.keyed())?;
                made
            }
        };
        let leaf = |file: &str, purpose: Purpose<'_>| -> Result<_, PkiError> {
            let path = folder.join(file);
            if let Some(found) = read(&path)?
                && found.lives_beyond(renew_before)
                && found.is_signed_by(authority.keyed())
                && found.serves(&purpose)
            {
                return Ok(found);
            }
            let made = authority.sign(&purpose, now, LEAF_DAYS)?;
            write(&path, &made)?;
            Ok(made)
        };
        Ok(Self {
            server: leaf("server.pem", Purpose::Server(names))?,
            admin: leaf(
                "admin.pem",
                Purpose::Client {
                    user: "kubernetes-admin",
                    group: "system:masters",
                },
            )?,
            authority_pem: authority.keyed().certificate_pem.clone(),
        })
    }
}

/// Under which names and addresses clients reach the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerNames {
    /// DNS names.
    pub dns: Vec<String>,
    /// Addresses.
    pub addresses: Vec<IpAddr>,
}

impl ServerNames {
    /// The names of a server that listens on `listen` on the machine `hostname`.
    ///
    /// Always `localhost`, the loopback addresses, and the names under which
    /// Pods know the API (`kubernetes.default.svc` ...). A hostname that is no
    /// DNS name is left out.
    pub fn of(listen: IpAddr, hostname: &str) -> Self {
        let mut dns: Vec<String> = [
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
        ]
        .map(str::to_owned)
        .into();
        let hostname = hostname.trim().to_ascii_lowercase();
        let is_dns_name = !hostname.is_empty()
            && hostname
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
        if is_dns_name && !dns.contains(&hostname) {
            dns.push(hostname);
        }
        let mut addresses = vec![
            IpAddr::from(std::net::Ipv4Addr::LOCALHOST),
            IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
        ];
        if !listen.is_unspecified() && !addresses.contains(&listen) {
            addresses.push(listen);
        }
        Self { dns, addresses }
    }
}

fn read(path: &Path) -> Result<Option<KeyedCertificate>, PkiError> {
    match std::fs::read_to_string(path) {
        // What cannot be read as a certificate is made anew, like what is missing.
        Ok(text) => Ok(KeyedCertificate::parse(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(PkiError::file("cannot read", path, source)),
    }
}

fn write(path: &Path, certificate: &KeyedCertificate) -> Result<(), PkiError> {
    private_file::replace(path, certificate.to_pem().as_bytes())
        .map_err(|source| PkiError::file("cannot write", path, source))
}

/// What can go wrong with keys, certificates and the kubeconfig.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// A file could not be read or written.
    #[error("{operation} {}", path.display())]
    File {
        /// What was tried.
        operation: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A certificate could not be made.
    #[error("cannot make a certificate")]
    Make(#[from] rcgen::Error),
    /// TLS does not take the certificates.
    #[error("cannot use the certificates for TLS")]
    Use(#[from] rustls::Error),
    /// The check of client certificates cannot be set up.
    #[error("cannot set up the check of client certificates")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

impl PkiError {
    fn file(operation: &'static str, path: &Path, source: io::Error) -> Self {
        Self::File {
            operation,
            path: path.to_owned(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names() -> ServerNames {
        ServerNames::of([127, 0, 0, 1].into(), "Box.example")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn certificates_are_made_once_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pki");
        let now = at("2026-01-01T00:00:00Z");
        let first = Pki::open(&path, &names(), now).expect("made");
        let second = Pki::open(&path, &names(), now).expect("read");
        assert_eq!(first.authority_pem, second.authority_pem);
        assert_eq!(first.server.to_pem(), second.server.to_pem());
        assert_eq!(first.admin.to_pem(), second.admin.to_pem());
    }

    #[test]
    fn keys_are_for_the_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pki");
        Pki::open(&path, &names(), at("2026-01-01T00:00:00Z")).expect("made");
        let mode = |path: &Path| {
            let metadata = std::fs::metadata(path).expect("is there");
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode(&path), 0o700);
        for file in ["ca.pem", "server.pem", "admin.pem"] {
            assert_eq!(mode(&path.join(file)), 0o600, "{file}");
        }
    }

    #[test]
    fn leaves_are_renewed_before_they_end_and_the_authority_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Pki::open(folder.path(), &names(), at("2026-01-01T00:00:00Z")).expect("made");
        let later = Pki::open(folder.path(), &names(), at("2026-12-15T00:00:00Z")).expect("read");
        assert_eq!(first.authority_pem, later.authority_pem);
        assert_ne!(first.server.to_pem(), later.server.to_pem());
        assert_ne!(first.admin.to_pem(), later.admin.to_pem());
    }

    #[test]
    fn a_new_name_of_the_server_renews_its_certificate_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let now = at("2026-01-01T00:00:00Z");
        let first = Pki::open(folder.path(), &names(), now).expect("made");
        let moved = ServerNames::of([10, 0, 0, 7].into(), "box.example");
        let later = Pki::open(folder.path(), &moved, now).expect("read");
        assert_ne!(first.server.to_pem(), later.server.to_pem());
        assert_eq!(first.admin.to_pem(), later.admin.to_pem());
    }

    #[test]
    fn an_ended_authority_takes_its_leaves_along() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Pki::open(folder.path(), &names(), at("2026-01-01T00:00:00Z")).expect("made");
        let later = Pki::open(folder.path(), &names(), at("2035-12-31T00:00:00Z")).expect("read");
        assert_ne!(first.authority_pem, later.authority_pem);
        assert_ne!(first.admin.to_pem(), later.admin.to_pem());
    }

    #[test]
    fn a_broken_file_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let now = at("2026-01-01T00:00:00Z");
        let first = Pki::open(folder.path(), &names(), now).expect("made");
        std::fs::write(folder.path().join("admin.pem"), "half a f").expect("written");
        let later = Pki::open(folder.path(), &names(), now).expect("read");
        assert_eq!(first.authority_pem, later.authority_pem);
        assert_ne!(first.admin.to_pem(), later.admin.to_pem());
    }

    #[test]
    fn a_hostname_that_is_no_dns_name_is_left_out() {
        let names = ServerNames::of([0, 0, 0, 0].into(), "my_box");
        assert!(!names.dns.iter().any(|name| name == "my_box"));
        assert_eq!(names.addresses.len(), 2, "0.0.0.0 is no address of ours");
    }

    #[test]
    fn keys_do_not_show_in_debug_output() {
        let folder = tempfile::tempdir().expect("a folder");
        let pki = Pki::open(folder.path(), &names(), at("2026-01-01T00:00:00Z")).expect("made");
        assert!(!format!("{pki:?}").contains("PRIVATE KEY"));
    }
}
