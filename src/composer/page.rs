//! The page: all that a mail shows, ready for the templates.

use super::accent::Accent;
use super::error::Error;
use super::fitted::Under;
use super::input::Input;
use super::links::Links;
use super::prose::Prose;
use super::story::Story;
use super::{line, prose};
use crate::article::{Article, Body, Markup};
use crate::config::{self, Fonts, Layout, Words};
use crate::selection::Picked;
use crate::subscriber::Token;

/// Serifs that some of every reader's devices have.
const HEADLINE_FONT: &str = "Charter, 'Bitstream Charter', 'Sitka Text', Cambria, Georgia, serif";

/// What the reader's own device is written in.
const FONT: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/// Everything a mail shows, each text tidied and none escaped.
pub(super) struct Page<'a> {
    /// The language, as in BCP 47.
    pub(super) language: &'a str,
    /// `ltr` or `rtl`.
    pub(super) direction: &'static str,
    /// The fixed words.
    pub(super) words: &'a Words,
    /// What the elements that hold them say of their language, where it is not the page's: nobody has written the words in
    /// that one, and a voice should not read English by its rules.
    pub(super) spoken: &'static str,
    /// The accent colour.
    pub(super) accent: Accent,
    /// The typefaces of headlines, as CSS names them.
    pub(super) headline_font: &'a str,
    /// The typefaces of all else.
    pub(super) font: &'a str,
    /// The subject.
    pub(super) subject: &'a str,
    /// What an inbox shows after the subject.
    pub(super) preheader: &'a str,
    /// What stands around each story until its size is known; see [`super::budget`].
    pub(super) mark: &'a str,
    /// The site's title.
    pub(super) site: String,
    /// The site's address.
    pub(super) home: Option<&'a str>,
    /// A picture in the place of the title.
    pub(super) logo: Option<&'a str>,
    /// How wide that is.
    pub(super) logo_width: Option<u32>,
    /// The digest's title.
    pub(super) digest: String,
    /// The issue's number.
    pub(super) number: Option<String>,
    /// The issue's date, in full.
    pub(super) date: String,
    /// How many stories there are.
    pub(super) count: String,
    /// What stands below the site's title.
    pub(super) header: Option<&'a Prose>,
    /// The note above the lead.
    pub(super) intro: Option<&'a Prose>,
    /// The word above the lead's headline.
    pub(super) kicker: Option<String>,
    /// The lead's picture.
    pub(super) picture: Option<String>,
    /// The first story.
    pub(super) lead: Story<'a>,
    /// The others.
    pub(super) sections: Vec<Section<'a>>,
    /// Whether bodies are shown, so that a summary is the exception that needs a link.
    pub(super) full: bool,
    /// What is told by its headline only.
    pub(super) more: Vec<Story<'a>>,
    /// What stands above the reason.
    pub(super) footer: Option<&'a Prose>,
    /// Where else the site is.
    pub(super) social: Vec<Elsewhere<'a>>,
    /// Why a reader gets this.
    pub(super) reason: String,
    /// Who sends it, and where that is.
    pub(super) sender: String,
    /// Where the issue is on the web.
    pub(super) web: Option<String>,
    /// Where a reader leaves, with the placeholder in it.
    pub(super) unsubscribe: String,
}

/// Another place of the site's.
pub(super) struct Elsewhere<'a> {
    /// What readers know it by.
    pub(super) title: String,
    /// Its address.
    pub(super) url: &'a str,
}

impl<'a> Elsewhere<'a> {
    fn of(social: &'a config::Social) -> Self {
        Self { title: line::plain(&social.title), url: social.url.as_str() }
    }
}

/// Lines of a page that are made before it.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    /// The subject.
    pub(super) subject: &'a str,
    /// The preheader.
    pub(super) preheader: &'a str,
    /// The mark around each story.
    pub(super) mark: &'a str,
}

/// What config.toml says in Markdown.
pub(super) struct Notes {
    header: Option<Prose>,
    intro: Option<Prose>,
    footer: Option<Prose>,
}

impl Notes {
    /// The notes of an issue.
    ///
    /// # Errors
    /// When one is too much.
    pub(super) fn of(input: &Input<'_>) -> Result<Self, Error> {
        let Input { site, brand, digest, .. } = *input;
        let note = |key: &str, markdown: &str| note(key, markdown, site, &digest.words);
        Ok(Self {
            header: note("brand.header", &brand.header)?,
            intro: note(&format!("digests.{}.intro", digest.name), &digest.intro)?,
            footer: note("brand.footer", &brand.footer)?,
        })
    }
}

/// Stories under one heading, or under none.
pub(super) struct Section<'a> {
    /// The heading.
    pub(super) heading: Option<String>,
    /// The level of the stories' headlines.
    pub(super) level: u8,
    /// The stories.
    pub(super) stories: Vec<Story<'a>>,
}

impl<'a> Page<'a> {
    /// The page of an issue, with `more` told by its headline only.
    ///
    /// # Errors
    /// When the accent is no colour.
    pub(super) fn of(
        input: &Input<'a>,
        notes: &'a Notes,
        lines: Lines<'a>,
        lead: Story<'a>,
        others: Vec<Story<'a>>,
        more: Vec<Story<'a>>,
    ) -> Result<Self, Error> {
        let Input { site, mail, list, brand, digest, key, selection, .. } = *input;
        let words = &digest.words;
        let (first, rest) = selection.picked.split_first().ok_or(Error::Empty)?;
        let site_title = line::plain(&site.title);
        Ok(Self {
            language: &digest.language,
            direction: line::direction(&digest.language),
            words,
            spoken: spoken(&digest.language, words),
            accent: accent(brand)?,
            headline_font: brand.headline_font.as_ref().map_or(HEADLINE_FONT, Fonts::as_css),
            font: brand.font.as_ref().map_or(FONT, Fonts::as_css),
            subject: lines.subject,
            preheader: lines.preheader,
            mark: lines.mark,
            home: site.url.as_ref().map(url::Url::as_str),
            logo: brand.logo.as_ref().map(url::Url::as_str),
            logo_width: brand.logo_width,
            digest: line::set_apart(line::plain(&digest.title), line::direction(&digest.language)),
            number: input.number.map(|number| words.issue_number(number)),
            date: words.long_date(key.date),
            count: words.stories(selection.picked.len()),
            header: notes.header.as_ref(),
            intro: notes.intro.as_ref(),
            kicker: kicker(first),
            picture: picture(&first.article, site, &lead),
            lead,
            sections: sections(rest, others),
            more,
            full: digest.layout == Layout::Full,
            footer: notes.footer.as_ref(),
            social: brand.social.iter().map(Elsewhere::of).collect(),
            reason: line::plain(&list.reason),
            sender: match &mail.postal_address {
                Some(address) => format!("{site_title}{}{}", words.comma, line::plain(address)),
                None => site_title.clone(),
            },
            site: site_title,
            web: digest.web.as_ref().and_then(|web| web.of(key)).map(String::from),
            unsubscribe: unsubscribe(input),
        })
    }
}

/// The attributes of an element with fixed words on a page in `language`.
fn spoken(language: &str, words: &Words) -> &'static str {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    match line::direction(language) {
        _ if primary(language) == primary(&words.language) => "",
        "rtl" => r#" lang="en" dir="ltr""#,
        _ => r#" lang="en""#,
    }
}

/// The level of an article's headline after the lead: below its group's heading, if it has one.
pub(super) fn level_of(picked: &Picked) -> u8 {
    if picked.group.is_some() { 3 } else { 2 }
}

/// The link to leave the list, with the placeholder in it.
fn unsubscribe(input: &Input<'_>) -> String {
    let token = Token::inert();
    match input.pages {
        Some(pages) => pages.unsubscribe(&token),
        None => input.mail.unsubscribe_by_mail(&token),
    }
}

fn accent(brand: &config::Brand) -> Result<Accent, Error> {
    match &brand.accent {
        Some(colour) => Accent::of(colour).ok_or_else(|| Error::Accent { colour: colour.clone() }),
        None => Ok(Accent::default()),
    }
}

/// What the Markdown at a key of config.toml says.
fn note(key: &str, markdown: &str, site: &config::Site, words: &Words) -> Result<Option<Prose>, Error> {
    if markdown.trim().is_empty() {
        return Ok(None);
    }
    let body = Body { markup: Markup::Markdown, source: markdown.to_owned() };
    let (links, under) = (Links::on(site.url.as_ref()), Under { level: 0, headline: "" });
    let prose = prose::render(&body, &links, under, words)
        .map_err(|source| Error::Note { key: key.to_owned(), source })?;
    Ok((!prose.is_empty()).then_some(prose))
}

/// The word above the lead's headline: its group, else its first tag, else its section.
fn kicker(lead: &Picked) -> Option<String> {
    let article = &lead.article;
    [lead.group.as_ref(), article.tags.first(), Some(&article.section)]
        .into_iter()
        .flatten()
        .map(|word| line::plain(word))
        .find(|word| !word.is_empty())
}

/// The lead's picture, where it has one on the web that its body does not show anyway.
fn picture(lead: &Article, site: &config::Site, story: &Story<'_>) -> Option<String> {
    let written = lead.image.as_deref()?.trim();
    let url = match url::Url::parse(written) {
        Ok(url) => url,
        Err(_) if written.is_empty() => return None,
        // A file beside an article of the site's own is on the article's page.
        Err(_) if lead.web_link().is_none() => lead.url.as_ref()?.join(written).ok()?,
        Err(_) => site.url.as_ref()?.join(written).ok()?,
    };
    let shown =
        story.prose.as_ref().is_some_and(|prose| prose.html.contains(&url.as_str().replace('&', "&amp;")));
    (matches!(url.scheme(), "http" | "https") && !shown).then(|| url.to_string())
}

/// The stories after the lead, each run of one group under its heading.
fn sections<'a>(picked: &[Picked], stories: Vec<Story<'a>>) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    let mut current = None;
    for (picked, story) in picked.iter().zip(stories) {
        let group = Some(picked.group.as_deref());
        match sections.last_mut() {
            Some(section) if current == group => section.stories.push(story),
            _ => {
                let heading = picked.group.as_deref().map(line::plain);
                sections.push(Section { heading, level: level_of(picked), stories: vec![story] });
            }
        }
        current = group;
    }
    sections
}
