//! TLS of the server, and the user behind a client certificate.

use std::sync::Arc;

use jobyard_registry::request::User;
use rustls::{RootCertStore, ServerConfig, server::WebPkiClientVerifier};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::{Pki, PkiError};

/// TLS as the server speaks it: HTTP/2 and HTTP/1.1, client certificates of the
/// yard's authority.
///
/// A client without a certificate gets through the handshake (health and
/// version are open, everything else answers 401).
///
/// Differs from Kubernetes: a client with a certificate of another authority is
/// refused by the handshake, where a 401 would say the same later.
pub fn server_config(pki: &Pki) -> Result<Arc<ServerConfig>, PkiError> {
    let broken = || rustls::Error::General("a certificate of the yard is broken".to_owned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());

    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pki.authority_pem.as_bytes()) {
        roots.add(certificate.map_err(|_| broken())?)?;
    }
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()?;

    let certificate = pki.server.certificate_der().ok_or_else(broken)?;
    let key = pki.server.key_der().ok_or_else(broken)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The user of a verified certificate: the common name, with each organization
/// as a group. `None` when the certificate has no common name.
///
/// Every user who proved who they are is also in `system:authenticated`.
///
/// Source: apiserver `pkg/authentication/request/x509`, `CommonNameUserConversion`.
pub fn user_of_certificate(certificate: &CertificateDer<'_>) -> Option<User> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let subject = certificate.subject();
    let name = subject.iter_common_name().next()?.as_str().ok()?.to_owned();
    if name.is_empty() {
        return None;
    }
    let groups = subject
        .iter_organization()
        .filter_map(|organization| organization.as_str().ok())
        .chain(["system:authenticated"])
        .map(str::to_owned)
        .collect();
    Some(User { name, groups })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::ServerNames;

    #[test]
    fn the_administrator_is_a_master() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = ServerNames::of([127, 0, 0, 1].into(), "");
        let now = "2026-01-01T00:00:00Z".parse().expect("a timestamp");
        let pki = Pki::open(folder.path(), &names, now).expect("made");
        let certificate = pki.admin.certificate_der().expect("a certificate");
        assert_eq!(
            user_of_certificate(&certificate),
            Some(User {
                name: "kubernetes-admin".to_owned(),
                groups: vec![
                    "system:masters".to_owned(),
                    "system:authenticated".to_owned()
                ],
            })
        );
        server_config(&pki).expect("usable for TLS");
    }
}
