-- Commands that were given together are one action, and are taken back as one. NULL: the command is an action
-- of its own.
ALTER TABLE op ADD COLUMN action BLOB CHECK (action IS NULL OR length(action) = 16);
CREATE INDEX op_action ON op (action, first_seq) WHERE action IS NOT NULL;
