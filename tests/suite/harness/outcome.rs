use std::process::{Child, Output};

use serde_json::Value;

use super::until;

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    command: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Outcome {
    pub(super) fn new(command: &str, output: &Output) -> Self {
        Self {
            command: command.to_owned(),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout.clone()).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr.clone()).expect("stderr is UTF-8"),
        }
    }

    /// The exit code is this one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.told());
        self
    }

    /// The narrative (stderr) holds these words, whatever their case.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.stderr.to_lowercase().contains(&words.to_lowercase()),
            "no {words:?} in {}",
            self.told()
        );
        self
    }

    /// The data (stdout) holds this text.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no {text:?} in {}", self.told());
        self
    }

    /// There is no data.
    #[track_caller]
    pub(crate) fn prints_nothing(self) -> Self {
        assert_eq!(self.stdout, "", "{}", self.told());
        self
    }

    /// The exit code, if it was not killed.
    pub(crate) fn code(&self) -> Option<i32> {
        self.code
    }

    /// All of it, for the message of a failed test.
    pub(crate) fn told(&self) -> String {
        let Self { command, code, stdout, stderr } = self;
        format!("tidings {command}\nexit: {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }

    /// The data.
    pub(crate) fn stdout(&self) -> &str {
        &self.stdout
    }

    /// The narrative.
    pub(crate) fn stderr(&self) -> &str {
        &self.stderr
    }

    /// The data as JSON Lines.
    #[track_caller]
    pub(crate) fn rows(&self) -> Vec<Value> {
        let row = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(row).collect()
    }
}

/// A run of the program that is not over; dropped, it is killed.
pub(crate) struct Running {
    pub(super) command: String,
    pub(super) child: Option<Child>,
}

impl Running {
    /// Its process number.
    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().expect("it is running").id()
    }

    /// Whether it has ended.
    pub(crate) fn is_over(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some())
    }

    /// Kills it so that it notices nothing (SIGKILL).
    pub(crate) fn kill(mut self) {
        let mut child = self.child.take().expect("it is running");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asks it to stop, as Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        self.signal("-INT");
    }

    /// Tells it that its terminal was closed.
    pub(crate) fn hang_up(&self) {
        self.signal("-HUP");
    }

    fn signal(&self, signal: &str) {
        let pid = self.pid().to_string();
        assert!(std::process::Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Lets it end by itself.
    pub(crate) fn wait(mut self) -> Outcome {
        until("the program ends", || self.child.as_mut()?.try_wait().unwrap());
        let child = self.child.take().expect("it is running");
        Outcome::new(&self.command, &child.wait_with_output().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
