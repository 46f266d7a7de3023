//! The table of rules: what each weighs, whose it is, and what to do.

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A standard is broken, or readers are harmed: what is sent so may be refused, cut or misread.
    Error,
    /// Some readers, or the sender's reputation, would suffer.
    Warning,
    /// It could be better.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A rule that a message can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub id: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// Where it is written, or who asks for it.
    pub source: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

macro_rules! rules {
    ($($name:ident: $severity:ident, $id:literal, $source:literal, $remedy:literal;)*) => {
        $(pub(super) const $name: Rule =
            Rule { id: $id, severity: Severity::$severity, source: $source, remedy: $remedy };)*
        /// All rules, by the part that they are about.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    // The message as bytes.
    LINE_BREAK: Error, "line-break", "RFC 5322 §2.3; CERT VU#302671", "end each line with CR LF, and write neither alone";
    UNIX_FILE: Note, "unix-file", "RFC 5322 §2.3", "nothing to do for a file; on the wire each line ends with CR LF";
    NUL: Error, "nul", "RFC 5322 §4", "take the NUL out";
    LINE_LENGTH: Error, "line-length", "RFC 5322 §2.1.1", "fold or encode it: no line has more than 998 octets";
    // Headers.
    HEADER_MISSING: Error, "header-missing", "RFC 5322 §3.6; Gmail's requirements for senders", "add the header";
    HEADER_TWICE: Error, "header-twice", "RFC 5322 §3.6; Gmail's requirements for senders", "leave one of them";
    HEADER_FOLDING: Warning, "header-folding", "RFC 5322 §2.1.1", "fold the header before column 78";
    HEADER_ASCII: Error, "header-ascii", "RFC 5322 §2.2; RFC 2047", "write what is not ASCII as encoded words";
    ENCODED_WORD: Error, "encoded-word", "RFC 2047 §2, §5", "encode whole characters, at most 75 octets a word, outside of quotes and angle brackets";
    DATE: Error, "date", "RFC 5322 §3.3", "write it as `Wed, 14 Jan 2026 09:00:00 +0000`";
    MESSAGE_ID: Error, "message-id", "RFC 5322 §3.6.4", "write it as `<unique@your-domain>`";
    MESSAGE_ID_DOMAIN: Warning, "message-id-domain", "RFC 5322 §3.6.4", "use the domain of From to the right of the @";
    ONE_RECIPIENT: Error, "one-recipient", "RFC 5322 §3.6.3; Gmail's requirements for senders", "send each reader a message of their own, with their address alone in To";
    SUBJECT_EMPTY: Error, "subject-empty", "RFC 5322 §3.6.5", "give the issue a subject";
    FROM_NAME: Warning, "from-name", "RFC 5322 §3.4", "write `from = \"Name <address>\"` under [mail]";
    NO_REPLY: Warning, "no-reply", "Microsoft's requirements for high-volume senders, 2025", "send from an address that takes replies, or set `reply_to` under [mail]";
    UNSUBSCRIBE_HEADER: Error, "unsubscribe-header", "RFC 2369 §3.2; Gmail's and Yahoo's requirements for senders", "add List-Unsubscribe with a URI in angle brackets";
    ONE_CLICK: Warning, "one-click", "RFC 8058 §3.1; Gmail's and Yahoo's requirements for senders", "give [pages] a url: List-Unsubscribe needs one https URI, and List-Unsubscribe-Post: List-Unsubscribe=One-Click beside it";
    LIST_ID: Warning, "list-id", "RFC 2919 §3", "add `List-Id: Name <label.your-domain>`";
    FEEDBACK_ID: Warning, "feedback-id", "Google: Feedback-ID", "write `Feedback-ID: issue:type:list:sender`, the sender with 5 to 15 characters";
    AUTO_SUBMITTED: Note, "auto-submitted", "RFC 3834 §5", "add `Auto-Submitted: auto-generated`";
    CONTENT_LANGUAGE: Note, "content-language", "RFC 3282 §2", "add Content-Language with the issue's language";
    // Signatures.
    DKIM_MISSING: Note, "dkim-missing", "RFC 6376; Gmail's, Yahoo's and Microsoft's requirements for senders", "have your mail server sign for the domain of From";
    DKIM_ALGORITHM: Error, "dkim-algorithm", "RFC 8301 §3.1", "sign with rsa-sha256 or ed25519-sha256";
    DKIM_LENGTH: Warning, "dkim-length", "RFC 6376 §8.2", "leave out l=: what is added behind it would pass as signed";
    DKIM_DOMAIN: Warning, "dkim-domain", "RFC 9989 (DMARC)", "sign with d= of the domain of From";
    DKIM_HEADERS: Warning, "dkim-headers", "RFC 6376 §5.4; RFC 8058 §4", "name them in h=";
    // MIME.
    MIME_VERSION: Error, "mime-version", "RFC 2045 §4", "add `MIME-Version: 1.0`";
    ALTERNATIVE: Error, "alternative", "RFC 2046 §5.1.4", "put text/plain first and text/html last into one multipart/alternative";
    TEXT_MISSING: Error, "text-missing", "RFC 2046 §5.1.4; SpamAssassin MIME_HTML_ONLY", "add a text/plain part with all that the HTML says";
    HTML_MISSING: Note, "html-missing", "RFC 2046 §5.1.4", "add a text/html part";
    CHARSET: Warning, "charset", "RFC 2045 §5.2", "declare charset=utf-8, and write UTF-8";
    CHARSET_FALSE: Error, "charset-false", "RFC 2045 §5.2", "encode the part as it declares";
    EIGHT_BIT: Warning, "eight-bit", "RFC 2045 §6; RFC 6376 §5.3", "encode the part as quoted-printable or base64, so that no relay recodes what is signed";
    ENCODED_LINE: Warning, "encoded-line", "RFC 2045 §6.7, §6.8", "break encoded lines at 76 columns";
    // HTML.
    HTML_UNFIT: Error, "html-unfit", "tidings: what is larger than 1 MB or nested 256 deep is not parsed", "make it smaller and flatter";
    CLIP: Error, "clip", "Gmail: clips HTML over 102 KB", "lower `limit`, or take the layout `summaries` or `headlines`: what is cut is the end, with the unsubscribe link";
    CLIP_NEAR: Warning, "clip-near", "Gmail: clips HTML over 102 KB", "lower `limit`, or take a shorter layout";
    ACTIVE: Error, "active", "Gmail, Outlook and others remove it or refuse the message", "take it out; link to a page that has it";
    HANDLER: Error, "handler", "Gmail, Outlook and others remove it or refuse the message", "take the attribute out";
    EXTERNAL_CSS: Error, "external-css", "caniemail: html-link, css-at-import", "put the styles inline, or into one <style> in the head";
    STYLE_SIZE: Warning, "style-size", "caniemail: html-style; Gmail drops a larger block", "keep <style> below 8 KB, and essential styles inline";
    STYLE_PLACE: Warning, "style-place", "caniemail: html-style", "put <style> into the head";
    LANGUAGE: Warning, "language", "WCAG 3.1.1; EMC 2026", "give <html> and one element around the body lang and dir";
    TITLE: Warning, "title", "WCAG 2.4.2", "give the head a <title>";
    HEADINGS: Warning, "headings", "WCAG 1.3.1, 2.4.6", "use one h1, and skip no level below it";
    TABLE_ROLE: Warning, "table-role", "WCAG 1.3.1; EMC 2026", "give tables for layout role=\"presentation\", and tables of data <th>";
    FONT_SIZE: Warning, "font-size", "EMC 2026: text of at least 13 px", "make the text at least 13 px";
    CONTRAST: Warning, "contrast", "WCAG 1.4.3", "take a darker or lighter colour: 4.5 to 1, or 3 to 1 for large text";
    OUTLOOK: Warning, "outlook", "caniemail: not in Outlook for Windows", "lay out with tables, and let nothing depend on it";
    OUTLOOK_WIDTH: Note, "outlook-width", "Outlook for Windows knows no max-width", "give it the width by a table within <!--[if mso]>";
    DARK: Note, "dark", "caniemail: css-at-media-prefers-color-scheme", "add colours for `prefers-color-scheme: dark`";
    PREHEADER: Note, "preheader", "Gmail, Apple Mail and Outlook show the first text beside the subject", "begin the body with 40 to 110 characters that tell what is in it";
    // Pictures.
    IMG_ALT: Warning, "img-alt", "WCAG 1.1.1", "give each picture an alt: empty for ornament, telling where it is a link";
    IMG_WIDTH: Warning, "img-width", "caniemail: Outlook takes a picture's own size without width", "give the picture a width, in pixels";
    IMG_OVERFLOW: Warning, "img-overflow", "WCAG 1.4.10", "give the picture `max-width:100%`";
    IMG_SOURCE: Warning, "img-source", "caniemail: html-img, image-base64", "take an https address, or embed the picture and name it by cid:";
    PIXEL: Warning, "pixel", "tidings: no tracking", "take it out: it tells who reads what, and filters know it";
    // Links.
    LINK_SCHEME: Error, "link-scheme", "RFC 3986 §7; WHATWG URL", "link to an https address";
    LINK_RELATIVE: Error, "link-relative", "RFC 3986 §4.2: a message has no address of its own", "write the whole address";
    LINK_TEXT: Warning, "link-text", "WCAG 2.4.4", "let the link say where it leads";
    LINK_TRACKING: Note, "link-tracking", "tidings: no tracking", "take the parameters out";
    LINK_ADDRESS: Warning, "link-address", "tidings: no tracking; GDPR Art. 5", "use a token that only you can read";
    UNSUBSCRIBE_HTML: Error, "unsubscribe-html", "CAN-SPAM §5(a)(3); Gmail's and Yahoo's requirements for senders", "put the unsubscribe link into the HTML, where readers see it";
    UNSUBSCRIBE_TEXT: Error, "unsubscribe-text", "CAN-SPAM §5(a)(3); Gmail's and Yahoo's requirements for senders", "put the unsubscribe link into the plaintext";
    // Plaintext.
    TEXT_EMPTY: Error, "text-empty", "RFC 2046 §5.1.4; SpamAssassin MPART_ALT_DIFF", "say in the plaintext what the HTML says";
    TEXT_WORDS: Warning, "text-words", "SpamAssassin MPART_ALT_DIFF", "say in the plaintext what the HTML says";
    TEXT_LINKS: Warning, "text-links", "RFC 2046 §5.1.4: the parts are alternatives of one content", "give each link of the HTML in the plaintext too";
    TEXT_COLUMNS: Warning, "text-columns", "RFC 5322 §2.1.1", "break lines at 72 columns, and put addresses on lines of their own";
    TEXT_MARKUP: Warning, "text-markup", "RFC 2046 §4.1.3", "write plain characters";
    TEXT_FLOWED: Warning, "text-flowed", "RFC 3676 §4.4", "put a space before it, or leave out format=flowed";
}
