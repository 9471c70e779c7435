-- needs: looked_after.ended
SELECT child, row_id,
       CASE WHEN ended IS NOT NULL AND coalesce(short_breaks, 'N') <> 'Y' THEN 1 ELSE 0 END AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       CASE WHEN short_breaks = 'Y' THEN 1 ELSE 0 END AS excluded,
       CASE WHEN ended IS NULL AND coalesce(short_breaks, 'N') <> 'Y' THEN 1 ELSE 0 END AS unknown,
       'day of end' AS method,
       CASE WHEN short_breaks = 'Y' THEN 'looked after only in a series of short breaks'
            WHEN ended IS NULL THEN 'the end of the period of care cannot be read' END AS reason
FROM looked_after CROSS JOIN quarter
WHERE ended BETWEEN quarter_start AND quarter_end
   OR (unread LIKE '% ended %' AND (started IS NULL OR started <= quarter_end))
