//! The server: which address answers with what.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::WatchStream;

use super::act::{Button, Pressed, Refused};
use super::asked::{Asked, What};
use super::desk::{Desk, NoPage, PRESENT, Preview, Seen};
use super::dress::{dressed, policy};
use super::enclosed::with_pictures;
use super::guard::Guard;
use super::page::{self, Page};
use super::watch::Watch;
use crate::lint::Letter;
use crate::pipeline::Error;

/// The first port that is tried: what is bookmarked stays where it is.
pub const PORT: u16 = 4884;

/// How many ports are tried after it.
const PORTS: u16 = 50;

/// What a page may load: its own style, script, frames and data, and nothing from elsewhere.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                           connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
                           frame-ancestors 'none'";

/// The longest form that is read, in octets.
const FORM: usize = 64 * 1024;

/// A server that has its port.
pub struct Server {
    listener: TcpListener,
    port: u16,
    first: String,
    preview: Preview,
}

/// What all answers are made of.
struct Counter {
    desk: Arc<Desk>,
    guard: Guard,
    first: String,
}

impl Server {
    /// Takes a port on this machine's own network: the given one, else the next that is free from [`PORT`] on.
    /// `first` is what is shown where the address names nothing.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub async fn bind(preview: Preview, first: &Asked, port: Option<u16>) -> io::Result<Self> {
        let listener = match port {
            Some(port) => TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?,
            None => next_free().await?,
        };
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port, first: first.to_string(), preview })
    }

    /// The address of its first page.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, self.first)
    }

    /// Answers until it is dropped; `warn` is told where files cannot be watched.
    ///
    /// # Errors
    /// When the system fails it.
    pub async fn run(self, warn: impl Fn(String)) -> io::Result<()> {
        let Self { listener, port, first, preview } = self;
        let guard = Guard::new(port).map_err(io::Error::other)?;
        let counter = Arc::new(Counter { desk: Arc::new(Desk::new(preview)), guard, first });
        // Before anything is read: what changes between would never be told.
        let watch = Watch::over(counter.desk.clone()).await;
        counter.desk.begin().await;
        let watched = async {
            let end = match watch {
                Ok(watch) => watch.run().await,
                Err(why) => Err(why),
            };
            if let Err(why) = end {
                counter.desk.unwatched();
                warn(why);
            }
            std::future::pending().await
        };
        let ticking = async {
            let mut ticks = tokio::time::interval(PRESENT.to_std().unwrap_or_default());
            loop {
                ticks.tick().await;
                counter.desk.tick().await;
            }
        };
        tokio::select! {
            never = ticking => never,
            served = axum::serve(listener, routes(&counter)).into_future() => served,
            never = watched => never,
        }
    }
}

async fn next_free() -> io::Result<TcpListener> {
    for port in PORT..PORT + PORTS {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            bound => return bound,
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

fn routes(counter: &Arc<Counter>) -> Router {
    Router::new()
        .route("/", get(async |State(counter): State<Arc<Counter>>| Redirect::to(&counter.first)))
        .route("/-/style.css", get(async || asset("text/css; charset=utf-8", page::STYLE)))
        .route("/-/script.js", get(async || asset("text/javascript; charset=utf-8", page::SCRIPT)))
        .route("/-/events", get(events))
        .route("/-/mail/{*what}", get(mail))
        .route("/-/eml/{*what}", get(eml))
        .route("/-/html/{*what}", get(html))
        .route(
            "/-/test",
            post(async |counter, headers, form| press(Button::Test, counter, headers, form).await),
        )
        .route(
            "/-/draft",
            post(async |counter, headers, form| press(Button::Draft, counter, headers, form).await),
        )
        .fallback(get(show))
        .layer(DefaultBodyLimit::max(FORM))
        .layer(middleware::from_fn_with_state(counter.clone(), guarded))
        .with_state(counter.clone())
}

/// Refuses what others ask, and says to browsers what they may do with answers.
async fn guarded(State(counter): State<Arc<Counter>>, request: Request, next: Next) -> Response {
    let mut response = match counter.guard.objection(request.method(), request.headers()) {
        Some(why) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(PAGE_POLICY));
    headers.entry(X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Without any referrer, browsers would not say either that it is a page of ours that sends a form (Fetch §3.2).
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in [
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        // No name that a mail links to is looked up before it is opened.
        ("x-dns-prefetch-control", "off"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind)], text).into_response()
}

/// A page.
async fn show(State(counter): State<Arc<Counter>>, uri: Uri) -> Result<Response, Trouble> {
    let (asked, seen) = look(&counter, uri.path(), uri.query()).await?;
    let page = Page {
        asked: &asked,
        nearby: &seen.nearby,
        shown: &seen.shown,
        faults: &seen.faults,
        token: counter.guard.token(),
        version: seen.version,
    };
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], page.render().map_err(|error| Trouble::page(&error))?)
        .into_response())
}

/// What an address asks for, and what there is for it.
async fn look(counter: &Counter, path: &str, query: Option<&str>) -> Result<(Asked, Seen), Trouble> {
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let asked = Asked::read(&path, query.unwrap_or_default()).map_err(Trouble::unknown)?;
    let seen = counter.desk.see(&asked).await.map_err(|NoPage::Unknown(why)| Trouble::unknown(why))?;
    Ok((asked, seen))
}

/// The message at an address below a prefix.
async fn message(counter: &Counter, prefix: &str, uri: &Uri) -> Result<(Asked, Seen), Trouble> {
    let path = uri.path().strip_prefix(prefix).unwrap_or(uri.path());
    let (asked, seen) = look(counter, path, uri.query()).await?;
    match seen.shown.mail() {
        Some(_) => Ok((asked, seen)),
        None => Err(Trouble::unknown("there is no mail to show".to_owned())),
    }
}

/// The HTML of a mail, which is the one that lint judges.
fn html_of(seen: &Seen) -> String {
    let message = seen.shown.mail().map(|mail| &*mail.message).unwrap_or_default();
    Letter::new(message).html().unwrap_or_default().to_owned()
}

/// The HTML of a mail as a program shows it, for a frame.
async fn mail(State(counter): State<Arc<Counter>>, uri: Uri) -> Result<Response, Trouble> {
    let (asked, seen) = message(&counter, "/-/mail", &uri).await?;
    let message = seen.shown.mail().map(|mail| &*mail.message).unwrap_or_default();
    let html = html_of(&seen);
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CONTENT_SECURITY_POLICY, policy(asked.dress)),
        (X_FRAME_OPTIONS, "SAMEORIGIN".to_owned()),
    ];
    Ok((headers, dressed(&with_pictures(&html, message), asked.dress)).into_response())
}

/// The message, to be saved.
async fn eml(State(counter): State<Arc<Counter>>, uri: Uri) -> Result<Response, Trouble> {
    let (asked, seen) = message(&counter, "/-/eml", &uri).await?;
    let octets = seen.shown.mail().map(|mail| mail.message.clone()).unwrap_or_default();
    Ok(file("message/rfc822", &asked.what, "eml", octets))
}

/// The HTML, to be saved.
async fn html(State(counter): State<Arc<Counter>>, uri: Uri) -> Result<Response, Trouble> {
    let (asked, seen) = message(&counter, "/-/html", &uri).await?;
    let html = html_of(&seen);
    // Its own page would run whatever a message of somebody else's holds.
    Ok(file("text/html; charset=utf-8", &asked.what, "html", html.into_bytes()))
}

/// A file for the browser to save.
fn file(kind: &'static str, what: &What, extension: &str, octets: Vec<u8>) -> Response {
    let name = match what {
        What::File => "message".to_owned(),
        what => what.to_string().trim_matches('/').replace('/', "-"),
    };
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let disposition = format!("attachment; filename=\"{name}.{extension}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], Body::from(octets))
        .into_response()
}

/// Tells each version, as server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).
async fn events(State(counter): State<Arc<Counter>>) -> impl IntoResponse {
    let versions = WatchStream::new(counter.desk.versions());
    let events = versions.map(|version| {
        Ok::<_, std::convert::Infallible>(Event::default().event("change").data(version.to_string()))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// Does what a button says, to its end though the browser goes away meanwhile.
async fn press(
    button: Button,
    State(counter): State<Arc<Counter>>,
    headers: HeaderMap,
    form: Bytes,
) -> Result<Response, Trouble> {
    let pressed = checked(&counter, &form)?;
    let (desk, asked) = (counter.desk.clone(), pressed.asked().ok());
    let done = tokio::spawn(async move { pressed.act(button, &desk).await }).await;
    let done = done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    answer(&headers, asked.as_ref(), done)
}

/// A button that one of this run's own pages had.
fn checked(counter: &Counter, form: &[u8]) -> Result<Pressed, Trouble> {
    let pressed = Pressed::read(form);
    if counter.guard.knows(&pressed.token) {
        return Ok(pressed);
    }
    let why = "the page is from an earlier run of the preview: reload it, and try again";
    Err(Trouble { status: StatusCode::FORBIDDEN, title: "Not done", why: why.to_owned() })
}

/// Says what came of a button: to the script in a line, else in a page.
fn answer(
    headers: &HeaderMap,
    asked: Option<&Asked>,
    done: Result<String, Refused>,
) -> Result<Response, Trouble> {
    let (status, title, text) = match done {
        Ok(text) => (StatusCode::OK, "Done", text),
        Err(refused) => {
            let status = match &refused {
                Refused::Unfit(_) => StatusCode::CONFLICT,
                Refused::Failed(Error::Locked { .. }) => StatusCode::LOCKED,
                Refused::Failed(_) => StatusCode::BAD_GATEWAY,
            };
            (status, "Not done", refused.to_string())
        }
    };
    if headers.get(ACCEPT).is_some_and(|accept| accept == "text/plain") {
        return Ok((status, text).into_response());
    }
    let page = page::said(title, &text, asked).map_err(|error| Trouble::page(&error))?;
    Ok((status, [(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response())
}

/// Why there is no answer as it was asked for.
struct Trouble {
    status: StatusCode,
    title: &'static str,
    why: String,
}

impl Trouble {
    fn unknown(why: String) -> Self {
        Self { status: StatusCode::NOT_FOUND, title: "Not here", why }
    }

    fn page(error: &askama::Error) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, title: "No page", why: error.to_string() }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let kind = [(CONTENT_TYPE, "text/html; charset=utf-8")];
        match page::said(self.title, &self.why, None) {
            Ok(page) => (self.status, kind, page).into_response(),
            Err(_) => (self.status, self.why).into_response(),
        }
    }
}
