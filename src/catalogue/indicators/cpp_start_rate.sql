-- needs: protection_plan.started
SELECT child, row_id,
       CASE WHEN started IS NOT NULL AND coalesce(elsewhere, 'N') <> 'Y' THEN 1 ELSE 0 END AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       CASE WHEN elsewhere = 'Y' THEN 1 ELSE 0 END AS excluded,
       CASE WHEN started IS NULL AND coalesce(elsewhere, 'N') <> 'Y' THEN 1 ELSE 0 END AS unknown,
       'day of start' AS method,
       CASE WHEN elsewhere = 'Y' THEN 'the plan is another council’s'
            WHEN started IS NULL THEN 'the start of the plan is missing or cannot be read' END AS reason
FROM protection_plan CROSS JOIN quarter
WHERE started IS NULL OR started BETWEEN quarter_start AND quarter_end
