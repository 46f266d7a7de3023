//! Samples: what people send and what would harm them, composed by the program and judged by what is not ours:
//! html-validate, axe and Chromium.

mod album;
mod benign;
mod hostile;
mod judgement;
mod parity;
mod sample;

use std::path::Path;

pub(crate) use benign::benign;
pub(crate) use sample::Sample;

use tidings::composer::CLIP;

use crate::harness::{Job, Mail, Scheme, View, look, parse, validate};

#[test]
fn each_sample_is_valid_html_that_no_inbox_cuts_off() {
    let samples: Vec<Sample> = benign().into_iter().map(Sample::composed).collect();
    let pages: Vec<_> = samples.iter().map(Sample::page).collect();
    let faults = validate(pages.iter().map(|page| &**page));
    let mut complaints: Vec<String> =
        faults.iter().map(|fault| format!("{}: {}", name(&samples, &fault.page), fault.told)).collect();
    for sample in &samples {
        let size = sample.html().len();
        if size > CLIP {
            complaints.push(format!("{}: {size} bytes of HTML", sample.name));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// One browser for all of them, for it takes longer to start than to look.
#[test]
fn each_sample_fits_reads_and_asks_for_nothing_but_pictures_in_light_dark_forced_dark_without_pictures_and_without_style()
 {
    let samples: Vec<Sample> = benign().into_iter().map(Sample::composed).collect();
    let hostile: Vec<Sample> = hostile::samples().into_iter().map(Sample::composed).collect();
    let folder = album::folder();
    let jobs = samples.iter().map(|sample| Job {
        page: sample.page(),
        scale: 1,
        views: album::judged(sample, &folder),
    });
    let hostile_jobs =
        hostile.iter().map(|sample| Job { page: sample.page(), scale: 1, views: hostile::views() });
    let looks = look(&jobs.chain(hostile_jobs).collect::<Vec<_>>());
    album::write_index(&folder, &samples);
    println!("{} requests, all answered here", looks.iter().map(|look| look.asked.len()).sum::<usize>());

    let complaints: Vec<String> = looks
        .iter()
        .flat_map(|look| {
            let known = samples.iter().chain(&hostile).find(|sample| sample.page() == look.page);
            let sample = known.expect("each look is of a sample");
            let told = if hostile.iter().any(|one| one.name == sample.name) {
                judgement::harm(look)
            } else {
                judgement::complaints(look, sample)
            };
            told.into_iter().map(|told| format!("{}, {}: {told}", sample.name, look.view.told()))
        })
        .collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn hostile_articles_make_messages_that_a_parser_reads_without_defect_and_with_their_own_headers_only() {
    for sample in hostile::samples() {
        sample.project.run("preview weekly --eml issue.eml").exits(0);
        let mail: Mail = parse(&[sample.project.path("issue.eml")]).remove(0);
        assert!(mail.defects.is_empty(), "{}: {:#?}", sample.name, mail.defects);
        assert_eq!(mail.parts, ["multipart/alternative", "text/plain", "text/html"], "{}", sample.name);
        for header in ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version"] {
            mail.header(header);
        }
        for header in hostile::HEADERS {
            assert!(mail.all(header).is_empty(), "{}: {header}: {:?}", sample.name, mail.all(header));
        }
    }
}

fn name<'a>(samples: &'a [Sample], page: &Path) -> &'a str {
    samples.iter().find(|sample| sample.page() == page).map_or("?", |sample| sample.name)
}

/// Each fault that the judges look for, put into a page that has none.
#[test]
fn a_fault_of_any_kind_is_noticed() {
    let sample = Sample::new("faulty").with_all((1..=2).map(benign::council)).composed();
    let html = sample.html();
    let faults = [
        ("<div style=\"width:700px\">wide</div>", "pixels wide"),
        ("<p style=\"color:#aaa\">words</p>", "axe, color-contrast"),
        ("<p style=\"color:#767676;background:#fff\">words</p>", "too little contrast, outlook"),
        ("<img src=\"https://img.example.com/a.png\">", "axe, image-alt"),
        ("<a href=\"https://www.example.com/x\"></a>", "no words for <a"),
        ("<p>Unheard</p>", "the text has no \"unheard\""),
        (
            "<a href=\"https://www.example.com/lost\">council</a>",
            "the text has no https://www.example.com/lost",
        ),
        ("<script>fetch('https://evil.example/')</script>", "asked for fetch: https://evil.example/"),
        ("<script>alert(1)</script>", "asked for dialog: 1"),
        ("<p onclick=\"x()\">council</p>", "harmful, onclick"),
        ("<p style=\"background:url(https://evil.example/)\">council</p>", "harmful, style"),
        ("<form></form>", "harmful, <form>"),
        ("<a href=\"javascript:x\">council</a>", "harmful, href"),
        (
            "<p><a href=\"https://www.example.com/x\"><img src=\"https://img.example.com/a.png\"></a></p>",
            "axe, link-name",
        ),
    ];
    let pages: Vec<_> = faults
        .iter()
        .enumerate()
        .map(|(at, (fault, _))| {
            let file = format!("faulty-{at}.html");
            sample.project.file(&file, &html.replacen("<h1", &format!("{fault}<h1"), 1));
            sample.project.path(&file)
        })
        .collect();
    let views = || vec![View::new(600, Scheme::Light).audited().read(), View::new(600, Scheme::Forced)];
    let looks = look(
        &pages.iter().map(|page| Job { page: page.clone(), scale: 1, views: views() }).collect::<Vec<_>>(),
    );
    for ((fault, told), looks) in faults.iter().zip(looks.chunks(2)) {
        let complaints: Vec<String> =
            looks.iter().flat_map(|look| judgement::complaints(look, &sample)).collect();
        assert!(complaints.iter().any(|complaint| complaint.contains(told)), "{fault}: {complaints:#?}");
    }
    assert!(
        validate([&*pages[3]]).iter().any(|fault| fault.told.contains("wcag/h37")),
        "html-validate is asked"
    );
}
