//! One certificate with its key: making, reading, judging.

use std::fmt;

use jiff::tz::TimeZone;
use jobyard_api::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use x509_parser::{
    extensions::GeneralName,
    prelude::{FromDer as _, X509Certificate},
};

use super::{PkiError, ServerNames};

/// A certificate and its private key, as PEM.
#[derive(Clone)]
pub struct KeyedCertificate {
    /// The certificate.
    pub certificate_pem: String,
    /// The private key (PKCS #8). Never logged.
    pub key_pem: String,
}

/// What a certificate is made for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose<'a> {
    /// To be shown by the server under these names.
    Server(&'a ServerNames),
    /// To be shown by a client; subject `CN=user, O=group`.
    Client { user: &'a str, group: &'a str },
}

impl KeyedCertificate {
    /// Reads what [`to_pem`](Self::to_pem) wrote; `None` when either part is missing or broken.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let key_begin = text.find("-----BEGIN PRIVATE KEY-----")?;
        let (certificate_pem, key_pem) = text.split_at(key_begin);
        let found = Self {
            certificate_pem: certificate_pem.to_owned(),
            key_pem: key_pem.to_owned(),
        };
        let der = found.certificate_der()?;
        X509Certificate::from_der(&der).ok()?;
        KeyPair::from_pem(&found.key_pem).ok()?;
        Some(found)
    }

    /// Certificate and key, one after the other.
    pub(super) fn to_pem(&self) -> String {
        format!("{}{}", self.certificate_pem, self.key_pem)
    }

    /// The certificate as TLS wants it; `None` when the PEM is broken.
    pub(super) fn certificate_der(&self) -> Option<CertificateDer<'static>> {
        CertificateDer::from_pem_slice(self.certificate_pem.as_bytes()).ok()
    }

    /// The key as TLS wants it; `None` when the PEM is broken.
    pub(super) fn key_der(&self) -> Option<PrivateKeyDer<'static>> {
        PrivateKeyDer::from_pem_slice(self.key_pem.as_bytes()).ok()
    }

    /// Whether the certificate is still good at `time`.
    pub(super) fn lives_beyond(&self, time: Timestamp) -> bool {
        self.inspect(|certificate| certificate.validity().not_after.timestamp() > time.as_second())
    }

    /// Whether the certificate's signature is the authority's.
    pub(super) fn is_signed_by(&self, authority: &Self) -> bool {
        let Some(authority) = authority.certificate_der() else {
            return false;
        };
        let Ok((_, authority)) = X509Certificate::from_der(&authority) else {
            return false;
        };
        // Two authorities of ours have the same name, but never the same key.
        let authority_key_id = key_id(&authority);
        self.inspect(|certificate| {
            let issuer_key_id =
                certificate.extensions().iter().find_map(|extension| {
                    match extension.parsed_extension() {
                        x509_parser::extensions::ParsedExtension::AuthorityKeyIdentifier(found) => {
                            found.key_identifier.as_ref().map(|id| id.0.to_vec())
                        }
                        _ => None,
                    }
                });
            issuer_key_id.is_some() && issuer_key_id == authority_key_id
        })
    }

    /// Whether the certificate has all the names that the purpose asks for.
    pub(super) fn serves(&self, purpose: &Purpose<'_>) -> bool {
        match purpose {
            Purpose::Client { .. } => true,
            Purpose::Server(names) => self.inspect(|certificate| {
                let Ok(Some(found)) = certificate.subject_alternative_name() else {
                    return false;
                };
                let has = |wanted: &GeneralName<'_>| found.value.general_names.contains(wanted);
                names
                    .dns
                    .iter()
                    .all(|name| has(&GeneralName::DNSName(name)))
                    && names.addresses.iter().all(|address| match address {
                        std::net::IpAddr::V4(address) => {
                            has(&GeneralName::IPAddress(&address.octets()))
                        }
                        std::net::IpAddr::V6(address) => {
                            has(&GeneralName::IPAddress(&address.octets()))
                        }
                    })
            }),
        }
    }

    fn inspect(&self, question: impl FnOnce(&X509Certificate<'_>) -> bool) -> bool {
        let Some(der) = self.certificate_der() else {
            return false;
        };
        X509Certificate::from_der(&der).is_ok_and(|(_, certificate)| question(&certificate))
    }
}

fn key_id(certificate: &X509Certificate<'_>) -> Option<Vec<u8>> {
    certificate
        .extensions()
        .iter()
        .find_map(|extension| match extension.parsed_extension() {
            x509_parser::extensions::ParsedExtension::SubjectKeyIdentifier(id) => {
                Some(id.0.to_vec())
            }
            _ => None,
        })
}

impl fmt::Debug for KeyedCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyedCertificate")
            .field("certificate_pem", &self.certificate_pem)
            .finish_non_exhaustive()
    }
}

/// The yard's own authority.
pub(super) struct Authority {
    keyed: KeyedCertificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new authority with a new key.
    pub(super) fn make(now: Timestamp, days: i64) -> Result<Self, PkiError> {
        let key = KeyPair::generate()?;
        let mut params = params(now, days);
        params.distinguished_name = subject("jobyard-ca", None);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::CrlSign,
        ];
        let keyed = KeyedCertificate {
            certificate_pem: params.self_signed(&key)?.pem(),
            key_pem: key.serialize_pem(),
        };
        Ok(Self {
            keyed,
            issuer: Issuer::new(params, key),
        })
    }

    /// The authority whose certificate and key were read from its file.
    pub(super) fn from(keyed: KeyedCertificate) -> Result<Self, PkiError> {
        let key = KeyPair::from_pem(&keyed.key_pem)?;
        let issuer = Issuer::from_ca_cert_pem(&keyed.certificate_pem, key)?;
        Ok(Self { keyed, issuer })
    }

    /// Its own certificate and key.
    pub(super) fn keyed(&self) -> &KeyedCertificate {
        &self.keyed
    }

    /// A new certificate with a new key.
    pub(super) fn sign(
        &self,
        purpose: &Purpose<'_>,
        now: Timestamp,
        days: i64,
    ) -> Result<KeyedCertificate, PkiError> {
        let key = KeyPair::generate()?;
        let mut params = params(now, days);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        match purpose {
            Purpose::Server(names) => {
                params.distinguished_name = subject("jobyard", None);
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
                for name in &names.dns {
                    let name = name.as_str().try_into()?;
                    params.subject_alt_names.push(SanType::DnsName(name));
                }
                for address in &names.addresses {
                    params.subject_alt_names.push(SanType::IpAddress(*address));
                }
            }
            Purpose::Client { user, group } => {
                params.distinguished_name = subject(user, Some(group));
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }
        }
        Ok(KeyedCertificate {
            certificate_pem: params.signed_by(&key, &self.issuer)?.pem(),
            key_pem: key.serialize_pem(),
        })
    }
}

fn subject(common_name: &str, organization: Option<&str>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    if let Some(organization) = organization {
        name.push(DnType::OrganizationName, organization);
    }
    name.push(DnType::CommonName, common_name);
    name
}

/// Good from the day before `now` (clocks differ) for `days` days.
fn params(now: Timestamp, days: i64) -> CertificateParams {
    let midnight = |days: i64| {
        let date = (now + jiff::SignedDuration::from_hours(24 * days))
            .to_zoned(TimeZone::UTC)
            .date();
        rcgen::date_time_ymd(
            i32::from(date.year()),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    let mut params = CertificateParams::default();
    params.not_before = midnight(-1);
    params.not_after = midnight(days);
    params
}
