-- A branch can wait where nobody has to do anything, stand for one of a list, and be voted on.
CREATE TABLE place_new (
    case_id        INTEGER NOT NULL,
    branch         INTEGER NOT NULL,
    process        TEXT    NOT NULL,
    step           TEXT    NOT NULL,
    kind           INTEGER NOT NULL CHECK (kind IN (0, 1, 2, 3)),
    responsible    TEXT    NOT NULL,
    to_party       TEXT,
    from_person    TEXT,
    handoff        INTEGER,
    task           INTEGER,
    since          INTEGER NOT NULL,
    due            INTEGER,
    clock_started  INTEGER,
    started        INTEGER NOT NULL,
    wait_reason    TEXT,
    wait_until     INTEGER,
    decline_code   TEXT,
    decline_text   TEXT,
    item           TEXT,
    voted          TEXT,
    PRIMARY KEY (case_id, branch)
) STRICT, WITHOUT ROWID;
INSERT INTO place_new SELECT *, NULL, NULL FROM place;
DROP TABLE place;
ALTER TABLE place_new RENAME TO place;
CREATE INDEX place_responsible ON place (responsible);
CREATE INDEX place_to ON place (to_party) WHERE to_party IS NOT NULL;
CREATE INDEX place_process ON place (process, step);
CREATE INDEX place_due ON place (due) WHERE due IS NOT NULL;
