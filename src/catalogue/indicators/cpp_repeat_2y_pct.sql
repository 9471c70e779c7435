-- Only where the source holds plans that ended two years ago: a count of earlier plans does not say when.
-- needs: protection_plan.started protection_plan.ended
-- reaches: protection_plan 24 months
WITH ours AS (SELECT * FROM protection_plan WHERE coalesce(elsewhere, 'N') <> 'Y'),
pairs AS (
  SELECT new.child, new.row_id,
         max(CASE WHEN old.ended <= new.started AND old.ended >= new.started - INTERVAL 24 MONTH THEN 1 ELSE 0 END) AS again,
         max(CASE WHEN old.unread LIKE '% ended %' THEN 1 ELSE 0 END) AS doubt
  FROM ours AS new CROSS JOIN quarter
  LEFT JOIN ours AS old ON old.child = new.child AND old.started < new.started
  WHERE new.started BETWEEN quarter_start AND quarter_end
  GROUP BY new.child, new.row_id
)
SELECT child, row_id, again AS numerator, 1 AS denominator, 0 AS excluded,
       CASE WHEN again = 0 THEN doubt ELSE 0 END AS unknown,
       'dates of plans' AS method,
       CASE WHEN again = 0 AND doubt = 1 THEN 'the end of an earlier plan cannot be read' END AS reason
FROM pairs
UNION ALL
SELECT child, row_id, 0, 0, CASE WHEN elsewhere = 'Y' THEN 1 ELSE 0 END,
       CASE WHEN elsewhere = 'Y' THEN 0 ELSE 1 END, 'dates of plans',
       CASE WHEN elsewhere = 'Y' THEN 'the plan is another council’s'
            ELSE 'the start of the plan is missing or cannot be read' END
FROM protection_plan CROSS JOIN quarter
WHERE (elsewhere = 'Y' AND started BETWEEN quarter_start AND quarter_end) OR started IS NULL
