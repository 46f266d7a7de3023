//! Style sheets: what `<style>` and `style="…"` declare for an element (CSS Cascade 4, CSS Syntax 3).
//!
//! Only what every mail program applies is read: rules outside of `@media`, or in one for screens of any
//! width, and those for a dark theme. A selector knows tags, classes, ids, descendants and children; a rule
//! with another one (`:hover`, `[data-ogsc]`, `u + .body`) is for states or mail programs that are not
//! judged, and left out.

use std::rc::Rc;

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, RuleBodyParser, StyleSheetParser,
};

use super::tree::Node;

/// How deep `@media` may stand within `@media`.
const DEEPEST: u8 = 4;
/// The most parts of a selector: what is longer is left out.
const LONGEST: usize = 12;

/// Which rules count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    /// Those without conditions.
    Light,
    /// Also those of `@media (prefers-color-scheme: dark)`.
    Dark,
}

/// The rules of a document's style sheets, in order.
#[derive(Debug, Default)]
pub(super) struct Sheet(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    selectors: Vec<Selector>,
    declarations: Vec<Rc<Declaration>>,
    theme: Theme,
}

/// `property: value`, the value in lower case.
#[derive(Debug)]
pub(super) struct Declaration {
    name: String,
    value: String,
    is_important: bool,
}

/// What is declared for one element, the weightiest last.
#[derive(Debug, Default)]
pub(super) struct Declared(Vec<Rc<Declaration>>);

impl Declared {
    /// The value of a property.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.last(&[name]).map(|(_, value)| value)
    }

    /// The weightiest of some properties, where one says what another one says too: its name and value.
    pub(super) fn last(&self, names: &[&str]) -> Option<(&str, &str)> {
        let found = self.0.iter().rev().find(|one| names.contains(&one.name.as_str()));
        found.map(|one| (one.name.as_str(), one.value.as_str()))
    }
}

impl Sheet {
    /// Adds the rules of a `<style>`.
    pub(super) fn read(&mut self, css: &str) {
        let mut rules = Rules { into: &mut self.0, theme: Theme::Light, depth: 0 };
        rules.read(&mut Parser::new(css));
    }

    /// How many selectors and declarations there are: what each element is held to.
    pub(super) fn size(&self) -> usize {
        self.0.iter().map(|rule| rule.selectors.len() + rule.declarations.len()).sum()
    }

    /// Whether any rule is for a dark theme.
    pub(super) fn is_dark(&self) -> bool {
        self.0.iter().any(|rule| rule.theme == Theme::Dark)
    }

    /// What the sheet and its own `style` declare for an element. `above` is what it stands in, the nearest
    /// first.
    pub(super) fn declared<'p>(
        &self,
        node: &'p Node,
        above: &(impl Iterator<Item = &'p Node> + Clone),
        theme: Theme,
    ) -> Declared {
        let mut found: Vec<((bool, bool, Weight), Rc<Declaration>)> = Vec::new();
        for rule in self.0.iter().filter(|rule| theme == Theme::Dark || rule.theme == Theme::Light) {
            let weights = rule.selectors.iter().filter(|one| one.matches(node, above.clone()));
            let Some(weight) = weights.map(Selector::weight).max() else { continue };
            let of_rule = rule.declarations.iter().cloned();
            found.extend(of_rule.map(|one| ((one.is_important, false, weight), one)));
        }
        let own = node.attribute("style").map(declarations).unwrap_or_default();
        found.extend(own.into_iter().map(|one| ((one.is_important, true, Weight::default()), one)));
        // What weighs the same keeps its order.
        found.sort_by_key(|(weight, _)| *weight);
        Declared(found.into_iter().map(|(_, one)| one).collect())
    }
}

/// Specificity: ids, classes, tags.
type Weight = (usize, usize, usize);

/// A selector's compounds from left to right, each with how it stands to the one before it.
#[derive(Debug, PartialEq, Eq)]
struct Selector(Vec<(Relation, Compound)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Descendant,
    Child,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Compound {
    tag: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

impl Selector {
    fn parse(text: &str) -> Option<Self> {
        let (mut compounds, mut relation) = (Vec::new(), Relation::Descendant);
        for word in text.replace('>', " > ").split_whitespace() {
            if word == ">" {
                relation = Relation::Child;
            } else {
                compounds.push((relation, Compound::parse(word)?));
                relation = Relation::Descendant;
            }
        }
        ((1..=LONGEST).contains(&compounds.len()) && relation == Relation::Descendant)
            .then_some(Self(compounds))
    }

    fn weight(&self) -> Weight {
        self.0.iter().fold((0, 0, 0), |(ids, classes, tags), (_, one)| {
            let (id, tag) = (usize::from(one.id.is_some()), usize::from(one.tag.is_some()));
            (ids + id, classes + one.classes.len(), tags + tag)
        })
    }

    /// Whether it is about an element. Takes the nearest that fits for each part, which is right but where
    /// children and descendants are mixed so that another one would have to be taken.
    fn matches<'p>(&self, node: &'p Node, mut above: impl Iterator<Item = &'p Node>) -> bool {
        let Some(((relation, last), rest)) = self.0.split_last() else { return false };
        let mut relation = *relation;
        if !last.matches(node) {
            return false;
        }
        for (next, compound) in rest.iter().rev() {
            let is_there = match relation {
                Relation::Child => above.next().is_some_and(|one| compound.matches(one)),
                Relation::Descendant => above.any(|one| compound.matches(one)),
            };
            if !is_there {
                return false;
            }
            relation = *next;
        }
        true
    }
}

impl Compound {
    /// Reads `tag.class#id`, `*` and `:root`.
    fn parse(word: &str) -> Option<Self> {
        let mut compound = Self::default();
        let start = word.find(['.', '#']).unwrap_or(word.len());
        match &word[..start] {
            "" | "*" => {}
            ":root" => compound.tag = Some("html".to_owned()),
            tag => compound.tag = Some(name(tag)?.to_ascii_lowercase()),
        }
        let mut rest = &word[start..];
        while let Some(sign) = rest.chars().next() {
            let end = rest[1..].find(['.', '#']).map_or(rest.len(), |at| at + 1);
            let text = name(&rest[1..end])?.to_owned();
            if sign == '.' {
                compound.classes.push(text);
            } else {
                compound.id = Some(text);
            }
            rest = &rest[end..];
        }
        Some(compound)
    }

    fn matches(&self, node: &Node) -> bool {
        !node.name.is_empty()
            && self.tag.as_ref().is_none_or(|tag| *tag == node.name)
            && self.id.as_ref().is_none_or(|id| node.attribute("id") == Some(id))
            && self.classes.iter().all(|class| node.classes().any(|one| one == class))
    }
}

/// A name without anything else in it.
fn name(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    (!text.is_empty() && text.chars().all(is_part)).then_some(text)
}

/// The declarations of a `style` attribute.
fn declarations(text: &str) -> Vec<Rc<Declaration>> {
    RuleBodyParser::new(&mut Parser::new(text), &mut Body).flatten().map(Rc::new).collect()
}

/// All that is left of an input, as it is written.
fn rest<'i>(input: &mut Parser<'i>) -> &'i str {
    let start = input.position();
    while input.next().is_ok() {}
    input.slice_from(start)
}

/// Reads declarations.
struct Body;

impl<'i> DeclarationParser<'i> for Body {
    type Declaration = Declaration;
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
        _: &ParserState,
    ) -> Result<Declaration, ParseError<()>> {
        let value = rest(input).to_ascii_lowercase();
        let (value, mark) = value.rsplit_once('!').unwrap_or((&value, ""));
        let is_important = mark.trim() == "important";
        Ok(Declaration { name: name.to_ascii_lowercase(), value: value.trim().to_owned(), is_important })
    }
}

impl AtRuleParser<'_> for Body {
    type Prelude = ();
    type AtRule = Declaration;
    type Error = ();
}

impl QualifiedRuleParser<'_> for Body {
    type Prelude = ();
    type QualifiedRule = Declaration;
    type Error = ();
}

impl RuleBodyItemParser<'_, Declaration, ()> for Body {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}

/// Reads rules, of one theme.
struct Rules<'s> {
    into: &'s mut Vec<Rule>,
    theme: Theme,
    depth: u8,
}

impl Rules<'_> {
    fn read(&mut self, input: &mut Parser<'_>) {
        // A rule that is broken is left out, as everywhere.
        StyleSheetParser::new(input, self).for_each(drop);
    }
}

impl<'i> QualifiedRuleParser<'i> for Rules<'_> {
    type Prelude = Vec<Selector>;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<Vec<Selector>, ParseError<()>> {
        Ok(rest(input).split(',').filter_map(Selector::parse).collect())
    }

    fn parse_block(
        &mut self,
        selectors: Vec<Selector>,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        let declarations: Vec<_> = RuleBodyParser::new(input, &mut Body).flatten().map(Rc::new).collect();
        if !selectors.is_empty() {
            self.into.push(Rule { selectors, declarations, theme: self.theme });
        }
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for Rules<'_> {
    /// The theme of an `@media` whose rules count.
    type Prelude = Option<Theme>;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
    ) -> Result<Option<Theme>, ParseError<()>> {
        let condition = rest(input);
        Ok(if name.eq_ignore_ascii_case("media") { theme(condition) } else { None })
    }

    fn parse_block(
        &mut self,
        theme: Option<Theme>,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        if let Some(theme) = theme.filter(|_| self.depth < DEEPEST) {
            let theme = if self.theme == Theme::Dark { Theme::Dark } else { theme };
            Rules { into: self.into, theme, depth: self.depth + 1 }.read(input);
        }
        Ok(())
    }
}

/// The theme that a media query is about, if it is about no more than that.
fn theme(query: &str) -> Option<Theme> {
    let query: String = query.to_ascii_lowercase().split_whitespace().collect();
    let feature = query.trim_start_matches("only");
    let feature = feature.strip_prefix("screen").or_else(|| feature.strip_prefix("all")).unwrap_or(feature);
    match feature.trim_start_matches("and") {
        "" => Some(Theme::Light),
        "(prefers-color-scheme:dark)" => Some(Theme::Dark),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    /// What is declared for the element with the id `x`.
    fn declared(css: &str, body: &str, theme: Theme) -> String {
        let mut sheet = Sheet::default();
        sheet.read(css);
        let tree = Tree::parse(body).unwrap();
        let (number, node) = tree.nodes().find(|(_, node)| node.attribute("id") == Some("x")).unwrap();
        let above: Vec<&Node> = tree.around(number).collect();
        let declared = sheet.declared(node, &above.into_iter(), theme);
        declared.get("color").unwrap_or_default().to_owned()
    }

    #[test]
    fn the_weightiest_rule_that_matches_says_the_colour() {
        let body = r#"<div class="a b"><p id="x" class="c">x</p></div>"#;
        for (css, colour) in [
            ("p { color: red }", "red"),
            ("P, h1 { color: RED }", "red"),
            (".c { color: red } p { color: blue }", "red"),
            ("p { color: blue } p { color: red }", "red"),
            ("p { color: red !important } #x { color: blue }", "red"),
            ("div > p { color: red }", "red"),
            (".a.b .c { color: red } .a .c { color: blue }", "red"),
            ("body > p { color: blue }", ""),
            (".d, p.d { color: blue }", ""),
            ("p:hover { color: blue } [class] { color: blue } u + p { color: blue }", ""),
            ("@media (max-width: 480px) { p { color: blue } }", ""),
            ("@media only screen { p { color: red } }", "red"),
            ("@media print { p { color: blue } }", ""),
            ("@font-face { src: url(x) } p { color: red }", "red"),
            ("<!-- p { color: red } -->", "red"),
            ("p { color } p { background: url(;}) ; color: red", "red"),
        ] {
            assert_eq!(declared(css, body, Theme::Light), colour, "{css}");
        }
    }

    #[test]
    fn the_rules_of_a_dark_theme_count_in_it_alone() {
        let body = r#"<p id="x" style="color: blue">x</p>"#;
        for query in ["(prefers-color-scheme: dark)", "screen and (prefers-color-scheme:dark)"] {
            let css = format!("@media {query} {{ p {{ color: red !important }} }}");
            assert_eq!(declared(&css, body, Theme::Light), "blue");
            assert_eq!(declared(&css, body, Theme::Dark), "red");
        }
    }

    #[test]
    fn its_own_style_goes_before_the_sheet_unless_that_is_important() {
        let body = r#"<p id="x" style="background: url('a;b:c'); COLOR : Red">x</p>"#;
        assert_eq!(declared("#x { color: blue }", body, Theme::Light), "red");
        assert_eq!(declared("#x { color: blue !important }", body, Theme::Light), "blue");
    }
}
