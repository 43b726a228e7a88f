-- How far a chore has read the journal.
CREATE TABLE cursor (
    name  TEXT    PRIMARY KEY,
    seq   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
