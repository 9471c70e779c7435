-- Dated plans decide where there are any; Annex A has only the case's status on the day of the list.
-- A child on a protection plan or looked after at the end of the quarter is not counted.
-- needs: cin_plan.started cin_plan.ended | cin_episode.started cin_episode.ended cin_episode.status
WITH plan AS (
  SELECT child, row_id, started, ended, unread, 'dates of plans' AS method FROM cin_plan
  UNION ALL
  SELECT child, row_id, started, ended, unread, 'status when the list was taken' AS method FROM cin_episode
  WHERE (status = 'CIN' OR unread LIKE '% status %') AND NOT EXISTS (SELECT 1 FROM cin_plan)
),
elsewhere AS (
  SELECT child FROM protection_plan CROSS JOIN quarter
  WHERE started <= quarter_end AND (ended > quarter_end OR (ended IS NULL AND unread NOT LIKE '% ended %'))
  UNION
  SELECT child FROM looked_after CROSS JOIN quarter
  WHERE started <= quarter_end AND (ended > quarter_end OR (ended IS NULL AND unread NOT LIKE '% ended %'))
),
judged AS (
  SELECT plan.child, row_id, method,
         CASE WHEN elsewhere.child IS NOT NULL THEN 1 ELSE 0 END AS other,
         CASE WHEN started IS NULL THEN 'the start is missing or cannot be read'
              WHEN unread LIKE '% ended %' THEN 'the end cannot be read'
              WHEN unread LIKE '% status %' THEN 'the status of the case is no code that is known' END AS doubt
  FROM plan CROSS JOIN quarter LEFT JOIN elsewhere ON elsewhere.child = plan.child
  WHERE (started IS NULL OR started <= quarter_end) AND (ended IS NULL OR ended > quarter_end)
)
SELECT child, min(row_id) AS row_id,
       CASE WHEN max(other) = 1 THEN 0 ELSE max(CASE WHEN doubt IS NULL THEN 1 ELSE 0 END) END AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       max(other) AS excluded,
       CASE WHEN max(other) = 1 THEN 0 ELSE min(CASE WHEN doubt IS NULL THEN 0 ELSE 1 END) END AS unknown,
       min(method) AS method,
       CASE WHEN max(other) = 1 THEN 'the child is on a protection plan or looked after'
            WHEN min(CASE WHEN doubt IS NULL THEN 0 ELSE 1 END) = 1 THEN min(doubt) END AS reason
FROM judged GROUP BY child
