-- Which run an issue is in the hands of, and until when that is so unless it says so again.
ALTER TABLE issues ADD COLUMN claimant INTEGER;
ALTER TABLE issues ADD COLUMN holder   TEXT;
ALTER TABLE issues ADD COLUMN leased   INTEGER;
-- Since when it waits, for its operator said so.
ALTER TABLE issues ADD COLUMN paused INTEGER;
-- The domain of its Message-IDs, which stay the same whatever the sender is called later.
ALTER TABLE issues ADD COLUMN domain TEXT;

-- How long the server took to answer, in milliseconds.
ALTER TABLE deliveries ADD COLUMN waited INTEGER;

-- How many messages servers have taken, or may have: for daily quotas, and to tell how fast it goes.
CREATE TABLE sent (
    minute   INTEGER NOT NULL,        -- Since 1970-01-01T00:00:00Z.
    issue    INTEGER NOT NULL REFERENCES issues,
    messages INTEGER NOT NULL,
    PRIMARY KEY (minute, issue)
) STRICT, WITHOUT ROWID;
