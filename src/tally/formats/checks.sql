-- What cannot be right whatever the format, noted once the canonical tables are filled.
INSERT INTO fault
SELECT row_id, child, 'completed', NULL, CAST(completed AS VARCHAR), 'the assessment was authorised before it began'
FROM assessment WHERE completed < started;

INSERT INTO fault
SELECT row_id, child, 'ended', NULL, CAST(ended AS VARCHAR), 'the case ended before it began'
FROM cin_episode WHERE ended < started;

INSERT INTO fault
SELECT row_id, child, 'ended', NULL, CAST(ended AS VARCHAR), 'the plan ended before it began'
FROM (SELECT * FROM cin_plan UNION ALL BY NAME SELECT child, row_id, unread, started, ended FROM protection_plan)
WHERE ended < started;

INSERT INTO fault
SELECT row_id, child, 'ended', NULL, CAST(ended AS VARCHAR), 'the period of care ended before it began'
FROM looked_after WHERE ended < started;

INSERT INTO fault
SELECT row_id, child, 'ended', NULL, CAST(ended AS VARCHAR), 'the episode of care ended before it began'
FROM care_episode WHERE ended < started;

INSERT INTO fault
SELECT row_id, child, 'day', NULL, CAST(day AS VARCHAR), 'the conference was held before the strategy discussion'
FROM conference WHERE day < enquiry_started;

INSERT INTO fault
SELECT row_id, child, 'day', NULL, CAST(day AS VARCHAR), 'another referral of the child is of the same day, so it was set aside'
FROM referral WHERE day IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY child, day
                           ORDER BY CASE WHEN source <> '10' THEN 0 WHEN source = '10' THEN 1 ELSE 2 END, unread, row_id) > 1;

INSERT INTO fault
SELECT min(row_id), child, 'born', NULL, string_agg(DISTINCT CAST(born AS VARCHAR), ', ' ORDER BY CAST(born AS VARCHAR)),
       'the lists give the child more than one date of birth'
FROM child
WHERE born IS NOT NULL AND child IN (SELECT child FROM child GROUP BY child HAVING min(born) <> max(born))
GROUP BY child;
