-- Which derivation made the rows of open cases: 0 in a file from before there was a number.
ALTER TABLE head ADD COLUMN derivation INTEGER NOT NULL DEFAULT 0;
