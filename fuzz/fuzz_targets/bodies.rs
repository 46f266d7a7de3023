//! Any text as what an author writes: a body in Markdown, a body in HTML, a title and a summary. All
//! of them are composed into an issue, whose parts must be fit for everybody's inbox.
#![no_main]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::DateTime;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use libfuzzer_sys::fuzz_target;
use tidings::article::front_matter::FieldNames;
use tidings::article::settings::Settings;
use tidings::article::{Article, Body, Markup, Site, Standing};
use tidings::composer::{self, Input};
use tidings::config::Config;
use tidings::issue::Issue;
use tidings::selection::{Picked, Selection, Window};
use tidings::subscriber::Token as Link;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
use url::Url;

const CONFIG: &str = r#"
[site]
title = "The Border Post"
url = "https://news.example.org/"
content = ["content"]
[mail]
from = "The Border Post <news@example.org>"
postal_address = "1 Main St, Springfield"
[lists.main]
title = "The Border Post"
id = "main.news.example.org"
reason = "You subscribed at news.example.org."
[digests.weekly]
title = "The week at the border"
subject = "{{ digest.title }}: {{ lead.title }}"
list = "main"
window = "7 days"
layout = "full"
"#;

static LOADED: LazyLock<Config> =
    LazyLock::new(|| Config::parse(CONFIG, Path::new("config.toml")).expect("it is a whole config.toml"));

/// What is in an issue: the template's elements and the author's, and nothing that runs, loads or asks.
const TAGS: &str = "html head meta title style body div \
    a abbr b bdi bdo blockquote br caption cite code col colgroup dd del dfn dl dt em figcaption figure h1 h2 h3 h4 \
    h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul \
    var";
const ATTRIBUTES: &str = "alt align border cellpadding cellspacing charset class colspan content dir height href \
    hreflang lang name reversed role rowspan scope src start style title type width";

fuzz_target!(
    init: {
        // The fuzzer would abort at a panic that the composer catches.
        std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    },
    |written: &str| {
        let articles = [
            (article("lead", written), Body { markup: Markup::Markdown, source: written.to_owned() }),
            (article("page", ""), Body { markup: Markup::Html, source: written.to_owned() }),
            (article("brief", written), Body { markup: Markup::Html, source: String::new() }),
        ];
        let (articles, bodies): (Vec<_>, Vec<_>) = articles.into_iter().unzip();
        let issue = compose(articles.clone(), &bodies);
        check_html(&issue.html);
        check_text(&issue.text);
        for line in [&issue.subject, &issue.preheader] {
            assert!(!line.contains(char::is_control), "more than a line: {line:?}");
            assert!(!line.contains(Link::PLACEHOLDER), "a reader's link in {line:?}");
        }
        if written.len() % 8 == 0 {
            assert_eq!(issue, compose(articles, &bodies), "composed again it is another one");
        }
    }
);

/// An article that says `written` wherever it can say something.
fn article(name: &str, written: &str) -> Article {
    let path = format!("{name}.md");
    let url = Url::parse("https://news.example.org/").ok();
    let names = FieldNames::default();
    let site = Site {
        zone: chrono_tz::UTC,
        zone_is_stated: true,
        url: url.as_ref(),
        language: "en",
        permalink: None,
        names: &names,
    };
    let settings = Settings::default();
    let standing = Standing {
        path: &path,
        dialect: None,
        cascades: &[],
        sections: None,
        language: None,
        settings: &settings,
    };
    let article = Article::read(b"", path.clone(), PathBuf::from(&path), standing, site, |_| true);
    let mut article = article.expect("it can be read").expect("it is listed");
    let words: Vec<&str> = written.split_whitespace().collect();
    if !words.is_empty() {
        article.title = words.join(" ");
        article.summary = Some(written.to_owned());
        article.source = Some(article.title.clone());
        article.tags = vec![written.to_owned()];
    }
    article
}

fn compose(articles: Vec<Article>, bodies: &[Body]) -> Issue {
    let picked = articles.into_iter().map(|article| Picked { article, group: None, also: Vec::new() });
    let selection = Selection {
        window: Window { since: None, until: None },
        headlines: Vec::new(),
        picked: picked.collect(),
        cut: Vec::new(),
        dropped: Vec::new(),
        passed: Vec::new(),
    };
    let config = &*LOADED;
    let input = Input {
        key: &"weekly@2026-01-14".parse().expect("it is a key"),
        number: None,
        now: DateTime::UNIX_EPOCH,
        site: &config.site,
        mail: &config.mail,
        list: &config.lists["main"],
        pages: None,
        brand: &config.brand,
        digest: &config.digests["weekly"],
        selection: &selection,
        bodies,
    };
    composer::compose(&input).expect("an issue is composed whatever an author writes")
}

fn check_html(html: &str) {
    assert_eq!(html.matches(Link::PLACEHOLDER).count(), 1, "links of a reader's own");
    let tokens = Tokenizer::new(Found::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let _ = tokens.feed(&queue);
    tokens.end();
    for tag in tokens.sink.tags.borrow().iter() {
        check_tag(tag);
    }
    // Outlook reads what is in comments: these two are the template's.
    let comments = tokens.sink.comments.borrow();
    assert!(comments.len() == 2 && comments.iter().all(|comment| comment.starts_with("[if mso]>")));
}

fn check_tag(tag: &Tag) {
    let is_in = |list: &str, name: &str| list.split_ascii_whitespace().any(|known| known == name);
    assert!(is_in(TAGS, &tag.name), "<{}>", tag.name);
    for attribute in &tag.attrs {
        let (name, value) = (&*attribute.name.local, &*attribute.value);
        assert!(is_in(ATTRIBUTES, name), "<{} {name}={value:?}>", tag.name);
        if matches!(name, "href" | "src") {
            let url = Url::parse(value).unwrap_or_else(|error| panic!("{error}: {name}={value:?}"));
            assert!(matches!(url.scheme(), "http" | "https" | "mailto"), "{name}={value:?}");
        }
        if name == "style" {
            assert!(!value.contains("url(") && !value.contains("expression"), "{value:?}");
        }
    }
}

#[derive(Default)]
struct Found {
    tags: RefCell<Vec<Tag>>,
    comments: RefCell<Vec<StrTendril>>,
}

impl TokenSink for Found {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.tags.borrow_mut().push(tag),
            Token::CommentToken(text) => self.comments.borrow_mut().push(text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn check_text(text: &str) {
    assert_eq!(text.matches(Link::PLACEHOLDER).count(), 1, "links of a reader's own");
    for line in text.lines() {
        assert!(!line.contains(char::is_control), "a control in {line:?}");
        assert!(!line.starts_with("From "), "a message seems to begin at {line:?}");
        // Some sequences are wider than their characters.
        let columns = line.width().min(line.chars().filter_map(UnicodeWidthChar::width).sum());
        assert!(columns <= 72 || is_address(line), "{columns} columns: {line:?}");
    }
}

/// Whether a line is an address, alone or after its number: no mail program may break it.
fn is_address(line: &str) -> bool {
    let numbered = line.strip_prefix('[').and_then(|line| line.split_once("] "));
    let url = numbered.map_or(line, |(_, url)| url);
    !url.contains(' ') && Url::parse(url).is_ok()
}
