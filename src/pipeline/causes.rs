//! Causes: why deliveries were not made, those that servers told in the same words together.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use lettre::Address;

use crate::delivery::{Delivery, State, enhanced};

/// What is left out where words differ from one recipient to the next.
const VARYING: &str = "…";

/// Why some deliveries were not made, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Where they stand.
    pub state: State,
    /// The reply's three digits, where a server answered.
    pub code: Option<u16>,
    /// Its enhanced status code.
    pub status: Option<String>,
    /// The rest of it, or what happened instead; with `…` for addresses, numbers and ids.
    pub text: String,
    /// How many.
    pub count: u64,
    /// When the first of them is tried again.
    pub due: Option<DateTime<Utc>>,
}

/// The causes of deliveries that have a reply, the most frequent first.
pub(super) fn causes(deliveries: &[Delivery]) -> Vec<Cause> {
    let mut causes = BTreeMap::<_, (u64, Option<DateTime<Utc>>)>::new();
    for delivery in deliveries {
        let Some(reply) = &delivery.reply else { continue };
        let status = reply.status();
        let text = reply.text.strip_prefix(status.unwrap_or_default()).unwrap_or(&reply.text);
        let key = (delivery.state, reply.code, status.map(str::to_owned), folded(text, &delivery.address));
        let (count, due) = causes.entry(key).or_default();
        *count += 1;
        *due = due.iter().chain(&delivery.due).min().copied();
    }
    let cause = |((state, code, status, text), (count, due))| Cause { state, code, status, text, count, due };
    let mut causes: Vec<Cause> = causes.into_iter().map(cause).collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    causes
}

/// A reply's words without what differs by recipient and attempt.
fn folded(text: &str, address: &Address) -> String {
    let words = text.split_whitespace().map(|word| {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric() && !"/…".contains(c));
        if is_varying(core, address) { word.replace(core, VARYING) } else { word.to_owned() }
    });
    let mut folded: Vec<String> = words.collect();
    folded.dedup_by(|next, word| next == word && word == VARYING);
    folded.join(" ")
}

/// Addresses, numbers, times, hosts and queue ids vary; status codes and links to an explanation do not.
fn is_varying(word: &str, address: &Address) -> bool {
    if word.is_empty() || enhanced(word).is_some() || word.contains("://") {
        return false;
    }
    let digits = word.chars().filter(char::is_ascii_digit).count();
    word.contains('@')
        || word.eq_ignore_ascii_case(address.user())
        || word.parse::<IpAddr>().is_ok()
        || word.starts_with(|c: char| c.is_ascii_digit())
        || (digits >= 2 && word.len() >= 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Reply;
    use crate::subscriber::SubscriberId;

    fn delivery(address: &str, state: State, reply: (u16, &str), due: Option<&str>) -> Delivery {
        Delivery {
            subscriber: SubscriberId([0; 16]),
            address: address.parse().unwrap(),
            state,
            attempts: 1,
            first_attempt: None,
            changed: None,
            due: due.map(|at| at.parse().unwrap()),
            reply: Some(Reply { code: Some(reply.0), text: reply.1.to_owned() }),
            waited: None,
        }
    }

    #[test]
    fn what_differs_by_recipient_and_attempt_is_left_out_and_the_rest_stays() {
        let address = "ann@example.net".parse().unwrap();
        for (text, expected) in [
            ("<ann@example.net>: Recipient address rejected", "<…>: Recipient address rejected"),
            ("Greylisted, try again in 287 seconds", "Greylisted, try again in … seconds"),
            ("queued as 4BxYz12AbCdE", "queued as …"),
            ("ann: unknown user (in reply to RCPT TO)", "…: unknown user (in reply to RCPT TO)"),
            (
                "[192.0.2.7] is listed; see https://bl.example/q?ip=192.0.2.7",
                "[…] is listed; see https://bl.example/q?ip=192.0.2.7",
            ),
            (
                "The message does not comply with RFC5322, 5.7.1",
                "The message does not comply with RFC5322, 5.7.1",
            ),
            ("try 10 20 30 times", "try … times"),
            ("", ""),
        ] {
            assert_eq!(folded(text, &address), expected, "{text}");
        }
    }

    #[test]
    fn deliveries_with_the_same_reply_are_one_cause_due_with_the_first_of_them() {
        let deliveries = [
            delivery(
                "ann@example.net",
                State::Rejected,
                (550, "5.1.1 <ann@example.net>: no such user"),
                None,
            ),
            delivery(
                "bo@example.net",
                State::Deferred,
                (450, "4.2.0 Wait 60 s"),
                Some("2026-01-14T09:02:00Z"),
            ),
            delivery(
                "cy@example.net",
                State::Deferred,
                (450, "4.2.0 Wait 59 s"),
                Some("2026-01-14T09:01:00Z"),
            ),
        ];
        let causes = causes(&deliveries);
        let told: Vec<_> =
            causes.iter().map(|one| (one.state, one.status.as_deref(), &*one.text, one.count)).collect();
        assert_eq!(
            told,
            [
                (State::Deferred, Some("4.2.0"), "Wait … s", 2),
                (State::Rejected, Some("5.1.1"), "<…>: no such user", 1)
            ]
        );
        assert_eq!(causes[0].due, Some("2026-01-14T09:01:00Z".parse().unwrap()));
    }
}
