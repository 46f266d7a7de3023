//! The demo's mail in a real browser.

use crate::harness::{Look, Project, Scheme, look};

fn demo() -> Project {
    let project = Project::new();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/demo");
    project.set("site.content", vec![demo]).run("compose weekly").exits(0);
    project
}

fn look_at(project: &Project, width: u32, scheme: Scheme) -> Look {
    look(&project.path("digests/weekly/2026-01-14/digest.html"), width, scheme, &project.path("picture.png"))
}

#[test]
fn the_mail_fits_a_phone_and_a_desk_in_light_and_dark() {
    let project = demo();
    for width in [320, 375, 600] {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let look = look_at(&project, width, scheme);
            assert!(look.content_width <= width, "{width} {scheme:?}: {look:?}");
        }
    }
}

#[test]
fn a_reader_who_prefers_dark_gets_dark() {
    let project = demo();
    let (light, dark) = (look_at(&project, 600, Scheme::Light), look_at(&project, 600, Scheme::Dark));
    assert_ne!(light.ground, dark.ground);
}
