-- Who may not take an offer, although it is made to a role of theirs: they declined it, or did what this step checks.
ALTER TABLE place ADD COLUMN barred TEXT NOT NULL DEFAULT '';
