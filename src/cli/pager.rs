//! Long texts on a terminal.

use std::io;
use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::report::Failure;
use super::table;

/// Writes a text to stdout: through the reader's pager, where stdout is a terminal on which it has no room. The text
/// holds nothing that a terminal would obey.
pub(super) async fn show(text: &str) -> Result<(), Failure> {
    let text = plain(text);
    let has_room = |(columns, rows): (usize, usize)| lines(&text, columns) < rows;
    if table::screen().is_none_or(has_room) || !page(&text).await.unwrap_or(false) {
        table::data(&text)?;
    }
    Ok(())
}

/// Shows it in `$PAGER`, else in `less`; `false` where there is none, or none is wanted.
async fn page(text: &str) -> io::Result<bool> {
    let mut command = match std::env::var("PAGER") {
        Ok(pager) if pager.trim().is_empty() || pager.trim() == "cat" => return Ok(false),
        // It may have arguments: `less -F`.
        Ok(pager) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", &pager]);
            shell
        }
        Err(_) => {
            let mut less = Command::new("less");
            less.arg("-R");
            less
        }
    };
    let mut pager = command.stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = pager.stdin.take() {
        // Who leaves before the end has read enough.
        let _ = stdin.write_all(text.as_bytes()).await;
    }
    loop {
        tokio::select! {
            // A shell that finds no such pager says so itself, and ends with 126 or 127.
            ended = pager.wait() => return Ok(!matches!(ended?.code(), Some(126 | 127))),
            // The key is the pager's, to stop a search.
            _ = tokio::signal::ctrl_c() => {}
        }
    }
}

/// How many lines it takes on so many columns.
fn lines(text: &str, columns: usize) -> usize {
    use unicode_width::UnicodeWidthStr as _;
    text.lines().map(|line| line.width().div_ceil(columns.max(1)).max(1)).sum()
}

/// A text without what a terminal would obey, for a message may hold it.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept = |c: char| if c.is_control() && !"\n\t".contains(c) { ' ' } else { c };
    text.trim_end().chars().map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_moves_no_cursor_and_keeps_its_lines() {
        assert_eq!(plain("a\r\n\tb\u{1b}[2J\u{9b}c\r\n\r\n"), "a\n\tb [2J c");
    }

    #[test]
    fn a_line_that_is_too_long_takes_more_than_one() {
        assert_eq!(lines("one\n\n日本日本\n12345", 4), 1 + 1 + 2 + 2);
    }
}
