-- Which cases have a branch that waits at a join: whether one of them fails is told from the whole case, which is dear.
-- And when a person last brought an open case on.
ALTER TABLE work_case ADD COLUMN joining INTEGER NOT NULL DEFAULT 0;
ALTER TABLE work_case ADD COLUMN moved INTEGER;
CREATE INDEX case_joining ON work_case (accountable) WHERE joining = 1;
-- How often somebody was reminded of each thing is counted out of the index.
DROP INDEX notice_person;
CREATE INDEX notice_person ON notice (person, escalation, case_id, branch);
