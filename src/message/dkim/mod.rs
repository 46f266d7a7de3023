//! DKIM: signatures by the sender's domain (RFC 6376, RFC 8301, RFC 8463).
//!
//! Each message is signed by the RSA key and, where there is one, by an Ed25519 key: relaxed, over the whole body and
//! every header that tidings writes. Each of these is named once more than it is there, so that nobody can add
//! another; and so are some that are not there. What does not differ by recipient is prepared once an issue.

mod canonical;
mod generate;
mod key;
mod record;
mod signing;

use std::fmt;
use std::sync::Arc;

pub use generate::{new_ed25519, new_rsa};
pub use key::{BadKey, Key, NotSigned};
pub use record::Record;
pub(super) use signing::Signing;

/// Whose signatures messages bear, and the keys that make them. Cheap to clone.
#[derive(Clone)]
pub struct Signer(Arc<Signatory>);

struct Signatory {
    domain: String,
    keys: Vec<(String, Key)>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("domain", &self.0.domain).field("keys", &self.0.keys).finish()
    }
}

impl Signer {
    /// One that signs for a domain with these keys, each with its selector.
    #[must_use]
    pub fn new(domain: &str, keys: Vec<(String, Key)>) -> Self {
        Self(Arc::new(Signatory { domain: domain.to_owned(), keys }))
    }

    /// The records that the DNS must have for its signatures to be verified.
    ///
    /// # Errors
    /// When a public key cannot be written.
    pub fn records(&self) -> Result<Vec<Record>, BadKey> {
        let Signatory { domain, keys } = &*self.0;
        keys.iter().map(|(selector, key)| Ok(Record::new(selector, domain, key.record()?))).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
