-- needs: looked_after.started
SELECT child, row_id,
       CASE WHEN started IS NOT NULL AND coalesce(short_breaks, 'N') <> 'Y' THEN 1 ELSE 0 END AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       CASE WHEN short_breaks = 'Y' THEN 1 ELSE 0 END AS excluded,
       CASE WHEN started IS NULL AND coalesce(short_breaks, 'N') <> 'Y' THEN 1 ELSE 0 END AS unknown,
       'day of start' AS method,
       CASE WHEN short_breaks = 'Y' THEN 'looked after only in a series of short breaks'
            WHEN started IS NULL THEN 'the start of the period of care is missing or cannot be read' END AS reason
FROM looked_after CROSS JOIN quarter
WHERE started IS NULL OR started BETWEEN quarter_start AND quarter_end
