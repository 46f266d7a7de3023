use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use serde_json::{Value, json};

use super::browser::Finding;

/// One Chromium, for all tests of a process; it ends with the process, whose end closes its input.
struct Browser {
    /// Where commands go, and the number of the last one.
    input: Mutex<(ChildStdin, u64)>,
    waiting: Waiting,
}

/// Who waits for the answer to which command.
type Waiting = Arc<Mutex<HashMap<u64, Sender<Result<Value, String>>>>>;

static BROWSER: OnceLock<Browser> = OnceLock::new();

/// Something that a tab answered.
#[derive(serde::Deserialize)]
struct Answer {
    id: u64,
    #[serde(default)]
    value: Value,
    error: Option<String>,
}

impl Browser {
    fn start() -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/preview.mjs");
        let mut node = Command::new("node")
            .arg(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Node is installed: scripts/test does it");
        let input = node.stdin.take().unwrap();
        let output = BufReader::new(node.stdout.take().unwrap());
        let errors = BufReader::new(node.stderr.take().unwrap());
        // Of its own, it would keep this process's open, after it has ended.
        thread::spawn(move || errors.lines().map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        let waiting = Waiting::default();
        let shared = waiting.clone();
        thread::spawn(move || {
            for line in output.lines() {
                let Answer { id, value, error } = serde_json::from_str(&line.unwrap()).unwrap();
                let waits = shared.lock().unwrap().remove(&id).expect("somebody waits");
                let _ = waits.send(error.map_or(Ok(value), Err));
            }
            // Whoever still waits learns that there is no answer.
            shared.lock().unwrap().clear();
            let _ = node.wait();
        });
        Self { input: Mutex::new((input, 0)), waiting }
    }

    #[track_caller]
    fn command(&self, tab: u64, what: &str, mut given: Value) -> Value {
        let (told, answer) = mpsc::channel();
        {
            let (input, last) = &mut *self.input.lock().unwrap();
            *last += 1;
            given["id"] = json!(*last);
            given["tab"] = json!(if tab == 0 { *last } else { tab });
            given["do"] = json!(what);
            self.waiting.lock().unwrap().insert(*last, told);
            writeln!(input, "{given}").unwrap();
        }
        match answer.recv().expect("the browser is there") {
            Ok(value) if tab == 0 => json!({ "tab": given["tab"], "value": value }),
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }
}

/// A tab of a real browser, which reaches nothing but this machine.
pub(crate) struct Tab(u64);

impl Tab {
    /// An empty tab, so many CSS pixels wide, of a reader who prefers a scheme (`light`, `dark`).
    #[track_caller]
    pub(crate) fn open(width: u32, scheme: &str) -> Self {
        Self::with(json!({ "width": width, "scheme": scheme }))
    }

    /// One with options of tests/tools/preview.mjs: `height`, `downloads`, `scripts`.
    #[track_caller]
    pub(crate) fn with(options: Value) -> Self {
        let opened = BROWSER.get_or_init(Browser::start).command(0, "open", options);
        Self(opened["tab"].as_u64().expect("its number"))
    }

    #[track_caller]
    fn command(&self, what: &str, given: Value) -> Value {
        BROWSER.get().expect("it was started").command(self.0, what, given)
    }

    /// Goes to an address, and waits until it is loaded; the status of the answer.
    #[track_caller]
    pub(crate) fn go(&self, address: &str) -> u64 {
        self.command("go", json!({ "url": address })).as_u64().expect("a status")
    }

    /// The value of an expression of JavaScript in the page.
    #[track_caller]
    pub(crate) fn tell(&self, script: &str) -> Value {
        self.command("tell", json!({ "script": script }))
    }

    /// The value of an expression once it is true; fails when it never is.
    #[track_caller]
    pub(crate) fn until(&self, script: &str) -> Value {
        self.command("until", json!({ "script": script }))
    }

    /// The text that shows in an element, once it is there.
    #[track_caller]
    pub(crate) fn text(&self, at: &str) -> String {
        let text = self.until(&format!("document.querySelector({at:?})?.innerText"));
        text.as_str().expect("a text").to_owned()
    }

    /// An element shows these words, at once or soon.
    #[track_caller]
    pub(crate) fn shows(&self, at: &str, words: &str) -> &Self {
        self.until(&format!("document.querySelector({at:?})?.innerText.includes({words:?})"));
        self
    }

    /// Clicks an element, once it is there.
    #[track_caller]
    pub(crate) fn click(&self, at: &str) -> &Self {
        self.command("click", json!({ "at": at }));
        self
    }

    /// Types into an element.
    #[track_caller]
    pub(crate) fn write(&self, at: &str, text: &str) -> &Self {
        self.command("type", json!({ "at": at, "text": text }));
        self
    }

    /// Presses a key: `Tab`, `Enter`, `?`.
    #[track_caller]
    pub(crate) fn press(&self, key: &str) -> &Self {
        self.command("press", json!({ "key": key }));
        self
    }

    /// Makes it so many CSS pixels wide and high.
    #[track_caller]
    pub(crate) fn resize(&self, width: u32, height: u32) -> &Self {
        self.command("resize", json!({ "width": width, "height": height }));
        self
    }

    /// Goes back in its history.
    #[track_caller]
    pub(crate) fn back(&self) -> &Self {
        self.command("back", json!({}));
        self
    }

    /// Lets pages of an origin do what readers are asked for: `clipboard-read`.
    #[track_caller]
    pub(crate) fn allow(&self, origin: &str, what: &[&str]) -> &Self {
        self.command("allow", json!({ "origin": origin, "what": what }));
        self
    }

    /// What its pages wrote to the console, threw, opened and ran since this was asked last.
    #[track_caller]
    pub(crate) fn told(&self) -> Vec<String> {
        serde_json::from_value(self.command("told_so_far", json!({}))).unwrap()
    }

    /// The text of each frame, the page itself first.
    #[track_caller]
    pub(crate) fn frames(&self) -> Vec<String> {
        serde_json::from_value(self.command("frames", json!({}))).unwrap()
    }

    /// What axe finds.
    #[track_caller]
    pub(crate) fn audited(&self) -> Vec<Finding> {
        serde_json::from_value(self.command("audited", json!({}))).unwrap()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.command("close", json!({}));
        }
    }
}
