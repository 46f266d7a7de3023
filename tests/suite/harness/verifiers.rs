use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

/// What a verifier that is not ours says of the signatures of a message.
#[derive(Debug, Deserialize)]
pub(crate) struct Verdict {
    /// Whether the RSA signature holds.
    pub(crate) rsa: bool,
    /// Whether the Ed25519 signature holds; nothing where the verifier does not know the algorithm.
    pub(crate) ed25519: Option<bool>,
}

/// A verifier of DKIM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verifier {
    /// Python's dkimpy.
    Dkimpy,
    /// `OpenDKIM`, the milter.
    OpenDkim,
    /// Perl's `Mail::DKIM`; that of Debian 12 (1.20230212) knows no Ed25519.
    MailDkim,
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dkimpy => "dkimpy",
            Self::OpenDkim => "OpenDKIM",
            Self::MailDkim => "Mail::DKIM",
        })
    }
}

/// Debian's own Python, which has Debian's modules.
const PYTHON: &str = "/usr/bin/python3";

const DKIMPY: &str = r#"
import dkim, json, logging, sys
records = {r["name"]: r["value"] for r in map(json.loads, open(sys.argv[1]))}
find = lambda name, timeout=5: records.get(name.decode().rstrip("."), "").encode() or None
logging.disable()
for path in sys.argv[2:]:
    with open(path, "rb") as file: message = file.read()
    verdict = {"rsa": False, "ed25519": False}
    for index in range(2):
        try:
            one = dkim.DKIM(message)
            holds = one.verify(idx=index, dnsfunc=find)
            verdict[one.signature_fields[b"a"].decode().split("-")[0]] = bool(holds)
        except dkim.DKIMException: pass
    print(json.dumps(verdict))
"#;

const MAIL_DKIM: &str = r#"
use JSON; use Mail::DKIM::Verifier; use Net::DNS;
my ($names, @files) = @ARGV;
my (%records, $message);
open my $list, '<', $names or die; while (<$list>) { my $r = decode_json($_); $records{$r->{name}} = $r->{value}; }
no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my $value = $records{$_[0]} or return;
    return Net::DNS::RR->new(name => $_[0], type => 'TXT', txtdata => [$value =~ /(.{1,255})/gs]);
};
my $knows = eval { require Mail::DKIM::Algorithm::ed25519_sha256; 1 };
for my $path (@files) {
    my $verifier = Mail::DKIM::Verifier->new;
    open my $file, '<:raw', $path or die; { local $/; $message = <$file>; }
    $verifier->PRINT($message); $verifier->CLOSE;
    my %holds = map { ($_->algorithm =~ /^(\w+)/)[0] => $_->result eq 'pass' } $verifier->signatures;
    my $said = sub { $holds{$_[0]} ? JSON::true : JSON::false };
    print encode_json({ rsa => $said->('rsa'), ed25519 => $knows ? $said->('ed25519') : undef }), "\n";
}
"#;

impl Verifier {
    /// All there are.
    pub(crate) const ALL: [Self; 3] = [Self::Dkimpy, Self::OpenDkim, Self::MailDkim];

    /// What it says of each of these messages, when the DNS has what `tidings dkim show` printed (JSON Lines).
    pub(crate) fn judge(self, records: &str, messages: &[PathBuf]) -> Vec<Verdict> {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("records");
        fs::write(&list, records).unwrap();
        let verdicts: Vec<Verdict> = match self {
            Self::Dkimpy => answers(Command::new(PYTHON).args(["-c", DKIMPY]).arg(&list).args(messages)),
            Self::MailDkim => answers(Command::new("perl").args(["-e", MAIL_DKIM]).arg(&list).args(messages)),
            Self::OpenDkim => open_dkim(folder.path(), records, messages),
        };
        assert_eq!(verdicts.len(), messages.len(), "{self}");
        verdicts
    }
}

fn answers(command: &mut Command) -> Vec<Verdict> {
    let output = command.output().expect("the verifiers are installed: scripts/test does it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::Deserializer::from_slice(&output.stdout).into_iter().map(Result::unwrap).collect()
}

fn open_dkim(folder: &Path, records: &str, messages: &[PathBuf]) -> Vec<Verdict> {
    let line = |record: &str| {
        let record: Value = serde_json::from_str(record).unwrap();
        format!("{} {}", record["name"].as_str().unwrap(), record["value"].as_str().unwrap())
    };
    let dns = records.lines().map(line).collect::<Vec<_>>().join("\n") + "\n";
    let (dns_file, config) = (folder.join("dns"), folder.join("opendkim.conf"));
    fs::write(&dns_file, dns).unwrap();
    fs::write(&config, format!("Mode v\nTestDNSData {}\n", dns_file.display())).unwrap();
    let judge = |message: &PathBuf| {
        let mut command = Command::new("opendkim");
        command.env("PATH", super::postfix::with_sbin());
        let output = command.arg("-x").arg(&config).args(["-v", "-v", "-t"]).arg(message).output();
        let output = output.expect("opendkim is installed: scripts/test does it");
        // Of each signature: `dkim=pass (2048-bit key) header.d=… header.a=rsa-sha256 …`
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let holds = |algorithm: &str| {
            let named = format!("header.a={algorithm}-sha256");
            told.split("dkim=").any(|one| one.starts_with("pass") && one.contains(&named))
        };
        Verdict { rsa: holds("rsa"), ed25519: Some(holds("ed25519")) }
    };
    messages.iter().map(judge).collect()
}
