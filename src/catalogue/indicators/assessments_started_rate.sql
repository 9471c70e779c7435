-- needs: assessment.started
SELECT child, row_id,
       CASE WHEN started IS NULL THEN 0 ELSE 1 END AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       0 AS excluded,
       CASE WHEN started IS NULL THEN 1 ELSE 0 END AS unknown,
       'day of start' AS method,
       CASE WHEN started IS NULL THEN 'the start of the assessment is missing or cannot be read' END AS reason
FROM assessment CROSS JOIN quarter
WHERE started IS NULL OR started BETWEEN quarter_start AND quarter_end
