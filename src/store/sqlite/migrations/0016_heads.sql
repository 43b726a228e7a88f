-- What a line of an inbox says of its case stands in the index: in the table a few thousand open cases among a million
-- are as many pages. And who answers for what is late, likewise.
DROP INDEX case_open;
CREATE INDEX case_open ON work_case (id, version, title, urgent, tags) WHERE state = 'open';
DROP INDEX case_due;
CREATE INDEX case_due ON work_case (due, started, accountable) WHERE state = 'open' AND due IS NOT NULL;
