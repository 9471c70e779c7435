-- needs: looked_after.started looked_after.ended looked_after.uasc
WITH judged AS (
  SELECT child, row_id, CASE WHEN short_breaks = 'Y' THEN 1 ELSE 0 END AS breaks,
         CASE WHEN uasc = 'Y' AND (uasc_until IS NULL OR uasc_until > quarter_end) THEN 1 ELSE 0 END AS alone,
         CASE WHEN started IS NULL THEN 'the start of the period of care is missing or cannot be read'
              WHEN unread LIKE '% ended %' THEN 'the end of the period of care cannot be read'
              WHEN ended < started THEN 'the period of care ended before it began' END AS doubt,
         CASE WHEN uasc IS NULL OR uasc = 'U' THEN 1 ELSE 0 END AS not_told
  FROM looked_after CROSS JOIN quarter
  WHERE (started IS NULL OR started <= quarter_end)
    AND (ended IS NULL OR ended > quarter_end OR (ended < started AND ended >= quarter_start))
)
SELECT child, min(row_id) AS row_id,
       max(CASE WHEN doubt IS NULL AND breaks = 0 THEN alone ELSE 0 END) AS numerator,
       max(CASE WHEN doubt IS NULL AND breaks = 0 THEN 1 ELSE 0 END) AS denominator,
       min(breaks) AS excluded,
       min(CASE WHEN breaks = 1 OR (doubt IS NULL AND not_told = 0) THEN 0 ELSE 1 END) AS unknown,
       'as recorded' AS method,
       CASE WHEN min(breaks) = 1 THEN 'looked after only in a series of short breaks'
            WHEN max(CASE WHEN doubt IS NULL AND breaks = 0 THEN 1 ELSE 0 END) = 0 THEN min(doubt)
            WHEN min(not_told) = 1 THEN 'whether the child is unaccompanied cannot be told' END AS reason
FROM judged GROUP BY child
