use std::sync::Arc;

use rcgen::{CertificateParams, CertifiedKey, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What the server shows at TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certificate {
    /// One for `localhost`.
    Good,
    /// One for somebody else's name.
    OtherName,
    /// One that was good until the year 2001.
    Expired,
    /// One that the authority of the server did not sign.
    Stranger,
}

/// The server's side of TLS, and the authority to trust (PEM).
pub(super) fn acceptor(certificate: Certificate) -> (TlsAcceptor, String) {
    let shown = made(certificate);
    let authority = match certificate {
        Certificate::Stranger => made(Certificate::Good).cert.pem(),
        _ => shown.cert.pem(),
    };
    let key = PrivateKeyDer::try_from(shown.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![shown.cert.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), authority)
}

fn made(certificate: Certificate) -> CertifiedKey<KeyPair> {
    let name = if certificate == Certificate::OtherName { "mail.example.com" } else { "localhost" };
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    if certificate == Certificate::Expired {
        (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1));
    }
    let signing_key = KeyPair::generate().unwrap();
    let cert = params.self_signed(&signing_key).unwrap();
    CertifiedKey { cert, signing_key }
}
