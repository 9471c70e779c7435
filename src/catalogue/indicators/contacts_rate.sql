-- needs: contact.day
SELECT child, row_id,
       CASE WHEN day IS NULL THEN 0 ELSE 1 END AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       0 AS excluded,
       CASE WHEN day IS NULL THEN 1 ELSE 0 END AS unknown,
       'day of contact' AS method,
       CASE WHEN day IS NULL THEN 'the day of the contact is missing or cannot be read' END AS reason
FROM contact CROSS JOIN quarter
WHERE day IS NULL OR day BETWEEN quarter_start AND quarter_end
