-- Lists are read a page at a time: along an index that has their order, from a row on. How many rows a list has
-- is kept beside it, since counting a million of them takes longer than a key may.

-- Where a branch stands on a board: free tasks, which are called differently in every case, stand together.
ALTER TABLE place ADD COLUMN spot TEXT GENERATED ALWAYS AS (iif(free IS NULL, step, process)) VIRTUAL;
-- What nobody promised a time for comes last.
ALTER TABLE place ADD COLUMN by_due INTEGER GENERATED ALWAYS AS (ifnull(due, 9223372036854775807)) VIRTUAL;
DROP INDEX place_process;
CREATE INDEX place_board ON place (process, spot, by_due, since, case_id, branch);
CREATE INDEX place_table ON place (process, by_due, since, case_id, branch);

DROP INDEX record_kind;
CREATE INDEX record_name ON record (kind, name COLLATE NOCASE, id) WHERE archived IS NULL;
CREATE INDEX record_changed ON record (kind, changed, id) WHERE archived IS NULL;
CREATE INDEX record_added ON record (kind, id) WHERE archived IS NULL;
DROP INDEX case_about;
CREATE INDEX case_about ON work_case (about, state, id) WHERE about IS NOT NULL;

CREATE TABLE tally (
    list  TEXT    NOT NULL,
    part  TEXT    NOT NULL,
    sub   TEXT    NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (list, part, sub)
) STRICT, WITHOUT ROWID;
-- A row that says nothing cannot be checked against anything.
CREATE TRIGGER tally_empty AFTER UPDATE ON tally WHEN NEW.n = 0 BEGIN
    DELETE FROM tally WHERE list = NEW.list AND part = NEW.part AND sub = NEW.sub;
END;

CREATE TRIGGER place_more AFTER INSERT ON place BEGIN
    INSERT INTO tally VALUES ('place', NEW.process, NEW.spot, 1)
    ON CONFLICT (list, part, sub) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER place_fewer AFTER DELETE ON place BEGIN
    UPDATE tally SET n = n - 1 WHERE list = 'place' AND part = OLD.process AND sub = OLD.spot;
END;
CREATE TRIGGER place_moves AFTER UPDATE OF process, step, free ON place
WHEN OLD.process <> NEW.process OR OLD.spot <> NEW.spot BEGIN
    UPDATE tally SET n = n - 1 WHERE list = 'place' AND part = OLD.process AND sub = OLD.spot;
    INSERT INTO tally VALUES ('place', NEW.process, NEW.spot, 1)
    ON CONFLICT (list, part, sub) DO UPDATE SET n = n + 1;
END;

-- Only records that are not archived are counted.
CREATE TRIGGER record_more AFTER INSERT ON record WHEN NEW.archived IS NULL BEGIN
    INSERT INTO tally VALUES ('record', NEW.kind, '', 1)
    ON CONFLICT (list, part, sub) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER record_fewer AFTER DELETE ON record WHEN OLD.archived IS NULL BEGIN
    UPDATE tally SET n = n - 1 WHERE list = 'record' AND part = OLD.kind;
END;
CREATE TRIGGER record_moves AFTER UPDATE OF kind, archived ON record
WHEN OLD.kind <> NEW.kind OR (OLD.archived IS NULL) <> (NEW.archived IS NULL) BEGIN
    UPDATE tally SET n = n - 1 WHERE list = 'record' AND part = OLD.kind AND OLD.archived IS NULL;
    INSERT INTO tally SELECT 'record', NEW.kind, '', 1 WHERE NEW.archived IS NULL
    ON CONFLICT (list, part, sub) DO UPDATE SET n = n + 1;
END;

-- Records that fields of other records name, so that a link can be followed both ways.
CREATE TABLE link (
    to_record    INTEGER NOT NULL,
    from_record  INTEGER NOT NULL,
    field        TEXT    NOT NULL,
    PRIMARY KEY (to_record, from_record, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_from ON link (from_record);
CREATE TRIGGER record_links AFTER INSERT ON record WHEN NEW.fields LIKE '%"R-%' BEGIN
    INSERT OR IGNORE INTO link SELECT CAST(substr(value, 3) AS INTEGER), NEW.id, key FROM json_each(NEW.fields)
    WHERE value GLOB 'R-[1-9]*';
END;
CREATE TRIGGER record_unlinks AFTER DELETE ON record WHEN OLD.fields LIKE '%"R-%' BEGIN
    DELETE FROM link WHERE from_record = OLD.id;
END;
CREATE TRIGGER record_relinks AFTER UPDATE OF fields ON record WHEN OLD.fields <> NEW.fields BEGIN
    DELETE FROM link WHERE from_record = OLD.id;
    INSERT OR IGNORE INTO link SELECT CAST(substr(value, 3) AS INTEGER), NEW.id, key FROM json_each(NEW.fields)
    WHERE value GLOB 'R-[1-9]*';
END;
INSERT OR IGNORE INTO link SELECT CAST(substr(j.value, 3) AS INTEGER), r.id, j.key FROM record r, json_each(r.fields) j
WHERE j.value GLOB 'R-[1-9]*';

INSERT INTO tally SELECT 'place', process, spot, count(*) FROM place GROUP BY process, spot;
INSERT INTO tally SELECT 'record', kind, '', count(*) FROM record WHERE archived IS NULL GROUP BY kind;
