//! The records of the DNS where verifiers find a key (RFC 6376 §3.6).

use std::fmt::Write as _;

/// A TXT record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its name, without a dot at the end.
    pub name: String,
    /// Its value, in one piece.
    pub value: String,
}

/// The most octets of one string of a TXT record (RFC 1035 §3.3.14).
const STRING: usize = 255;

impl Record {
    /// The record of a selector of a domain.
    pub(super) fn new(selector: &str, domain: &str, value: String) -> Self {
        Self { name: format!("{selector}._domainkey.{domain}"), value }
    }

    /// It as a line of a zone file (RFC 1035 §5.1), its value in strings that are short enough.
    #[must_use]
    pub fn zone(&self) -> String {
        let mut line = format!("{}. IN TXT (", self.name);
        let mut rest = self.value.as_str();
        while !rest.is_empty() {
            let (string, after) = rest.split_at(rest.floor_char_boundary(STRING));
            let _ = write!(line, " \"{string}\"");
            rest = after;
        }
        line + " )"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_split_into_strings_of_at_most_255_octets() {
        let record = Record::new("news", "example.org", "x".repeat(600));
        let zone = record.zone();
        let strings: Vec<&str> = zone.split('"').skip(1).step_by(2).collect();
        assert_eq!(strings.iter().map(|string| string.len()).collect::<Vec<_>>(), [255, 255, 90]);
        assert_eq!(strings.concat(), record.value);
        assert!(zone.starts_with("news._domainkey.example.org. IN TXT ( \"xx"), "{zone}");
    }
}
