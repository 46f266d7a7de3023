//! Lists of subscribers as other programs export them: CSV, or one address a line.
//!
//! Understood are the exports of Mailchimp, listmonk, Ghost, Buttondown and Substack, and whatever
//! names its columns as they do. What a row says of its status counts, for who has left elsewhere
//! must not be mailed from here.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use csv::{ByteRecord, ReaderBuilder, Trim};

use super::{Entry, Status, address_key, parse_mailbox};
use crate::term::Term;

/// What a file of subscribers holds.
#[derive(Debug, Default)]
pub struct CsvImport {
    /// Each address once, in the order of the file.
    pub entries: Vec<Entry>,
    /// The rows that are none, by line.
    pub refused: Vec<Refused>,
    /// How many rows name an address that an earlier one has. The first one counts, but for a later
    /// one that says unsubscribed.
    pub duplicates: u64,
}

/// A row that cannot be taken.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line that it starts in; 1 is the first.
    pub line: usize,
    /// Why, with what it says.
    pub why: String,
}

/// A file that holds no subscribers that can be found.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotCsv {
    /// No column is known to hold addresses.
    #[error("no column holds addresses: name one \"email\"; the first line has {0}")]
    NoAddresses(String),
    /// As some spreadsheets save.
    #[error("the file is UTF-16: save it as UTF-8")]
    Utf16,
}

/// Reads a file of subscribers; `status` is theirs where their row says nothing of it.
///
/// Fields may be separated by commas, semicolons or tabs. Without a line of column names, the first
/// column with an @ holds the addresses; a second one, if there are two, the names.
///
/// # Errors
/// When it cannot be told where in the file the addresses are.
pub fn read_csv(bytes: &[u8], status: Status) -> Result<CsvImport, NotCsv> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(NotCsv::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let separator = separator(bytes);
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(bytes);
    let mut lines = Lines { bytes, at: 0, line: 1 };
    let mut rows = Rows::default();
    let mut columns = None;
    let mut record = ByteRecord::new();
    // Reading from memory does not fail, and rows of any length are taken.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        if record.iter().all(<[u8]>::is_empty) {
            continue; // Spreadsheets end in such rows.
        }
        let line = lines.of(&record);
        if reader.position().byte() >= bytes.len() as u64 && ends_in_quote(bytes, &record, separator) {
            let why = "a quote is opened and not closed, so that the row takes in every line after it; \
                       close the quote, and import the file again";
            rows.import.refused.push(Refused { line, why: why.to_owned() });
            continue;
        }
        let columns = match &columns {
            Some(columns) => columns,
            None => match Columns::named(&record) {
                Some(named) => {
                    columns = Some(named);
                    continue;
                }
                None => columns.insert(Columns::guessed(&record)?),
            },
        };
        match columns.entry(&record, status) {
            Ok(entry) => rows.take(entry),
            Err(why) => rows.import.refused.push(Refused { line, why }),
        }
    }
    Ok(rows.import)
}

/// Whether the last record of a file ends inside a quoted field.
fn ends_in_quote(bytes: &[u8], record: &ByteRecord, separator: u8) -> bool {
    let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    let (mut quoted, mut fresh) = (false, true);
    // A doubled quote closes and opens again, which comes to the same.
    for byte in bytes.get(start..).unwrap_or_default() {
        match byte {
            b'"' if quoted => (quoted, fresh) = (false, true),
            b'"' if fresh => (quoted, fresh) = (true, false),
            _ if quoted => {}
            byte => fresh = *byte == separator || matches!(byte, b'\n' | b'\r'),
        }
    }
    quoted
}

/// The separator that the first line has most of, outside quotes.
fn separator(bytes: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in bytes.iter().skip_while(|byte| byte.is_ascii_whitespace()) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts
                .iter_mut()
                .filter(|(separator, _)| separator == byte)
                .for_each(|(_, count)| *count += 1),
        }
    }
    // Of several that are equal the last one is taken, so the comma has to be there.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

/// Counts lines up to a record. The reader's own count stands before the blank lines that it skips.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, record: &ByteRecord) -> usize {
        let start = record.position().map_or(0, csv::Position::byte);
        while let Some(byte) = self.bytes.get(self.at) {
            let ends = *byte == b'\n' || (*byte == b'\r' && self.bytes.get(self.at + 1) != Some(&b'\n'));
            if (self.at as u64) >= start && !byte.is_ascii_whitespace() {
                break;
            }
            self.at += 1;
            self.line += usize::from(ends);
        }
        self.line
    }
}

/// Which column is what.
#[derive(Default)]
struct Columns {
    address: usize,
    names: Vec<usize>,
    /// Words for a status.
    status: Option<usize>,
    /// Columns that are empty, or false, for those who have not left.
    gone: Vec<usize>,
    /// Columns that are false for those who have not agreed.
    agreed: Vec<usize>,
    /// Whether the status is one of other things too, so that an unknown word means nothing.
    loose: bool,
}

impl Columns {
    /// Best first: Mailchimp's "Address" is where a house stands.
    const ADDRESS: [&str; 7] =
        ["email", "e-mail", "email-address", "e-mail-address", "subscriber-email", "mail", "address"];
    const NAME: [&str; 3] = ["name", "full-name", "display-name"];
    const GIVEN: [&str; 4] = ["first-name", "firstname", "given-name", "fname"];
    const FAMILY: [&str; 4] = ["last-name", "lastname", "surname", "lname"];
    /// listmonk: status; Ghost: `subscribed_to_emails`.
    const STATUS: [&str; 3] = ["subscription-status", "status", "subscribed-to-emails"];
    /// Buttondown.
    const TYPE: [&str; 2] = ["subscriber-type", "type"];
    /// Mailchimp: `UNSUB_TIME` and `CLEAN_TIME`; Substack: `email_disabled`; Ghost: `deleted_at`.
    const GONE: [&str; 8] = [
        "unsubscribed",
        "unsubscribed-at",
        "unsub-time",
        "clean-time",
        "email-disabled",
        "deleted-at",
        "opted-out",
        "bounced-at",
    ];

    /// As forms and tables of one's own call it.
    const AGREED: [&str; 9] = [
        "subscribed",
        "confirmed",
        "opt-in",
        "optin",
        "opted-in",
        "consent",
        "consented",
        "active",
        "enabled",
    ];

    /// Columns by their names; `None` where the record holds none for addresses.
    fn named(record: &ByteRecord) -> Option<Self> {
        let names: Vec<_> = record.iter().map(|name| Term::new(&String::from_utf8_lossy(name))).collect();
        let find = |any: &[&str]| any.iter().find_map(|name| names.iter().position(|n| n.as_str() == *name));
        let whole = find(&Self::NAME);
        let parts = || [find(&Self::GIVEN), find(&Self::FAMILY)].into_iter().flatten().collect();
        Some(Self {
            address: find(&Self::ADDRESS)?,
            names: whole.map_or_else(parts, |name| vec![name]),
            status: find(&Self::STATUS).or_else(|| find(&Self::TYPE)),
            gone: Self::GONE.iter().filter_map(|name| find(&[name])).collect(),
            agreed: Self::AGREED.iter().filter_map(|name| find(&[name])).collect(),
            loose: find(&Self::STATUS).is_none(),
        })
    }

    /// Columns by what a first row holds.
    fn guessed(record: &ByteRecord) -> Result<Self, NotCsv> {
        let Some(address) = record.iter().position(|field| field.contains(&b'@')) else {
            let shown: Vec<_> =
                record.iter().map(|name| format!("{:?}", String::from_utf8_lossy(name))).collect();
            return Err(NotCsv::NoAddresses(super::shorten(&shown.join(", "))));
        };
        let names = if record.len() == 2 { vec![1 - address] } else { Vec::new() };
        Ok(Self { address, names, ..Self::default() })
    }

    fn entry(&self, record: &ByteRecord, default: Status) -> Result<Entry, String> {
        let field = |column: usize| {
            std::str::from_utf8(record.get(column).unwrap_or_default())
                .map_err(|_| "the row is not UTF-8: save the file as UTF-8".to_owned())
        };
        let text = field(self.address)?;
        if text.is_empty() {
            return Err("the row has no address".to_owned());
        }
        let (address, own_name) = parse_mailbox(text).map_err(|bad| bad.to_string())?;
        let names = self.names.iter().map(|column| field(*column)).collect::<Result<Vec<_>, _>>()?;
        if names.iter().any(|name| name.split(['\n', '\r']).skip(1).any(|line| line.contains('@'))) {
            return Err(
                "its name takes in a line with another address: a quote is opened and not closed".to_owned()
            );
        }
        let mut status = match self.status.map(field).transpose()? {
            Some(word) if !word.is_empty() => match status_of(word) {
                Some(status) => status,
                None if self.loose => default,
                None => {
                    return Err(format!(
                        "the status {:?} is not known: write confirmed, pending or unsubscribed",
                        super::shorten(word)
                    ));
                }
            },
            _ => default,
        };
        for column in &self.gone {
            if !is_no(field(*column)?) && !field(*column)?.is_empty() {
                status = Status::Unsubscribed;
            }
        }
        for column in &self.agreed {
            if is_no(field(*column)?) {
                status = Status::Unsubscribed;
            }
        }
        Ok(Entry { address, name: one_line(&names.join(" ")).or(own_name), status })
    }
}

fn is_no(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "false" | "f" | "no" | "n" | "0" | "null" | "off")
}

/// What other programs call a status.
fn status_of(word: &str) -> Option<Status> {
    Some(match Term::new(word).as_str() {
        "confirmed" | "subscribed" | "enabled" | "active" | "regular" | "premium" | "gifted" | "free"
        | "paid" | "true" | "yes" | "1" => Status::Confirmed,
        "pending" | "unconfirmed" | "unactivated" | "unverified" => Status::Pending,
        "unsubscribed" | "disabled" | "blocklisted" | "blacklisted" | "blocked" | "cleaned" | "bounced"
        | "undeliverable" | "complained" | "spam" | "junk" | "removed" | "inactive" | "false" | "no"
        | "0" => Status::Unsubscribed,
        _ => return None,
    })
}

/// A name goes into a header, so it is one line without control characters.
fn one_line(name: &str) -> Option<String> {
    let blank = |c: char| c.is_whitespace() || c.is_control();
    let words: Vec<_> = name.split(blank).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The rows so far, and where each address is.
#[derive(Default)]
struct Rows {
    import: CsvImport,
    places: HashMap<String, usize>,
}

impl Rows {
    fn take(&mut self, entry: Entry) {
        match self.places.entry(address_key(&entry.address)) {
            Slot::Vacant(slot) => {
                slot.insert(self.import.entries.len());
                self.import.entries.push(entry);
            }
            Slot::Occupied(slot) => {
                self.import.duplicates += 1;
                let first = &mut self.import.entries[*slot.get()];
                if entry.status == Status::Unsubscribed {
                    first.status = entry.status;
                }
                first.name = first.name.take().or(entry.name);
            }
        }
    }
}

#[cfg(test)]
mod tests;
