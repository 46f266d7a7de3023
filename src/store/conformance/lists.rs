//! Lists: who is on them, and who gets an issue.

use super::{Database, LIST, ME, address, at, claim, confirmed, entry, issue, status_of, take};
use crate::store::{Added, Channel, Imported, Store};
use crate::subscriber::{Status, SubscriberId};

pub(crate) async fn the_secret_stays_the_same(database: impl Database) {
    let secret = database.open().secret().await.unwrap();
    assert!(secret.len() >= 32);
    assert_eq!(database.open().secret().await.unwrap(), secret);
}

pub(crate) async fn an_address_is_on_a_list_once_whatever_its_case_and_kept_as_written(
    database: impl Database,
) {
    let store = database.open();
    assert_eq!(store.add(LIST, confirmed("Ann@Example.org"), at(0)).await.unwrap(), Added::New);
    assert_eq!(store.add("other", confirmed("ann@example.org"), at(0)).await.unwrap(), Added::New);
    let twins =
        vec![confirmed("ANN@example.org"), confirmed("Bea@example.org"), confirmed("bea@example.ORG")];
    let imported = store.import(LIST, twins, at(1)).await.unwrap();
    assert_eq!(imported, Imported { added: 1, already: 2, ..Imported::default() });
    let addresses: Vec<_> =
        store.subscribers(LIST, None).await.unwrap().iter().map(|s| s.address.to_string()).collect();
    assert_eq!(addresses, ["Ann@Example.org", "Bea@example.org"]);
}

pub(crate) async fn adding_confirms_the_pending_and_brings_back_who_left(database: impl Database) {
    use Status::{Confirmed, Pending, Unsubscribed};
    let store = database.open();
    for (before, asked, added, after) in [
        (Pending, Confirmed, Added::Changed(Pending), Confirmed),
        (Unsubscribed, Confirmed, Added::Changed(Unsubscribed), Confirmed),
        (Unsubscribed, Pending, Added::Changed(Unsubscribed), Pending),
        (Confirmed, Pending, Added::Already, Confirmed),
        (Confirmed, Confirmed, Added::Already, Confirmed),
        (Confirmed, Unsubscribed, Added::Changed(Confirmed), Unsubscribed),
    ] {
        let who = format!("{}-{}@example.org", before.name(), asked.name());
        store.import(LIST, vec![entry(&who, before)], at(0)).await.unwrap();
        assert_eq!(store.add(LIST, entry(&who, asked), at(1)).await.unwrap(), added, "{who}");
        assert_eq!(status_of(&store, &who).await, after, "{who}");
    }
}

pub(crate) async fn an_import_revives_nobody(database: impl Database) {
    use Status::{Confirmed, Pending, Unsubscribed};
    let store = database.open();
    store.add(LIST, entry("left@example.org", Unsubscribed), at(0)).await.unwrap();
    store.add(LIST, entry("waits@example.org", Pending), at(0)).await.unwrap();
    store.add(LIST, entry("here@example.org", Confirmed), at(0)).await.unwrap();
    store.suppress(&address("Bounced@example.org"), "bounced", at(0)).await.unwrap();
    let entries = vec![
        confirmed("LEFT@example.org"),
        confirmed("bounced@example.org"),
        confirmed("waits@example.org"),
        entry("here@example.org", Unsubscribed),
        entry("gone@example.org", Unsubscribed),
        confirmed("gone@example.org"),
        confirmed("new@example.org"),
        entry("new@example.org", Pending),
    ];
    let imported = store.import(LIST, entries, at(1)).await.unwrap();
    assert_eq!(imported, Imported { added: 1, changed: 2, already: 1, unsubscribed: 3, suppressed: 1 });
    for (who, status) in [
        ("left@example.org", Unsubscribed),
        ("waits@example.org", Confirmed),
        ("here@example.org", Unsubscribed),
        ("gone@example.org", Unsubscribed),
        ("new@example.org", Confirmed),
    ] {
        assert_eq!(status_of(&store, who).await, status, "{who}");
    }
    assert_eq!(store.subscribers(LIST, None).await.unwrap().len(), 5);
}

pub(crate) async fn a_suppressed_address_is_not_added_until_lifted(database: impl Database) {
    let store = database.open();
    let ann = address("Ann@example.org");
    assert!(store.suppress(&ann, "complained", at(0)).await.unwrap());
    assert!(!store.suppress(&address("ann@example.org"), "bounced", at(1)).await.unwrap());
    let suppressions = store.suppressions().await.unwrap();
    assert_eq!((suppressions.len(), suppressions[0].reason.as_str()), (1, "complained"));
    assert_eq!(store.add(LIST, confirmed("ann@example.org"), at(2)).await.unwrap(), Added::Suppressed);
    assert!(store.lift(&ann).await.unwrap());
    assert!(!store.lift(&ann).await.unwrap());
    assert_eq!(store.add(LIST, confirmed("ann@example.org"), at(3)).await.unwrap(), Added::New);
}

pub(crate) async fn unsubscribing_works_by_address_and_by_id_and_only_once(database: impl Database) {
    let store = database.open();
    store
        .import(LIST, vec![confirmed("Ann@example.org"), confirmed("bea@example.org")], at(0))
        .await
        .unwrap();
    let id = store.subscribers(LIST, None).await.unwrap()[1].id;
    assert!(store.unsubscribe(LIST, &address("ann@EXAMPLE.org"), at(1)).await.unwrap());
    assert!(!store.unsubscribe(LIST, &address("ann@example.org"), at(1)).await.unwrap());
    assert!(!store.unsubscribe("other", &address("bea@example.org"), at(1)).await.unwrap());
    for _ in 0..2 {
        let gone = store.unsubscribe_id(id, at(1)).await.unwrap().unwrap();
        assert_eq!(
            (gone.address.to_string().as_str(), gone.status),
            ("bea@example.org", Status::Unsubscribed)
        );
    }
    assert_eq!(store.unsubscribe_id(SubscriberId([0; 16]), at(1)).await.unwrap(), None);
    assert_eq!(store.recipients(LIST).await.unwrap(), 0);
    assert!(!store.has_recipients(LIST).await.unwrap());
}

pub(crate) async fn lists_are_counted_by_status(database: impl Database) {
    let store = database.open();
    assert_eq!(store.lists().await.unwrap(), []);
    store.add("b", confirmed("a@example.org"), at(0)).await.unwrap();
    store.add("a", confirmed("a@example.org"), at(0)).await.unwrap();
    store.add("a", entry("b@example.org", Status::Pending), at(0)).await.unwrap();
    store.add("a", entry("c@example.org", Status::Unsubscribed), at(0)).await.unwrap();
    let lists = store.lists().await.unwrap();
    assert_eq!(lists.iter().map(|list| list.list.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((lists[0].pending, lists[0].confirmed, lists[0].unsubscribed), (1, 1, 1));
    let pending = store.subscribers("a", Some(Status::Pending)).await.unwrap();
    assert_eq!((pending.len(), pending[0].address.to_string().as_str()), (1, "b@example.org"));
}

pub(crate) async fn recipients_are_those_confirmed_and_not_suppressed_at_the_start(database: impl Database) {
    let store = database.open();
    store.add(LIST, confirmed("in@example.org"), at(0)).await.unwrap();
    store.add(LIST, confirmed("Bounced@example.org"), at(0)).await.unwrap();
    store.add(LIST, entry("waits@example.org", Status::Pending), at(0)).await.unwrap();
    store.add(LIST, entry("left@example.org", Status::Unsubscribed), at(0)).await.unwrap();
    store.add("other", confirmed("elsewhere@example.org"), at(0)).await.unwrap();
    store.suppress(&address("bounced@example.org"), "bounced", at(0)).await.unwrap();
    assert_eq!(store.recipients(LIST).await.unwrap(), 1);
    assert!(store.has_recipients(LIST).await.unwrap());
    assert_eq!(
        store.start(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, "example.org", at(1)).await.unwrap(),
        1
    );
    // Joiners never get a started issue.
    store.add(LIST, confirmed("late@example.org"), at(2)).await.unwrap();
    take(&store, ME, 3).await;
    let claims = claim(&store, 10, 3).await;
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].address, address("in@example.org"));
}
