use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// What the reader's system prefers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scheme {
    /// Ink on paper.
    Light,
    /// The other way round.
    Dark,
}

/// How a page came out.
#[derive(Debug, Deserialize)]
pub(crate) struct Look {
    /// How wide its content is, in CSS pixels.
    pub(crate) content_width: u32,
    /// The computed colour behind the page's text.
    pub(crate) ground: String,
}

/// Looks at a page as a client of that width would show it, and keeps the picture as a PNG.
pub(crate) fn look(page: &Path, width: u32, scheme: Scheme, picture: &Path) -> Look {
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/screenshot"))
        .args([page.as_os_str(), picture.as_os_str()])
        .args([&width.to_string(), &format!("{scheme:?}").to_lowercase()])
        .output()
        .expect("python3 is installed: scripts/test does it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
