-- Tags with a blank between; most things have none.
ALTER TABLE work_case ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE record ADD COLUMN tags TEXT NOT NULL DEFAULT '';
