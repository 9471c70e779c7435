-- Of one child, what begins on one day is one, whatever the format: the statutory returns let no assessment, enquiry,
-- plan or episode begin while another of its kind goes on. Kept is the record that has ended, then that of the later
-- file, then that of the later end; what follows in each order only makes it the same however the rows stand.
-- Within one file the other is a fault. Only days that stand twice are ranked, for they are few. (Contacts may be
-- several a day; a second referral is left out by its rules.)
CREATE TEMP TABLE aside AS
SELECT row_id, child, kind, what, kept FROM (
  SELECT row_id, child, 'assessment' AS kind, 'assessment' AS what,
         row_number() OVER assessments AS nth, first_value(row_id) OVER assessments AS kept
  FROM assessment WHERE started IS NOT NULL
    AND hash(child, started) IN (SELECT hash(child, started) FROM assessment GROUP BY 1 HAVING count(*) > 1)
  WINDOW assessments AS (PARTITION BY child, started
         ORDER BY not_ended(completed, unread, ' completed '), row_id // 100000000 DESC, completed DESC, referred DESC, row_id)
  UNION ALL
  SELECT row_id, child, 'enquiry', 'section 47 enquiry',
         row_number() OVER enquiries, first_value(row_id) OVER enquiries
  FROM enquiry WHERE started IS NOT NULL
    AND hash(child, started) IN (SELECT hash(child, started) FROM enquiry GROUP BY 1 HAVING count(*) > 1)
  WINDOW enquiries AS (PARTITION BY child, started ORDER BY row_id // 100000000 DESC, row_id)
  UNION ALL
  SELECT row_id, child, 'cin_episode', 'case',
         row_number() OVER cases, first_value(row_id) OVER cases
  FROM cin_episode WHERE started IS NOT NULL
    AND hash(child, started) IN (SELECT hash(child, started) FROM cin_episode GROUP BY 1 HAVING count(*) > 1)
  WINDOW cases AS (PARTITION BY child, started
         ORDER BY not_ended(ended, unread, ' ended '), row_id // 100000000 DESC, ended DESC,
                  CASE WHEN status = 'CIN' THEN 0 ELSE 1 END, row_id)
  UNION ALL
  SELECT row_id, child, 'cin_plan', 'child in need plan',
         row_number() OVER plans, first_value(row_id) OVER plans
  FROM cin_plan WHERE started IS NOT NULL
    AND hash(child, started) IN (SELECT hash(child, started) FROM cin_plan GROUP BY 1 HAVING count(*) > 1)
  WINDOW plans AS (PARTITION BY child, started
         ORDER BY not_ended(ended, unread, ' ended '), row_id // 100000000 DESC, ended DESC, row_id)
  UNION ALL
  SELECT row_id, child, 'protection_plan', 'protection plan',
         row_number() OVER protection, first_value(row_id) OVER protection
  FROM protection_plan WHERE started IS NOT NULL
    AND hash(child, started) IN (SELECT hash(child, started) FROM protection_plan GROUP BY 1 HAVING count(*) > 1)
  WINDOW protection AS (PARTITION BY child, started, coalesce(elsewhere, 'N')
         ORDER BY not_ended(ended, unread, ' ended '), row_id // 100000000 DESC, ended DESC, previous, row_id)
  UNION ALL
  SELECT row_id, child, 'looked_after', 'period of care',
         row_number() OVER periods, first_value(row_id) OVER periods
  FROM looked_after WHERE started IS NOT NULL
    AND hash(child, started) IN (SELECT hash(child, started) FROM looked_after GROUP BY 1 HAVING count(*) > 1)
  WINDOW periods AS (PARTITION BY child, started
         ORDER BY not_ended(ended, unread, ' ended '), row_id // 100000000 DESC, ended DESC, short_breaks, uasc DESC,
                  placed DESC, placements DESC, row_id)
) WHERE nth > 1;

INSERT INTO fault
SELECT row_id, child, 'started', NULL, NULL, concat('another ', what, ' of the child begins on the same day, so it was set aside')
FROM aside WHERE row_id // 100000000 = kept // 100000000;

DELETE FROM assessment WHERE row_id IN (SELECT row_id FROM aside WHERE kind = 'assessment');

DELETE FROM enquiry WHERE row_id IN (SELECT row_id FROM aside WHERE kind = 'enquiry');

DELETE FROM cin_episode WHERE row_id IN (SELECT row_id FROM aside WHERE kind = 'cin_episode');

DELETE FROM cin_plan WHERE row_id IN (SELECT row_id FROM aside WHERE kind = 'cin_plan');

DELETE FROM protection_plan WHERE row_id IN (SELECT row_id FROM aside WHERE kind = 'protection_plan');

DELETE FROM looked_after WHERE row_id IN (SELECT row_id FROM aside WHERE kind = 'looked_after');

DROP TABLE aside;
