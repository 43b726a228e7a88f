-- What somebody put out of their own list until a date.
CREATE TABLE snooze (
    case_id  INTEGER NOT NULL,
    branch   INTEGER NOT NULL,
    person   TEXT    NOT NULL,
    until    INTEGER NOT NULL,
    PRIMARY KEY (case_id, branch, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX snooze_person ON snooze (person);

-- When somebody's last session on the screen ended, and how far the journal was then. Theirs alone: it says
-- nothing about the work and is in no journal.
CREATE TABLE session (
    person  TEXT    PRIMARY KEY,
    ended   INTEGER NOT NULL,
    seq     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
