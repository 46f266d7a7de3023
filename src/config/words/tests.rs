use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn words(language: &str) -> Words {
    Words::built_in(language).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn each_built_in_language_says_dates_and_numbers_in_its_own_form() {
    for (language, long, first, one, two, eleven) in [
        ("en", "Tuesday, 13 January 2026", "1 May", "1 story", "2 stories", "11 stories"),
        ("en-US", "Tuesday, January 13, 2026", "May 1", "1 story", "2 stories", "11 stories"),
        ("de-AT", "Dienstag, 13. Januar 2026", "1. Mai", "1 Artikel", "2 Artikel", "11 Artikel"),
        ("fr", "mardi 13 janvier 2026", "1er mai", "1 article", "2 articles", "11 articles"),
        ("es", "martes, 13 de enero de 2026", "1 de mayo", "1 artículo", "2 artículos", "11 artículos"),
        ("ar-EG", "الثلاثاء، 13 يناير 2026", "1 مايو", "مقال واحد", "مقالان", "11 مقالًا"),
        ("ja", "2026年1月13日 火曜日", "5月1日", "1本の記事", "2本の記事", "11本の記事"),
        ("tlh", "Tuesday, 13 January 2026", "1 May", "1 story", "2 stories", "11 stories"),
    ] {
        let words = words(language);
        assert_eq!(words.long_date(day("2026-01-13")), long, "{language}");
        assert_eq!(words.near_date(day("2026-05-01"), day("2026-06-01")), first, "{language}");
        assert_eq!([1, 2, 11].map(|count| words.stories(count)), [one, two, eleven], "{language}");
    }
    let ar = words("ar");
    assert_eq!([3, 100, 103].map(|count| ar.stories(count)), ["3 مقالات", "100 مقال", "103 مقالات"]);
}

#[test]
fn a_story_is_dated_by_weekday_within_six_days_and_in_full_beyond() {
    let (english, today) = (words("en"), day("2026-01-13"));
    for (date, shown) in [
        ("2026-01-13", "Tuesday"),
        ("2026-01-07", "Wednesday"),
        ("2026-01-06", "6 January"),
        ("2026-01-14", "14 January"),
        ("2025-12-31", "31 December 2025"),
    ] {
        assert_eq!(english.near_date(day(date), today), shown, "{date}");
    }
    assert_eq!(english.near_date(day("2025-12-31"), day("2026-01-01")), "Wednesday");
    assert_eq!(english.date(today), "13 January 2026");
}

/// The words of a language, with these catalogues in the user's folder.
fn with(language: &str, files: &[(&str, &str)]) -> Result<Words, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        files::write(&folder.path().join(name), text.as_bytes()).unwrap();
    }
    let place = format!("{}/", folder.path().display());
    Words::load(folder.path(), language).map_err(|problems| problems.to_string().replace(&place, ""))
}

#[test]
fn a_catalogue_of_the_user_says_otherwise_what_it_says_and_a_region_more_than_its_language() {
    let levant = "[dates]\ndigits = \"٠١٢٣٤٥٦٧٨٩\"\nfull = \"{year}/{day}\"";
    let files = [("ar.toml", "read_on = \"المزيد\"\npicture = \"رسم\""), ("ar-LB.toml", levant)];
    let words = with("ar-LB", &[files[0], files[1]]).unwrap();
    assert_eq!((&*words.read_on, &*words.picture, &*words.comma), ("المزيد", "رسم", "، "));
    assert_eq!(words.date(day("2026-01-13")), "٢٠٢٦/١٣");
    assert_eq!(with("ar", &files).unwrap().date(day("2026-01-13")), "13 يناير 2026");
}

#[test]
fn a_new_language_is_asked_for_all_it_needs_with_the_plural_forms_that_it_has() {
    let told =
        with("pl", &[("pl.toml", "read_on = \"Dalej\"\n[stories]\none = \"{count} artykuł\"")]).unwrap_err();
    for missing in
        ["`unsubscribe` is missing; ", "`few` is missing in [stories]", "`many` is missing in [stories]"]
    {
        assert!(told.contains(missing), "{missing}: {told}");
    }
    assert!(!told.contains("`two`") && !told.contains("`zero`"), "{told}");
    let english = include_str!("../../../templates/languages/en.toml");
    let swedish = with("sv-FI", &[("sv.toml", &english.replace("Read on", "Läs mer"))]).unwrap();
    assert_eq!((&*swedish.read_on, &*swedish.language), ("Läs mer", "sv-FI"));
}

#[test]
fn what_is_wrong_in_a_catalogue_is_told_at_its_place_with_its_remedy() {
    for (text, told) in [
        ("raed_on = \"x\"", "de.toml:1:1: unknown key `raed_on`; did you mean `read_on`?"),
        ("\nalso_at = \"Auch bei\"", "de.toml:2:11: `also_at`: \"Auch bei\" does not name {sources} once; "),
        ("[dates]\nlong = \"{wochentag}\"", "de.toml:2:8: `dates.long`: \"{wochentag}\" has braces "),
        ("[dates]\nmonths = [\"Jänner\"]", "de.toml:2:10: `dates.months`: it has not 12 names; "),
        ("[dates]\ndigits = \"012\"", "de.toml:2:10: `dates.digits`: it has 3 characters and not ten"),
        ("[stories]\nother = 3", "de.toml:2:9: `stories.other` is a whole number where a string"),
        ("read_on = \"a\\nb\"", "de.toml:1:11: `read_on`: it has a line break or a control character; "),
    ] {
        let found = with("de", &[("de.toml", text)]).unwrap_err();
        assert!(found.starts_with(told), "{found}");
    }
}
