-- Of a case that is open again: the first due instant it broke before it was reopened. Figures count it as missed meanwhile.
ALTER TABLE work_case ADD COLUMN broken INTEGER;
