//! Rules about tracking: what tells the sender, or others, who read what.

use std::collections::HashSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use md5::{Digest as _, Md5};
use percent_encoding::percent_decode_str;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use url::Url;

use super::finding::Findings;
use super::letter::Letter;
use super::page::Page;
use super::rules;
use super::tree::Node;
use crate::article::is_tracking;

/// Parameters of mailing services that tell who came from where, beside those that [`is_tracking`] knows: an article's
/// address may have them for other reasons, so that they do not make two addresses one.
const PARAMETERS: &[&str] = &[
    "ck_subscriber_id",
    "sh_kit",
    "mkt_tok",
    "_kx",
    "vero_id",
    "vero_conv",
    "oly_anon_id",
    "mtm_campaign",
    "pk_campaign",
    "s_cid",
];

/// First labels of hosts that count clicks.
const COUNTERS: &[&str] = &[
    "click",
    "clicks",
    "track",
    "tracking",
    "trk",
    "ctrk",
    "trackers",
    "clicktrack",
    "clicktracking",
    "open",
];

/// Hosts that count clicks or hide where a link leads, with what is below them, and where only a part of
/// their pages does, the beginning of its path.
const REDIRECTORS: &[(&str, &str)] = &[
    ("list-manage.com", "/track/"),
    ("list-manage1.com", "/track/"),
    ("list-manage2.com", "/track/"),
    ("mandrillapp.com", "/track/"),
    ("safelinks.protection.outlook.com", "/"),
    ("urldefense.com", "/"),
    ("urldefense.proofpoint.com", "/"),
    ("substack.com", "/redirect/"),
    ("substack.com", "/c/"),
    ("klclick.com", "/"),
    ("klclick1.com", "/"),
    ("klclick2.com", "/"),
    ("klclick3.com", "/"),
    ("convertkit-mail.com", "/"),
    ("convertkit-mail2.com", "/"),
    ("convertkit-mail3.com", "/"),
    ("convertkit-mail4.com", "/"),
    ("kit-mail2.com", "/"),
    ("kit-mail3.com", "/"),
    ("hubspotlinks.com", "/"),
    ("hubspotemail.net", "/e3t/"),
    ("sendibt2.com", "/"),
    ("sendibt3.com", "/"),
    ("sendibm1.com", "/"),
    ("sendibm3.com", "/"),
    ("rs6.net", "/"),
    ("mlsend.com", "/link/"),
    ("createsend1.com", "/t/"),
    ("cmail19.com", "/t/"),
    ("cmail20.com", "/t/"),
    ("mjt.lu", "/"),
    ("awstrack.me", "/"),
    ("exct.net", "/"),
    ("bit.ly", "/"),
    ("t.co", "/"),
    ("ow.ly", "/"),
    ("buff.ly", "/"),
    ("lnkd.in", "/"),
    ("tinyurl.com", "/"),
    ("goo.gl", "/"),
];

/// What paths of counters hold, whatever the host: SendGrid's, HubSpot's, Mailchimp's, and others'.
const IN_PATHS: &[&str] =
    &["/ls/click", "/wf/click", "/e3t/ct", "/e3t/cto", "/track/click", "/click.html", "/link_click"];

/// What addresses of pictures hold that count who opens: Mailchimp, SendGrid, HubSpot, Amazon and others.
const IN_PIXELS: &[&str] = &[
    "/track/open",
    "/wf/open",
    "/e3t/cto",
    "/__ptq.gif",
    "/open.php",
    "/open.gif",
    "/open.aspx",
    "/pixel.gif",
    "/beacon.gif",
];

pub(super) fn check(letter: &Letter<'_>, page: &Page, findings: &mut Findings) {
    let readers: Vec<Reader> = letter.readers().iter().map(|address| Reader::new(address)).collect();
    for (_, node) in page.nodes() {
        let address = match node.name.as_str() {
            "a" | "area" => node.attribute("href"),
            "img" => node.attribute("src"),
            _ => None,
        };
        let Some((address, url)) = address.and_then(|one| Some((one, web(one)?))) else { continue };
        if let Some(form) = readers.iter().find_map(|reader| reader.found_in(address, &url)) {
            findings.add(rules::LINK_ADDRESS, node.place(), format!("it holds the reader's address, {form}"));
        }
        if node.name == "img" {
            continue;
        }
        if let Some((name, _)) = url.query_pairs().find(|(name, _)| is_parameter(name)) {
            findings.add(rules::LINK_TRACKING, node.place(), format!("it has {name}"));
        }
        if is_redirector(&url) {
            let what = format!("it leads through {}", url.host_str().unwrap_or_default());
            findings.add(rules::LINK_REDIRECTOR, node.place(), what);
        }
    }
}

fn web(address: &str) -> Option<Url> {
    Url::parse(address.trim()).ok().filter(|url| ["http", "https"].contains(&url.scheme()))
}

fn is_parameter(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_tracking(&name) || PARAMETERS.contains(&name.as_str())
}

fn is_redirector(url: &Url) -> bool {
    let (host, path) = (url.host_str().unwrap_or_default(), url.path().to_ascii_lowercase());
    let is_counter = host.matches('.').count() > 1
        && host.split('.').next().is_some_and(|label| COUNTERS.contains(&label) || is_numbered(label));
    let is_at =
        |name: &str| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    // A shortener's own front page shortens nothing.
    let leads_on = path.len() > 1 || url.query().is_some();
    is_counter
        || IN_PATHS.iter().any(|part| path.contains(part))
        || leads_on && REDIRECTORS.iter().any(|(name, start)| is_at(name) && path.starts_with(start))
}

/// SendGrid's `url1234`.
fn is_numbered(label: &str) -> bool {
    label
        .strip_prefix("url")
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a picture is there to tell who opens: remote, and too small to be seen, hidden and without a size,
/// or known by its address. One that is a pixel wide and higher is a spacer; one that is hidden and has a size
/// is there for another theme, or another width.
pub(super) fn is_pixel(page: &Page, number: usize, node: &Node) -> bool {
    let Some(url) = node.attribute("src").and_then(web) else { return false };
    let declared = page.declared(number);
    let side = |name| {
        let text = declared.get(name).or_else(|| node.attribute(name))?;
        text.trim().trim_end_matches("px").trim().parse::<f64>().ok()
    };
    let sides: Vec<f64> = ["width", "height"].into_iter().filter_map(side).collect();
    let is_tiny = sides.iter().all(|side| *side <= 1.0);
    let address = url.as_str().to_ascii_lowercase();
    let is_known = IN_PIXELS.iter().any(|part| address.contains(part));
    is_known || is_tiny && (!sides.is_empty() || !page.is_shown(number))
}

/// A reader's address, in the forms in which trackers know it.
struct Reader {
    address: String,
    /// Each with its name.
    hashes: Vec<(&'static str, String)>,
}

impl Reader {
    fn new(address: &str) -> Self {
        let lower = address.to_lowercase();
        let mut hashes = Vec::new();
        for text in HashSet::from([address, lower.as_str()]) {
            let bytes = text.as_bytes();
            hashes.push(("as its MD5", hex(&Md5::digest(bytes))));
            hashes.push(("as its SHA-1", hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref())));
            hashes.push(("as its SHA-256", hex(digest(&SHA256, bytes).as_ref())));
        }
        Self { address: lower, hashes }
    }

    /// The form in which it stands in a web address: plain or escaped, in base64, alone or with more, or
    /// hashed.
    fn found_in(&self, address: &str, url: &Url) -> Option<&'static str> {
        let decoded = percent_decode_str(address).decode_utf8_lossy();
        let (folded, host) = (decoded.to_lowercase(), url.host_str().unwrap_or_default());
        if folded.contains(&self.address) {
            return Some("plain");
        }
        if let Some((form, _)) = self.hashes.iter().find(|(_, hash)| folded.contains(hash.as_str())) {
            return Some(form);
        }
        let is_code = |c: char| c.is_ascii_alphanumeric() || "+-_".contains(c);
        let codes = decoded.split(|c| !is_code(c)).filter(|code| code.len() > self.address.len());
        codes.into_iter().filter(|code| *code != host).find_map(|code| {
            let bytes = unpacked(code)?;
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            text.contains(&self.address).then_some("in base64")
        })
    }
}

/// What a code in base64 says, written with either alphabet and with or without padding.
fn unpacked(code: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    [STANDARD, URL_SAFE]
        .into_iter()
        .find_map(|alphabet| GeneralPurpose::new(&alphabet, config).decode(code).ok())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // A string takes all that is written to it.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirector_is_known_by_its_host_or_its_path() {
        for address in [
            "https://example.us1.list-manage.com/track/click?u=1&id=2",
            "https://click.example.org/a",
            "https://u1.ct.sendgrid.net/ls/click?upn=x",
            "https://url1234.example.org/a",
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org",
            "https://substack.com/redirect/1?j=x",
            "https://info.example.org/e3t/Ctc/1",
            "https://bit.ly/abc",
        ] {
            assert!(is_redirector(&web(address).unwrap()), "{address}");
        }
        for address in [
            "https://example.org/click",
            "https://example.substack.com/p/a",
            "https://click.org/a",
            "https://us1.list-manage.com/unsubscribe?u=1",
            "https://bit.ly/",
            "https://urlaub.example.org/",
        ] {
            assert!(!is_redirector(&web(address).unwrap()), "{address}");
        }
    }

    #[test]
    fn a_pixel_is_told_from_a_spacer_and_from_the_picture_of_another_theme() {
        let is_pixel = |img: &str| {
            let page = Page::parse(img).unwrap();
            page.all("img").any(|(number, node)| is_pixel(&page, number, node))
        };
        for img in [
            "<img src='https://example.org/o' width=1 height=1>",
            "<img src='https://example.org/o' width=0>",
            "<img src='https://example.org/o' style='width:1px;height:1px'>",
            "<img src='https://example.org/o' style='display:none'>",
            "<div style='display:none'><img src='https://example.org/o'></div>",
            "<img src='https://u1.ct.sendgrid.net/wf/open?upn=x' width=20>",
        ] {
            assert!(is_pixel(img), "{img}");
        }
        for img in [
            "<img src='https://example.org/o' width=1 height=20>",
            "<img src='https://example.org/dark.png' width=120 style='display:none'>",
            "<img src='https://example.org/a.png'>",
            "<img src='cid:a' width=1 height=1>",
        ] {
            assert!(!is_pixel(img), "{img}");
        }
    }

    #[test]
    fn an_address_is_found_in_each_form_that_trackers_use() {
        let reader = Reader::new("Ann@example.net");
        for (rest, form) in [
            ("?e=ann@example.net", "plain"),
            ("?e=Ann%40Example.net", "plain"),
            ("ann%40example.net/x", "plain"),
            ("?e=YW5uQGV4YW1wbGUubmV0", "in base64"),
            ("?e=eyJlbWFpbCI6ImFubkBleGFtcGxlLm5ldCJ9&x=1", "in base64"), // {"email":"ann@example.net"}
            ("?e=eyJlbWFpbCI6ImFubkBleGFtcGxlLm5ldCJ9%3D%3D", "in base64"),
            ("?g=b6dd3d6b5e3e1ac2a0ba56f47d5e8bdb", "none"),
        ] {
            let address = format!("https://example.org/{rest}");
            let found = reader.found_in(&address, &web(&address).unwrap()).unwrap_or("none");
            assert_eq!(found, form, "{rest}");
        }
        for (name, hash) in &reader.hashes {
            let address = format!("https://example.org/a/{}.png", hash.to_uppercase());
            assert_eq!(reader.found_in(&address, &web(&address).unwrap()), Some(*name));
        }
        assert_eq!(hex(&Md5::digest(b"")), "d41d8cd98f00b204e9800998ecf8427e");
    }
}
