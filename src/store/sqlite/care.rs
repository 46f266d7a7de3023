//! Looking after the store: what is wrong with it, and copies of it.

use std::path::Path;

use lettre::Address;
use rusqlite::{Connection, Result};

use super::Failure;
use super::columns::Columns as _;
use super::{connection, issues};
use crate::files;
use crate::store::Error;
use crate::subscriber::address_key;

/// What may not be, each as a query that finds the sentences to say so.
const CONTRADICTIONS: [&str; 6] = [
    "SELECT 'the secret of the unsubscribe links is missing: restore a backup, or links already mailed are dead'
     WHERE NOT EXISTS (SELECT 1 FROM secrets WHERE purpose = 'tokens')",
    "SELECT format('%s@%s is finished, yet %d of its deliveries are open', digest, date, count(*))
     FROM issues JOIN deliveries USING (issue) WHERE stage = 'finished' AND state < 3 GROUP BY issue",
    "SELECT format('%s@%s is abandoned, yet %d of its deliveries are being attempted', digest, date, count(*))
     FROM issues JOIN deliveries USING (issue) WHERE stage = 'abandoned' AND state = 2 GROUP BY issue",
    "SELECT format('%s@%s has %d deliveries to subscribers of other lists', digest, date, count(*))
     FROM issues AS i JOIN deliveries USING (issue) JOIN subscribers AS s USING (subscriber)
     WHERE s.list <> i.list GROUP BY issue",
    "SELECT format('%s@%s has %d deliveries accepted without an attempt', digest, date, count(*))
     FROM issues JOIN deliveries USING (issue) WHERE state = 3 AND attempts = 0 GROUP BY issue",
    "SELECT format('%s@%s has %d attempts without a time', digest, date, count(*))
     FROM issues JOIN deliveries USING (issue)
     WHERE (attempts > 0) <> (first_attempt IS NOT NULL) GROUP BY issue",
];

pub(super) fn check(db: &Connection) -> Result<Vec<String>> {
    let mut wrong = sentences(db, "SELECT integrity_check FROM pragma_integrity_check")?;
    wrong.retain(|sentence| sentence != "ok");
    if !wrong.is_empty() {
        // What a damaged file says is not worth reading.
        return Ok(wrong);
    }
    wrong.extend(sentences(
        db,
        "SELECT format('%d rows of %s name a row of %s that is not there', count(*), \"table\", parent)
         FROM pragma_foreign_key_check GROUP BY \"table\", parent",
    )?);
    for contradiction in CONTRADICTIONS {
        wrong.extend(sentences(db, contradiction)?);
    }
    wrong.extend(bad_addresses(db)?);
    wrong.extend(changed_issues(db)?);
    Ok(wrong)
}

fn sentences(db: &Connection, query: &str) -> Result<Vec<String>> {
    db.prepare(query)?.query_map([], |row| row.get(0))?.collect()
}

fn bad_addresses(db: &Connection) -> Result<Vec<String>> {
    let mut query = db.prepare("SELECT list, address, address_key FROM subscribers")?;
    let mut rows = query.query([])?;
    let mut wrong = Vec::new();
    while let Some(row) = rows.next()? {
        let (list, address): (String, String) = (row.get("list")?, row.get("address")?);
        let fault = match address.parse::<Address>() {
            Err(_) => "is no mail address",
            Ok(parsed) if address_key(&parsed) != row.get::<_, String>("address_key")? => {
                "is filed under another"
            }
            Ok(_) => continue,
        };
        wrong.push(format!("{address:?} on list {list:?} {fault}"));
    }
    Ok(wrong)
}

fn changed_issues(db: &Connection) -> Result<Vec<String>> {
    let keys: Vec<_> = db
        .prepare("SELECT digest, date, number FROM issues")?
        .query_map([], |row| row.key())?
        .collect::<Result<_>>()?;
    let mut wrong = Vec::new();
    for key in keys {
        let hashes = (issues::frozen(db, &key)?, issues::started(db, &key)?);
        if let (Some(frozen), Some(started)) = hashes
            && frozen.hash() != started.hash
        {
            wrong.push(format!("the bytes of {key} are not those that it was started with"));
        }
    }
    Ok(wrong)
}

pub(super) fn backup(db: &Connection, to: &Path) -> Result<(), Failure> {
    if !files::make_private(to).map_err(Error::from)? {
        return Err(Error::Exists(to.to_owned()).into());
    }
    let copied = Connection::open(to).and_then(|mut copy| connection::copy(db, &mut copy));
    if copied.is_err() {
        files::remove(to).map_err(Error::from)?;
    }
    Ok(copied?)
}
