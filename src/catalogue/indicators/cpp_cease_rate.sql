-- needs: protection_plan.ended
SELECT child, row_id,
       CASE WHEN ended IS NOT NULL AND coalesce(elsewhere, 'N') <> 'Y' THEN 1 ELSE 0 END AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       CASE WHEN elsewhere = 'Y' THEN 1 ELSE 0 END AS excluded,
       CASE WHEN ended IS NULL AND coalesce(elsewhere, 'N') <> 'Y' THEN 1 ELSE 0 END AS unknown,
       'day of end' AS method,
       CASE WHEN elsewhere = 'Y' THEN 'the plan is another council’s'
            WHEN ended IS NULL THEN 'the end of the plan cannot be read' END AS reason
FROM protection_plan CROSS JOIN quarter
WHERE ended BETWEEN quarter_start AND quarter_end
   OR (unread LIKE '% ended %' AND (started IS NULL OR started <= quarter_end))
