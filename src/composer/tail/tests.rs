use std::time::{Duration, Instant};

use super::*;

#[test]
fn what_feeds_put_at_the_end_is_taken_off() {
    for (text, shown) in [
        ("The quay opens on Friday. […]", "The quay opens on Friday."),
        ("The quay opens on Friday [...]", "The quay opens on Friday…"),
        ("The quay opens on Friday, (…) Read more", "The quay opens on Friday…"),
        ("The quay opens on Friday (more…)", "The quay opens on Friday…"),
        ("The quay opens on Friday… [+2345 chars]", "The quay opens on…"),
        ("It opens. Read more", "It opens."),
        ("It opens. Read More »", "It opens."),
        ("It opens. | Read more…", "It opens."),
        ("It opens… Continue reading →", "It…"),
        ("It opens soon … Continue reading “A quay for all” →", "It opens soon…"),
        ("It opens. Read the full story at The Harbour Post", "It opens."),
        ("It opens… Read the full story at harbour.example", "It…"),
        ("It opens. […] The post A quay appeared first on The Harbour.", "It opens."),
        ("It opens. The post A quay. For all first appeared on The Harbour.", "It opens."),
        ("Er öffnet. Weiterlesen →", "Er öffnet."),
        ("Er öffnet. Der Beitrag Ein Kai erschien zuerst auf Hafen.", "Er öffnet."),
        ("Il ouvre. Lire la suite", "Il ouvre."),
        ("Il ouvre. L’article Un quai est apparu en premier sur Le Port.", "Il ouvre."),
        ("Abre. Leer más", "Abre."),
        ("Abre. La entrada Un muelle se publicó primero en El Puerto.", "Abre."),
        ("افتتح السوق. اقرأ المزيد", "افتتح السوق."),
        ("افتتح السوق. ظهرت المقالة السوق أولاً على الميناء.", "افتتح السوق."),
        ("桟橋が開いた。続きを読む", "桟橋が開いた。"),
        ("桟橋が開いた。投稿 桟橋 は 港 に最初に表示されました。", "桟橋が開いた。"),
    ] {
        assert_eq!(mended(text), shown, "{text}");
    }
}

#[test]
fn what_is_cut_ends_with_a_sentence_or_a_word() {
    let half = "The port authority has until Friday to answer the two captains, who refuse to dock at";
    for (end, shown) in [
        (" high water, they sa...", " high water, they…"),
        (" high water, they say ...", " high water, they say…"),
        (" high water &#82", " high water…"),
        (" high water. It&am...", " high water."),
        (" high water, and…", " high water…"),
        (" high water. And th…", " high water."),
    ] {
        assert_eq!(mended(&format!("{half}{end}")), format!("{half}{shown}"), "{end}");
    }
}

#[test]
fn an_entity_that_was_cut_is_never_read_as_another() {
    for (source, shown) in [
        ("It&#82", "It […]"),
        ("It&#x20", "It […]"),
        ("It&nbs...", "It […]"),
        ("It&rsquo;s", "It&rsquo;s"),
        ("AT&T", "AT&T"),
        ("a & b", "a & b"),
    ] {
        assert_eq!(untorn(source), shown);
    }
}

#[test]
fn what_an_author_wrote_stays() {
    for text in [
        "And then there was silence…",
        "Here is where to learn more",
        "He read on.",
        "Read more books: a plea.",
        "The post office appeared. It first appeared on Monday.",
        "See the list (more or less).",
        "It opens. Learn more English in less time.",
        "It opens. See more of the island by bike than by car.",
        "It opens. Read the full postmortem of the storm.",
        "The post road appeared first on maps of 1850. It was closed in 1901 after forty people had died.",
        "The post road appeared first on maps of 1850.",
        "The article first appeared on The Conversation under a licence that asks for this line.",
        "We call it The post A first appeared on Monday.",
        "The law (1999) [sic]",
        "A word from AT&T",
        "Q&A",
        "We went on, and on ... and on.",
    ] {
        assert_eq!(mended(text), text);
    }
}

/// The least time of three that it takes.
fn least_time(mut work: impl FnMut()) -> Duration {
    let times = (0..3).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    times.min().unwrap()
}

#[test]
fn the_time_it_takes_grows_with_the_length_only() {
    for tail in ["[…]", "… ", ". Read more", "The post ", "&am", ". The post A appeared first on "] {
        let time = |times: usize| {
            let text = tail.repeat(5 * times);
            let html = format!("<p>{tail}</p>").repeat(times) + &format!("<p>{}</p>", tail.repeat(times));
            least_time(|| {
                bare(&text);
                take_off(&mut html.clone(), None);
            })
        };
        let (short, long) = (time(4_000), time(16_000));
        // Four times as long, or sixteen times where it took the square.
        assert!(long < short * 10 + Duration::from_millis(20), "{tail}: {short:?}, then {long:?}");
    }
}

#[test]
fn a_line_that_is_all_tail_is_known() {
    for (text, is) in [
        ("Read more", true),
        ("Continue reading A quay for all →", true),
        ("The post A quay appeared first on The Harbour.", true),
        ("[…]", true),
        ("Read this.", false),
        ("…and so on", false),
        ("", false),
    ] {
        assert_eq!(is_all(text), is, "{text}");
    }
}
