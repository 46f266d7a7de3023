//! Samples of what people send.

use super::sample::{Article, Sample};

/// All of them; each is to be composed.
pub(crate) fn benign() -> Vec<Sample> {
    let samples = [
        demo(),
        news(),
        Sample::new("one-article").with(&council(1)),
        Sample::new("fifty-articles").with_all((1..=50).map(council)),
        pictures(),
        Sample::new("no-summaries").with_all((1..=6).map(|number| council(number).summary("").markdown(""))),
        Sample::new("headlines").set("digests.weekly.layout", "headlines").with_all((1..=12).map(council)),
        note(),
        branded(),
        full("bodies-of-generators", &["hugo.md", "jekyll.md"]),
        full("bodies-of-editors", &["wordpress.html", "substack.html", "feed.html"]),
        full("bodies-of-all-elements", &["structure.html"]),
        full("bodies-of-tables", &["tables.html"]),
        german(),
        arabic(),
        japanese(),
        emoji(),
    ];
    samples.into()
}

fn demo() -> Sample {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/demo");
    Sample::new("demo").set("site.content", vec![demo]).set("digests.weekly.group_by", "tag")
}

/// The `number`th of many articles, no two of which are about the same.
pub(super) fn council(number: u32) -> Article<'static> {
    const TOWNS: [&str; 10] = [
        "Alder Bay",
        "Birch Hill",
        "Cedar Falls",
        "Dune Harbor",
        "Elm Crossing",
        "Fern Valley",
        "Gull Point",
        "Heron Lake",
        "Ivy Bridge",
        "Juniper Pass",
    ];
    const DEEDS: [&str; 5] = [
        "votes to keep its night bus",
        "opens a reading room in the old mill",
        "asks readers how to mend the pier",
        "plants six hundred apple trees",
        "teaches its clerks to write plainly",
    ];
    let at = number as usize - 1;
    let (town, deed) = (TOWNS[at % TOWNS.len()], DEEDS[at / TOWNS.len() % DEEDS.len()]);
    Article::new(format!("council-{number}"), format!("{town} {deed}"))
        .day(13 - number % 6)
        .summary(format!("The council of {town} met on Monday. A second reading is due in March, and whoever wants to speak may."))
        .markdown(format!("The council met **on Monday** and heard [the mayor](https://www.example.com/mayor/{number}) of {town}.\n"))
        .tags(&[["immigration", "border"][at % 2]])
}

/// What a robot makes of feeds: several sources, one story told by three of them.
fn news() -> Sample {
    let feeds = [
        "https://feeds.example.com/latest",
        "https://rss.herald.example/top.xml",
        "https://www.gazette.example/feed/",
    ];
    let told = feeds.iter().enumerate().map(|(at, feed)| {
        let ending = ["", " - The Herald", ", officials say"][at];
        Article::new(
            format!("pier-{at}"),
            format!("Ferry pier at Gull Point closes for the winter after storm damage{ending}"),
        )
        .source(feed)
        .summary("The pier is closed until April. Boats land at the old mill, and the bus meets them.")
        .tags(&["ferry", "weather"])
        .html("<p>The pier is closed <a href=\"https://www.example.com/pier\">until April</a>.</p>")
    });
    let others = (1..=11).map(|number| {
        let tags: &[&str] =
            [&["courts", "county"][..], &["ferry", "county"], &["schools"]][number as usize % 3];
        council(number).source(feeds[number as usize % 3]).tags(tags).body("feed.html")
    });
    Sample::new("news")
        .set("digests.weekly.group_by", "tag")
        .set("digests.weekly.limit", 12)
        .with_all(told)
        .with_all(others)
}

/// Each article has a picture, and its body more of them, all 1,200 pixels wide.
fn pictures() -> Sample {
    let articles = (1..=4).map(|number| {
        let picture = |at: u32| format!("https://img.example.com/{number}/{at}.jpg");
        council(number).image(picture(0)).html(format!(
            "<p><img src=\"{0}\" width=\"1200\" height=\"800\" alt=\"The hall, seen from the river\"></p>\
             <p><a href=\"https://www.example.com/photos/{number}\"><img src=\"{1}\"></a></p>\
             <figure><img src=\"{2}\" alt=\"A map of the ward\" style=\"width:1200px;min-width:1200px\"><figcaption>A map</figcaption></figure>\
             <table><tr><th>Before</th><th>After</th></tr><tr><td><img src=\"{1}\" width=\"1200\" alt=\"Before\"></td><td><img src=\"{2}\" alt=\"After\"></td></tr></table>\
             <ul><li>In a list: <img src=\"{0}\" height=\"800\" alt=\"The hall again\"></li></ul>",
            picture(1), picture(2), picture(3),
        ))
    });
    Sample::new("pictures").set("digests.weekly.layout", "full").with_all(articles)
}

fn note() -> Sample {
    let note = "Good morning. **Here is your week**, with [a correction](https://news.example.org/corrections/).\n\n\
                ## Two things first\n\n1. The office is closed on Friday.\n2. Write to us: <editor@example.org>.\n\n\
                > What did we miss?\n";
    Sample::new("note").set("digests.weekly.intro", note).with_all((1..=5).map(council))
}

/// With all that a site can set about its looks and its words, and a lead with a picture.
fn branded() -> Sample {
    let social: toml::Value = toml::toml! {
        all = [
            { title = "Mastodon", url = "https://social.example/@border" },
            { title = "RSS", url = "https://news.example.org/feed.xml" },
        ]
    }["all"]
        .clone();
    let sample = Sample::new("branded")
        .set("brand.logo", "https://news.example.org/logo.png")
        .set("brand.accent", "#7fd1ff")
        .set("brand.font", "Verdana, 'DejaVu Sans', sans-serif")
        .set("brand.headline_font", "'Courier New', monospace")
        .set("brand.header", "News from *both* banks of the river")
        .set("brand.footer", "Set in Springfield. Write to [the editor](mailto:editor@example.org).")
        .set("brand.social", social)
        .set("pages.url", "https://news.example.org/mail/")
        .set("pages.secret_env", "TIDINGS_SECRET")
        .set("digests.weekly.web", "https://news.example.org/weekly/{issue}/")
        .set("digests.weekly.number_from", 41)
        .set("digests.weekly.limit", 6)
        .set("digests.weekly.more_headlines", 5)
        .with(&council(1).day(14).image("https://img.example.com/lead.jpg"))
        .with_all((2..=12).map(council));
    sample.project.env("TIDINGS_SECRET", "a secret of a decent length");
    sample
}

/// Whole articles.
fn full(name: &'static str, bodies: &[&str]) -> Sample {
    let articles = bodies.iter().zip(1..).map(|(file, number)| council(number).body(file));
    Sample::new(name).set("digests.weekly.layout", "full").with_all(articles)
}

/// Whole articles in a language, in groups, with a note.
fn speaking(name: &'static str, language: &str, title: &str) -> Sample {
    Sample::new(name)
        .set("site.language", language)
        .set("digests.weekly.title", title)
        .set("digests.weekly.layout", "full")
        .set("digests.weekly.group_by", "tag")
}

fn german() -> Sample {
    speaking("german", "de", "Die Woche der Verkehrsinfrastrukturfinanzierungsgesellschaft").with_all([
        Article::new(
            "kapitaen",
            "Donaudampfschifffahrtsgesellschaftskapitän zählt Fahrgäste im Straßenbahnhaltestellenhäuschen",
        )
        .tags(&["Verkehrswegeplanungsbeschleunigungsgesetz", "Köln"])
        .body("german.md"),
        Article::new(
            "gesetz",
            "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung aufgehoben",
        )
        .summary("Kürzer geht es nicht: die Verordnung mit dem langen Namen ist Geschichte.")
        .tags(&["Verkehrswegeplanungsbeschleunigungsgesetz"]),
        Article::new("koeln", "Köln grüßt").summary("Größe ist nicht alles.").tags(&["Köln"]),
        Article::new("bonn", "Bonn grüßt zurück").summary("Übermut tut selten gut.").tags(&["Köln"]),
    ])
}

fn arabic() -> Sample {
    speaking("arabic", "ar", "أخبار الأسبوع")
        .set("site.title", "بريد الحدود")
        .set("digests.weekly.intro", "صباح الخير. **هذا أسبوعكم**.")
        .with_all([
            Article::new("library", "المكتبة العامة تفتح أبوابها في الثامنة صباحا")
                .tags(&["ثقافة"])
                .body("arabic.md"),
            Article::new("harbour", "سفينة جديدة في المرفأ: Gull Point 2")
                .summary("وصلت السفينة يوم الاثنين، وعلى متنها 204 ركاب.")
                .tags(&["ثقافة", "بحر"]),
            Article::new("school", "مدرسة في الجبل").summary("يتعلم الأطفال القراءة.").tags(&["بحر"]),
        ])
}

fn japanese() -> Sample {
    speaking("japanese", "ja", "今週の知らせ").set("site.title", "国境通信").with_all([
        Article::new("pier", "港の新しい桟橋が開き、市長が最初の船を迎える")
            .tags(&["港"])
            .body("japanese.md"),
        Article::new("library", "図書館の開館時間が延びる、月曜日から午後九時まで")
            .summary("図書館は月曜日から午後九時まで開く。コーヒーもある。")
            .tags(&["港", "文化"]),
        Article::new("school", "学校で雪").summary("子どもたちは喜んだ。").tags(&["文化"]),
    ])
}

fn emoji() -> Sample {
    let lead =
        Article::new("weather", "Rain 🌧️ and sun ☀️ at once, and a family 👨‍👩‍👧‍👦 of four").body("emoji.md");
    Sample::new("emoji")
        .set("digests.weekly.layout", "full")
        .set("digests.weekly.title", "🗞️ The week")
        .with_all([lead, Article::new("flags", "🇸🇪 meets 🇩🇰").summary("👍🏽 said both.")])
}
