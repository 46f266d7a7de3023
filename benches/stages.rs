//! What each stage of an issue takes: `cargo bench`. What the whole takes, `scripts/bench` measures.

#![expect(clippy::unwrap_used, reason = "what is read here is written here")]
#![allow(missing_docs, reason = "divan's macros make undocumented items")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use lettre::Address;
use tidings::article::settings::Settings;
use tidings::article::{Article, Body, Markup, Site, Standing};
use tidings::clock::Clock;
use tidings::composer::{self, Input};
use tidings::config::Config;
use tidings::issue::Issue;
use tidings::library::Library;
use tidings::message::dkim::{self, Key, Signer};
use tidings::message::{Mailing, Recipient};
use tidings::pipeline::Project;
use tidings::selection::{Caps, Grouping, Order, Selection, Window};
use tidings::selector::{self, Edits, History, Query};
use tidings::subscriber::Token;

const NOW: &str = "2026-01-14T12:00:00Z";
const CONFIG: &str = r#"
[site]
title = "Bench"
url = "https://news.example.org/"
content = ["content"]
timezone = "America/New_York"

[mail]
from = "Bench <news@example.org>"

[lists.main]
title = "Bench"
id = "main.news.example.org"
reason = "You asked for it."

[digests.weekly]
title = "The week"
subject = "{{ digest.title }}"
tags.any = ["tag-3"]
"#;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn config() -> Config {
    Config::parse(CONFIG, Path::new("config.toml")).unwrap()
}

/// An article as aggregators write them, with about 1 KB of front matter and 3 KB of body.
fn text(number: usize) -> String {
    let summary = "Council and harbour agree on a budget for the bridge. ".repeat(4);
    let mut text = format!(
        "---\ntitle: \"A bridge for the {number}th village\"\ndate: 2026-01-{day:02}\nsummary: \"{summary}\"\n\
         description: \"{summary}\"\nslug: \"a-bridge-{number}\"\nimage: ''\nsource: 'https://feeds.example.com/{feed}'\n\
         link: 'https://www.example.com/2026/01/a-bridge-for-the-village-{number}'\ntags:\n- 'tag-{tag}'\n- 'bridges'\n\
         draft: false\n---\n",
        day = 1 + number % 13,
        feed = number % 40,
        tag = number % 15,
    );
    for paragraph in 0..10 {
        let words = "water village storm bridge council ".repeat(8);
        writeln!(text, "<p>{words}<a href=\"https://example.com/{number}/{paragraph}\">more</a></p>")
            .unwrap();
    }
    text
}

fn read(config: &Config, text: &str, path: &str) -> Article {
    let site = Site {
        zone: config.site.timezone,
        zone_is_stated: true,
        url: config.site.url.as_ref(),
        language: &config.site.language,
        permalink: config.site.permalink.as_ref(),
        names: &config.site.fields,
    };
    let settings = Settings::default();
    let standing =
        Standing { path, dialect: None, cascades: &[], sections: None, language: None, settings: &settings };
    Article::read(text.as_bytes(), path.to_owned(), PathBuf::from(path), standing, site, |_| true)
        .unwrap()
        .unwrap()
}

fn articles(config: &Config, count: usize) -> Vec<Article> {
    (0..count).map(|number| read(config, &text(number), &format!("news/{number}.md"))).collect()
}

/// What an issue asks for that is about one tag of fifteen.
fn query<'a>(config: &'a Config, history: &'a History, edits: &'a Edits) -> Query<'a> {
    Query {
        now: NOW.parse().unwrap(),
        zone: config.site.timezone,
        window: Window { since: None, until: None },
        filter: &config.digest("weekly").unwrap().filter,
        drafts: false,
        mailed: true,
        history,
        duplicates: None,
        order: Order::Newest,
        caps: Caps { total: Some(12), ..Caps::default() },
        headlines: 0,
        edits,
        grouping: &Grouping::None,
    }
}

fn select(config: &Config, articles: Vec<Article>) -> Selection {
    let (history, edits) = (History::default(), Edits::default());
    selector::select(Library { articles, ..Library::default() }, &query(config, &history, &edits))
}

fn compose(config: &Config, selection: &Selection) -> Issue {
    let body = |number: usize| text(number).rsplit("---\n").next().unwrap_or_default().to_owned();
    let bodies: Vec<Body> = (selection.picked.iter().zip(0..))
        .map(|(picked, number)| Body { markup: picked.article.markup, source: body(number) })
        .collect();
    compose_bodies(config, selection, &bodies)
}

fn compose_bodies(config: &Config, selection: &Selection, bodies: &[Body]) -> Issue {
    let digest = config.digest("weekly").unwrap();
    composer::compose(&Input {
        key: &"weekly@2026-01-14".parse().unwrap(),
        number: None,
        now: NOW.parse().unwrap(),
        site: &config.site,
        mail: &config.mail,
        list: config.list(&digest.list).unwrap(),
        pages: config.pages.as_ref(),
        brand: &config.brand,
        digest,
        selection,
        bodies,
    })
    .unwrap()
}

/// Bytes → article, for each format of front matter.
#[divan::bench(args = ["yaml", "toml", "json"])]
fn read_one_article(bencher: Bencher<'_, '_>, format: &str) {
    let config = config();
    let text = match format {
        "toml" => {
            "+++\ntitle = \"A bridge\"\ndate = 2026-01-13\ntags = [\"a\", \"b\"]\n+++\nBody\n".to_owned()
        }
        "json" => {
            "{\"title\": \"A bridge\", \"date\": \"2026-01-13\", \"tags\": [\"a\", \"b\"]}\nBody\n".to_owned()
        }
        _ => text(3),
    };
    bencher.counter(BytesCount::of_str(&text)).bench(|| read(&config, divan::black_box(&text), "news/a.md"));
}

/// Folder → library, from a warm cache.
#[divan::bench(args = [1000, 10_000], sample_count = 10)]
fn read_a_library(bencher: Bencher<'_, '_>, count: usize) {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..count {
        let part = folder.path().join(format!("content/{}", number / 1000));
        tidings::files::make_folder(&part).unwrap();
        let path = part.join(format!("{number}.md"));
        tidings::files::write_new(&path, text(number).as_bytes()).unwrap();
    }
    let config = Config::parse(CONFIG, &folder.path().join("config.toml")).unwrap();
    let project = Project::new(config, Clock::Wall);
    let (history, edits) = (History::default(), Edits::default());
    let query = query(&project.config, &history, &edits);
    bencher.counter(ItemsCount::new(count)).bench(|| project.library(&query, false).unwrap());
}

/// Articles → selection.
#[divan::bench(args = [1000, 10_000], sample_count = 20)]
fn select_articles(bencher: Bencher<'_, '_>, count: usize) {
    let config = config();
    let articles = articles(&config, count);
    let bencher = bencher.counter(ItemsCount::new(count));
    bencher.with_inputs(|| articles.clone()).bench_values(|articles| select(&config, articles));
}

/// Selection → issue of twelve stories.
#[divan::bench]
fn compose_an_issue(bencher: Bencher<'_, '_>) {
    let config = config();
    let selection = select(&config, articles(&config, 1000));
    bencher.bench(|| compose(&config, divan::black_box(&selection)));
}

/// Selection → issue of fifty stories, in each layout; `whole` has bodies that the room is too small for.
#[divan::bench(args = ["headlines", "summaries", "full", "whole"])]
fn compose_fifty(bencher: Bencher<'_, '_>, layout: &str) {
    let (config, selection, bodies) = fifty(layout);
    let shown = compose_bodies(&config, &selection, &bodies).html.matches("What next").count();
    assert_eq!(shown == 50, layout == "full", "{shown} bodies have room");
    bencher.bench(|| compose_bodies(&config, divan::black_box(&selection), &bodies));
}

/// What that is measured against: its libraries alone, each called once for what there is of it to do. Markdown is
/// read, made safe and made text, and styles are put into a finished page.
#[divan::bench(args = ["headlines", "summaries", "full", "whole"])]
fn the_libraries_of_fifty(bencher: Bencher<'_, '_>, layout: &str) {
    let (config, selection, bodies) = fifty(layout);
    let page = without_styles(&compose_bodies(&config, &selection, &bodies).html);
    let style = stylesheet();
    bencher.bench(|| {
        let written: Vec<&str> = match layout {
            "headlines" => Vec::new(),
            "summaries" => selection.picked.iter().filter_map(|one| one.article.summary.as_deref()).collect(),
            _ => bodies.iter().map(|body| &*body.source).collect(),
        };
        for markdown in written {
            let mut html = String::new();
            pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(markdown));
            let clean = ammonia::clean(&html);
            divan::black_box(html2text::from_read(clean.as_bytes(), 72).unwrap());
        }
        let options = css_inline::InlineOptions {
            load_remote_stylesheets: false,
            extra_css: Some(style.as_str().into()),
            ..css_inline::InlineOptions::default()
        };
        css_inline::CSSInliner::new(options).inline(divan::black_box(&page)).unwrap()
    });
}

/// Fifty stories for a layout, the bodies in Markdown.
fn fifty(layout: &str) -> (Config, Selection, Vec<Body>) {
    let name = if layout == "whole" { "full" } else { layout };
    let text = format!("{CONFIG}layout = \"{name}\"\nlimit = 50\n");
    let config = Config::parse(&text, Path::new("config.toml")).unwrap();
    let (history, edits) = (History::default(), Edits::default());
    let mut query = query(&config, &history, &edits);
    query.caps = Caps { total: Some(50), ..Caps::default() };
    let library = Library { articles: articles(&config, 1000), ..Library::default() };
    let selection = selector::select(library, &query);
    let paragraphs = if layout == "whole" { 12 } else { 1 };
    let body = "The council met **on Monday** and heard [the mayor](https://www.example.com/mayor), who said what \
                the bridge would *not* cost: neither time nor money, and no houses on the far bank.\n\n";
    let markdown =
        format!("{}## What next\n\n- A second reading\n- A vote in March\n", body.repeat(paragraphs));
    let body = Body { markup: Markup::Markdown, source: markdown };
    let bodies = vec![body; selection.picked.len()];
    (config, selection, bodies)
}

/// A page as it was before styles were put into its elements.
fn without_styles(html: &str) -> String {
    let mut parts = html.split(" style=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| page + part.split_once('"').map_or("", |(_, rest)| rest))
}

/// The styles of a mail that is read from left to right.
fn stylesheet() -> String {
    let template = include_str!("../templates/digest/style.css");
    let tracked = template.replace("{% if tracked %}", "").replace("{{ side }}", "left");
    let fonts =
        tracked.replace("{{ headline_font }}", "Georgia, serif").replace("{{ font }}", "Arial, sans-serif");
    let mut style = fonts.replace("{{ accent.light }}", "#9a1b1b");
    while let Some(start) = style.find("{% if rtl %}") {
        let length = style[start..].find("{% else %}").unwrap() + "{% else %}".len();
        style.replace_range(start..start + length, "");
    }
    style.replace("{% endif %}", "")
}

/// Issue → message of one recipient, of about 30 KB.
#[divan::bench]
fn render_a_message(bencher: Bencher<'_, '_>) {
    let (mailing, address, token) = mailing();
    let recipient = Recipient { address: &address, name: None, token: &token };
    let date = NOW.parse().unwrap();
    bencher.bench(|| mailing.render(divan::black_box(&recipient), "a@example.org", date, date));
}

/// The same, signed: what signing takes is what this takes more.
#[divan::bench(args = ["rsa", "ed25519", "both"])]
fn render_a_signed_message(bencher: Bencher<'_, '_>, keys: &str) {
    let (mailing, address, token) = mailing();
    let recipient = Recipient { address: &address, name: None, token: &token };
    let rsa = || ("news".to_owned(), Key::rsa(&dkim::new_rsa(2048).unwrap()).unwrap());
    let ed25519 = || ("news-ed25519".to_owned(), Key::ed25519(&dkim::new_ed25519().unwrap()).unwrap());
    let keys = match keys {
        "rsa" => vec![rsa()],
        "ed25519" => vec![ed25519()],
        _ => vec![rsa(), ed25519()],
    };
    let mailing = mailing.signed_by(Some(Signer::new("example.org", keys)));
    let date = NOW.parse().unwrap();
    bencher.bench(|| mailing.render(divan::black_box(&recipient), "a@example.org", date, date));
}

/// What RSA alone takes of that: one signature, by the library.
#[divan::bench]
fn sign_with_rsa_alone(bencher: Bencher<'_, '_>) {
    let key = Key::rsa(&dkim::new_rsa(2048).unwrap()).unwrap();
    bencher.bench(|| key.sign(divan::black_box(&[0; 3000])));
}

/// What that is measured against: such a message, copied.
#[divan::bench]
fn copy_a_message(bencher: Bencher<'_, '_>) {
    let (mailing, address, token) = mailing();
    let recipient = Recipient { address: &address, name: None, token: &token };
    let message =
        mailing.render(&recipient, "a@example.org", NOW.parse().unwrap(), NOW.parse().unwrap()).unwrap();
    bencher.bench(|| divan::black_box(&message).clone());
}

fn mailing() -> (Mailing, Address, Token) {
    let config = config();
    let mut issue = compose(&config, &select(&config, articles(&config, 1000)));
    let filling = 30_000_usize.saturating_sub(issue.html.len() + issue.text.len());
    issue.html.push_str(&"<!-- a word -->".repeat(filling / 15));
    let mailing = Mailing::new(&issue, &config.mail, config.list("main").unwrap(), None, None).unwrap();
    (mailing, "reader@example.net".parse().unwrap(), Token::inert())
}
