-- The case that a case was closed as a duplicate of; few are, and those of one case are looked up.
ALTER TABLE work_case ADD COLUMN duplicate_of INTEGER;
CREATE INDEX case_duplicate ON work_case (duplicate_of) WHERE duplicate_of IS NOT NULL;
