use std::io::{BufRead as _, BufReader};

use super::http::{Answer, Request};
use super::{Outcome, Project, Running, until};

/// A preview that is being served; dropped, it is killed.
pub(crate) struct Preview {
    run: Running,
    port: u16,
    first: String,
}

impl Project {
    /// Starts `tidings preview` with arguments at a port that nothing else is likely to use soon: pages that some other
    /// test left open look for their preview where it was.
    pub(crate) fn preview(&self, arguments: &str) -> Preview {
        self.preview_where_it_likes(&format!("{arguments} --port 0"))
    }

    /// Starts it, and waits for the address that it prints.
    pub(crate) fn preview_where_it_likes(&self, arguments: &str) -> Preview {
        let mut run = self.start(&format!("preview {arguments}"));
        let mut told = String::new();
        let stdout = run.child.as_mut().and_then(|child| child.stdout.take()).expect("it has a stdout");
        BufReader::new(stdout).read_line(&mut told).unwrap();
        let Some((port, path)) = told.trim_end().strip_prefix("http://127.0.0.1:").and_then(|rest| {
            let (port, path) = rest.split_at(rest.find('/')?);
            Some((port.parse().ok()?, path.to_owned()))
        }) else {
            panic!("{told:?} is no address: {}", run.wait().told())
        };
        Preview { run, port, first: path }
    }
}

impl Preview {
    /// Where it listens, on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The path of the page whose address it printed.
    pub(crate) fn first(&self) -> &str {
        &self.first
    }

    /// The address of a page.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// A request, as its own pages would make it.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        Request::to(self.port, method, path)
    }

    /// What it answers to one who types an address.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send()
    }

    /// Asks for a page until it says these words: files are watched, and that takes a moment.
    #[track_caller]
    pub(crate) fn wait_for(&self, path: &str, words: &str) -> Answer {
        until(&format!("{path} says {words:?}"), || {
            Some(self.get(path)).filter(|answer| answer.text().contains(words))
        })
    }

    /// The value of a field in the forms of a page.
    #[track_caller]
    pub(crate) fn field(&self, path: &str, name: &str) -> String {
        let page = self.get(path).is(200).text();
        let start = format!("name=\"{name}\" value=\"");
        let found = page.split_once(&start).and_then(|(_, rest)| rest.split_once('"'));
        found.unwrap_or_else(|| panic!("{path} has no field {name}:\n{page}")).0.to_owned()
    }

    /// The token that its pages hold.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        self.field(&self.first, "token")
    }

    /// Presses a button (`test`, `draft`) of a page, as the page's own form does.
    #[track_caller]
    pub(crate) fn press(&self, button: &str, of: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token();
        let page = self.get(of).text();
        let hash = page.split_once("name=\"hash\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
        let hash = hash.map_or("", |(hash, _)| hash);
        // What a test names itself comes later, and counts.
        let form = [&[("token", &*token), ("of", of), ("hash", hash)], fields].concat();
        self.request("POST", &format!("/-/{button}"))
            .with("Origin", &format!("http://127.0.0.1:{}", self.port))
            .with("Sec-Fetch-Site", "same-origin")
            .form(&form)
            .send()
    }

    /// Ends it, as Ctrl-C does.
    pub(crate) fn end(self) -> Outcome {
        self.run.interrupt();
        self.run.wait()
    }
}
