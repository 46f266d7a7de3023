//! Samples for the tests of this folder.

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;

use crate::article::{Article, Markup, Moment, Newsletter};
use crate::config::{Digest, Layout, List, Mail, Pages, Secret, Site, Transport, Words};
use crate::selection::{Filter, Grouping, Order};

/// An article of our own at `https://example.org/<name>/`.
pub(super) fn article(name: &str, title: &str) -> Article {
    Article {
        path: format!("news/{name}.md"),
        file: PathBuf::from(format!("content/news/{name}.md")),
        body_start: 0,
        markup: Markup::Markdown,
        title: title.to_owned(),
        date: Some(Moment::Day("2026-01-12".parse().unwrap())),
        publish_date: None,
        expiry_date: None,
        draft: false,
        description: None,
        summary: None,
        slug: None,
        image: None,
        link: None,
        source: None,
        categories: Vec::new(),
        tags: Vec::new(),
        weight: 0,
        featured: false,
        newsletter: Newsletter::default(),
        section: "news".to_owned(),
        url: url::Url::parse(&format!("https://example.org/{name}/")).ok(),
    }
}

/// An article as a site of our own would have it, from the given day and source.
pub(super) fn dated(name: &str, title: &str, day: &str, source: &str, summary: &str) -> Article {
    Article {
        date: Some(Moment::Day(day.parse().unwrap())),
        source: Some(source.into()),
        summary: (!summary.is_empty()).then(|| summary.to_owned()),
        ..article(name, title)
    }
}

/// A site with an address.
pub(super) fn site() -> Site {
    Site {
        title: "The Border Post".into(),
        url: "https://news.example.org/".parse().ok(),
        content: vec!["content".into()],
        timezone: chrono_tz::America::New_York,
        timezone_is_stated: true,
        language: "en".into(),
        permalink: None,
        dialect: None,
        fields: crate::article::front_matter::FieldNames::default(),
        settle: std::time::Duration::ZERO,
    }
}

/// Mail that goes to a Maildir.
pub(super) fn mail() -> Mail {
    Mail {
        from: "The Border Post <news@example.org>".parse().unwrap(),
        reply_to: None,
        transport: Transport::Maildir("outbox".into()),
        dkim: None,
        connections: 1,
        rate: None,
        daily_limit: None,
        hours: None,
        retry_for: Duration::ZERO,
        reply_timeout: None,
        messages_per_connection: 100,
        postal_address: Some("1 Main St, Springfield".into()),
    }
}

/// The list.
pub(super) fn list() -> List {
    List {
        name: "main".into(),
        title: "The Border Post".into(),
        id: "main.news.example.org".into(),
        reason: "You get this because you subscribed at news.example.org.".into(),
        archive: None,
        subscribe: None,
    }
}

/// Public pages.
pub(super) fn pages() -> Pages {
    Pages {
        url: "https://news.example.org/mail/".parse().unwrap(),
        secret: Secret::Env("TIDINGS_SECRET".into()),
    }
}

/// A digest of summaries.
pub(super) fn digest() -> Digest {
    Digest {
        name: "weekly".into(),
        title: "The week at the border".into(),
        subject: "{{ digest.title }}: {{ lead.title }}".into(),
        intro: String::new(),
        language: "en".into(),
        words: Words::built_in("en").unwrap(),
        list: "main".into(),
        window: TimeDelta::days(7),
        grace: TimeDelta::days(2),
        min_articles: 1,
        caps: crate::selection::Caps::default(),
        filter: Filter::default(),
        order: Order::Newest,
        grouping: Grouping::None,
        layout: Layout::Summaries,
        more_headlines: 0,
        number_from: None,
        web: None,
        leftovers: false,
        similar: None,
        similar_window: TimeDelta::days(14),
    }
}
