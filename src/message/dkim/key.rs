//! Private keys: RSA (RFC 6376, of at least 2048 bits by RFC 8301) and Ed25519 (RFC 8463).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::EncodePublicKey as _;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret as _, SecretString};

/// A private key that messages are signed with. Printed, it shows its kind and nothing else.
pub struct Key(Kind);

enum Kind {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.algorithm()).finish()
    }
}

impl Key {
    /// Reads an RSA key of 2048 to 4096 bits, PKCS#1 or PKCS#8, as PEM.
    ///
    /// # Errors
    /// When it is none, or one that cannot be used.
    pub fn rsa(pem: &SecretString) -> Result<Self, BadKey> {
        let read = match private_key(pem)? {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            _ => return Err(BadKey::OtherKind { wanted: "RSA", found: "EC" }),
        };
        match read {
            Ok(key) => Ok(Self(Kind::Rsa(Box::new(key)))),
            Err(rejected) => Err(match rejected.to_string().as_str() {
                "TooSmall" => BadKey::Short,
                "TooLarge" => BadKey::Long,
                _ if Self::ed25519(pem).is_ok() => BadKey::OtherKind { wanted: "RSA", found: "Ed25519" },
                "WrongAlgorithm" => BadKey::OtherKind { wanted: "RSA", found: "other" },
                _ => BadKey::Damaged,
            }),
        }
    }

    /// Reads an Ed25519 key, PKCS#8 with or without its public half (RFC 8410), as PEM.
    ///
    /// # Errors
    /// When it is none.
    pub fn ed25519(pem: &SecretString) -> Result<Self, BadKey> {
        let PrivateKeyDer::Pkcs8(der) = private_key(pem)? else {
            return Err(BadKey::OtherKind { wanted: "Ed25519", found: "RSA or EC" });
        };
        match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der()) {
            Ok(key) => Ok(Self(Kind::Ed25519(key))),
            Err(rejected) if rejected.to_string() == "WrongAlgorithm" => {
                Err(BadKey::OtherKind { wanted: "Ed25519", found: "other" })
            }
            Err(_) => Err(BadKey::Damaged),
        }
    }

    /// Its algorithm, as a= names it.
    pub(super) fn algorithm(&self) -> &'static str {
        match self.0 {
            Kind::Rsa(_) => "rsa-sha256",
            Kind::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// The signature of `data`.
    ///
    /// # Errors
    /// When the processor miscalculates.
    pub fn sign(&self, data: &[u8]) -> Result<Vec<u8>, NotSigned> {
        match &self.0 {
            Kind::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                    .map_err(|_| NotSigned)?;
                Ok(signature)
            }
            // What is signed is the hash (RFC 8463 §3).
            Kind::Ed25519(key) => Ok(key.sign(digest(&SHA256, data).as_ref()).as_ref().to_vec()),
        }
    }

    /// The value of the TXT record that verifiers ask for (RFC 6376 §3.6.1, RFC 8463 §4).
    ///
    /// # Errors
    /// When the public half cannot be written.
    pub fn record(&self) -> Result<String, BadKey> {
        let (kind, public) = match &self.0 {
            // In the form that all verifiers read, not in that of RFC 6376 (its erratum 3017).
            Kind::Rsa(key) => {
                let public = rsa::PublicKey::from_pkcs1_der(key.public().as_ref());
                let der = public.ok().and_then(|public| public.to_public_key_der().ok());
                ("rsa", STANDARD.encode(der.ok_or(BadKey::Damaged)?))
            }
            Kind::Ed25519(key) => ("ed25519", STANDARD.encode(key.public_key())),
        };
        Ok(format!("v=DKIM1; h=sha256; k={kind}; p={public}"))
    }
}

/// The private key in a text of PEM.
fn private_key(pem: &SecretString) -> Result<PrivateKeyDer<'static>, BadKey> {
    let text = pem.expose_secret();
    // PKCS#8 says so in its label, the older form in a header.
    if text.contains("ENCRYPTED") {
        return Err(BadKey::Encrypted);
    }
    match PrivateKeyDer::from_pem_slice(text.as_bytes()) {
        Ok(key) => Ok(key),
        Err(_) if text.contains("PRIVATE KEY-----") => Err(BadKey::Damaged),
        Err(_) if text.contains("PUBLIC KEY-----") => Err(BadKey::Public),
        Err(_) => Err(BadKey::None),
    }
}

/// Why a text is no key to sign with, said after the place of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadKey {
    /// A password is on it.
    #[error(
        "is encrypted, and nobody is there to type its password: decrypt it with `openssl pkey -in OLD -out NEW`"
    )]
    Encrypted,
    /// There is no key in it.
    #[error(
        "holds no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----: make one with `tidings dkim generate`"
    )]
    None,
    /// It is the public half.
    #[error("holds the public half of a key: name the file with the private one")]
    Public,
    /// There is one that cannot be read.
    #[error("holds a private key that is damaged: make another with `tidings dkim generate`")]
    Damaged,
    /// An RSA key that verifiers refuse (RFC 8301 §3.2).
    #[error(
        "holds an RSA key of fewer than 2048 bits, or with an exponent below 65537, which servers refuse: make another with `tidings dkim generate`"
    )]
    Short,
    /// An RSA key that nobody needs.
    #[error(
        "holds an RSA key of more than 4096 bits, which fits no DNS record: make one of 2048 with `tidings dkim generate`"
    )]
    Long,
    /// A key of another algorithm.
    #[error(
        "holds a private key that is not {wanted} (it is {found}): `selector` and `key_file` are of an RSA key, \
         `ed25519_selector` and `ed25519_key_file` of an Ed25519 one, which many servers do not understand on its own"
    )]
    OtherKind {
        /// The algorithm asked for.
        wanted: &'static str,
        /// The algorithm found.
        found: &'static str,
    },
}

/// A message could not be signed: the processor miscalculated, for nothing else can go wrong with a key that was read.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the message could not be signed: the RSA calculation went wrong, which points to faulty hardware")]
pub struct NotSigned;
