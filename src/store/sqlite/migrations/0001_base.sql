-- The journal is the truth; every other table is derived from it and `doctor` compares them.

CREATE TABLE head (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    seq           INTEGER NOT NULL CHECK (seq >= 0),
    hash          BLOB    NOT NULL CHECK (length(hash) = 32),
    catalog_seq   INTEGER NOT NULL,
    next_case     INTEGER NOT NULL,
    next_handoff  INTEGER NOT NULL,
    next_task     INTEGER NOT NULL,
    next_record   INTEGER NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, zeroblob(32), 0, 1, 1, 1, 1);

-- subject: 0 catalog, 1 record, 2 case. The chain covers body_hash, not body, so that a text can be erased
-- later without breaking it.
CREATE TABLE entry (
    seq          INTEGER PRIMARY KEY CHECK (seq > 0),
    at           INTEGER NOT NULL,
    actor        TEXT    NOT NULL,
    subject      INTEGER NOT NULL CHECK (subject IN (0, 1, 2)),
    subject_id   INTEGER NOT NULL,
    op           BLOB    NOT NULL CHECK (length(op) = 16),
    body         TEXT    NOT NULL,
    body_hash    BLOB    NOT NULL CHECK (length(body_hash) = 32),
    hash         BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX entry_subject ON entry (subject, subject_id, seq);

-- One row a command: a retry with the same op does nothing twice.
CREATE TABLE op (
    op           BLOB    PRIMARY KEY CHECK (length(op) = 16),
    actor        TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    subject      INTEGER NOT NULL,
    subject_id   INTEGER NOT NULL,
    first_seq    INTEGER NOT NULL,
    last_seq     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX op_actor ON op (actor, last_seq);

-- The catalog as its entries made it: small, and read whole.
CREATE TABLE catalog (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    seq    INTEGER NOT NULL,
    state  TEXT    NOT NULL
) STRICT;

CREATE TABLE record (
    id        INTEGER PRIMARY KEY,
    kind      TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    fields    TEXT    NOT NULL,
    added     INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    archived  INTEGER
) STRICT;
CREATE INDEX record_kind ON record (kind, name);

CREATE TABLE work_case (
    id           INTEGER PRIMARY KEY,
    process      TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    title        TEXT    NOT NULL,
    about        INTEGER,
    accountable  TEXT    NOT NULL,
    urgent       INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'done', 'withdrawn')),
    outcome      TEXT,
    started      INTEGER NOT NULL,
    ended        INTEGER,
    due          INTEGER,
    breached     INTEGER,
    foreign_id   TEXT,
    touched      INTEGER NOT NULL
) STRICT;
CREATE INDEX case_ended ON work_case (process, ended);
CREATE INDEX case_open ON work_case (id) WHERE state = 'open';
CREATE INDEX case_about ON work_case (about) WHERE about IS NOT NULL;
CREATE UNIQUE INDEX case_foreign ON work_case (process, foreign_id) WHERE foreign_id IS NOT NULL;

-- An open branch: where it is and who is responsible.
CREATE TABLE place (
    case_id        INTEGER NOT NULL,
    branch         INTEGER NOT NULL,
    process        TEXT    NOT NULL,
    step           TEXT    NOT NULL,
    kind           INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
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
    PRIMARY KEY (case_id, branch)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_responsible ON place (responsible);
CREATE INDEX place_to ON place (to_party) WHERE to_party IS NOT NULL;
CREATE INDEX place_process ON place (process, step);
CREATE INDEX place_due ON place (due) WHERE due IS NOT NULL;

CREATE TABLE task (
    id          INTEGER PRIMARY KEY,
    case_id     INTEGER NOT NULL,
    process     TEXT    NOT NULL,
    step        TEXT    NOT NULL,
    occurrence  INTEGER NOT NULL,
    holder      TEXT,
    accepted    INTEGER NOT NULL,
    started     INTEGER,
    ended       INTEGER,
    done        INTEGER NOT NULL,
    waited      INTEGER NOT NULL,
    due         INTEGER,
    breached    INTEGER
) STRICT;
CREATE INDEX task_case ON task (case_id);
CREATE INDEX task_open ON task (holder) WHERE ended IS NULL;

CREATE TABLE handoff (
    id           INTEGER PRIMARY KEY,
    case_id      INTEGER NOT NULL,
    process      TEXT    NOT NULL,
    step         TEXT    NOT NULL,
    from_step    TEXT,
    from_person  TEXT    NOT NULL,
    to_party     TEXT    NOT NULL,
    offered      INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    by_person    TEXT,
    implicit     INTEGER NOT NULL,
    ended        INTEGER,
    due          INTEGER,
    breached     INTEGER,
    note         TEXT
) STRICT;
CREATE INDEX handoff_case ON handoff (case_id);
CREATE INDEX handoff_open ON handoff (offered) WHERE state = 'offered';

-- Open clocks. The tick looks only at `next`.
CREATE TABLE clock (
    case_id           INTEGER NOT NULL,
    clock             INTEGER NOT NULL,
    kind              TEXT    NOT NULL,
    next              INTEGER,
    calendar          TEXT    NOT NULL,
    calendar_version  INTEGER NOT NULL,
    PRIMARY KEY (case_id, clock)
) STRICT, WITHOUT ROWID;
CREATE INDEX clock_next ON clock (next, case_id) WHERE next IS NOT NULL;
CREATE INDEX clock_calendar ON clock (calendar, calendar_version);

-- Who was told by which turn of which rung of an open clock.
CREATE TABLE notice (
    case_id     INTEGER NOT NULL,
    clock       INTEGER NOT NULL,
    rung        INTEGER NOT NULL,
    occurrence  INTEGER NOT NULL,
    person      TEXT    NOT NULL,
    escalation  INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    branch      INTEGER,
    PRIMARY KEY (case_id, clock, rung, occurrence, person, escalation)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_person ON notice (person);

CREATE TABLE exception (
    case_id    INTEGER NOT NULL,
    exception  INTEGER NOT NULL,
    person     TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    opened     INTEGER NOT NULL,
    PRIMARY KEY (case_id, exception, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX exception_person ON exception (person);

-- Who runs the chores, so that several processes do not do the same work.
CREATE TABLE lease (
    name     TEXT    PRIMARY KEY,
    holder   BLOB    NOT NULL,
    expires  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What somebody typed and has not sent.
CREATE TABLE draft (
    person  TEXT NOT NULL,
    place   TEXT NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (person, place)
) STRICT, WITHOUT ROWID;
