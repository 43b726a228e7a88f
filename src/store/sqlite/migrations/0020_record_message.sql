-- Notes on a record that wait for somebody whom they name.
CREATE TABLE record_message (
    record_id INTEGER NOT NULL,
    message   INTEGER NOT NULL,
    person    TEXT    NOT NULL,
    sender    TEXT,
    text      TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (record_id, message, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_message_person ON record_message (person);
