-- Articles that tell the same as a carried one, and count as carried with it; at position 0, those that an
-- editor dropped, which count so too.
CREATE TABLE issue_copies (
    issue    INTEGER NOT NULL REFERENCES issues,
    position INTEGER NOT NULL,                  -- That of the carried article.
    copy     INTEGER NOT NULL,
    path     TEXT NOT NULL,
    link     TEXT,
    PRIMARY KEY (issue, position, copy)
) STRICT, WITHOUT ROWID;
