//! The page.

use askama::Template;

use super::asked::Asked;
use super::view::{Fault, Nearby, Shown};

pub(super) const STYLE: &str = "";
pub(super) const SCRIPT: &str = "";

/// What a page is made of.
#[derive(Template)]
#[template(
    source = "<!doctype html><title>tidings {{ version }} {{ token }} {{ faults.len() }} {{ nearby.digests.len() }} {{ shown.mail().is_some() }}</title><iframe sandbox src=\"/-/mail{{ asked }}\"></iframe>",
    ext = "html"
)]
pub(super) struct Page<'a> {
    pub(super) asked: &'a Asked,
    pub(super) nearby: &'a Nearby,
    pub(super) shown: &'a Shown,
    pub(super) faults: &'a [Fault],
    pub(super) token: &'a str,
    pub(super) version: u64,
}

/// What is said in a page of its own.
#[derive(Template)]
#[template(source = "<!doctype html><title>{{ title }}</title><p>{{ text }}", ext = "html")]
struct Said<'a> {
    title: &'a str,
    text: &'a str,
}

pub(super) fn said(title: &str, text: &str, _back: Option<&Asked>) -> Result<String, askama::Error> {
    Said { title, text }.render()
}
