//! The demo's mail in a real browser.

use crate::harness::{Project, Scheme, View, look_at};

fn demo() -> Project {
    let project = Project::new();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/demo");
    project.set("site.content", vec![demo]).run("compose weekly").exits(0);
    project
}

#[test]
fn the_mail_fits_a_phone_and_a_desk_and_a_reader_who_prefers_dark_gets_dark() {
    let views = [320, 375, 600]
        .into_iter()
        .flat_map(|width| [Scheme::Light, Scheme::Dark].map(|scheme| View::new(width, scheme)));
    let looks = look_at(&demo().path("digests/weekly/2026-01-14/digest.html"), views.collect());
    for look in &looks {
        assert!(look.content_width <= look.view.width, "{look:?}");
    }
    for pair in looks.chunks(2) {
        assert_ne!(pair[0].ground, pair[1].ground);
    }
}
