-- A case that ends on the last day of the quarter is no longer open at its end. A child with two open cases
-- counts once; one open case that is sure makes a doubtful one of the same child of no matter.
-- needs: cin_episode.started cin_episode.ended
WITH judged AS (
  SELECT child, row_id,
         CASE WHEN started IS NULL THEN 'the start of the case is missing or cannot be read'
              WHEN unread LIKE '% ended %' THEN 'the end of the case cannot be read'
              WHEN ended < started THEN 'the case ended before it began' END AS doubt
  FROM cin_episode CROSS JOIN quarter
  WHERE (started IS NULL OR started <= quarter_end)
    AND (ended IS NULL OR ended > quarter_end OR (ended < started AND ended >= quarter_start))
)
SELECT child, min(row_id) AS row_id,
       max(CASE WHEN doubt IS NULL THEN 1 ELSE 0 END) AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       0 AS excluded,
       min(CASE WHEN doubt IS NULL THEN 0 ELSE 1 END) AS unknown,
       'open at the end of the quarter' AS method,
       CASE WHEN min(CASE WHEN doubt IS NULL THEN 0 ELSE 1 END) = 1 THEN min(doubt) END AS reason
FROM judged GROUP BY child
