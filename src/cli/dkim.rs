//! `tidings dkim`

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::report::{Failure, Verdict};
use super::{Format, Global, table};
use crate::clock::wall;
use crate::config::{Mail, is_aligned};
use crate::files;
use crate::message::dkim::{Key, Record, Signer, new_ed25519, new_rsa};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make an RSA and an Ed25519 key, and print their DNS records and the lines for config.toml
    Generate(Generate),
    /// Print the DNS records of the keys in config.toml
    Show,
}

#[derive(Debug, clap::Args)]
pub(super) struct Generate {
    /// Where the keys are put, if not beside config.toml
    #[arg(long)]
    dir: Option<PathBuf>,
    /// The name that the RSA key's record is found by; by default of this month, so that the next keys get another
    #[arg(long, value_name = "NAME", value_parser = selector)]
    selector: Option<String>,
    /// The length of the RSA key; servers need not understand more than 2048 (RFC 8301)
    #[arg(long, default_value = "2048", value_parser = ["2048", "3072", "4096"])]
    bits: String,
}

pub(super) fn run(global: &Global, command: &Command) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let mail = &project.config.mail;
    match command {
        Command::Generate(args) => {
            let dir = args.dir.as_deref().unwrap_or(&project.config.folder);
            let keys = Keys::make(mail, args, dir)?;
            keys.write()?;
            tell(global, &keys.signer()?, mail)?;
            if global.format == Format::Table {
                table::data(keys.lines(&project.config.folder))?;
            }
            global.say(advice(mail));
            Ok(Verdict::Done)
        }
        Command::Show => {
            let Some(signer) = project.signer()? else {
                let message = "config.toml names no keys: make some with `tidings dkim generate`";
                return Err(Failure::plain(Verdict::Config, message));
            };
            tell(global, &signer, mail)?;
            global.say(advice(mail));
            Ok(Verdict::Done)
        }
    }
}

/// New keys, each with its selector and the file that it will be in.
struct Keys {
    domain: String,
    rsa: NewKey,
    ed25519: NewKey,
}

struct NewKey {
    selector: String,
    file: PathBuf,
    pem: SecretString,
}

impl Keys {
    fn make(mail: &Mail, args: &Generate, dir: &Path) -> Result<Self, Failure> {
        let domain = mail.dkim.as_ref().map_or(mail.from.email.domain(), |dkim| &dkim.domain);
        let this_month = || wall().format("tidings-%Y-%m").to_string();
        let selector = args.selector.clone().unwrap_or_else(this_month);
        let failed = |error| Failure::plain(Verdict::Failed, format!("no key could be made: {error}"));
        let new =
            |selector: String, pem| NewKey { file: dir.join(format!("dkim-{selector}.pem")), selector, pem };
        let bits = args.bits.parse().unwrap_or(2048);
        Ok(Self {
            domain: domain.to_owned(),
            ed25519: new(format!("{selector}-ed25519"), new_ed25519().map_err(failed)?),
            rsa: new(selector, new_rsa(bits).map_err(failed)?),
        })
    }

    /// Writes both, or, where one of the files is there, none.
    fn write(&self) -> Result<(), Failure> {
        for NewKey { file, .. } in [&self.rsa, &self.ed25519] {
            if files::exists(file)? {
                let message = format!(
                    "{} is there already, and a key is never overwritten: choose another name with --selector",
                    file.display()
                );
                return Err(Failure::plain(Verdict::Failed, message));
            }
        }
        for NewKey { file, pem, .. } in [&self.rsa, &self.ed25519] {
            if let Some(folder) = file.parent() {
                files::make_folder(folder)?;
            }
            files::write_private(file, pem.expose_secret().as_bytes())?;
        }
        Ok(())
    }

    /// What will sign with them, read as it will be read.
    fn signer(&self) -> Result<Signer, Failure> {
        let bad = |error| Failure::plain(Verdict::Failed, format!("the new key {error}"));
        let rsa = Key::rsa(&self.rsa.pem).map_err(bad)?;
        let ed25519 = Key::ed25519(&self.ed25519.pem).map_err(bad)?;
        let keys = vec![(self.rsa.selector.clone(), rsa), (self.ed25519.selector.clone(), ed25519)];
        Ok(Signer::new(&self.domain, keys))
    }

    /// The lines for the config.toml in that folder, to which its paths are relative.
    fn lines(&self, folder: &Path) -> String {
        // Empty, it is the working folder.
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let path = |key: &NewKey| {
            let file = files::below(&key.file, folder)
                .unwrap_or_else(|| files::real(&key.file).display().to_string());
            toml::Value::from(file)
        };
        let Self { domain, rsa, ed25519 } = self;
        format!(
            "# For config.toml, once the records are published:\n[mail.dkim]\ndomain = \"{domain}\"\nselector = \"{}\"\n\
             key_file = {}\ned25519_selector = \"{}\"\ned25519_key_file = {}",
            rsa.selector,
            path(rsa),
            ed25519.selector,
            path(ed25519)
        )
    }
}

/// A record as a line of JSON.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    r#type: &'static str,
    value: &'a str,
}

/// Prints the records.
fn tell(global: &Global, signer: &Signer, mail: &Mail) -> Result<(), Failure> {
    let records =
        signer.records().map_err(|error| Failure::plain(Verdict::Failed, format!("a key {error}")))?;
    let records = [records, vec![dmarc(mail)]].concat();
    if global.format == Format::Json {
        for Record { name, value } in &records {
            table::json(&Row { name, r#type: "TXT", value })?;
        }
        return Ok(());
    }
    table::data("; As lines of a zone file:")?;
    for record in &records {
        table::data(record.zone())?;
    }
    table::data("\n; As the forms of providers ask for them, each a name and a value of type TXT:")?;
    for Record { name, value } in &records {
        table::data(format_args!("{name}\n{value}\n"))?;
    }
    Ok(())
}

/// The policy to begin with (RFC 9989): servers report what they see, and refuse nothing for it.
fn dmarc(mail: &Mail) -> Record {
    let domain = mail.from.email.domain();
    let owner = mail.owner();
    let is_ours = is_aligned(owner.domain(), domain);
    let reports = if is_ours { format!("; rua=mailto:{owner}") } else { String::new() };
    Record { name: format!("_dmarc.{domain}"), value: format!("v=DMARC1; p=none{reports}") }
}

fn advice(mail: &Mail) -> String {
    let domain = mail.from.email.domain();
    format!(
        "_dmarc.{domain} is a policy to begin with: keep the record that there is, if there is one, and go on to \
         p=quarantine and p=reject when the reports show that all your mail passes (RFC 9989).\n\
         SPF: {domain} needs one TXT record that names your mail server, such as `v=spf1 include:SERVER ~all`; the \
         server's owner tells what to write (RFC 7208)."
    )
}

/// A selector that can be part of a file's name.
fn selector(text: &str) -> Result<String, &'static str> {
    let is_label = files::is_name(text) && text.len() <= 50 && !text.contains('_') && !text.ends_with('-');
    if is_label {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("it is made of letters, digits and -, at most 50")
    }
}
