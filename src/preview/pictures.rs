//! Pictures of a mail as programs show it, by a Chromium that this machine has.
//!
//! The mail stands in a page of ours, in a frame without scripts. Chromium first tells how high it is in each dress, then
//! paints each at its whole height. It has a profile of its own, which goes with all that it left.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{SHA256, digest};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;
use url::Url;

use super::dress::{Dress, Scheme, dressed};
use super::enclosed::with_pictures;
use crate::files;
use crate::lint::Anatomy;

/// A mail in one program.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// What its picture is called, without its ending.
    pub name: &'static str,
    /// How wide its screen is, in CSS pixels.
    pub width: u32,
    /// What the program makes of the mail.
    pub dress: Dress,
}

/// All that pictures are taken of.
pub const VARIANTS: [Variant; 9] = [
    variant("phone-light", 375, Scheme::Light),
    variant("phone-dark", 375, Scheme::Dark),
    variant("tablet-light", 768, Scheme::Light),
    variant("tablet-dark", 768, Scheme::Dark),
    variant("desktop-light", 1024, Scheme::Light),
    variant("desktop-dark", 1024, Scheme::Dark),
    variant("phone-forced-dark", 375, Scheme::Forced),
    Variant {
        name: "desktop-no-images",
        width: 1024,
        dress: Dress { scheme: Scheme::Light, images: false, styles: true },
    },
    Variant {
        name: "phone-no-styles",
        width: 375,
        dress: Dress { scheme: Scheme::Light, images: true, styles: false },
    },
];

const fn variant(name: &'static str, width: u32, scheme: Scheme) -> Variant {
    Variant { name, width, dress: Dress { scheme, images: true, styles: true } }
}

/// What Chromium and its kin are called, in the order in which they are looked for.
const NAMES: [&str; 9] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "brave-browser",
    "brave",
    "microsoft-edge",
    "microsoft-edge-stable",
];

/// Where they are on macOS, below `/` and below the home of whoever uses them.
const APPLICATIONS: [&str; 4] = [
    "Applications/Chromium.app/Contents/MacOS/Chromium",
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
    "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/// How long it may take for one picture; and of that, how long it waits for pictures in the mail, in milliseconds.
const LIMIT: Duration = Duration::from_mins(1);
const PATIENCE: u32 = 10_000;

/// How high a picture may be, in pixels: Chromium paints none that is higher.
const HIGHEST: u32 = 16_384;

/// How high the screen is on which a mail is measured, in CSS pixels.
const SCREEN: u32 = 100;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum NoPicture {
    /// This machine has no Chromium.
    #[error(
        "pictures are taken by Chromium, Chrome, Brave or Edge, and none of them is here: install one (on Debian: \
         `apt install chromium`), or name its program in TIDINGS_CHROMIUM; `tidings preview` shows the same in any browser"
    )]
    NoChromium,
    /// The message holds no HTML.
    #[error("there is no HTML in it to take pictures of")]
    NoHtml,
    /// It did not start.
    #[error("{} cannot be started: {source}; name a Chromium in TIDINGS_CHROMIUM", program.display())]
    NotStarted {
        /// The Chromium.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It did not end in time.
    #[error(
        "{} did not come to an end within {} seconds, so that there are no pictures; try once more, or name another \
         Chromium in TIDINGS_CHROMIUM",
        .0.display(),
        LIMIT.as_secs()
    )]
    TooLong(PathBuf),
    /// It ended without what it was asked for.
    #[error("{} took no picture: {said}; name another Chromium in TIDINGS_CHROMIUM", program.display())]
    Failed {
        /// The Chromium.
        program: PathBuf,
        /// The last that it said.
        said: String,
    },
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] files::Error),
}

/// A Chromium.
#[derive(Debug)]
pub struct Chromium {
    program: PathBuf,
}

impl Chromium {
    /// The one that is named, by its path or as the shell would call it; else one of the usual names in the folders of
    /// `path` (`$PATH`); else one of macOS's applications, of all users or those in `home`.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(named: Option<&OsStr>, path: &OsStr, home: Option<&Path>) -> Result<Self, NoPicture> {
        if let Some(named) = named.filter(|named| !named.is_empty()) {
            return Ok(Self { program: PathBuf::from(named) });
        }
        let folders: Vec<PathBuf> =
            std::env::split_paths(path).filter(|folder| folder.is_absolute()).collect();
        let named = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        let roots = [Some(Path::new("/")), home];
        let applications = APPLICATIONS
            .iter()
            .flat_map(|place| roots.into_iter().flatten().map(move |root| root.join(place)));
        let program = named.chain(applications).find(|program| files::is_program(program));
        Ok(Self { program: program.ok_or(NoPicture::NoChromium)? })
    }

    /// Takes a picture of a message in each of [`VARIANTS`], `NAME.png` in a folder that is made where there is none, and
    /// tells its path when it is there. Pictures of the mail come from where they are.
    ///
    /// # Errors
    /// When Chromium fails, or a file cannot be written. The pictures told are there.
    pub async fn paint(
        &self,
        message: &[u8],
        folder: &Path,
        mut done: impl FnMut(&Path),
    ) -> Result<(), NoPicture> {
        let html = Anatomy::of(message).html.ok_or(NoPicture::NoHtml)?;
        let html = with_pictures(&html, message);
        files::make_folder(folder)?;
        let easel = Easel::in_folder(self, folder)?;
        let heights = easel.measure(&html).await?;
        for (variant, height) in VARIANTS.iter().zip(heights) {
            let picture = easel.picture(&html, variant, height).await?;
            let path = folder.join(variant.name).with_extension("png");
            files::rename(&picture, &path)?;
            done(&path);
        }
        Ok(())
    }
}

/// Where Chromium works: a folder within the one for the pictures, for some Chromiums see no other (Ubuntu's, a snap, has
/// a `/tmp` of its own).
struct Easel<'c> {
    chromium: &'c Chromium,
    folder: TempDir,
    is_root: bool,
}

impl<'c> Easel<'c> {
    fn in_folder(chromium: &'c Chromium, folder: &Path) -> Result<Self, NoPicture> {
        let folder = files::temporary_folder(&files::real(folder))?;
        let is_root = files::owner(folder.path())? == 0;
        Ok(Self { chromium, folder, is_root })
    }

    /// How high the mail is in each dress, in CSS pixels.
    async fn measure(&self, html: &str) -> Result<Vec<u32>, NoPicture> {
        let frames: String = VARIANTS.iter().map(|variant| frame(html, variant, SCREEN)).collect();
        let page = self.page("measure.html", &format!("{frames}<script>{MEASURE}</script>"))?;
        let output = self.run(&["--window-size=1024,1024", "--dump-dom"], &page).await?;
        let dom = String::from_utf8_lossy(&output.stdout);
        let told = dom.split_once(HEIGHTS).and_then(|(_, rest)| Some(rest.split_once('"')?.0));
        let heights: Vec<u32> =
            told.into_iter().flat_map(|told| told.split(' ')).flat_map(str::parse).collect();
        if heights.len() == VARIANTS.len() { Ok(heights) } else { Err(self.silent(&output)) }
    }

    /// The file with the picture.
    async fn picture(&self, html: &str, variant: &Variant, height: u32) -> Result<PathBuf, NoPicture> {
        // As sharp as screens are, unless it is so long that Chromium would leave out the end.
        let scale = if height * 2 <= HIGHEST { 2 } else { 1 };
        let height = height.clamp(SCREEN, HIGHEST / scale);
        let page = self.page("page.html", &frame(html, variant, height))?;
        let picture = self.folder.path().join("picture.png");
        let arguments = [
            format!("--window-size={},{height}", variant.width),
            format!("--force-device-scale-factor={scale}"),
            format!("--screenshot={}", picture.display()),
        ];
        let output = self.run(&arguments.each_ref().map(String::as_str), &page).await?;
        if files::exists(&picture)? { Ok(picture) } else { Err(self.silent(&output)) }
    }

    /// Writes a page of ours. Nothing in it runs but what is ours, and nothing is loaded but pictures: so it is
    /// in its frames too, which inherit this.
    fn page(&self, name: &str, body: &str) -> Result<Url, NoPicture> {
        let path = self.folder.path().join(name);
        let script = BASE64_STANDARD.encode(digest(&SHA256, MEASURE.as_bytes()));
        let policy = format!(
            "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; script-src 'sha256-{script}'"
        );
        let head = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        files::write(
            &path,
            format!("<!doctype html><meta charset=\"utf-8\">{head}{STYLE}{body}").as_bytes(),
        )?;
        let failed = || self.failed(&format!("it opens no file at {}", path.display()));
        Url::from_file_path(&path).map_err(|()| failed())
    }

    async fn run(&self, arguments: &[&str], page: &Url) -> Result<Output, NoPicture> {
        let mut command = Command::new(&self.chromium.program);
        let profile = self.folder.path().join("profile");
        command
            .args([
                "--headless",
                "--disable-gpu",
                "--hide-scrollbars",
                "--mute-audio",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-extensions",
                "--disable-sync",
                "--disable-component-update",
                "--disable-background-networking",
            ])
            .arg(format!("--timeout={PATIENCE}"))
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(self.is_root.then_some("--no-sandbox"))
            .args(arguments)
            .arg(page.as_str())
            // What it would leave in the home of whoever runs it.
            .envs(["XDG_CONFIG_HOME", "XDG_CACHE_HOME"].map(|name| (name, &profile)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let program = || self.chromium.program.clone();
        let ended = timeout(LIMIT, command.output()).await.map_err(|_| NoPicture::TooLong(program()))?;
        ended.map_err(|source| NoPicture::NotStarted { program: program(), source })
    }

    /// It ended without what it was asked for: the last that it said, but for what it says wherever there is no desktop.
    fn silent(&self, output: &Output) -> NoPicture {
        let said = String::from_utf8_lossy(&output.stderr);
        let line = said.lines().rev().find(|line| !line.trim().is_empty() && !line.contains("dbus"));
        let line: String =
            line.unwrap_or("it said nothing").chars().filter(|c| !c.is_control()).take(300).collect();
        self.failed(&line)
    }

    fn failed(&self, said: &str) -> NoPicture {
        NoPicture::Failed { program: self.chromium.program.clone(), said: said.to_owned() }
    }
}

impl Drop for Easel<'_> {
    /// Clears it away, in a moment: a Chromium that was stopped still writes while it ends.
    fn drop(&mut self) {
        for _ in 0..40 {
            if files::remove_folder(self.folder.path()).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(25));
        }
    }
}

/// The frame of a mail in a program.
fn frame(html: &str, variant: &Variant, height: u32) -> String {
    let Variant { width, dress, .. } = variant;
    let html = dressed(html, *dress).replace('&', "&amp;").replace('"', "&quot;");
    let scheme = if dress.scheme == Scheme::Dark { "dark" } else { "light" };
    format!(
        "<iframe sandbox=\"allow-same-origin\" width=\"{width}\" height=\"{height}\" style=\"color-scheme:{scheme}\" \
         srcdoc=\"{html}\"></iframe>"
    )
}

const STYLE: &str = "<style>*{margin:0}iframe{display:block;border:0;background:Canvas}</style>";

/// Tells how high the mail is in each frame: as soon as it is there, and again when its pictures are.
const MEASURE: &str = r#"
const tell = () => {
  const heights = [...document.querySelectorAll("iframe")].map(frame => frame.contentDocument?.documentElement?.scrollHeight ?? 0);
  document.documentElement.dataset.heights = heights.join(" ");
};
setInterval(tell, 200);
addEventListener("load", tell);
"#;

/// Where that stands in the page.
const HEIGHTS: &str = "data-heights=\"";
