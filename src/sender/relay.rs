//! The relay: the mail server of config.toml, with all that a connection to it needs.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::wire::Deadlines;
use crate::config::{Mail, SecretError, Smtp, Tls};
use crate::files;

/// A mail server to submit to.
#[derive(Clone)]
pub struct Relay {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    /// There unless TLS is never used.
    pub(super) connector: Option<(TlsConnector, ServerName<'static>)>,
    pub(super) credentials: Option<Credentials>,
    /// What to greet with, where it is given.
    pub(super) helo: Option<String>,
    pub(super) deadlines: Deadlines,
    pub(super) messages_per_connection: u32,
}

impl Relay {
    /// Prepares connections: reads the certificates to trust, and the login's password.
    ///
    /// # Errors
    /// When one of them cannot be read, or the host is none that a certificate can be for.
    pub fn new(smtp: &Smtp, mail: &Mail) -> Result<Self, Unusable> {
        let host = smtp.host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let connector = match smtp.tls {
            Tls::None => None,
            Tls::Implicit | Tls::Required | Tls::Opportunistic => {
                let name = ServerName::try_from(host.clone()).map_err(|_| Unusable::Host(host.clone()))?;
                Some((connector(smtp.ca_file.as_deref())?, name))
            }
        };
        let credentials = match &smtp.login {
            Some((user, password)) => {
                Some(Credentials::new(user.clone(), password.load()?.expose_secret().to_owned()))
            }
            None => None,
        };
        Ok(Self {
            host,
            port: smtp.port,
            tls: smtp.tls,
            connector,
            credentials,
            helo: smtp.helo.clone(),
            deadlines: Deadlines(mail.reply_timeout),
            messages_per_connection: mail.messages_per_connection.max(1),
        })
    }

    /// What to greet with (RFC 5321 §4.1.4): the name of this machine where it has a whole one, and
    /// otherwise its address.
    pub(super) fn helo(&self, local: Option<IpAddr>) -> ClientId {
        let whole = |name: &str| {
            name.contains('.')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        };
        match (&self.helo, ClientId::default(), local) {
            (Some(name), _, _) => ClientId::Domain(name.clone()),
            (None, ClientId::Domain(name), _) if whole(&name) => ClientId::Domain(name),
            (None, _, Some(IpAddr::V4(address))) => ClientId::Ipv4(address),
            (None, _, Some(IpAddr::V6(address))) => ClientId::Ipv6(address),
            (None, other, None) => other,
        }
    }
}

impl fmt::Display for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({self})")
    }
}

fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, Unusable> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Unusable::Tls(error.to_string()))?
        .with_root_certificates(roots(ca_file)?)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The authorities whose certificates are good: those of the file, or else of the system.
fn roots(ca_file: Option<&Path>) -> Result<RootCertStore, Unusable> {
    let mut roots = RootCertStore::empty();
    let Some(path) = ca_file else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return if roots.is_empty() { Err(Unusable::NoAuthorities) } else { Ok(roots) };
    };
    let bad = |error: &dyn fmt::Display| Unusable::Authorities(path.display().to_string(), error.to_string());
    let pem = files::read(path)?;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| bad(&error))?;
        roots.add(certificate).map_err(|error| bad(&error))?;
    }
    if roots.is_empty() { Err(bad(&"it holds no certificate")) } else { Ok(roots) }
}

/// Why the settings of `[mail]` cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// The host is neither a name nor an address.
    #[error("mail.smtp: {0:?} is no host that a certificate can be for: write its name or its address")]
    Host(String),
    /// The login's password cannot be read.
    #[error("the password for mail.smtp: {0}")]
    Password(#[from] SecretError),
    /// The file of authorities is not one.
    #[error("mail.ca_file: {0} is no file of certificates (PEM): {1}")]
    Authorities(String, String),
    /// The system has no authorities.
    #[error("the system has no certificates to trust: install ca-certificates, or set mail.ca_file")]
    NoAuthorities,
    /// The TLS library refused.
    #[error("TLS cannot be used: {0}")]
    Tls(String),
    /// A file could not be read or a folder not made.
    #[error(transparent)]
    File(#[from] files::Error),
}
