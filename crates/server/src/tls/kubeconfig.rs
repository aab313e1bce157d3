//! The kubeconfig: all that kubectl needs to reach this yard, in one file.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Pki, PkiError, private_file};

/// Writes a kubeconfig for the administrator: cluster, user and context `jobyard`.
///
/// `server` is the address clients use, such as `https://127.0.0.1:6443`.
/// Certificates and key are embedded, the file has mode 0600 and is replaced
/// whole, so that a kubectl at work never reads half of it.
pub fn write_kubeconfig(path: &Path, server: &str, pki: &Pki) -> Result<(), PkiError> {
    private_file::replace(path, text(server, pki).as_bytes())
        .map_err(|source| PkiError::file("cannot write the kubeconfig", path, source))
}

/// The file's text. All values are base64 or a plain https address: nothing needs quoting.
fn text(server: &str, pki: &Pki) -> String {
    let authority = STANDARD.encode(&pki.authority_pem);
    let certificate = STANDARD.encode(&pki.admin.certificate_pem);
    let key = STANDARD.encode(&pki.admin.key_pem);
    format!(
        "apiVersion: v1
kind: Config
clusters:
- name: jobyard
  cluster:
    server: {server}
    certificate-authority-data: {authority}
users:
- name: jobyard
  user:
    client-certificate-data: {certificate}
    client-key-data: {key}
contexts:
- name: jobyard
  context:
    cluster: jobyard
    user: jobyard
current-context: jobyard
"
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::tls::ServerNames;

    #[test]
    fn the_file_is_private_and_replaces_an_old_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = ServerNames::of([127, 0, 0, 1].into(), "");
        let now = "2026-01-01T00:00:00Z".parse().expect("a timestamp");
        let pki = Pki::open(&folder.path().join("pki"), &names, now).expect("made");
        let path = folder.path().join("kubeconfig");
        std::fs::write(&path, "something older").expect("written");

        write_kubeconfig(&path, "https://127.0.0.1:6443", &pki).expect("written");

        let mode = std::fs::metadata(&path)
            .expect("is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).expect("readable");
        assert!(
            text.contains("    server: https://127.0.0.1:6443\n"),
            "{text}"
        );
        assert!(text.contains("current-context: jobyard\n"), "{text}");
        let left: Vec<_> = std::fs::read_dir(folder.path())
            .expect("readable")
            .collect();
        assert_eq!(left.len(), 2, "only pki and kubeconfig");
    }
}
