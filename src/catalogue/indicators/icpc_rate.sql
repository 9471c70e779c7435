-- One conference for each child and day, however many enquiries led to it; a transfer only if every record says so.
-- needs: conference.day
WITH held AS (
  SELECT child, day, min(row_id) AS row_id, min(CASE WHEN transfer_in = 'Y' THEN 1 ELSE 0 END) AS transfer
  FROM conference CROSS JOIN quarter
  WHERE day BETWEEN quarter_start AND quarter_end
  GROUP BY child, day
)
SELECT child, row_id,
       1 - transfer AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       transfer AS excluded,
       0 AS unknown,
       'day of the conference' AS method,
       CASE WHEN transfer = 1 THEN 'the child moved in with a plan of another council' END AS reason
FROM held
UNION ALL
SELECT child, row_id, 0, NULL, 0, 1, 'day of the conference', 'the day of the conference cannot be read'
FROM conference WHERE day IS NULL
