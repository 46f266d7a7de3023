//! Templates: bytes with a subscriber's token at places that never move.

use crate::subscriber::Token;

/// What is the same for every recipient but for the token in it. A token has as many characters as its
/// placeholder, and quoted-printable writes both as they are: once encoded, nothing is encoded again.
#[derive(Debug, Clone)]
pub(super) struct Template {
    bytes: Vec<u8>,
    /// Where each character of each token goes: an encoded line may end within it.
    spots: Vec<usize>,
}

impl Template {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let mut shown = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at..].starts_with(b"=\r\n") {
                at += 3;
            } else {
                shown.push(at);
                at += 1;
            }
        }
        let text: Vec<u8> = shown.iter().map(|at| bytes[*at]).collect();
        let found = memchr::memmem::find_iter(&text, Token::PLACEHOLDER);
        let spots = found.flat_map(|start| shown[start..start + Token::LENGTH].iter().copied()).collect();
        Self { bytes, spots }
    }

    /// Appends it with a token in its places.
    pub(super) fn fill(&self, message: &mut Vec<u8>, token: &Token) {
        let start = message.len();
        message.extend_from_slice(&self.bytes);
        for (spot, byte) in self.spots.iter().zip(token.as_str().bytes().cycle()) {
            message[start + spot] = byte;
        }
    }

    /// Parts it in what stands before the first token, and the rest.
    pub(super) fn split(mut self) -> (Vec<u8>, Self) {
        let first = self.spots.first().copied().unwrap_or(self.bytes.len());
        let rest = self.bytes.split_off(first);
        let spots = self.spots.iter().map(|spot| spot - first).collect();
        (self.bytes, Self { bytes: rest, spots })
    }

    /// It with its placeholders.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use lettre::message::header::ContentType;
    use proptest::prelude::*;

    use super::*;
    use crate::subscriber::{SubscriberId, TokenKey};

    fn encoded(text: &str) -> Vec<u8> {
        crate::message::part(ContentType::TEXT_PLAIN, text.to_owned()).formatted()
    }

    proptest! {
        #[test]
        fn filling_an_encoded_text_is_encoding_the_filled_one(
            before in "(?s).{0,200}", between in "(?s).{0,90}", after in "(?s).{0,90}", id in any::<[u8; 16]>(),
        ) {
            let token = Token::of(SubscriberId(id), &TokenKey::new(b"secret"));
            let text = |own: &str| format!("{before}{own}{between}{own}{after}");
            let mut filled = Vec::new();
            Template::new(encoded(&text(Token::PLACEHOLDER))).fill(&mut filled, &token);
            prop_assert_eq!(&filled, &encoded(&text(token.as_str())));
            let (mut parted, rest) = Template::new(encoded(&text(Token::PLACEHOLDER))).split();
            rest.fill(&mut parted, &token);
            prop_assert_eq!(parted, filled);
        }
    }
}
