//! Text as a part of an address, as each dialect makes it.

use unicode_segmentation::UnicodeSegmentation as _;

/// As Hugo's `urlize` makes it (`common/paths/path.go`): in lower case, letters, digits, their
/// marks and some signs stay, blanks become one `-`, the rest goes.
#[must_use]
pub fn urlize(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut blank = false;
    for grapheme in text.graphemes(true) {
        let Some(first) = grapheme.chars().next() else { continue };
        if first.is_alphanumeric() || ".\\_#+~-@".contains(first) {
            if blank && first != '-' && !slug.ends_with('-') {
                slug.push('-');
            }
            blank = false;
            slug.extend(grapheme.chars().flat_map(char::to_lowercase));
        } else if first.is_whitespace() {
            blank = !slug.is_empty();
        }
    }
    slug
}

/// As Zola's `slugify.paths = "on"` makes it, which is what Zola does unless told otherwise: ASCII.
#[must_use]
pub fn zola(text: &str) -> String {
    ::slug::slugify(text)
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
        c => c.is_alphanumeric().then_some(c),
    });
    kept.collect::<String>().to_lowercase()
}

/// Letters, digits and `signs`, with one `-` for each run of others between them.
fn hyphenated(text: &str, signs: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() && !signs.contains(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let made = (urlize(text), zola(text), jekyll(text), jekyll_title(text));
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
            ("مرحبا بالعالم", "مرحبا-بالعالم"),
        ] {
            assert_eq!(urlize(text), expected, "{text:?}");
        }
    }
}
