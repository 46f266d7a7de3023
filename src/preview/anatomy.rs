//! A message taken apart.

use super::view::Mail;

/// The HTML of a mail, decoded.
pub(super) fn html(mail: &Mail) -> Option<String> {
    mail_parser::MessageParser::new().parse(&mail.message)?.body_html(0).map(std::borrow::Cow::into_owned)
}
