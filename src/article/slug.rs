//! Text as a part of an address, as each dialect makes it.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use unicode_segmentation::UnicodeSegmentation as _;

/// What a site's configuration says of how names are written in addresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slugs {
    /// Letters keep their case: Hugo's `disablePathToLower`.
    pub cased: bool,
    /// Letters lose their accents: Hugo's `removePathAccents`.
    pub unaccented: bool,
    /// What becomes of other signs in Zola: its `slugify.paths`.
    pub strategy: Strategy,
    /// The day at the head of a name stays in addresses: Zola's `slugify.paths_keep_dates`.
    pub dated: bool,
}

/// Zola's `slugify.paths` (<https://www.getzola.org/documentation/getting-started/configuration/>).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strategy {
    /// ASCII alone.
    #[default]
    On,
    /// All but what file systems refuse.
    Safe,
    /// As it is written.
    Off,
}

impl Slugs {
    /// As Hugo's `urlize` makes it (`common/paths/path.go`): in lower case, letters, digits, their
    /// marks and some signs stay, blanks become one `-`, the rest goes.
    #[must_use]
    pub fn urlize(self, text: &str) -> String {
        let mut slug = String::with_capacity(text.len());
        let mut blank = false;
        for grapheme in text.graphemes(true) {
            let Some(first) = grapheme.chars().next() else { continue };
            if is_letter(first) || "./\\_#+~-@".contains(first) {
                if blank && first != '-' && !slug.ends_with('-') {
                    slug.push('-');
                }
                blank = false;
                self.push(grapheme, &mut slug);
            } else if first.is_whitespace() {
                blank = !slug.is_empty();
            }
        }
        slug
    }

    /// Writes a letter with its marks.
    fn push(self, grapheme: &str, slug: &mut String) {
        let mut add = |c: char| if self.cased { slug.push(c) } else { slug.extend(c.to_lowercase()) };
        if self.unaccented {
            let letters = DecomposingNormalizerBorrowed::new_nfd().normalize_iter(grapheme.chars());
            letters.filter(|c| category(*c) != GeneralCategory::NonspacingMark).for_each(add);
        } else {
            grapheme.chars().for_each(&mut add);
        }
    }

    /// As Zola makes it (`slugify_paths`).
    #[must_use]
    pub fn zola(self, text: &str) -> String {
        match self.strategy {
            Strategy::On => ::slug::slugify(text),
            Strategy::Safe => {
                text.trim_end_matches([' ', '.']).replace(|c: char| r#"<>:"/\|?*"#.contains(c), "")
            }
            Strategy::Off => text.to_owned(),
        }
    }
}

/// As Jekyll's `Utils.slugify` makes it (`lib/jekyll/utils.rb`): in lower case, letters and digits
/// stay, and runs of others become one `-`.
#[must_use]
pub fn jekyll(text: &str) -> String {
    hyphenated(text, "").to_lowercase()
}

/// As Jekyll's `:title` is made: `Utils.slugify` in the mode `pretty`, with its case.
#[must_use]
pub fn jekyll_title(text: &str) -> String {
    hyphenated(text, "._~!$&'()+,;=@")
}

/// As Astro makes the ids of its collections (github-slugger): in lower case, letters, digits, `-`
/// and `_` stay, each blank becomes a `-`, the rest goes.
#[must_use]
pub fn astro(text: &str) -> String {
    let kept = text.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c => (is_letter(c) || category(c) == GeneralCategory::LetterNumber).then_some(c),
    });
    kept.collect::<String>().to_lowercase()
}

/// Letters, their marks, and decimal digits: `½` and `Ⅷ` are none.
fn is_letter(c: char) -> bool {
    use GeneralCategory as Is;
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    matches!(
        category(c),
        Is::UppercaseLetter
            | Is::LowercaseLetter
            | Is::TitlecaseLetter
            | Is::ModifierLetter
            | Is::OtherLetter
            | Is::NonspacingMark
            | Is::SpacingMark
            | Is::EnclosingMark
            | Is::DecimalNumber
    )
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// Letters, digits and `signs`, with one `-` for each run of others between them.
fn hyphenated(text: &str, signs: &str) -> String {
    let words = text.split(|c: char| !is_letter(c) && !signs.contains(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_may_have_names_written_otherwise() {
        let hugo = |cased, unaccented| Slugs { cased, unaccented, ..Slugs::default() };
        assert_eq!(hugo(true, false).urlize("Über Öl"), "Über-Öl");
        assert_eq!(hugo(false, true).urlize("Über Öl"), "uber-ol");
        let zola = |strategy| Slugs { strategy, ..Slugs::default() };
        assert_eq!(zola(Strategy::Safe).zola("Über: Öl?. "), "Über Öl");
        assert_eq!(zola(Strategy::Off).zola("Über: Öl?"), "Über: Öl?");
    }

    #[test]
    fn each_dialect_makes_slugs_its_own_way() {
        for (text, hugo, zola_slug, jekyll_slug, title, astro_slug) in [
            ("Hello, World", "hello-world", "hello-world", "hello-world", "Hello,-World", "hello-world"),
            ("my_post v1.2", "my_post-v1.2", "my-post-v1-2", "my-post-v1-2", "my_post-v1.2", "my_post-v12"),
            ("Über Öl", "über-öl", "uber-ol", "über-öl", "Über-Öl", "über-öl"),
            ("C# & F+", "c#-f+", "c-f", "c-f", "C-&-F+", "c--f"),
            ("  -a- ", "-a-", "a", "a", "a", "---a--"),
            ("?!", "", "", "", "!", ""),
        ] {
            let plain = Slugs::default();
            let made = (plain.urlize(text), plain.zola(text), jekyll(text), jekyll_title(text));
            let expected = (hugo.into(), zola_slug.into(), jekyll_slug.into(), title.into());
            assert_eq!(made, expected, "{text:?}");
            assert_eq!(astro(text), astro_slug, "{text:?}");
        }
    }

    #[test]
    fn urlize_is_hugos() {
        for (text, expected) in [
            ("Homan says ‘he’s not’ — really", "homan-says-hes-not-really"),
            ("a - b", "a-b"),
            ("  a\tb  ", "a-b"),
            ("naïve Ünïcode", "naïve-ünïcode"),
            ("हिन्दी में", "हिन्दी-में"),
            ("½ a/b ²", "a/b"),
            ("مرحبا بالعالم", "مرحبا-بالعالم"),
        ] {
            assert_eq!(Slugs::default().urlize(text), expected, "{text:?}");
        }
    }
}
