//! Verdicts and failures: exit codes, and errors that say what, where, why and what to do.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};

use crate::{config, digests, files, pipeline, store};

/// How a run ended: sysexits(3) where it has a word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All is done, 0.
    Done,
    /// It failed, or deliveries are held as uncertain, 1.
    Failed,
    /// The command line makes no sense, 2.
    Usage,
    /// The content is bad, 65.
    Content,
    /// Interrupted, locked, or the server asks to come later, 75.
    Later,
    /// The configuration is bad, 78.
    Config,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        Self::from(match verdict {
            Verdict::Done => 0,
            Verdict::Failed => 1,
            Verdict::Usage => 2,
            Verdict::Content => 65,
            Verdict::Later => 75,
            Verdict::Config => 78,
        })
    }
}

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// config.toml has problems, each of which is shown where it is.
    Config(config::Problems),
    /// Anything else, in one line.
    Plain(Verdict, String),
}

impl Failure {
    pub(super) fn plain(verdict: Verdict, message: impl Into<String>) -> Self {
        Self::Plain(verdict, message.into())
    }

    /// The exit code it ends with.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Config(_) => Verdict::Config,
            Self::Plain(verdict, _) => *verdict,
        }
    }

    /// Tells it on stderr.
    pub(super) fn print(&self) {
        match self {
            Self::Plain(_, message) => {
                let red = anstyle::AnsiColor::Red.on_default().bold();
                narrate(format_args!("{red}error:{red:#} {message}"));
            }
            Self::Config(problems) => print_problems(problems),
        }
    }
}

/// Says something on stderr. That nobody hears it, for a log's disk is full or a terminal was closed, is no reason to
/// end amid an issue.
pub(super) fn narrate(text: impl Display) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Shows each problem of config.toml under the line it is in; where stderr is no terminal, as one
/// line each.
fn print_problems(problems: &config::Problems) {
    if !std::io::stderr().is_terminal() {
        narrate(problems);
        return;
    }
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode()).with_context_lines(1);
    for problem in &problems.problems {
        let mut diagnostic = MietteDiagnostic::new(problem.message.clone()).with_help(problem.help.clone());
        if let Some(place) = &problem.place {
            diagnostic = diagnostic.with_label(LabeledSpan::underline(place.span.clone()));
        }
        let source = NamedSource::new(problems.path.display().to_string(), problems.text.clone());
        let report = Report::new(diagnostic).with_source_code(source);
        let mut text = String::new();
        match handler.render_report(&mut text, report.as_ref()) {
            Ok(()) => narrate(text.trim_end()),
            Err(_) => narrate(problems),
        }
    }
}

impl From<config::Problems> for Failure {
    fn from(problems: config::Problems) -> Self {
        Self::Config(problems)
    }
}

impl From<files::Error> for Failure {
    fn from(error: files::Error) -> Self {
        Self::plain(Verdict::Failed, error.to_string())
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        pipeline::Error::from(error).into()
    }
}

impl From<digests::Error> for Failure {
    fn from(error: digests::Error) -> Self {
        pipeline::Error::from(error).into()
    }
}

impl From<pipeline::Error> for Failure {
    fn from(error: pipeline::Error) -> Self {
        use pipeline::Error as E;
        let verdict = match &error {
            E::NoSuchName(_) | E::UnknownIssue(_) | E::NoArticle(_) | E::NotEmpty(_) => Verdict::Usage,
            E::Locked { .. } | E::Interrupted | E::Paused(_) => Verdict::Later,
            E::Store(error) if error.is_transient() => Verdict::Later,
            E::Sender(error) if error.is_temporary() => Verdict::Later,
            E::Digests(digests::Error::File(_)) => Verdict::Failed,
            E::Composer(error) if error.is_configuration() => Verdict::Config,
            E::CannotPin { .. }
            | E::Digests(_)
            | E::NoIssueFile(_)
            | E::Composer(_)
            | E::Message(_)
            | E::StaleDraft { .. }
            | E::Unsound { .. } => Verdict::Content,
            E::Sender(error) if error.is_settings() => Verdict::Config,
            E::UnknownReceipt(_)
            | E::EndedElsewhere { .. }
            | E::NoList { .. }
            | E::NoContent(_)
            | E::ContentIsFile(_)
            | E::NoRecipients(_)
            | E::OtherChannel(_)
            | E::Unusable(_)
            | E::BadKey { .. }
            | E::Secret(_) => Verdict::Config,
            _ => Verdict::Failed,
        };
        Self::plain(verdict, error.to_string())
    }
}
