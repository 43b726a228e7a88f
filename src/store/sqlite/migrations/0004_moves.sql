-- Work that moves without being finished: sent back, superseded, delegated; and tasks no process names, whose
-- title is in `free`.

ALTER TABLE place ADD COLUMN free TEXT;
ALTER TABLE place ADD COLUMN delegate TEXT;
CREATE INDEX place_delegate ON place (delegate) WHERE delegate IS NOT NULL;

ALTER TABLE task ADD COLUMN free TEXT;
ALTER TABLE task ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;

ALTER TABLE handoff ADD COLUMN free TEXT;
ALTER TABLE handoff ADD COLUMN back INTEGER NOT NULL DEFAULT 0;
-- Who was offered a step by name, for picks in turn; offers to roles are most, and are not in it.
CREATE INDEX handoff_person ON handoff (process, step, to_party, offered) WHERE to_party >= '@' AND to_party < 'A';
