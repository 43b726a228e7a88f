-- What work was done for, where a step is done once for each of a list: done for another, it is not done again.
ALTER TABLE task ADD COLUMN item TEXT;
