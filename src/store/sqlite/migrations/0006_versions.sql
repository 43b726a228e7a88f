-- A case that changed its version is left out where versions are compared.
ALTER TABLE work_case ADD COLUMN migrated INTEGER NOT NULL DEFAULT 0;
