-- What is open by when it is due: what is late, and what may become so, is found without reading what has ended.
CREATE INDEX case_due ON work_case (due) WHERE state = 'open' AND due IS NOT NULL;
-- The finished cases of one version, for comparing it with the next.
CREATE INDEX case_version ON work_case (process, version, ended);
CREATE INDEX case_migrated ON work_case (process, version) WHERE migrated = 1;
