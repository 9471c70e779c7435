-- A period that ends on the last day of the quarter is over at its end. Each child once.
-- needs: looked_after.started looked_after.ended
WITH judged AS (
  SELECT child, row_id, CASE WHEN short_breaks = 'Y' THEN 1 ELSE 0 END AS breaks,
         CASE WHEN started IS NULL THEN 'the start of the period of care is missing or cannot be read'
              WHEN unread LIKE '% ended %' THEN 'the end of the period of care cannot be read'
              WHEN ended < started THEN 'the period of care ended before it began' END AS doubt
  FROM looked_after CROSS JOIN quarter
  WHERE (started IS NULL OR started <= quarter_end)
    AND (ended IS NULL OR ended > quarter_end OR (ended < started AND ended >= quarter_start))
)
SELECT child, min(row_id) AS row_id,
       max(CASE WHEN doubt IS NULL AND breaks = 0 THEN 1 ELSE 0 END) AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       min(breaks) AS excluded,
       min(CASE WHEN doubt IS NULL OR breaks = 1 THEN 0 ELSE 1 END) AS unknown,
       'looked after at the end of the quarter' AS method,
       CASE WHEN min(breaks) = 1 THEN 'looked after only in a series of short breaks'
            WHEN max(CASE WHEN doubt IS NULL AND breaks = 0 THEN 1 ELSE 0 END) = 0 THEN min(doubt) END AS reason
FROM judged GROUP BY child
