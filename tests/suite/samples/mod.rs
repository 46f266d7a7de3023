//! Samples: what people send, composed by the program and judged by what is not ours.

mod benign;
mod sample;

use std::path::Path;

pub(crate) use benign::benign;
pub(crate) use sample::Sample;

use crate::harness::{Job, Scheme, View, look, validate};

/// What Gmail shows of an HTML part, in bytes.
const CLIP: usize = 102_400;

fn samples() -> Vec<Sample> {
    benign().into_iter().map(Sample::composed).collect()
}

#[test]
fn scratch() {
    let samples = samples();
    for sample in &samples {
        println!("== {} {}", sample.name, sample.html().len());
        assert!(sample.html().len() < CLIP);
        std::fs::create_dir_all("target/scratch").unwrap();
        std::fs::copy(sample.page(), format!("target/scratch/{}.html", sample.name)).unwrap();
        std::fs::write(format!("target/scratch/{}.txt", sample.name), sample.text()).unwrap();
    }
    let pages: Vec<_> = samples.iter().map(Sample::page).collect();
    let name = |page: &Path| samples.iter().find(|sample| sample.page() == page).unwrap().name;
    for fault in validate(pages.iter().map(|p| p.as_path())) {
        println!("{}: {}", name(&fault.page), fault.told);
    }
    let jobs: Vec<Job> = samples
        .iter()
        .map(|sample| {
            let mut views = vec![];
            let at = |w, s: &str| std::path::PathBuf::from(format!("{}/target/scratch/{}-{w}-{s}.png", env!("CARGO_MANIFEST_DIR"), sample.name));
            for (scheme, told) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
                views.push(View::new(600, scheme).audited().read().painted(at(600, told)));
                views.push(View::new(375, scheme).painted(at(375, told)));
                views.push(View::new(320, scheme));
            }
            views.push(View::new(600, Scheme::Forced).painted(at(600, "forced")));
            for width in [320, 375, 600] {
                views.push(View::new(width, Scheme::Light).without_style());
            }
            for width in [320, 375, 600] {
                views.push(View::new(width, Scheme::Light).without_images());
            }
            Job { page: sample.page(), scale: 1, views }
        })
        .collect();
    let begun = std::time::Instant::now();
    for look in look(&jobs) {
        let name = name(&look.page);
        let view = format!("{name} {} {:?} images {} style {}", look.view.width, look.view.scheme, look.view.images, look.view.style);
        if look.content_width > look.view.width || !look.outside.is_empty() {
            println!("{view}: OVER {} {:?}", look.content_width, look.outside);
        }
        for f in &look.findings {
            println!("{view}: AXE {} {} {}", f.rule, f.at, f.why);
        }
        for f in &look.faint {
            println!("{view}: FAINT {f}");
        }
        for f in &look.harm {
            println!("{view}: HARM {f}");
        }
        for f in &look.nameless {
            println!("{view}: NAMELESS {f}");
        }
        for f in look.asked.iter().filter(|f| !f.starts_with("image")) {
            println!("{view}: ASKED {f}");
        }
        println!("{view}: widest {}", look.widest_image);
    }
    println!("{:?}", begun.elapsed());
}
