-- Notes that wait for somebody whom they name.
CREATE TABLE message (
    case_id  INTEGER NOT NULL,
    message  INTEGER NOT NULL,
    person   TEXT    NOT NULL,
    sender   TEXT,
    text     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (case_id, message, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_person ON message (person);
