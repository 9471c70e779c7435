-- Where several enquiries led to one conference, the clock starts with the last of them before it.
-- needs: conference.day conference.enquiry_started
WITH held AS (
  SELECT child, day, min(row_id) AS row_id,
         max(CASE WHEN enquiry_started <= day THEN enquiry_started END) AS clock,
         min(enquiry_started) AS any_start,
         min(CASE WHEN transfer_in = 'Y' THEN 1 ELSE 0 END) AS transfer
  FROM conference CROSS JOIN quarter
  WHERE day BETWEEN quarter_start AND quarter_end
  GROUP BY child, day
),
measured AS (
  SELECT child, row_id, transfer, clock, any_start, finish.number - begin.number AS days
  FROM held
  LEFT JOIN working_day AS begin ON begin.day = held.clock
  LEFT JOIN working_day AS finish ON finish.day = held.day
)
SELECT child, row_id,
       CASE WHEN transfer = 0 AND days <= 15 THEN 1 ELSE 0 END AS numerator,
       1 - transfer AS denominator,
       transfer AS excluded,
       CASE WHEN transfer = 0 AND days IS NULL THEN 1 ELSE 0 END AS unknown,
       'from the strategy discussion' AS method,
       CASE WHEN transfer = 1 THEN 'the child moved in with a plan of another council'
            WHEN clock IS NULL AND any_start IS NOT NULL THEN 'the strategy discussion is after the conference'
            WHEN days IS NULL THEN 'the day of the strategy discussion is missing or cannot be read' END AS reason
FROM measured
UNION ALL
SELECT child, row_id, 0, 0, 0, 1, 'from the strategy discussion', 'the day of the conference cannot be read'
FROM conference WHERE day IS NULL
