use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::node::node;

/// What the reader's system prefers, or the client does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scheme {
    /// Ink on paper.
    Light,
    /// The other way round.
    Dark,
    /// The client makes its own dark of the light page, and knows nothing of ours.
    Forced,
}

/// How a page is looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct View {
    /// The width of the screen, in CSS pixels.
    pub(crate) width: u32,
    /// The colours.
    pub(crate) scheme: Scheme,
    /// Whether pictures arrive, each 1,200 pixels wide.
    pub(crate) images: bool,
    /// Whether the client keeps `<style>`.
    pub(crate) style: bool,
    /// Whether axe is asked.
    audit: bool,
    /// Whether texts, links and pictures are told.
    read: bool,
    /// Where to put a picture of it, as PNG.
    picture: Option<PathBuf>,
}

impl View {
    /// A client that shows all, on a screen of that width.
    pub(crate) fn new(width: u32, scheme: Scheme) -> Self {
        Self { width, scheme, images: true, style: true, audit: false, read: false, picture: None }
    }

    /// Without pictures.
    pub(crate) fn without_images(self) -> Self {
        Self { images: false, ..self }
    }

    /// Without any `<style>`.
    pub(crate) fn without_style(self) -> Self {
        Self { style: false, ..self }
    }

    /// With the findings of axe.
    pub(crate) fn audited(self) -> Self {
        Self { audit: true, ..self }
    }

    /// With what a reader meets.
    pub(crate) fn read(self) -> Self {
        Self { read: true, ..self }
    }

    /// What it is, in words.
    pub(crate) fn told(&self) -> String {
        let Self { width, scheme, .. } = self;
        let without = |what, there| if there { "" } else { what };
        format!(
            "{width} {scheme:?}{}{}",
            without(" without pictures", self.images),
            without(" without style", self.style)
        )
    }

    /// With a picture of it.
    pub(crate) fn painted(self, picture: PathBuf) -> Self {
        Self { picture: Some(picture), ..self }
    }
}

/// A page, and the views to take of it.
#[derive(Debug, Serialize)]
pub(crate) struct Job {
    /// The file.
    pub(crate) page: PathBuf,
    /// Pixels of the device in one of CSS.
    pub(crate) scale: u32,
    /// The views.
    pub(crate) views: Vec<View>,
}

/// What axe finds.
#[derive(Debug, Deserialize)]
pub(crate) struct Finding {
    /// Its rule.
    pub(crate) rule: String,
    /// The element.
    pub(crate) at: String,
    /// The reason.
    pub(crate) why: String,
}

/// How a page came out in one view.
#[derive(Debug, Deserialize)]
pub(crate) struct Look {
    /// The file.
    pub(crate) page: PathBuf,
    /// The view.
    #[serde(flatten)]
    pub(crate) view: View,
    /// How wide its content is, in CSS pixels.
    pub(crate) content_width: u32,
    /// The first elements that stick out of the screen.
    pub(crate) outside: Vec<String>,
    /// The computed colour behind the page's text.
    pub(crate) ground: String,
    /// What no mail may hold.
    pub(crate) harm: Vec<String>,
    /// What was asked for over the network, and not given: pictures apart, it should be nothing.
    pub(crate) asked: Vec<String>,
    /// What axe finds, where it was asked.
    #[serde(default)]
    pub(crate) findings: Vec<Finding>,
    /// Colours with too little contrast, of a client that makes its own dark.
    #[serde(default)]
    pub(crate) faint: Vec<String>,
    /// The text of each block that is shown, where they were read.
    #[serde(default)]
    pub(crate) texts: Vec<String>,
    /// The address of each link.
    #[serde(default)]
    pub(crate) links: Vec<String>,
    /// The words of each picture.
    #[serde(default)]
    pub(crate) alts: Vec<String>,
    /// Links and pictures without words.
    #[serde(default)]
    pub(crate) nameless: Vec<String>,
    /// How many pictures there are.
    #[serde(default)]
    pub(crate) pictures: usize,
    /// How wide the widest picture is by itself.
    #[serde(default)]
    pub(crate) widest_image: u32,
}

/// Looks at pages, all in one browser that reaches no network.
pub(crate) fn look(jobs: &[Job]) -> Vec<Look> {
    let lines: Vec<String> = jobs.iter().map(|job| serde_json::to_string(job).unwrap()).collect();
    let looks: Vec<Look> = node("browser.mjs", &lines.join("\n"));
    assert_eq!(looks.len(), jobs.iter().map(|job| job.views.len()).sum::<usize>(), "each view was taken");
    looks
}

/// Looks at one page.
pub(crate) fn look_at(page: &Path, views: Vec<View>) -> Vec<Look> {
    look(&[Job { page: page.to_owned(), scale: 1, views }])
}
