-- What an event log told of a case, its finished work and the handoffs between, stands in the entry that
-- brought the case in; rows are for what somebody works on here.
CREATE TEMP TABLE told AS
    SELECT subject_id AS case_id,
           body ->> '$.case_imported.first_task' AS first_task,
           body ->> '$.case_imported.first_handoff' AS first_handoff,
           json_array_length(body, '$.case_imported.rows') AS rows,
           (body -> '$.case_imported.open.task') IS NOT NULL AS under_way
    FROM entry WHERE subject = 2 AND body LIKE '{"case_imported":%';
CREATE INDEX temp.told_case ON told (case_id);
CREATE TEMP TABLE taken AS
    SELECT subject_id AS case_id,
           body ->> '$.handoff_accepted.task' AS task,
           coalesce(body ->> '$.handoff_accepted.handoff', body ->> '$.handoff_offered.handoff') AS handoff
    FROM entry WHERE subject = 2 AND subject_id IN (SELECT case_id FROM told)
        AND (body LIKE '{"handoff_accepted":%' OR body LIKE '{"handoff_offered":%');
CREATE INDEX temp.taken_case ON taken (case_id);
DELETE FROM task WHERE EXISTS (
    SELECT 1 FROM told WHERE told.case_id = task.case_id
        AND id >= first_task AND id < first_task + told.rows - under_way
) AND NOT EXISTS (SELECT 1 FROM taken WHERE taken.case_id = task.case_id AND taken.task = task.id);
DELETE FROM handoff WHERE state = 'accepted' AND EXISTS (
    SELECT 1 FROM told WHERE told.case_id = handoff.case_id AND id >= first_handoff AND id < first_handoff + told.rows
) AND NOT EXISTS (SELECT 1 FROM taken WHERE taken.case_id = handoff.case_id AND taken.handoff = handoff.id);
DROP TABLE temp.told;
DROP TABLE temp.taken;
