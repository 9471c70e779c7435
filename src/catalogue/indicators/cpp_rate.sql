-- A plan that ends on the last day of the quarter is no longer open at its end. Each child once.
-- needs: protection_plan.started protection_plan.ended
WITH judged AS (
  SELECT child, row_id, CASE WHEN elsewhere = 'Y' THEN 1 ELSE 0 END AS other,
         CASE WHEN started IS NULL THEN 'the start of the plan is missing or cannot be read'
              WHEN unread LIKE '% ended %' THEN 'the end of the plan cannot be read'
              WHEN ended < started THEN 'the plan ended before it began' END AS doubt
  FROM protection_plan CROSS JOIN quarter
  WHERE (started IS NULL OR started <= quarter_end)
    AND (ended IS NULL OR ended > quarter_end OR (ended < started AND ended >= quarter_start))
)
SELECT child, min(row_id) AS row_id,
       max(CASE WHEN doubt IS NULL AND other = 0 THEN 1 ELSE 0 END) AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       min(other) AS excluded,
       min(CASE WHEN doubt IS NULL OR other = 1 THEN 0 ELSE 1 END) AS unknown,
       'open at the end of the quarter' AS method,
       CASE WHEN min(other) = 1 THEN 'the plan is another council’s'
            WHEN max(CASE WHEN doubt IS NULL AND other = 0 THEN 1 ELSE 0 END) = 0 THEN min(doubt) END AS reason
FROM judged GROUP BY child
