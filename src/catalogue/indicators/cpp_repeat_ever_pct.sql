-- The source's own count of earlier plans, or an earlier plan among those it holds.
-- needs: protection_plan.started
-- reaches: protection_plan 24 months | protection_plan.previous
WITH ours AS (SELECT * FROM protection_plan WHERE coalesce(elsewhere, 'N') <> 'Y'),
first_plan AS (SELECT child, min(started) AS first_start FROM ours GROUP BY child),
counted AS (SELECT max(CASE WHEN previous IS NULL THEN 0 ELSE 1 END) AS any_count FROM ours),
judged AS (
  SELECT ours.child, row_id, previous,
         CASE WHEN first_start < started OR previous > 0 THEN 1 ELSE 0 END AS again,
         CASE WHEN previous IS NULL AND any_count = 1 AND first_start >= started THEN 1 ELSE 0 END AS doubt,
         any_count
  FROM ours
  INNER JOIN first_plan ON first_plan.child = ours.child
  CROSS JOIN counted CROSS JOIN quarter
  WHERE started BETWEEN quarter_start AND quarter_end
)
SELECT child, row_id, again AS numerator, 1 AS denominator, 0 AS excluded, doubt AS unknown,
       CASE WHEN any_count = 1 THEN 'number of earlier plans' ELSE 'dates of plans' END AS method,
       CASE WHEN doubt = 1 THEN 'the number of earlier plans is missing or cannot be read' END AS reason
FROM judged
UNION ALL
SELECT child, row_id, 0, 0, CASE WHEN elsewhere = 'Y' THEN 1 ELSE 0 END,
       CASE WHEN elsewhere = 'Y' THEN 0 ELSE 1 END, 'number of earlier plans',
       CASE WHEN elsewhere = 'Y' THEN 'the plan is another council’s'
            ELSE 'the start of the plan is missing or cannot be read' END
FROM protection_plan CROSS JOIN quarter
WHERE (elsewhere = 'Y' AND started BETWEEN quarter_start AND quarter_end) OR started IS NULL
