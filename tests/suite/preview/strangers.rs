//! Whoever is not one of the preview's own pages is told nothing, and nothing is done for them.

use super::{ADDRESSES, mailing, newsletter, only_its_own_button_commands};
use crate::harness::{Answer, Request, Sink};

/// What a page of another site, or a name that was made to lead here, says of itself.
fn strangers(port: u16) -> Vec<Vec<(&'static str, String)>> {
    let host = |host: &str| vec![("Host", host.to_owned())];
    let origin = |origin: &str| vec![("Origin", origin.to_owned())];
    let fetch = |site: &str, mode: &str, dest: &str| {
        vec![
            ("Sec-Fetch-Site", site.to_owned()),
            ("Sec-Fetch-Mode", mode.to_owned()),
            ("Sec-Fetch-Dest", dest.to_owned()),
        ]
    };
    vec![
        host("rebound.example"),
        host(&format!("rebound.example:{port}")),
        host(&format!("127.0.0.1:{port}.rebound.example")),
        host(&format!("localhost.rebound.example:{port}")),
        host(&format!("127.0.0.1:{}", port + 1)),
        host("127.0.0.1"),
        host(""),
        host(&format!("0.0.0.0:{port}")),
        host(&format!("me@127.0.0.1:{port}")),
        origin("null"),
        origin("https://news.example.org"),
        origin("http://127.0.0.1"),
        origin(&format!("http://127.0.0.1:{}", port + 1)),
        origin(&format!("https://127.0.0.1:{port}")),
        origin(&format!("http://rebound.example:{port}")),
        fetch("cross-site", "no-cors", "image"),
        fetch("cross-site", "no-cors", "script"),
        fetch("cross-site", "cors", "empty"),
        fetch("cross-site", "navigate", "iframe"),
        fetch("cross-site", "navigate", "object"),
        fetch("same-site", "no-cors", "image"),
        fetch("same-site", "navigate", "iframe"),
    ]
}

fn as_told(request: Request, stranger: &[(&str, String)]) -> Request {
    stranger.iter().fold(request, |request, (name, value)| request.with(name, value))
}

/// It says who is refused, and nothing of the newsletter.
#[track_caller]
fn tells_nothing(answer: Answer) {
    let answer = answer.is(403).says_nothing_of("bridge").says_nothing_of("token");
    assert!(answer.body.len() < 200, "{}", answer.text());
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[test]
fn strangers_read_nothing() {
    let project = newsletter();
    let preview = project.preview("weekly");
    for stranger in strangers(preview.port()) {
        for address in ADDRESSES.iter().chain(&["/", "/-/events"]) {
            tells_nothing(as_told(preview.request("GET", address), &stranger).send());
        }
    }
    tells_nothing(
        preview.request("GET", "/weekly").without("Host").with("X-Forwarded-Host", "127.0.0.1").send(),
    );
}

#[test]
fn strangers_command_nothing_even_if_they_know_the_token() {
    let sink = Sink::start();
    let (project, preview) = mailing(&sink);
    let token = preview.token();
    let form = [("token", &*token), ("of", "/weekly"), ("address", "me@example.org")];
    let before = project.tree();
    let top = |site: &str| {
        vec![
            ("Sec-Fetch-Site", site.to_owned()),
            ("Sec-Fetch-Mode", "navigate".to_owned()),
            ("Sec-Fetch-Dest", "document".to_owned()),
        ]
    };
    let strangers = [strangers(preview.port()), vec![top("cross-site"), top("same-site")]].concat();
    for stranger in strangers {
        for button in ["/-/test", "/-/draft"] {
            let request = preview.request("POST", button).form(&form);
            tells_nothing(as_told(request, &stranger).send());
        }
    }
    only_its_own_button_commands(&project, &before, &preview, &sink);
}

#[test]
fn without_the_token_of_this_run_no_button_does_anything() {
    let sink = Sink::start();
    let (project, preview) = mailing(&sink);
    let token = preview.token();
    let old = project.preview("weekly").token();
    let before = project.tree();
    let tokens = [
        String::new(),
        "0".to_owned(),
        old,
        token.to_lowercase(),
        format!("{token}0"),
        token[1..].to_owned(),
    ];
    for button in ["/-/test", "/-/draft"] {
        let press = |form: &[(&str, &str)]| preview.request("POST", button).form(form).send();
        press(&[("of", "/weekly"), ("address", "me@example.org")]).is(403).says("earlier run");
        for wrong in &tokens {
            press(&[("token", wrong), ("of", "/weekly"), ("address", "me@example.org")]).is(403);
        }
        // Nor where it stands elsewhere than in the form.
        let target = format!("{button}?token={token}&of=/weekly&address=me@example.org");
        preview.request("POST", &target).send().is(403);
        preview.request("POST", button).with("Cookie", &format!("token={token}")).send().is(403);
    }
    only_its_own_button_commands(&project, &before, &preview, &sink);
}

#[test]
fn the_names_of_this_machine_and_links_that_lead_here_are_welcome() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let port = preview.port();
    for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
        preview.request("GET", "/weekly").with("Host", &format!("{host}:{port}")).send().is(200);
    }
    // A link in a mail or a chat, in whatever browser program.
    preview
        .request("GET", "/weekly?tab=links")
        .with("Sec-Fetch-Site", "cross-site")
        .with("Sec-Fetch-Mode", "navigate")
        .with("Sec-Fetch-Dest", "document")
        .send()
        .is(200);
}
