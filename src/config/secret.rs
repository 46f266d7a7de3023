//! Secrets: config.toml tells where they are, never what they are.

use std::path::PathBuf;
use std::{env, fmt};

use secrecy::SecretString;

use super::problem::Wrong;
use super::reader::{Table, Value};
use super::redaction::is_variable_name;
use crate::files;

/// Where a secret is; its value is read when it is needed, and never printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// In an environment variable.
    Env(String),
    /// In a file, whose last line break does not count.
    File(PathBuf),
}

impl Secret {
    /// Its value.
    ///
    /// # Errors
    /// When the variable is not set, the file cannot be read, or there is nothing in it.
    pub fn load(&self) -> Result<SecretString, SecretError> {
        let value = match self {
            Self::Env(name) => env::var(name).map_err(|error| match error {
                env::VarError::NotPresent => SecretError::NotSet(name.clone()),
                env::VarError::NotUnicode(_) => SecretError::NotUnicode(name.clone()),
            })?,
            Self::File(path) => {
                let mut text = files::read_text(path)?;
                let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
                text.truncate(line.unwrap_or(&text).len());
                text
            }
        };
        if value.is_empty() {
            return Err(SecretError::Empty(self.clone()));
        }
        Ok(SecretString::from(value))
    }

    /// Its value, of a key that lets others write in the sender's name.
    ///
    /// # Errors
    /// Where [`Self::load`] fails, and when everybody on this machine may read the file.
    pub fn load_guarded(&self) -> Result<SecretString, SecretError> {
        match self {
            Self::File(path) if files::is_open_to_all(path)? => Err(SecretError::Open(path.clone())),
            _ => self.load(),
        }
    }

    /// Reads where a secret is from a key for a variable and a key for a file, of which one may be
    /// there.
    #[expect(clippy::option_option, reason = "`None` is a problem, `Some(None)` is no secret")]
    pub(super) fn read(table: &mut Table<'_>, env: Key, file: Key) -> Option<Option<Self>> {
        let both = table.has(env.name) && table.has(file.name);
        let variable = table.may(env.name, env.example, |value| value.parse(variable_name));
        let path = table.may(file.name, file.example, |value| {
            if both {
                let why = format!("`{}` tells already where it is", env.name);
                value.wrong(Wrong::with_help(why, "remove one of the two"));
            }
            Value::path(value)
        });
        match (variable?, path?) {
            (Some(_), Some(_)) => None,
            (Some(name), None) => Some(Some(Self::Env(name))),
            (None, path) => Some(path.map(Self::File)),
        }
    }
}

/// A key that tells where a secret is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) example: &'static str,
}

/// The name of an environment variable. What is none may be the secret itself, so it is not quoted.
fn variable_name(text: &str) -> Result<String, Wrong> {
    if !is_variable_name(text) {
        return Err("it is no name of an environment variable, in capitals".into());
    }
    Ok(text.to_owned())
}

/// A secret that could not be read. It names the variable or the file, never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// There is no such environment variable.
    #[error("the environment variable {0} is not set; set it to the secret that config.toml names it for")]
    NotSet(String),
    /// It is not UTF-8.
    #[error("the environment variable {0} is not UTF-8; set it to a secret that is")]
    NotUnicode(String),
    /// The file cannot be read.
    #[error("{0}; config.toml names it as the place of a secret")]
    File(#[from] files::Error),
    /// Everybody may read the file.
    #[error("everybody on this machine may read {path}, which holds a private key: run `chmod o-rwx {path}`", path = .0.display())]
    Open(PathBuf),
    /// There is nothing in it.
    #[error("{0} is empty; put the secret there")]
    Empty(Secret),
}

impl SecretError {
    /// Whether there is no such variable or file here.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        match self {
            Self::NotSet(_) => true,
            Self::File(error) => error.is_not_found(),
            _ => false,
        }
    }
}

impl fmt::Display for Secret {
    /// Where it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn in_file(content: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        files::write(&path, content.as_bytes()).unwrap();
        match Secret::File(path).load() {
            Ok(secret) => Ok(secret.expose_secret().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_last_line_break_of_a_file_is_no_part_of_its_secret() {
        for (content, secret) in
            [("s3cret\n", "s3cret"), ("s3cret\r\n", "s3cret"), (" a\n\n", " a\n"), ("a", "a")]
        {
            assert_eq!(in_file(content).as_deref(), Ok(secret), "{content:?}");
        }
    }

    #[test]
    fn an_empty_secret_is_an_error_that_names_the_file() {
        for content in ["", "\n"] {
            let error = in_file(content).unwrap_err();
            assert!(error.ends_with("/secret is empty; put the secret there"), "{error}");
        }
    }

    #[test]
    fn a_private_key_that_everybody_may_read_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dkim.pem");
        files::write_private(&path, b"key").unwrap();
        let secret = Secret::File(path.clone());
        assert!(secret.load_guarded().is_ok());
        files::write(&path, b"key").unwrap();
        let error = secret.load_guarded().unwrap_err().to_string();
        assert!(
            error.contains("everybody on this machine may read") && error.contains("chmod o-rwx"),
            "{error}"
        );
    }

    #[test]
    fn a_variable_is_read_from_the_environment_and_named_where_it_is_not_set() {
        let path = Secret::Env("PATH".to_owned()).load().unwrap();
        assert_eq!(path.expose_secret(), env::var("PATH").unwrap());
        let error = Secret::Env("TIDINGS_NO_SUCH_VARIABLE".to_owned()).load().unwrap_err();
        assert!(error.to_string().contains("TIDINGS_NO_SUCH_VARIABLE is not set"), "{error}");
    }

    #[test]
    fn a_loaded_secret_does_not_show_when_it_is_printed_for_debugging() {
        let path = Secret::Env("PATH".to_owned()).load().unwrap();
        assert!(!format!("{path:?}").contains('/'), "{path:?}");
    }
}
