//! What signs the messages.

use secrecy::SecretString;

use super::{Error, Project};
use crate::config::DkimKey;
use crate::message::dkim::{BadKey, Key, Signer};

impl Project {
    /// What signs the messages, if anything does. The keys are read when it is asked for first.
    ///
    /// # Errors
    /// When a key cannot be read, or cannot sign.
    pub fn signer(&self) -> Result<Option<Signer>, Error> {
        if let Some(signer) = self.signer.get() {
            return Ok(signer.clone());
        }
        let signer = self.read_signer()?;
        Ok(self.signer.get_or_init(|| signer).clone())
    }

    /// The same, but nothing where the keys are not on this machine: so that where issues are only reviewed, they need
    /// not be.
    pub(super) fn signer_if_here(&self) -> Result<Option<Signer>, Error> {
        match self.signer() {
            Err(Error::Secret(error)) if error.is_absent() => Ok(None),
            other => other,
        }
    }

    fn read_signer(&self) -> Result<Option<Signer>, Error> {
        let Some(dkim) = &self.config.mail.dkim else { return Ok(None) };
        let mut keys = vec![read(&dkim.rsa, Key::rsa)?];
        if let Some(second) = &dkim.ed25519 {
            keys.push(read(second, Key::ed25519)?);
        }
        Ok(Some(Signer::new(&dkim.domain, keys)))
    }
}

/// A key, and its selector.
fn read(
    key: &DkimKey,
    parse: impl FnOnce(&SecretString) -> Result<Key, BadKey>,
) -> Result<(String, Key), Error> {
    let pem = key.secret.load_guarded()?;
    let bad = |why| Error::BadKey { place: key.secret.clone(), why };
    Ok((key.selector.clone(), parse(&pem).map_err(bad)?))
}
