-- When a digest was first run: what an issue that never started would have covered is not lost.
CREATE TABLE first_runs (
    digest  TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('smtp', 'maildir')),
    at      INTEGER NOT NULL,
    PRIMARY KEY (digest, channel)
) STRICT, WITHOUT ROWID;
