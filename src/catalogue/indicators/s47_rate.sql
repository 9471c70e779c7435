-- needs: enquiry.started
SELECT child, row_id,
       CASE WHEN started IS NULL THEN 0 ELSE 1 END AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       0 AS excluded,
       CASE WHEN started IS NULL THEN 1 ELSE 0 END AS unknown,
       'day of the strategy discussion' AS method,
       CASE WHEN started IS NULL THEN 'the day of the strategy discussion is missing or cannot be read' END AS reason
FROM enquiry CROSS JOIN quarter
WHERE started IS NULL OR started BETWEEN quarter_start AND quarter_end
