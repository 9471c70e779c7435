-- needs: assessment.completed assessment.started
WITH clocked AS (
  SELECT child, row_id, completed, coalesce(referred, started) AS clock,
         CASE WHEN referred IS NOT NULL THEN 'from the referral' ELSE 'from the start of the assessment' END AS method
  FROM assessment CROSS JOIN quarter
  WHERE completed BETWEEN quarter_start AND quarter_end
),
measured AS (
  SELECT clocked.child, clocked.row_id, completed, clock, method, finish.number - begin.number AS days
  FROM clocked
  LEFT JOIN working_day AS begin ON begin.day = clock
  LEFT JOIN working_day AS finish ON finish.day = completed
)
SELECT child, row_id,
       CASE WHEN completed >= clock AND days <= 45 THEN 1 ELSE 0 END AS numerator,
       1 AS denominator,
       0 AS excluded,
       CASE WHEN days IS NULL OR completed < clock THEN 1 ELSE 0 END AS unknown,
       method,
       CASE WHEN clock IS NULL THEN 'the start of the assessment is missing or cannot be read'
            WHEN completed < clock THEN 'the assessment was authorised before it began'
            WHEN days IS NULL THEN 'it began before the first day for which bank holidays are kept' END AS reason
FROM measured
UNION ALL
SELECT child, row_id, 0, 0, 0, 1, 'from the start of the assessment', 'the day of authorisation cannot be read'
FROM assessment CROSS JOIN quarter
WHERE unread LIKE '% completed %' AND (started IS NULL OR started <= quarter_end)
