//! Pictures of the samples, and the page that shows them side by side.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Sample, benign};
use crate::harness::{Job, Scheme, View, look};

/// The views that an album shows, by name; the first two in every run of the tests.
const KINDS: [&str; 5] = ["light", "dark", "forced-dark", "images-off", "no-style"];
const WIDTHS: [u32; 2] = [600, 375];

/// Every sample in every view, for people to look at: `scripts/pictures`.
#[test]
#[ignore = "takes pictures for people; scripts/pictures runs it"]
fn pictures_of_each_sample_in_each_view() {
    let folder = std::env::var_os("TIDINGS_PICTURES").map_or_else(folder, PathBuf::from);
    fs::create_dir_all(&folder).unwrap();
    let samples: Vec<Sample> = benign().into_iter().map(Sample::composed).collect();
    let jobs = samples.iter().map(|sample| {
        let views =
            WIDTHS.into_iter().flat_map(|width| KINDS.map(|kind| painted(sample, &folder, width, kind)));
        Job { page: sample.page(), scale: 2, views: views.collect() }
    });
    look(&jobs.collect::<Vec<_>>());
    write_index(&folder, &samples);
    println!("{}", folder.join("index.html").display());
}

/// Where pictures are put, if nobody says where.
pub(super) fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The views that every run of the tests judges.
pub(super) fn judged(sample: &Sample, folder: &Path) -> Vec<View> {
    let light = |width| View::new(width, Scheme::Light);
    let mut views = vec![
        painted(sample, folder, 600, "light").audited().read(),
        painted(sample, folder, 375, "light"),
        light(320),
        painted(sample, folder, 600, "dark").audited(),
        painted(sample, folder, 375, "dark"),
        View::new(600, Scheme::Forced),
        light(600).without_images().read(),
        light(320).without_images(),
    ];
    views.extend([320, 375, 600].map(|width| light(width).without_style()));
    views
}

fn painted(sample: &Sample, folder: &Path, width: u32, kind: &str) -> View {
    let view = match kind {
        "dark" => View::new(width, Scheme::Dark),
        "forced-dark" => View::new(width, Scheme::Forced),
        "images-off" => View::new(width, Scheme::Light).without_images(),
        "no-style" => View::new(width, Scheme::Light).without_style(),
        _ => View::new(width, Scheme::Light),
    };
    view.painted(folder.join(file(sample.name, width, kind)))
}

fn file(name: &str, width: u32, kind: &str) -> String {
    format!("{name}-{width}-{kind}.png")
}

/// Writes `index.html`, which shows the pictures that there are.
pub(super) fn write_index(folder: &Path, samples: &[Sample]) {
    let mut page = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Samples</title><style>body{font:16px system-ui;margin:2em}\
         figure{display:inline-block;margin:0 1em 1em 0;vertical-align:top}img{border:1px solid #999;width:300px}</style>\n",
    );
    for Sample { name, .. } in samples {
        writeln!(page, "<h2 id={name}>{name}</h2>").unwrap();
        for width in WIDTHS {
            for file in KINDS.map(|kind| file(name, width, kind)) {
                if folder.join(&file).exists() {
                    writeln!(page, "<figure><a href={file}><img loading=lazy src={file} alt=''></a><figcaption>{file}</figcaption></figure>").unwrap();
                }
            }
        }
    }
    fs::write(folder.join("index.html"), page).unwrap();
}
