//! `tidings preview`

use std::path::{Path, PathBuf};

use super::compose::tell_nothing;
use super::report::{Failure, Verdict, narrate};
use super::select::tell_basis;
use super::what::{self, Found, only_digest};
use super::{Global, pager, table};
use crate::files;
use crate::issue::Issue;
use crate::lint::Anatomy;
use crate::message::Recipient;
use crate::pipeline::{Plan, Project};
use crate::preview::{Asked, Chromium, NoPicture, Preview, Server, What};
use crate::subscriber::Token;

/// Without --text, --eml, --html and --png, it is shown in the browser, live.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A digest, whose next issue is shown; an issue: weekly@2026-01-14, or its folder; or the file of any message
    #[arg(value_name = "DIGEST|ISSUE|FILE.eml")]
    what: Option<String>,
    #[command(flatten)]
    forms: Forms,
    /// Open the browser
    #[arg(long, conflicts_with = "Forms")]
    open: bool,
    /// Serve on this port, else on the next free one from 4884 on
    #[arg(long, value_name = "N", conflicts_with = "Forms")]
    port: Option<u16>,
}

/// What it is written as, instead of being served.
#[derive(Debug, clap::Args)]
#[group(multiple = true)]
struct Forms {
    /// Show the text in the terminal
    #[arg(long)]
    text: bool,
    /// Write the message, as a mail program opens it; `-` is stdout
    #[arg(long, value_name = "FILE")]
    eml: Option<PathBuf>,
    /// Write the HTML; `-` is stdout
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Take pictures of it on phones and desktops, and print their paths: by the machine's Chromium, or the one named in
    /// `TIDINGS_CHROMIUM`
    #[arg(long, value_name = "DIR")]
    png: Option<PathBuf>,
}

/// A message to be written, and what it is called.
struct Letter {
    name: String,
    octets: Vec<u8>,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    args.forms.check()?;
    if !args.forms.is_any() {
        return serve(global, args).await;
    }
    let letter = match what::message(args.what.as_deref()) {
        Some(file) => Some(Letter { name: file.display().to_string(), octets: files::read(file)? }),
        None => letter(global, args.what.as_deref()).await?,
    };
    if let Some(letter) = letter {
        args.forms.write(global, &letter).await?;
    }
    Ok(Verdict::Done)
}

/// The issue's message, as the sender itself would get it; `None` where there is too little to carry.
async fn letter(global: &Global, what: Option<&str>) -> Result<Option<Letter>, Failure> {
    let project = global.project()?;
    let found = what::find(&project, what).await?;
    match found.plan() {
        Some((digest, Plan::Nothing(nothing))) => tell_nothing(global, digest, nothing),
        Some((_, Plan::Compose(_, basis))) => tell_basis(global, basis),
        _ => {}
    }
    let letter = |issue: &Issue| {
        let from = &project.config.mail.from;
        let to = Recipient { address: &from.email, name: from.name.as_deref(), token: &Token::inert() };
        Ok(Letter { name: issue.key.to_string(), octets: project.copy(issue, &to)? })
    };
    found.issue().map(letter).transpose()
}

impl Forms {
    fn is_any(&self) -> bool {
        self.text || self.eml.is_some() || self.html.is_some() || self.png.is_some()
    }

    /// Whether each has a place of its own.
    fn check(&self) -> Result<(), Failure> {
        let is_stdout = |file: &Option<PathBuf>| file.as_deref().is_some_and(is_stdout);
        let files = [is_stdout(&self.eml), is_stdout(&self.html)];
        let all = [self.text, files[0], files[1], self.png.is_some()];
        if files.contains(&true) && all.iter().filter(|goes| **goes).count() > 1 {
            let message = "stdout has room for one: give --eml and --html files, or leave the others out";
            return Err(Failure::plain(Verdict::Usage, message));
        }
        Ok(())
    }

    async fn write(&self, global: &Global, letter: &Letter) -> Result<(), Failure> {
        let Letter { name, octets } = letter;
        if let Some(file) = &self.eml {
            put(global, name, file, octets)?;
        }
        if self.text || self.html.is_some() {
            let anatomy = Anatomy::of(octets);
            let lacking = |part| Failure::plain(Verdict::Content, format!("{name} has no {part}"));
            if let Some(file) = &self.html {
                let html = anatomy.html.as_deref().ok_or_else(|| lacking("HTML"))?;
                put(global, name, file, html.as_bytes())?;
            }
            if self.text {
                let text = anatomy.text.as_deref().ok_or_else(|| lacking("plaintext"))?;
                pager::show(&format!("Subject: {}\n\n{text}", anatomy.subject)).await?;
            }
        }
        if let Some(folder) = &self.png {
            paint(octets, folder).await?;
        }
        Ok(())
    }
}

/// Whether it is the `-` that stands for stdout.
fn is_stdout(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn put(global: &Global, name: &str, file: &Path, octets: &[u8]) -> Result<(), Failure> {
    if is_stdout(file) {
        return table::octets(octets);
    }
    files::write(file, octets)?;
    global.say(format_args!("{name} is written to {}", file.display()));
    Ok(())
}

/// Takes the pictures, and prints the path of each.
async fn paint(message: &[u8], folder: &Path) -> Result<(), Failure> {
    let var = std::env::var_os;
    let home = var("HOME").map(PathBuf::from);
    let chromium = Chromium::find(
        var("TIDINGS_CHROMIUM").as_deref(),
        &var("PATH").unwrap_or_default(),
        home.as_deref(),
    )?;
    let mut told = Ok(());
    let painted = chromium.paint(message, folder, |path| {
        if told.is_ok() {
            told = table::data(path.display());
        }
    });
    tokio::select! {
        painted = painted => painted?,
        _ = tokio::signal::ctrl_c() => return Err(Failure::plain(Verdict::Later, "stopped")),
    }
    told
}

impl From<NoPicture> for Failure {
    fn from(error: NoPicture) -> Self {
        let verdict = if matches!(error, NoPicture::NoHtml) { Verdict::Content } else { Verdict::Failed };
        Self::plain(verdict, error.to_string())
    }
}

/// Serves it until it is interrupted.
async fn serve(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let what = args.what.as_deref();
    let (preview, first) = if let Some(file) = what::message(what) {
        files::open(file)?;
        // A newsletter that is there is shown too; a message needs none.
        let project = global.project().ok().map(|project| (global.config.clone(), project));
        (Preview { project, file: Some(file.to_owned()) }, What::File)
    } else {
        let project = global.project()?;
        let first = first(&project, what).await?;
        (Preview { project: Some((global.config.clone(), project)), file: None }, first)
    };
    let server = Server::bind(preview, &Asked::of(first), args.port).await.map_err(|error| {
        let port = args.port.map(|port| format!(" on port {port}")).unwrap_or_default();
        let message = format!("cannot serve{port}: {error}; --port names another port");
        Failure::plain(Verdict::Failed, message)
    })?;
    let address = server.address();
    table::data(&address)?;
    global.say("live: it changes as you save; Ctrl-C ends it");
    if args.open
        && let Err(error) = open::that_detached(&address)
    {
        narrate(format_args!("no browser can be opened ({error}): open the address yourself"));
    }
    tokio::select! {
        ended = server.run(narrate) => {
            ended.map_err(|error| Failure::plain(Verdict::Failed, format!("cannot serve: {error}")))?;
        }
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(Verdict::Done)
}

/// What is shown at first: what is asked for, else the first digest.
async fn first(project: &Project, what: Option<&str>) -> Result<What, Failure> {
    if what::named(what).is_some()
        && let Found::Issue(issue) = what::find(project, what).await?
    {
        return Ok(What::Issue(issue.key));
    }
    let first = project.config.digests.keys().next().map(String::as_str);
    Ok(What::Due(only_digest(project, what.or(first))?))
}
