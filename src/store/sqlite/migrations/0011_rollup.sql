-- Figures kept by week of UTC, which is named by the day of its Monday since 1970: arrivals and ends as numbers,
-- and what was done in the cases that finished in it as a distribution for each step. Version 0 holds the cases that have changed theirs.
CREATE TABLE rollup (
    process    TEXT    NOT NULL,
    week       INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    arrived    INTEGER NOT NULL,
    withdrawn  INTEGER NOT NULL,
    finished   INTEGER NOT NULL,
    with_due   INTEGER NOT NULL,
    on_time    INTEGER NOT NULL,
    work       TEXT    NOT NULL,
    PRIMARY KEY (process, week, version)
) STRICT, WITHOUT ROWID;
-- A row that says nothing cannot be checked against anything.
CREATE TRIGGER rollup_empty AFTER UPDATE ON rollup
WHEN NEW.arrived = 0 AND NEW.withdrawn = 0 AND NEW.finished = 0 AND NEW.with_due = 0 AND NEW.on_time = 0 AND NEW.work = ''
BEGIN
    DELETE FROM rollup WHERE process = NEW.process AND week = NEW.week AND version = NEW.version;
END;
