-- An assessment without a day of authorisation is still going on; one whose day cannot be read is not known.
-- needs: assessment.completed
SELECT child, row_id,
       CASE WHEN completed IS NULL THEN 0 ELSE 1 END AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       0 AS excluded,
       CASE WHEN completed IS NULL THEN 1 ELSE 0 END AS unknown,
       'day of authorisation' AS method,
       CASE WHEN completed IS NULL THEN 'the day of authorisation cannot be read' END AS reason
FROM assessment CROSS JOIN quarter
WHERE completed BETWEEN quarter_start AND quarter_end
   OR (unread LIKE '% completed %' AND (started IS NULL OR started <= quarter_end))
