//! The page.

use askama::Template;
use url::form_urlencoded;

use super::asked::{Asked, Selecting, Tab, What};
use super::choice::{self, Choice};
use super::frames::Table;
use super::inbox;
use super::places::{self, Listing, Sources, Spot};
use super::stories::Stories;
use super::targets::Target;
use super::view::{Fault, Listed, Mail, Nearby, Shown, Standing};
use crate::composer::CLIP;
use crate::issue::{CarriedArticle, Issue, IssueKey};
use crate::lint::{self, Anatomy, Header, Part, RULES, Rule, Severity};
use crate::pipeline::Nothing;

/// Its style sheet.
pub(super) const STYLE: &str = include_str!("../../templates/preview/style.css");
/// Its script, without which it works too.
pub(super) const SCRIPT: &str = include_str!("../../templates/preview/script.js");

/// The most findings of a rule that are shown.
const MOST_FINDINGS: usize = 20;

/// A page of the preview.
pub(super) struct Page<'a> {
    /// What is asked for.
    pub(super) asked: &'a Asked,
    /// What the rail lists.
    pub(super) nearby: &'a Nearby,
    /// What is shown.
    pub(super) shown: &'a Shown,
    /// What is wrong.
    pub(super) faults: &'a [Fault],
    /// The token without which no button does anything.
    pub(super) token: &'a str,
    /// Which state of the files this is: the page is told when there is a later one.
    pub(super) version: u64,
}

impl Page<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// When the template fails.
    pub(super) fn render(&self) -> Result<String, askama::Error> {
        let anatomy = self.shown.mail().map(|mail| Anatomy::of(&mail.message));
        Whole::of(self, anatomy.as_ref()).render()
    }
}

/// Writes a page that says one thing, with a link back to what it came of.
///
/// # Errors
/// When the template fails.
pub(super) fn said(title: &str, text: &str, back: Option<&Asked>) -> Result<String, askama::Error> {
    Said { title, text, back: back.map_or_else(|| "/".to_owned(), Asked::to_string) }.render()
}

#[derive(Template)]
#[template(path = "preview/said.html")]
struct Said<'a> {
    title: &'a str,
    text: &'a str,
    back: String,
}

#[derive(Template)]
#[template(path = "preview/page.html")]
struct Whole<'a> {
    page: &'a Page<'a>,
    state: State,
    digests: Vec<Choice>,
    issues: Vec<Choice>,
    inbox: Vec<inbox::Row>,
    bar: Vec<(&'static str, Vec<Choice>)>,
    table: Table,
    tabs: Vec<Choice>,
    tab: &'static str,
    panel: Panel<'a>,
    size: Option<Size>,
    /// The rest of the page's address, for forms that change one thing of it.
    at_others: Vec<(String, String)>,
    find_others: Vec<(String, String)>,
    /// `/-/eml…` and `/-/html…`, behind `/-/eml` and `/-/html`.
    file: String,
}

/// What a page is of.
struct State {
    name: String,
    words: String,
    link: Option<(String, String)>,
    /// Whether it is composed for the page, of what day or now.
    is_composed: bool,
    /// Whether there is a mail.
    is_mail: bool,
    /// What its issue is known by, where it is one: a button is for what was looked at.
    hash: Option<String>,
    /// The page as of now; with its selection; with all that was passed over.
    now: String,
    selection: String,
    all: String,
}

/// What a tab shows.
enum Panel<'a> {
    Lint { groups: Vec<Group>, holding: usize },
    Stories(Stories),
    Articles { articles: &'a [CarriedArticle], next: Option<String> },
    NoStories,
    Links(Vec<Target<'a>>),
    Headers(&'a [Header]),
    Source(Vec<Listing>),
    Structure(&'a [Part]),
    Nothing,
}

/// What a rule finds.
struct Group {
    rule: Rule,
    what: String,
    /// What to do, and which words of it are code.
    remedy: Vec<(bool, String)>,
    findings: Vec<(Option<String>, Spot)>,
    left: usize,
}

/// The size of the HTML against what Gmail shows.
struct Size {
    octets: usize,
    words: &'static str,
    /// How it stands to the clip: `small`, `near` or `over`.
    weight: &'static str,
}

impl<'a> Whole<'a> {
    fn of(page: &'a Page<'a>, anatomy: Option<&'a Anatomy>) -> Self {
        let Page { asked, nearby, shown, .. } = *page;
        let of_mail = shown.mail().zip(anatomy);
        let is_current = |listed: &Listed| shows(&listed.what, asked, shown);
        let is_digest = |listed: &Listed| listed.what.digest() == asked.what.digest();
        let others = |but: &str| -> Vec<(String, String)> {
            let query = asked.query();
            let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
            pairs.filter(|(name, _)| name != but && !(but == "find" && name == "tab")).collect()
        };
        let (path, query) = (&asked.what, asked.query());
        Self {
            page,
            state: State::of(asked, shown),
            digests: listed(&nearby.digests, asked, is_digest),
            issues: listed(&nearby.issues, asked, is_current),
            inbox: anatomy.map(inbox::rows).unwrap_or_default(),
            bar: choice::bar(asked),
            table: anatomy.map(|anatomy| Table::of(asked, anatomy)).unwrap_or_default(),
            tabs: choice::tabs(asked, counts(shown, anatomy)),
            tab: Tab::NAMED.iter().find(|(_, tab)| *tab == asked.tab).map_or("", |(name, _)| name),
            panel: Panel::of(page, of_mail),
            size: anatomy.filter(|one| one.html.is_some()).map(Size::of),
            at_others: others("at"),
            find_others: others("find"),
            file: if query.is_empty() { path.to_string() } else { format!("{path}?{query}") },
        }
    }
}

/// The entries of the rail, each with the view that is chosen.
fn listed(listed: &[Listed], asked: &Asked, is_current: impl Fn(&Listed) -> bool) -> Vec<Choice> {
    let choice = |one: &Listed| {
        let other = asked.with(|other| {
            other.what = one.what.clone();
            other.selecting = Selecting::default();
            other.find.clear();
        });
        Choice {
            words: one.name.clone(),
            note: one.note.clone(),
            address: other.to_string(),
            is_current: is_current(one),
        }
    };
    listed.iter().map(choice).collect()
}

/// Whether an entry of the rail is what is shown.
fn shows(what: &What, asked: &Asked, shown: &Shown) -> bool {
    let What::Due(digest) = &asked.what else { return *what == asked.what };
    match shown.mail().map(|mail| (&mail.standing, &mail.issue)) {
        Some((Standing::Draft | Standing::Sending | Standing::Past, Some(issue))) => {
            *what == What::Issue(issue.key.clone())
        }
        _ => *what == What::Next(digest.clone()),
    }
}

/// How many there are of what each tab shows.
fn counts(shown: &Shown, anatomy: Option<&Anatomy>) -> [Option<usize>; 6] {
    let carried = match (shown.selection(), shown.mail().and_then(|mail| mail.issue.as_ref())) {
        (Some(selection), _) => Some(selection.carried().count()),
        (None, issue) => issue.map(|issue| issue.articles.len()),
    };
    let findings = shown.mail().map(|mail| lint::grouped(&mail.findings).len());
    [findings, carried, anatomy.map(|anatomy| anatomy.links.len()), None, None, None]
}

impl State {
    fn of(asked: &Asked, shown: &Shown) -> Self {
        let digest = asked.what.digest().unwrap_or("message");
        let is_composed = shown.selection().is_some();
        let plain = |words: &str| (digest.to_owned(), words.to_owned(), None);
        let (name, words, link) = match shown {
            Shown::Mail(mail) => of_mail(asked, mail),
            Shown::Nothing(nothing) => (digest.to_owned(), few(nothing), None),
            Shown::Broken => plain(
                "There is no good version yet. What is wrong stands above; mend it, and the mail appears here.",
            ),
        };
        Self {
            name,
            words,
            link,
            is_composed,
            is_mail: shown.mail().is_some(),
            hash: shown.mail().and_then(|mail| mail.issue.as_ref()).map(Issue::hash),
            now: asked.with(|other| other.selecting.at = None).to_string(),
            selection: asked.with(|other| other.tab = Tab::Selection).to_string(),
            all: asked.with(|other| other.find.clear()).to_string(),
        }
    }
}

/// The name of a mail, what it is in words, and where its reader may want to go.
fn of_mail(asked: &Asked, mail: &Mail) -> (String, String, Option<(String, String)>) {
    let key = mail.issue.as_ref().map(|issue| &issue.key);
    let name = key.map_or_else(|| "Message".to_owned(), |key| format!("{}, {}", key.digest, dated(key)));
    let at = |what: What| Asked { what, selecting: Selecting::default(), ..asked.clone() };
    let (words, link) = match &mail.standing {
        Standing::Next => ("The next issue, composed as you look.".to_owned(), None),
        Standing::Beside(key) => (
            "Composed as you look. A draft stands, and would be sent instead:".to_owned(),
            Some((format!("the draft of {}", dated(key)), at(What::Issue(key.clone())).to_string())),
        ),
        Standing::Draft => (
            "A draft, as its files say, and as it would be sent.".to_owned(),
            key.map(|key| ("Compose it anew".to_owned(), at(What::Next(key.digest.clone())).to_string())),
        ),
        Standing::Sending => ("Being sent: it changes no more.".to_owned(), None),
        Standing::Past => (
            "An issue of the past: its text as it was mailed, its headers as config.toml says now."
                .to_owned(),
            None,
        ),
        Standing::File(path) => (format!("The message in {path}."), None),
    };
    (name, words, link)
}

/// The day of an issue, and its number where the day has several.
fn dated(key: &IssueKey) -> String {
    let day = key.date.format("%-d %B %Y");
    if key.number == 1 { day.to_string() } else { format!("{day}, no. {}", key.number) }
}

/// Why there is no mail.
fn few(nothing: &Nothing) -> String {
    let Nothing { found, needed, .. } = nothing;
    match found {
        0 => "There is nothing to carry, and so no mail.".to_owned(),
        1 => format!("There is one article to carry, and min_articles asks for {needed}: there is no mail."),
        _ => format!(
            "There are {found} articles to carry, and min_articles asks for {needed}: there is no mail."
        ),
    }
}

impl<'a> Panel<'a> {
    fn of(page: &'a Page<'a>, of_mail: Option<(&'a Mail, &'a Anatomy)>) -> Self {
        let Page { asked, shown, .. } = *page;
        match (asked.tab, of_mail) {
            (Tab::Selection, _) => Self::carried(asked, shown),
            (_, None) => Self::Nothing,
            (Tab::Lint, Some((mail, anatomy))) => {
                let sources = Sources::of(&mail.message, anatomy);
                let groups: Vec<Group> = lint::grouped(&mail.findings)
                    .iter()
                    .map(|group| Group::of(group, &sources, asked))
                    .collect();
                let holding = RULES.len().saturating_sub(groups.len());
                Self::Lint { groups, holding }
            }
            (Tab::Links, Some((_, anatomy))) => Self::Links(anatomy.links.iter().map(Target::of).collect()),
            (Tab::Headers, Some((_, anatomy))) => Self::Headers(&anatomy.headers),
            (Tab::Source, Some((mail, anatomy))) => {
                Self::Source(places::listings(&mail.message, anatomy, &mail.findings))
            }
            (Tab::Structure, Some((_, anatomy))) => Self::Structure(&anatomy.parts),
        }
    }

    fn carried(asked: &Asked, shown: &'a Shown) -> Self {
        if let Some(selection) = shown.selection() {
            let basis = shown.mail().and_then(|mail| mail.basis.as_ref());
            return Self::Stories(Stories::of(selection, basis.map(|basis| &basis.withheld), asked));
        }
        let Some(mail) = shown.mail() else { return Self::Nothing };
        let Some(issue) = &mail.issue else { return Self::NoStories };
        let next = What::Next(issue.key.digest.clone());
        let next =
            (mail.standing == Standing::Draft).then(|| asked.with(|other| other.what = next).to_string());
        Self::Articles { articles: &issue.articles, next }
    }
}

impl Group {
    fn of(group: &lint::Group<'_>, sources: &Sources<'_>, asked: &Asked) -> Self {
        let lint::Group { rule, findings } = group;
        let is_one = findings.len() == 1;
        let what = if is_one { findings[0].what.as_str() } else { rule.what };
        let told = findings.iter().take(MOST_FINDINGS).map(|finding| {
            ((!is_one).then(|| finding.what.clone()), Spot::of(&finding.place, sources, asked))
        });
        Self {
            rule: *rule,
            what: capital(what),
            remedy: coded(&capital(rule.remedy)),
            findings: told.collect(),
            left: findings.len().saturating_sub(MOST_FINDINGS),
        }
    }

    /// How much it weighs, in a word.
    fn severity(&self) -> &'static str {
        match self.rule.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
            Severity::Note => "Note",
        }
    }
}

/// A text in pieces: each, and whether it is code, which stands in backticks.
fn coded(text: &str) -> Vec<(bool, String)> {
    text.split('`').enumerate().map(|(at, piece)| (at % 2 == 1, piece.to_owned())).collect()
}

/// A text that begins with a capital.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

impl Size {
    fn of(anatomy: &Anatomy) -> Self {
        let octets = anatomy.html_size();
        let (weight, words) = match octets {
            _ if octets > CLIP => ("over", "Gmail cuts the end off, with the way to unsubscribe"),
            _ if octets > CLIP / 5 * 4 => ("near", "Gmail shows all of it, with little room left"),
            _ => ("small", "Gmail shows all of it"),
        };
        Self { octets, words, weight }
    }

    /// How much of the meter it fills.
    fn filled(&self) -> usize {
        self.octets.min(CLIP)
    }
}

/// A size, as `17.4 KB` or `312 B`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates give references")]
fn kilobytes(octets: &usize) -> String {
    match octets {
        0..1000 => format!("{octets} B"),
        1000..10_000_000 => format!("{}.{} KB", octets / 1000, octets % 1000 / 100),
        _ => format!("{} MB", octets / 1_000_000),
    }
}

/// Whether one of several is meant: `1 rule`, `2 rules`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates give references")]
fn plural(count: &usize, one: &'static str, many: &'static str) -> &'static str {
    if *count == 1 { one } else { many }
}

#[cfg(test)]
mod tests;
