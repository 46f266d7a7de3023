//! The way out: which link leads out of the list. What readers know as that may be in any language, and the
//! address may be a counter's; so any of several signs will do.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::headers::unsubscribe_uris;
use super::letter::Letter;
use super::page::Page;
use super::tree::Node;

/// How addresses of pages for leaving, and subjects of mails for it, are named.
const IN_ADDRESSES: &[&str] = &[
    "unsub",
    "opt-out",
    "optout",
    "opt_out",
    "removeme",
    "remove-me",
    "cancel-sub",
    "stop-mail",
    "abmeld",
    "abbestell",
    "desabonn",
    "desinscri",
    "desuscri",
    "darsedebaja",
    "darse-de-baja",
    "cancelar-sus",
    "cancelar-sub",
    "cancelar-insc",
    "descadastr",
    "disiscri",
    "annulla-isc",
    "afmeld",
    "uitschrij",
    "avregistr",
    "avprenum",
    "avmeld",
    "frameld",
    "peruuta",
    "wypisz",
    "rezygn",
    "odhlas",
    "leiratk",
    "dezabon",
    "otpis",
    "odjav",
    "atsisak",
    "atrakst",
    "loobu",
    "abonelikten",
];

/// How links for leaving, and the sentences around them, are worded, folded to lower case.
const IN_TEXTS: &[&str] = &[
    // English, German, Dutch.
    "unsubscrib",
    "opt out",
    "opt-out",
    "no longer receive",
    "stop receiving",
    "leave this list",
    "abmeld",
    "abbestell",
    "melden sie sich ab",
    "afmeld",
    "uitschrij",
    "schrijf je uit",
    // French, Spanish, Catalan, Italian, Portuguese, Romanian.
    "désabonn",
    "desabonn",
    "désinscri",
    "desinscri",
    "darse de baja",
    "darte de baja",
    "date de baja",
    "dar de baja",
    "cancelar suscripción",
    "cancelar la suscripción",
    "cancelar tu suscripción",
    "anular suscripción",
    "anular la suscripción",
    "desuscri",
    "donar-te de baixa",
    "donar-se de baixa",
    "disiscri",
    "cancella l'iscrizione",
    "cancella l’iscrizione",
    "annulla l'iscrizione",
    "annulla l’iscrizione",
    "descadastr",
    "cancelar inscrição",
    "cancelar a inscrição",
    "cancelar subscrição",
    "cancelar a subscrição",
    "anular subscrição",
    "anular a subscrição",
    "cancelar assinatura",
    "cancelar a assinatura",
    "dezabon",
    // Swedish, Danish, Norwegian, Icelandic, Finnish, Estonian, Latvian, Lithuanian.
    "avregistrer",
    "avprenumerer",
    "avanmäl",
    "avsluta prenumeration",
    "frameld",
    "meld dig fra",
    "meld deg av",
    "avmeld",
    "afskrá",
    "peruuta tilau",
    "peru tilau",
    "lopeta tilau",
    "loobu",
    "tühista tellimus",
    "atrakst",
    "atteikties",
    "atsisakyti",
    "atšaukti prenumerat",
    // Polish, Czech, Slovak, Slovenian, Croatian, Hungarian, Greek, Turkish.
    "wypisz",
    "zrezygnuj",
    "anuluj subskrypcj",
    "odhlás",
    "odhlas",
    "zrušit odběr",
    "zrušiť odber",
    "odjav",
    "leiratk",
    "απεγγραφ",
    "διαγραφή από",
    "κατάργηση εγγραφής",
    "abonelikten",
    "aboneliği iptal",
    "listeden çık",
    // Russian, Ukrainian, Bulgarian, Serbian.
    "отписа",
    "отпиш",
    "отписк",
    "отписв",
    "відпис",
    "скасувати підписку",
    "одјав",
    // Arabic, Persian, Hebrew, Hindi, Indonesian, Vietnamese, Thai.
    "إلغاء الاشتراك",
    "الغاء الاشتراك",
    "لغو اشتراک",
    "הסרה",
    "להסיר",
    "ביטול הרשמה",
    "सदस्यता समाप्त",
    "berhenti berlangganan",
    "hủy đăng ký",
    "ยกเลิกการรับ",
    "ยกเลิกการสมัคร",
    // Japanese, Chinese, Korean.
    "配信停止",
    "配信の停止",
    "配信解除",
    "登録解除",
    "購読解除",
    "購読停止",
];

/// The same, in signs of which few say much.
const IN_HAN: &[&str] =
    &["退会", "退订", "退訂", "取消订阅", "取消訂閱", "수신거부", "수신 거부", "구독 취소"];

/// The longest sentence around a link that counts for the link: “To leave the list, click here”.
const SENTENCE: usize = 300;

/// The ways out of a list that its letter names.
pub(super) struct Exits {
    /// Those of List-Unsubscribe.
    uris: HashSet<String>,
    /// The same, without what differs by reader.
    pages: HashSet<String>,
}

impl Exits {
    pub(super) fn of(letter: &Letter<'_>) -> Self {
        let uris: HashSet<String> = unsubscribe_uris(letter).into_iter().collect();
        let pages = uris.iter().filter_map(|uri| without_query(uri)).collect();
        Self { uris, pages }
    }

    /// Whether an address is one to leave at: one of List-Unsubscribe, or one that says so.
    pub(super) fn leads_out(&self, address: &str) -> bool {
        let folded = address.to_lowercase();
        self.uris.contains(address)
            || without_query(address).is_some_and(|page| self.pages.contains(&page))
            || IN_ADDRESSES.iter().any(|word| folded.contains(word))
    }

    /// Whether any of the links of a page leads out of the list, by its address, its text, or the sentence that
    /// it is in.
    pub(super) fn has_way_out<'p>(
        &self,
        page: &Page,
        mut links: impl Iterator<Item = (usize, &'p str)>,
    ) -> bool {
        // Many links may stand in one block.
        let mut blocks = HashMap::new();
        let mut sentence_says_so = |link| {
            let block = page.numbers_around(link).find(|at| is_block(page.node(*at)));
            block.is_some_and(|block| {
                *blocks.entry(block).or_insert_with(|| is_sentence(&page.text_of(block)))
            })
        };
        links.any(|(link, href)| {
            self.leads_out(href) || says_so(&page.text_of(link)) || sentence_says_so(link)
        })
    }
}

/// Whether a text is a sentence that says that one can leave.
fn is_sentence(text: &str) -> bool {
    let text = text.trim();
    text.chars().nth(SENTENCE).is_none() && says_so(text)
}

/// Whether a text says that one can leave.
pub(super) fn says_so(text: &str) -> bool {
    let folded = text.to_lowercase();
    IN_TEXTS.iter().chain(IN_HAN).any(|words| folded.contains(words))
}

fn is_block(node: &Node) -> bool {
    matches!(node.name.as_str(), "p" | "div" | "td" | "th" | "li" | "center" | "body")
}

/// A web address without what differs by reader.
fn without_query(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok().filter(|url| url.has_host() && url.path().len() > 1)?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_out_is_known_in_many_languages() {
        for text in [
            "Unsubscribe",
            "Abbestellen",
            "Newsletter abmelden",
            "Se désabonner",
            "Se désinscrire",
            "Darse de baja",
            "Cancelar suscripción",
            "Disiscriviti",
            "Cancelar a subscrição",
            "Descadastrar-se",
            "Uitschrijven",
            "Afmelden",
            "Avregistrera dig",
            "Avprenumerera",
            "Afmeld nyhedsbrev",
            "Meld deg av",
            "Peruuta tilaus",
            "Wypisz się",
            "Zrezygnuj z subskrypcji",
            "Odhlásit odběr",
            "Odhlásiť sa",
            "Leiratkozás",
            "Dezabonare",
            "Отписаться от рассылки",
            "Відписатися",
            "Отписване",
            "Отпишете се",
            "Odjava",
            "Одјава",
            "Απεγγραφή",
            "Abonelikten çık",
            "Atsisakyti",
            "Atrakstīties",
            "Loobu uudiskirjast",
            "إلغاء الاشتراك",
            "הסרה מרשימת התפוצה",
            "لغو اشتراک",
            "सदस्यता समाप्त करें",
            "配信停止",
            "登録解除",
            "退订",
            "取消訂閱",
            "수신거부",
            "Hủy đăng ký",
            "ยกเลิกการรับข่าวสาร",
            "Berhenti berlangganan",
        ] {
            assert!(says_so(text), "{text}");
        }
        for text in
            ["Read on", "Weiterlesen", "Lire la suite", "続きを読む", "Preferences", "View in browser"]
        {
            assert!(!says_so(text), "{text}");
        }
    }

    #[test]
    fn an_address_leads_out_if_the_header_names_it_or_it_says_so() {
        let letter = b"List-Unsubscribe: <https://example.org/l/9?u=1>, <mailto:a@example.org>\r\n\r\n";
        let exits = Exits::of(&Letter::new(letter));
        for address in [
            "https://example.org/l/9?u=1",
            "https://example.org/l/9?u=2",
            "mailto:a@example.org",
            "mailto:b@example.org?subject=unsubscribe",
            "https://example.org/Abmelden",
        ] {
            assert!(exits.leads_out(address), "{address}");
        }
        for address in ["https://example.org/", "https://example.org/l/8?u=1", "mailto:b@example.org"] {
            assert!(!exits.leads_out(address), "{address}");
        }
    }
}
