-- The list has no dates to roll back: it counts as it stood on the day it was taken.
-- needs: care_leaver.eligibility
SELECT child, min(row_id) AS row_id,
       max(CASE WHEN eligibility <> 'ELIGIBLE' THEN 1 ELSE 0 END) AS numerator,
       CAST(NULL AS INTEGER) AS denominator,
       CASE WHEN min(eligibility) = 'ELIGIBLE' AND max(eligibility) = 'ELIGIBLE' THEN 1 ELSE 0 END AS excluded,
       CASE WHEN max(eligibility) IS NULL THEN 1 ELSE 0 END AS unknown,
       'as the list stands' AS method,
       CASE WHEN max(eligibility) = 'ELIGIBLE' AND min(eligibility) = 'ELIGIBLE' THEN 'eligible, so still looked after'
            WHEN max(eligibility) IS NULL THEN 'the eligibility category is missing or no code that is known' END AS reason
FROM care_leaver GROUP BY child
