//! Pages of other sites in the same browser get nothing from the preview, and nothing done by it.

use serde_json::{Value, json};

use super::{mailing, newsletter, only_its_own_button_commands};
use crate::harness::{Sink, Site, Tab};

/// What a page of another site can try, each with what came of it, or `refused`. It even knows the token.
const ATTACK: &str = r#"<!doctype html><title>Elsewhere</title><body><script>
const preview = "PREVIEW";
const form = () => new URLSearchParams({ token: "TOKEN", of: "/weekly", address: "me@example.org" });
const loaded = (name, attributes) => new Promise((done, failed) => {
  const element = Object.assign(document.createElement(name), attributes);
  element.onload = () => done("loaded");
  element.onerror = failed;
  document.body.append(element);
});
const framed = path => {
  const frame = Object.assign(document.createElement("iframe"), { src: preview + path });
  document.body.append(frame);
  return new Promise(done => { frame.onload = done; }).then(() => frame.contentWindow.document.body.innerText);
};
const posted = path => {
  const frame = Object.assign(document.createElement("iframe"), { name: path });
  const own = Object.assign(document.createElement("form"), { action: preview + path, method: "post", target: path });
  for (const [name, value] of form()) own.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(frame, own);
  own.submit();
  return new Promise(done => { frame.onload = done; }).then(() => frame.contentWindow.document.body.innerText);
};
const tries = {
  read: () => fetch(preview + "/weekly").then(answer => answer.text()),
  readBlindly: () => fetch(preview + "/-/eml/weekly", { mode: "no-cors" }).then(answer => answer.type),
  draft: () => fetch(preview + "/-/draft", { method: "POST", body: form() }).then(answer => answer.text()),
  draftBlindly: () => fetch(preview + "/-/draft", { method: "POST", mode: "no-cors", body: form() }).then(answer => answer.type),
  draftAsText: () => fetch(preview + "/-/draft", { method: "POST", mode: "no-cors", body: String(form()), headers: { "Content-Type": "text/plain" } }).then(answer => answer.type),
  testBlindly: () => fetch(preview + "/-/test", { method: "POST", mode: "no-cors", body: form() }).then(answer => answer.type),
  beacon: () => { navigator.sendBeacon(preview + "/-/test", form()); throw "nothing is told of it"; },
  draftByForm: () => posted("/-/draft"),
  testByForm: () => posted("/-/test"),
  page: () => framed("/weekly"),
  mail: () => framed("/-/mail/weekly"),
  script: () => loaded("script", { src: preview + "/-/script.js" }),
  message: () => loaded("script", { src: preview + "/-/eml/weekly" }),
  style: () => loaded("link", { rel: "stylesheet", href: preview + "/-/style.css" }),
  picture: () => loaded("img", { src: preview + "/weekly" }),
  events: () => new Promise((done, failed) => {
    const events = new EventSource(preview + "/-/events");
    events.onopen = () => done("open");
    events.onerror = () => { events.close(); failed(); };
  }),
  socket: () => new Promise((done, failed) => {
    const socket = new WebSocket(preview.replace("http", "ws") + "/-/events");
    socket.onopen = () => done("open");
    socket.onerror = failed;
  }),
};
Promise.all(Object.entries(tries).map(([name, attempt]) =>
  Promise.resolve().then(attempt).then(what => [name, what], () => [name, "refused"])))
  .then(pairs => { window.outcome = Object.fromEntries(pairs); });
</script>"#;

#[test]
fn another_site_can_neither_read_nor_frame_nor_command_nor_follow_it() {
    let sink = Sink::start();
    let (project, preview) = mailing(&sink);
    let before = project.tree();
    let site = Site::start();
    let attack = ATTACK.replace("TOKEN", &preview.token());
    // Another port is the same site to a browser, and another name of the machine is another site.
    for (host, target) in
        [("localhost", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("rebound.example", "localhost")]
    {
        let target = format!("http://{target}:{}", preview.port());
        site.page("/attack", &attack.replace("PREVIEW", &target));
        let tab = Tab::open(1000, "light");
        tab.go(&site.address(host, "/attack"));
        let outcome = tab.until("window.outcome");
        let outcome = outcome.as_object().unwrap();
        assert_eq!(outcome.len(), 17, "{outcome:?}");
        for (name, what) in outcome {
            assert_eq!(what, "refused", "{host}: {name}");
        }
        let frames = tab.frames();
        assert_eq!(frames.len(), 5);
        for frame in &frames[1..] {
            assert!(!frame.contains("bridge") && !frame.contains("draft weekly"), "{host}: {frame}");
        }
    }
    only_its_own_button_commands(&project, &before, &preview, &sink);
}

#[test]
fn a_window_that_another_site_opened_or_sent_here_is_out_of_its_reach() {
    let sink = Sink::start();
    let (project, preview) = mailing(&sink);
    let before = project.tree();
    let site = Site::start();
    let fields = format!(
        "<input name=token value='{}'><input name=of value=/weekly><input name=address value=me@example.org>",
        preview.token()
    );
    let form = |action: &str| {
        format!("<form method=post action='{}'>{fields}<button>Win</button></form>", preview.address(action))
    };
    site.page("/draft", &form("/-/draft")).page("/test", &form("/-/test"));
    let link = format!("<a target=_blank rel=opener href='{}'>Look</a>", preview.address("/weekly"));
    site.page(
        "/link",
        &format!("{link}<script>name = 'elsewhere'; one = open('{}')</script>", preview.address("/weekly")),
    );
    let tab = Tab::open(1000, "light");
    for path in ["/draft", "/test"] {
        tab.go(&site.address("localhost", path));
        tab.click("button").shows("body", "another site asks, and is told nothing");
    }
    tab.go(&site.address("localhost", "/link"));
    // It may lead here; then it knows no more of the window.
    tab.until("one.closed");
    assert_eq!(
        tab.tell("(() => { try { return one.document.title } catch { return 'refused' } })()"),
        "refused"
    );
    assert!(project.tree() == before);
    assert_eq!(sink.recipients(), [""; 0]);
}

#[test]
fn a_name_that_was_made_to_lead_here_shows_nothing() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let tab = Tab::open(1000, "light");
    let address = format!("http://rebound.example:{}", preview.port());
    assert_eq!(tab.go(&format!("{address}/weekly")), 403);
    assert_eq!(tab.go(&format!("{address}/-/mail/weekly")), 403);
    tab.shows("body", "open the address that `tidings preview` printed");
    // Its own pages would be of the same origin, and could read all that it is told.
    let told: Value = tab.tell("fetch('/weekly').then(answer => answer.text())");
    assert!(!told.as_str().unwrap_or_default().contains("bridge"), "{told}");
    assert_eq!(tab.go(&preview.address("/weekly")), 200);
    assert_eq!(tab.tell("document.title.includes('tidings')"), json!(true));
}
