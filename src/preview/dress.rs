//! How a mail program shows a mail: its width, its theme, and what it leaves out.

/// The frames that the mail is shown in, beside each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Frames {
    /// A phone's and a desktop's.
    #[default]
    Both,
    /// 375 pixels wide.
    Phone,
    /// 768 pixels wide.
    Tablet,
    /// 1024 pixels wide.
    Desktop,
    /// None: the plaintext, at 72 columns.
    Text,
}

impl Frames {
    /// Each with its name in addresses.
    pub const NAMED: [(&str, Self); 5] = [
        ("both", Self::Both),
        ("phone", Self::Phone),
        ("tablet", Self::Tablet),
        ("desktop", Self::Desktop),
        ("text", Self::Text),
    ];
}

/// The theme that a mail is read in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Light.
    #[default]
    Light,
    /// Dark, in programs that let a mail say how: Apple Mail's.
    Dark,
    /// Dark, in programs that change its colours by themselves, as some of Gmail's and Outlook's do: simulated.
    Forced,
}

impl Scheme {
    /// Each with its name in addresses.
    pub const NAMED: [(&str, Self); 3] =
        [("light", Self::Light), ("dark", Self::Dark), ("forced", Self::Forced)];
}

/// What a mail program makes of a mail's HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dress {
    /// The theme.
    pub scheme: Scheme,
    /// Whether it loads pictures.
    pub images: bool,
    /// Whether it keeps `<style>` elements.
    pub styles: bool,
}

impl Default for Dress {
    fn default() -> Self {
        Self { scheme: Scheme::Light, images: true, styles: true }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref)]
pub(super) fn dressed(html: &str, _dress: &Dress) -> String {
    html.to_owned()
}
#[expect(clippy::trivially_copy_pass_by_ref)]
pub(super) fn policy(_dress: &Dress) -> String {
    "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:".to_owned()
}
