//! The keys that are looked at, and what a site calls them.

/// The keys, in lower case, as Hugo compares keys.
pub(super) const KNOWN: [&str; 45] = [
    "title",
    "date",
    "publishdate",
    "pubdate",
    "pubdatetime",
    "published",
    "lastmod",
    "modified",
    "expirydate",
    "unpublishdate",
    "draft",
    "tags",
    "tag",
    "categories",
    "category",
    "taxonomies",
    "link",
    "source",
    "images",
    "image",
    "summary",
    "description",
    "slug",
    "url",
    "permalink",
    "path",
    "template",
    "weight",
    "featured",
    "newsletter",
    "render",
    "build",
    "_build",
    "headless",
    "eleventyexcludefromcollections",
    "cascade",
    // YAML's merge key (<https://yaml.org/type/merge.html>).
    "<<",
    // Where the site's own fields stand: in Hugo since 0.123, and in Zola.
    "params",
    "extra",
    // These only tell that it is Zola's.
    "in_search_index",
    "insert_anchor_links",
    "page_template",
    "paginate_by",
    "sort_by",
    "transparent",
];

/// The keys that only Zola has.
pub(super) const ZOLAS: [&str; 8] = [
    "taxonomies",
    "extra",
    "in_search_index",
    "insert_anchor_links",
    "page_template",
    "paginate_by",
    "sort_by",
    "transparent",
];

/// The fields that are not the generators' but sites' own.
pub(super) const OWN: [&str; 6] = ["link", "source", "images", "image", "featured", "newsletter"];

/// What a site calls the fields that it does not call by the names above: `[site.fields]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldNames(Vec<(&'static str, String)>);

impl FieldNames {
    /// The fields that may have another name: as config.toml spells them, and the key it replaces.
    pub const FIELDS: [(&'static str, &'static str); 17] = [
        ("title", "title"),
        ("date", "date"),
        ("publish_date", "publishdate"),
        ("expiry_date", "expirydate"),
        ("draft", "draft"),
        ("description", "description"),
        ("summary", "summary"),
        ("slug", "slug"),
        ("url", "url"),
        ("image", "image"),
        ("link", "link"),
        ("source", "source"),
        ("categories", "categories"),
        ("tags", "tags"),
        ("weight", "weight"),
        ("featured", "featured"),
        ("newsletter", "newsletter"),
    ];

    /// Has the key `name`, which may stand in a table (`extra.published_on`), mean a field (a key
    /// of [`Self::FIELDS`]), whose own key then means nothing.
    pub fn rename(&mut self, key: &'static str, name: String) {
        self.0.push((key, name));
    }

    /// What a key is to us.
    pub(super) fn known(&self, key: &str) -> Option<&'static str> {
        let known = || KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(key));
        if self.0.is_empty() {
            return known();
        }
        let renamed = self.0.iter().find(|(_, name)| name.eq_ignore_ascii_case(key));
        renamed.map(|(field, _)| *field).or_else(|| known().filter(|known| !self.replaces(known)))
    }

    /// What a key in one of the site's own tables is to us.
    pub(super) fn known_in(&self, table: &str, key: &str) -> Option<&'static str> {
        let is_it = |name: &str| {
            name.split_once('.').is_some_and(|(outer, inner)| {
                outer.eq_ignore_ascii_case(table) && inner.eq_ignore_ascii_case(key)
            })
        };
        let renamed = self.0.iter().find(|(_, name)| is_it(name)).map(|(field, _)| *field);
        let own = || OWN.into_iter().find(|own| own.eq_ignore_ascii_case(key) && !self.replaces(own));
        renamed.or_else(own)
    }

    /// Whether a key gave its meaning to another, itself or as a spelling of one that did.
    fn replaces(&self, key: &str) -> bool {
        let field = match key {
            "images" => "image",
            "tag" => "tags",
            "category" => "categories",
            key => key,
        };
        self.0.iter().any(|(replaced, _)| *replaced == field)
    }
}
