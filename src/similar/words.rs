//! The words of a title or a summary, in the form in which they are compared.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use unicase::UniCase;
use unicode_segmentation::UnicodeSegmentation;

/// The text of an HTML fragment: without tags, its entities decoded, on one line.
///
/// No tree is made, so that nesting costs nothing.
pub(super) fn text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return one_line(html);
    }
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Shown::default(), TokenizerOpts::default());
    // A sink that never asks for a script's result is fed to the end in one go.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    one_line(&tokenizer.sink.0.take())
}

/// What is shown of the tokens of HTML.
#[derive(Default)]
struct Shown(RefCell<String>);

impl TokenSink for Shown {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) => self.0.borrow_mut().push_str(&text),
            // "one<br>two" is two words.
            Token::TagToken(_) => self.0.borrow_mut().push(' '),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text, case folded, without possessives (`Iran’s` is `iran`), without the points of
/// abbreviations (`U.S.` is `us`) and the commas of numbers (`1,419` is `1419`).
///
/// Word borders are Unicode's (UAX 29), where each Han, Hiragana and Thai letter is a word of its own.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.unicode_words().map(|word| {
        let folded = UniCase::unicode(word).to_folded_case().replace('’', "'");
        let stem = folded.strip_suffix("'s").unwrap_or(&folded);
        let is_number = stem.contains(char::is_numeric);
        stem.replace(|c: char| matches!(c, ',' | '\'' | '٬') || c == '.' && !is_number, "")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_read_as_it_is_shown() {
        for (html, shown) in [
            ("plain  text", "plain text"),
            ("Tom &amp; Jerry&#8217;s &quot;show&quot;", "Tom & Jerry’s \"show\""),
            ("A headline&nbsp;&nbsp;<font color=\"#6f6f6f\">BBC</font>", "A headline BBC"),
            ("one<br>two<!-- three -->", "one two"),
            ("rates < 3 % & falling", "rates < 3 % & falling"),
        ] {
            assert_eq!(text(html), shown, "{html:?}");
        }
    }

    #[test]
    fn words_are_compared_without_case_possessives_and_points() {
        for (text, expected) in [
            ("Iran’s U.S. talks — 'off'", &["iran", "us", "talks", "off"][..]),
            ("Day 1,419: $1.5bn", &["day", "1419", "1.5bn"]),
            ("Up 1.5 %", &["up", "1.5"]),
            ("Straße gesperrt", &["strasse", "gesperrt"]),
            ("首相が訪米", &["首", "相", "が", "訪", "米"]),
            ("رئيس الوزراء", &["رئيس", "الوزراء"]),
        ] {
            assert_eq!(words(text).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }
}
