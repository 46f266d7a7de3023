//! New keys, as PEM (PKCS#8), in the form that openssl reads too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom as _, SystemRandom};
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::rand_core::{TryCryptoRng, TryRng};
use secrecy::SecretString;

use crate::subscriber::NoRandomness;

/// What stands before the 32 octets of an Ed25519 key in PKCS#8 (RFC 8410 §7).
const ED25519: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// A new RSA key of so many bits.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_rsa(bits: usize) -> Result<SecretString, NoRandomness> {
    let key = rsa::PrivateKey::new(&mut System::default(), bits).map_err(|_| NoRandomness)?;
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| NoRandomness)?;
    Ok(SecretString::from(pem.as_str()))
}

/// A new Ed25519 key.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_ed25519() -> Result<SecretString, NoRandomness> {
    let mut der = [0; 48];
    der[..16].copy_from_slice(&ED25519);
    SystemRandom::new().fill(&mut der[16..]).map_err(|_| NoRandomness)?;
    let text = STANDARD.encode(der);
    Ok(SecretString::from(format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")))
}

/// The system's randomness, as `rsa` asks for it.
pub(super) struct System(SystemRandom);

impl Default for System {
    fn default() -> Self {
        Self(SystemRandom::new())
    }
}

impl TryRng for System {
    type Error = NoRandomness;

    fn try_next_u32(&mut self) -> Result<u32, NoRandomness> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_ne_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, NoRandomness> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill(bytes).map_err(|_| NoRandomness)
    }
}

impl TryCryptoRng for System {}
