use std::env;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::wait::{free_port, listens};
use super::{Mail, messages_in, parse, until};

/// What the server offers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
    /// STARTTLS, and AUTH only after it.
    StartTls,
    /// Neither.
    None,
}

/// Debian's Postfix as a submission server of the test's own: it takes mail from its one user and
/// delivers all of it to one Maildir.
pub(crate) struct Postfix {
    folder: TempDir,
    port: u16,
    greylist: Option<Greylist>,
}

impl Postfix {
    /// Who may log in.
    pub(crate) const USER: &'static str = "news";
    /// With which password.
    pub(crate) const PASSWORD: &'static str = "correct horse battery staple";

    /// Starts one.
    pub(crate) fn start(security: Security) -> Self {
        Self::with(security, "")
    }

    /// Starts one with more lines in its main.cf.
    pub(crate) fn with(security: Security, settings: &str) -> Self {
        Self::made(security, settings, None)
    }

    /// The same, which defers the first attempt at every other of our readers, and what comes within so many
    /// seconds after it. (Servers that defer all that a client brings soon slow it down for its errors.)
    pub(crate) fn greylisting(security: Security, settings: &str, seconds: u32) -> Self {
        let greylist = Greylist::start(seconds);
        let policy = format!(
            "smtpd_restriction_classes = greylist
             greylist = check_policy_service inet:127.0.0.1:{}
             smtpd_recipient_restrictions = check_recipient_access regexp:{{{{/[02468]@/ greylist}}}}
             {settings}",
            greylist.port
        );
        let lines: Vec<&str> = policy.lines().map(str::trim).collect();
        Self::made(security, &lines.join("\n"), Some(greylist))
    }

    fn made(security: Security, settings: &str, greylist: Option<Greylist>) -> Self {
        assert!(is_root(), "a Postfix of one's own needs root: run scripts/test as root or with sudo");
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let postfix = Self { folder, port, greylist };
        fs::set_permissions(postfix.folder.path(), Permissions::from_mode(0o755)).unwrap();
        postfix.make_folders();
        postfix.make_certificates();
        postfix.make_login();
        postfix.configure(security, settings);
        postfix.control("start");
        until("Postfix listens", || listens(port).then_some(()));
        postfix
    }

    /// Where it listens, on 127.0.0.1, which its certificate names too.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The certificate of the authority that signed its own.
    pub(crate) fn authority(&self) -> PathBuf {
        self.path("ca.pem")
    }

    /// What has arrived, waiting for `count` messages.
    pub(crate) fn mails(&self, count: usize) -> Vec<Mail> {
        let inbox = self.path("mail/inbox");
        parse(&until("Postfix has delivered", || {
            let messages = messages_in(&inbox);
            (messages.len() >= count).then_some(messages)
        }))
    }

    /// Its log.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("postfix.log")).unwrap_or_default()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn make_folders(&self) {
        let (uid, gid) = ids();
        for folder in ["conf/sasl", "queue", "data", "mail"] {
            fs::create_dir_all(self.path(folder)).unwrap();
        }
        for folder in ["data", "mail"] {
            chown(self.path(folder), Some(uid), Some(gid)).unwrap();
        }
    }

    fn make_certificates(&self) {
        fs::write(
            self.path("names"),
            "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n",
        )
        .unwrap();
        for command in [
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Tests",
            "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost",
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem",
        ] {
            run(Command::new("openssl").args(command.split(' ')).current_dir(self.folder.path()));
        }
    }

    fn make_login(&self) {
        let database = self.path("sasldb2");
        let mut tool = Command::new("saslpasswd2")
            .env("PATH", with_sbin())
            .args(["-p", "-c", "-u", "localhost", "-f"])
            .args([database.as_os_str(), Self::USER.as_ref()])
            .stdin(Stdio::piped())
            .spawn()
            .expect("saslpasswd2 is installed (Debian's sasl2-bin): scripts/test does it");
        std::io::Write::write_all(&mut tool.stdin.take().unwrap(), Self::PASSWORD.as_bytes()).unwrap();
        assert!(tool.wait().unwrap().success());
        chown(&database, Some(ids().0), None).unwrap();
        // Debian's Postfix looks for this file beside main.cf, and nowhere else before /usr/lib.
        let plain = format!(
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {}\nmech_list: PLAIN LOGIN\n",
            database.display()
        );
        fs::write(self.path("conf/sasl/smtpd.conf"), plain).unwrap();
    }

    fn configure(&self, security: Security, settings: &str) {
        let (uid, gid) = ids();
        let offers = match security {
            Security::StartTls => {
                "smtpd_tls_security_level = may\nsmtpd_tls_auth_only = yes\nsmtpd_sasl_auth_enable = yes"
            }
            Security::None => "smtpd_tls_security_level = none",
        };
        let offers = format!("{offers}\n{settings}");
        let main = include_str!("postfix/main.cf")
            .replace("@FOLDER@", self.folder.path().to_str().unwrap())
            .replace("@UID@", &uid.to_string())
            .replace("@GID@", &gid.to_string())
            .replace("@OFFERS@", &offers);
        fs::write(self.path("conf/main.cf"), main).unwrap();
        let master = include_str!("postfix/master.cf").replace("@PORT@", &self.port.to_string());
        fs::write(self.path("conf/master.cf"), master).unwrap();
    }

    fn control(&self, verb: &str) {
        let folder = self.path("conf");
        run(Command::new("postfix").env("PATH", with_sbin()).arg("-c").arg(folder).arg(verb));
    }
}

/// Debian's postgrey, which Postfix asks about each recipient.
struct Greylist {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Greylist {
    fn start(seconds: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let port = free_port();
        let process = Command::new("postgrey")
            .env("PATH", with_sbin())
            .args(["--user=nobody", "--group=nogroup", "--auto-whitelist-clients=0"])
            .args([format!("--inet=127.0.0.1:{port}"), format!("--delay={seconds}")])
            .arg(format!("--dbdir={}", folder.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("postgrey is installed: scripts/test does it");
        until("postgrey listens", || listens(port).then_some(()));
        Self { process, port, _folder: folder }
    }
}

impl Drop for Greylist {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.greylist = None;
        let _ = Command::new("postfix")
            .env("PATH", with_sbin())
            .args([Path::new("-c"), &self.path("conf"), Path::new("stop")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

/// Whether the test runs as root.
pub(super) fn is_root() -> bool {
    id(&["-u"]) == 0
}

/// The path of programs, with the folders of the system's own.
pub(super) fn with_sbin() -> OsString {
    let mut path = env::var_os("PATH").unwrap_or_default();
    path.push(":/usr/sbin:/sbin");
    path
}

fn ids() -> (u32, u32) {
    (id(&["-u", "postfix"]), id(&["-g", "postfix"]))
}

fn id(arguments: &[&str]) -> u32 {
    let output = Command::new("id").args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().expect("the user is known")
}

#[track_caller]
fn run(command: &mut Command) {
    // A daemon keeps what it inherits open: only a file can take its words without waiting for it.
    let words = tempfile::tempfile().unwrap();
    let both = (words.try_clone().unwrap(), words.try_clone().unwrap());
    let status = command.stdin(Stdio::null()).stdout(both.0).stderr(both.1).status();
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error} (scripts/test installs it)"));
    let mut words = words;
    let mut said = String::new();
    std::io::Seek::rewind(&mut words).unwrap();
    std::io::Read::read_to_string(&mut words, &mut said).unwrap();
    assert!(status.success(), "{command:?}: {said}");
}
