-- Times are milliseconds since 1970-01-01T00:00:00Z, so that they sort as they passed.

CREATE TABLE secrets (
    purpose TEXT PRIMARY KEY,
    value   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE subscribers (
    subscriber  INTEGER PRIMARY KEY,  -- In the order in which they came; for joins only.
    id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),  -- Random; for links and Message-IDs.
    list        TEXT NOT NULL,
    address     TEXT NOT NULL,        -- As it was written.
    address_key TEXT NOT NULL,        -- In lower case: addresses are unique without regard to it.
    name        TEXT,
    status      TEXT NOT NULL CHECK (status IN ('pending', 'confirmed', 'unsubscribed')),
    joined      INTEGER NOT NULL,
    changed     INTEGER NOT NULL,     -- When the status last changed.
    UNIQUE (list, address_key)
) STRICT;

CREATE TABLE suppressions (
    address_key TEXT PRIMARY KEY,
    reason      TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issues (
    issue     INTEGER PRIMARY KEY,
    digest    TEXT NOT NULL,
    date      TEXT NOT NULL,          -- The site's date: 2026-01-14.
    number    INTEGER NOT NULL,       -- 1 for the first of its date.
    list      TEXT NOT NULL,
    channel   TEXT NOT NULL CHECK (channel IN ('smtp', 'maildir')),
    stage     TEXT NOT NULL CHECK (stage IN ('sending', 'finished', 'abandoned')),
    hash      TEXT NOT NULL,          -- SHA-256 over subject, HTML and text.
    subject   TEXT NOT NULL,
    preheader TEXT NOT NULL,
    language  TEXT NOT NULL,
    html      TEXT NOT NULL,
    text      TEXT NOT NULL,
    composed  INTEGER NOT NULL,
    started   INTEGER NOT NULL,
    ended     INTEGER,
    UNIQUE (digest, date, number),
    CHECK ((stage = 'sending') = (ended IS NULL))
) STRICT;

CREATE TABLE issue_articles (
    issue    INTEGER NOT NULL REFERENCES issues,
    position INTEGER NOT NULL,
    path     TEXT NOT NULL,
    link     TEXT,
    title    TEXT NOT NULL,
    url      TEXT NOT NULL,
    PRIMARY KEY (issue, position)
) STRICT, WITHOUT ROWID;

-- What an issue's limits cut: no later issue carries it.
CREATE TABLE issue_cuts (
    issue    INTEGER NOT NULL REFERENCES issues,
    position INTEGER NOT NULL,
    path     TEXT NOT NULL,
    link     TEXT,
    PRIMARY KEY (issue, position)
) STRICT, WITHOUT ROWID;

-- One row for each recipient of each issue, so every byte counts; 0 and 1 take none.
CREATE TABLE deliveries (
    issue         INTEGER NOT NULL REFERENCES issues,
    subscriber    INTEGER NOT NULL REFERENCES subscribers,
    state         INTEGER NOT NULL DEFAULT 0,
        -- Open: 0 queued, 1 deferred, 2 attempting.
        -- Ended: 3 accepted, 4 rejected, 5 uncertain, 6 withdrawn, 7 expired.
    claimant      INTEGER,                     -- Who works on it, or left it uncertain.
    attempts      INTEGER NOT NULL DEFAULT 0,
    first_attempt INTEGER,
    changed       INTEGER,
    due           INTEGER NOT NULL DEFAULT 0,  -- When it may be tried (again); 0 is at once.
    code          INTEGER,
    reply         TEXT,
    PRIMARY KEY (issue, subscriber),           -- Nobody gets an issue twice.
    CHECK (state BETWEEN 0 AND 7),
    CHECK (state <> 2 OR (claimant IS NOT NULL AND attempts > 0))
) STRICT, WITHOUT ROWID;

-- It shrinks as an issue proceeds: a claim never reads what has ended.
CREATE INDEX deliveries_open ON deliveries (issue, claimant, due) WHERE state < 3;
