-- needs: care_leaver.eligibility care_leaver.uasc
SELECT child, min(row_id) AS row_id,
       max(CASE WHEN eligibility <> 'ELIGIBLE' AND uasc = 'Y' THEN 1 ELSE 0 END) AS numerator,
       max(CASE WHEN eligibility <> 'ELIGIBLE' THEN 1 ELSE 0 END) AS denominator,
       CASE WHEN min(eligibility) = 'ELIGIBLE' AND max(eligibility) = 'ELIGIBLE' THEN 1 ELSE 0 END AS excluded,
       CASE WHEN max(eligibility) IS NULL OR (max(eligibility) <> 'ELIGIBLE' AND max(uasc) IN ('U')) OR max(uasc) IS NULL
            THEN 1 ELSE 0 END AS unknown,
       'as the list stands' AS method,
       CASE WHEN max(eligibility) IS NULL THEN 'the eligibility category is missing or no code that is known'
            WHEN max(eligibility) = 'ELIGIBLE' AND min(eligibility) = 'ELIGIBLE' THEN 'eligible, so still looked after'
            WHEN max(uasc) IS NULL OR max(uasc) = 'U' THEN 'whether formerly unaccompanied is not recorded' END AS reason
FROM care_leaver GROUP BY child
