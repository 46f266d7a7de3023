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
    /// What it finds, in general; a [`super::Finding`] says what it found.
    pub what: &'static str,
    /// Where it is written, or who asks for it.
    pub source: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

macro_rules! rules {
    ($($name:ident: $severity:ident, $id:literal, $what:literal, $source:literal, $remedy:literal;)*) => {
        $(pub(super) const $name: Rule =
            Rule { id: $id, severity: Severity::$severity, what: $what, source: $source, remedy: $remedy };)*
        /// All rules, by the part that they are about.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    // The message as bytes.
    LINE_BREAK: Error, "line-break", "a CR or LF stands alone", "RFC 5322 §2.3; CERT VU#302671", "end each line with CR LF, and write neither alone";
    UNIX_FILE: Note, "unix-file", "the lines end with LF alone", "RFC 5322 §2.3", "nothing to do for a file; on the wire each line ends with CR LF";
    NUL: Error, "nul", "there is a NUL", "RFC 5322 §4", "take the NUL out";
    LINE_LENGTH: Error, "line-length", "a line has over 998 octets", "RFC 5322 §2.1.1", "fold or encode it: no line has more than 998 octets";
    NO_MESSAGE: Error, "no-message", "there are no headers", "RFC 5322 §2.1", "give a message as it is sent: headers, an empty line, the body";
    // Headers.
    HEADER_MISSING: Error, "header-missing", "Date, From, To, Subject or Message-ID is missing", "RFC 5322 §3.6; Gmail's requirements for senders", "add the header";
    HEADER_TWICE: Error, "header-twice", "a header stands twice that may stand once", "RFC 5322 §3.6; Gmail's requirements for senders", "leave one of them";
    HEADER_FOLDING: Warning, "header-folding", "a line of a header has over 78 columns and could be folded", "RFC 5322 §2.1.1", "fold the header before column 78";
    HEADER_ASCII: Error, "header-ascii", "a header holds characters that are not ASCII", "RFC 5322 §2.2; RFC 2047", "write what is not ASCII as encoded words";
    ENCODED_WORD: Error, "encoded-word", "an encoded word is broken, too long, or where none may stand", "RFC 2047 §2, §5", "encode whole characters, at most 75 octets a word, outside of quotes and angle brackets";
    DATE: Error, "date", "Date cannot be read: a wrong weekday, a zone that is no number", "RFC 5322 §3.3", "write it as `Wed, 14 Jan 2026 09:00:00 +0000`";
    MESSAGE_ID: Error, "message-id", "Message-ID has another form", "RFC 5322 §3.6.4", "write it as `<unique@your-domain>`";
    MESSAGE_ID_DOMAIN: Warning, "message-id-domain", "Message-ID is not of the domain of From", "RFC 5322 §3.6.4", "use the domain of From to the right of the @";
    ONE_RECIPIENT: Error, "one-recipient", "there is not one reader, in To: others, none, Cc or Bcc", "RFC 5322 §3.6.3; Gmail's requirements for senders", "send each reader a message of their own, with their address alone in To";
    SUBJECT_EMPTY: Error, "subject-empty", "the subject is empty", "RFC 5322 §3.6.5", "give the issue a subject";
    MERGE_TAG: Warning, "merge-tag", "a merge tag was not filled in, in the subject or the HTML", "Mailchimp, HubSpot and others: merge tags", "fill it in, or take it out";
    FROM_NAME: Warning, "from-name", "From has an address and no name", "RFC 5322 §3.4", "write `from = \"Name <address>\"` under [mail]";
    NO_REPLY: Warning, "no-reply", "replies go to nobody", "Microsoft's requirements for high-volume senders, 2025", "send from an address that takes replies, or set `reply_to` under [mail]";
    UNSUBSCRIBE_HEADER: Error, "unsubscribe-header", "List-Unsubscribe is missing, or names no way to leave", "RFC 2369 §3.2; Gmail's and Yahoo's requirements for senders", "add List-Unsubscribe with a URI in angle brackets";
    ONE_CLICK: Warning, "one-click", "one click does not unsubscribe", "RFC 8058 §3.1; Gmail's and Yahoo's requirements for senders", "give [pages] a url: List-Unsubscribe needs one https URI, and List-Unsubscribe-Post: List-Unsubscribe=One-Click beside it";
    UNSUBSCRIBE_MAIL: Note, "unsubscribe-mail", "List-Unsubscribe has no mailto: URI", "RFC 2369 §3.2: for mail programs that only write mail", "name a mailto: URI beside the https one";
    LIST_ID: Warning, "list-id", "List-Id is missing or has no identifier", "RFC 2919 §3", "add `List-Id: Name <label.your-domain>`";
    LIST_HELP: Note, "list-help", "List-Help is missing", "RFC 2369 §3.1", "add `List-Help: <mailto:…>`";
    LIST_URI: Warning, "list-uri", "a List-… header or Archived-At names no URI", "RFC 2369 §2; RFC 5064 §2", "write a URI in angle brackets";
    FEEDBACK_ID: Warning, "feedback-id", "Feedback-ID has another form", "Google: Feedback-ID", "write `Feedback-ID: issue:type:list:sender`, the sender with 5 to 15 characters";
    AUTO_SUBMITTED: Note, "auto-submitted", "Auto-Submitted is missing", "RFC 3834 §5", "add `Auto-Submitted: auto-generated`";
    CONTENT_LANGUAGE: Note, "content-language", "Content-Language is missing", "RFC 3282 §2", "add Content-Language with the issue's language";
    // Signatures.
    DKIM_MISSING: Note, "dkim-missing", "there is no signature", "RFC 6376; Gmail's, Yahoo's and Microsoft's requirements for senders", "sign with the keys that `tidings dkim generate` makes, or have your mail server sign for the domain of From";
    DKIM_ALGORITHM: Error, "dkim-algorithm", "a signature is made with an algorithm that is refused", "RFC 8301 §3.1", "sign with rsa-sha256 or ed25519-sha256";
    DKIM_LENGTH: Warning, "dkim-length", "a signature covers only the beginning of the body (l=)", "RFC 6376 §8.2", "leave out l=: what is added behind it would pass as signed";
    DKIM_DOMAIN: Warning, "dkim-domain", "no signature is of the domain of From", "RFC 9989 (DMARC)", "sign with d= of the domain of From";
    DKIM_HEADERS: Warning, "dkim-headers", "a header that matters is not signed", "RFC 6376 §5.4; RFC 8058 §4", "name them in h=";
    DKIM_OVERSIGN: Note, "dkim-oversign", "From, Subject, To or Date could be added a second time", "RFC 6376 §5.4.2, §8.15", "name it in h= once more than it is there";
    DKIM_KEY: Warning, "dkim-key", "an RSA key has fewer than 2048 bits", "RFC 8301 §3.2", "make a key of 2048 bits";
    DKIM_TIME: Note, "dkim-time", "a signature does not say since when, and until when, it holds", "RFC 6376 §3.5, §8.6", "add t= and x=, a week later";
    DKIM_EXPIRY: Warning, "dkim-expiry", "a signature expires before the mail may have arrived", "RFC 6376 §3.5; RFC 5321 §4.5.4.1", "let x= be a week after t=";
    // MIME.
    MIME_VERSION: Error, "mime-version", "there is no MIME-Version: 1.0", "RFC 2045 §4", "add `MIME-Version: 1.0`";
    MIME_BROKEN: Error, "mime-broken", "a part has no end, no boundary, or cannot be decoded", "RFC 2045 §6; RFC 2046 §5.1.1", "give each multipart a boundary and a last line with it, and encode parts as they say";
    ALTERNATIVE: Error, "alternative", "text and HTML are not in one multipart/alternative, the text first", "RFC 2046 §5.1.4", "put text/plain first and text/html last into one multipart/alternative";
    TEXT_MISSING: Error, "text-missing", "there is no plaintext", "RFC 2046 §5.1.4; SpamAssassin MIME_HTML_ONLY", "add a text/plain part with all that the HTML says";
    HTML_MISSING: Note, "html-missing", "there is no HTML", "RFC 2046 §5.1.4", "add a text/html part";
    CHARSET: Warning, "charset", "a part declares no charset, or another than UTF-8", "RFC 2045 §5.2", "declare charset=utf-8, and write UTF-8";
    CHARSET_FALSE: Error, "charset-false", "a part does not hold what its charset says", "RFC 2045 §5.2", "encode the part as it declares";
    EIGHT_BIT: Warning, "eight-bit", "a part is not 7-bit on the wire", "RFC 2045 §6; RFC 6376 §5.3", "encode the part as quoted-printable or base64, so that no relay recodes what is signed";
    ENCODED_LINE: Warning, "encoded-line", "a line of an encoded part has over 76 columns", "RFC 2045 §6.7, §6.8", "break encoded lines at 76 columns";
    // HTML.
    HTML_UNFIT: Error, "html-unfit", "the HTML is too large or too deep to be read", "tidings: what is larger than 1 MB or nested 256 deep is not parsed", "make it smaller and flatter";
    CLIP: Error, "clip", "the HTML has over 102 KB", "Gmail: clips HTML over 102 KB", "lower `limit`, or take the layout `summaries` or `headlines`: what is cut is the end, with the unsubscribe link";
    CLIP_NEAR: Warning, "clip-near", "the HTML has over 80 % of 102 KB", "Gmail: clips HTML over 102 KB", "lower `limit`, or take a shorter layout";
    ACTIVE: Error, "active", "there is a script, form, frame, or something else that acts", "Gmail, Outlook and others remove it or refuse the message", "take it out; link to a page that has it";
    HANDLER: Error, "handler", "an element has an on… attribute", "Gmail, Outlook and others remove it or refuse the message", "take the attribute out";
    ELEMENT: Warning, "element", "an element that most mail programs leave out: svg, video, canvas", "caniemail: html-svg, html-video, html-audio", "take a picture in its place, with a link";
    EXTERNAL_CSS: Error, "external-css", "a style sheet is to be fetched", "caniemail: html-link, css-at-import", "put the styles inline, or into one <style> in the head";
    STYLE_SIZE: Note, "style-size", "<style> has over 8 KB", "caniemail: html-style; Gmail drops a larger block", "keep <style> below 8 KB, and essential styles inline";
    STYLE_DROPPED: Warning, "style-dropped", "<style> has over 16 KB", "Gmail: drops a <style> that is too large", "shorten it, and put essential styles inline";
    STYLE_PLACE: Warning, "style-place", "a <style> stands in the body", "caniemail: html-style", "put <style> into the head";
    LANGUAGE: Warning, "language", "lang or dir is missing, on <html> or on an element around all", "WCAG 3.1.1; EMC 2026", "give <html> and one element around the body lang and dir";
    TITLE: Warning, "title", "there is no <title>", "WCAG 2.4.2", "give the head a <title>";
    HEADINGS: Warning, "headings", "there is not one h1, or a level is skipped", "WCAG 1.3.1, 2.4.6", "use one h1, and skip no level below it";
    TABLE_ROLE: Warning, "table-role", "a table says neither that it is layout nor what its headings are", "WCAG 1.3.1; EMC 2026", "give tables for layout role=\"presentation\", and tables of data <th>";
    FONT_SIZE: Warning, "font-size", "text is smaller than 13 px", "EMC 2026: text of at least 13 px", "make the text at least 13 px";
    CONTRAST: Warning, "contrast", "text is hard to tell from its ground", "WCAG 1.4.3", "take a darker or lighter colour: 4.5 to 1, or 3 to 1 for large text";
    CONTRAST_DARK: Warning, "contrast-dark", "text is hard to tell from its ground in the dark theme", "WCAG 1.4.3", "set both colours in `prefers-color-scheme: dark`: 4.5 to 1, or 3 to 1 for large text";
    ACCENT: Note, "accent", "brand.accent is hard to read, and was adjusted", "WCAG 1.4.3", "take an accent with a contrast of 4.6 to 1 against white";
    OUTLOOK: Warning, "outlook", "flex, grid, gap, position or a background picture", "caniemail: not in Outlook for Windows", "lay out with tables, and let nothing depend on it";
    OUTLOOK_WIDTH: Note, "outlook-width", "a width is bounded by max-width alone", "Outlook for Windows knows no max-width", "give it the width by a table within <!--[if mso]>";
    DARK: Note, "dark", "there are no colours for a dark theme", "caniemail: css-at-media-prefers-color-scheme", "add colours for `prefers-color-scheme: dark`";
    PREHEADER: Note, "preheader", "the preheader is missing, or has not 40 to 110 characters", "Gmail, Apple Mail and Outlook show the first text beside the subject", "begin the body with 40 to 110 characters that tell what is in it";
    PREHEADER_HIDDEN: Warning, "preheader-hidden", "the preheader shows in some mail programs", "Outlook for Windows: mso-hide", "hide it with `display:none;mso-hide:all`";
    PREHEADER_SUBJECT: Note, "preheader-subject", "the preheader repeats the subject", "Gmail, Apple Mail and Outlook show the first text beside the subject", "say what the subject does not";
    // Pictures.
    IMG_ALT: Warning, "img-alt", "a picture has no alt, or one that does not tell where its link leads", "WCAG 1.1.1", "give each picture an alt: empty for ornament, telling where it is a link";
    IMG_WIDTH: Warning, "img-width", "a picture has no width", "caniemail: Outlook takes a picture's own size without width", "give the picture a width, in pixels";
    IMG_OVERFLOW: Warning, "img-overflow", "a picture may be wider than a telephone", "WCAG 1.4.10", "give the picture `max-width:100%`";
    IMG_SOURCE: Warning, "img-source", "a picture is neither at an https address nor embedded", "caniemail: html-img, image-base64", "take an https address, or embed the picture and name it by cid:";
    PIXEL: Warning, "pixel", "a picture is there to tell who reads", "tidings: no tracking", "take it out: it tells who reads what, and filters know it";
    // Links.
    LINK_SCHEME: Error, "link-scheme", "a link leads to what a mail program does not open", "RFC 3986 §7; WHATWG URL", "link to an https address";
    LINK_RELATIVE: Error, "link-relative", "a link has no whole address", "RFC 3986 §4.2: a message has no address of its own", "write the whole address";
    LINK_TEXT: Warning, "link-text", "a link says “click here”", "WCAG 2.4.4", "let the link say where it leads";
    LINK_TRACKING: Note, "link-tracking", "a link holds parameters that track", "tidings: no tracking", "take the parameters out";
    LINK_REDIRECTOR: Warning, "link-redirector", "a link leads through a counter or a shortener", "tidings: no tracking; Spamhaus DBL: abused redirectors", "link to the page itself";
    LINK_ADDRESS: Warning, "link-address", "an address holds the reader's own", "tidings: no tracking; GDPR Art. 5", "use a token that only you can read";
    UNSUBSCRIBE_HTML: Error, "unsubscribe-html", "no link in the HTML leads out of the list", "CAN-SPAM §5(a)(3); Gmail's and Yahoo's requirements for senders", "put the unsubscribe link into the HTML, where readers see it";
    UNSUBSCRIBE_TEXT: Error, "unsubscribe-text", "no address in the text leads out of the list", "CAN-SPAM §5(a)(3); Gmail's and Yahoo's requirements for senders", "put the unsubscribe link into the plaintext";
    POSTAL_ADDRESS: Warning, "postal-address", "the postal address is missing", "CAN-SPAM §5(a)(5)(A)(iii); Directive 2000/31/EC Art. 5", "set `postal_address` under [mail], and leave it in the draft";
    REASON: Warning, "reason", "the message does not say why its reader gets it", "GDPR Art. 14(2)(f)", "leave the `reason` of the list in the draft";
    // Plaintext.
    TEXT_EMPTY: Error, "text-empty", "the plaintext is empty", "RFC 2046 §5.1.4; SpamAssassin MPART_ALT_DIFF", "say in the plaintext what the HTML says";
    TEXT_WORDS: Warning, "text-words", "under 95 % of the HTML's words are in the text", "SpamAssassin MPART_ALT_DIFF", "say in the plaintext what the HTML says";
    TEXT_LINKS: Warning, "text-links", "a link of the HTML is not in the text", "RFC 2046 §5.1.4: the parts are alternatives of one content", "give each link of the HTML in the plaintext too";
    TEXT_COLUMNS: Warning, "text-columns", "a line has over 78 columns", "RFC 5322 §2.1.1", "break lines at 72 columns, and put addresses on lines of their own";
    TEXT_MARKUP: Warning, "text-markup", "entities, tags, merge tags or characters without width", "RFC 2046 §4.1.3", "write plain characters";
    TEXT_FLOWED: Warning, "text-flowed", "the text says that it is flowed, and is not", "RFC 3676 §4.4", "put a space before it, or leave out format=flowed";
}
