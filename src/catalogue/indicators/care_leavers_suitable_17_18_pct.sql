-- Age on the last day of the quarter: from the date of birth, or else the age that the list gives. Custody is
-- not suitable whatever is recorded. Eligible young people, who are still looked after, are left out.
-- needs: care_leaver.suitable care_leaver.born | care_leaver.suitable care_leaver.age
WITH aged AS (
  SELECT child, row_id, suitable, accommodation, eligibility,
         CASE WHEN unread LIKE '% suitable %' AND coalesce(accommodation, '') <> 'X' THEN 1 ELSE 0 END AS unread_home,
         CASE WHEN unread LIKE '% eligibility %' THEN 1 ELSE 0 END AS unread_kind,
         CASE WHEN born IS NULL THEN floor(age)
              WHEN born <= quarter_end - INTERVAL 228 MONTH THEN 99
              WHEN born <= quarter_end - INTERVAL 204 MONTH THEN 17
              ELSE 0 END AS years
  FROM care_leaver CROSS JOIN quarter
),
leaver AS (
  SELECT child, min(row_id) AS row_id, max(years) AS years, min(eligibility) AS eligibility,
         min(CASE WHEN accommodation = 'X' THEN 'N' ELSE suitable END) AS suitable,
         max(unread_home) AS unread_home, max(unread_kind) AS unread_kind
  FROM aged
  WHERE years IS NULL OR years BETWEEN 17 AND 18
  GROUP BY child
)
SELECT child, row_id,
       CASE WHEN years IS NOT NULL AND coalesce(eligibility, '') <> 'ELIGIBLE' AND suitable = 'Y' THEN 1 ELSE 0 END AS numerator,
       CASE WHEN years IS NOT NULL AND coalesce(eligibility, '') <> 'ELIGIBLE' THEN 1 ELSE 0 END AS denominator,
       CASE WHEN eligibility = 'ELIGIBLE' THEN 1 ELSE 0 END AS excluded,
       CASE WHEN coalesce(eligibility, '') <> 'ELIGIBLE' AND (years IS NULL OR unread_home + unread_kind > 0)
            THEN 1 ELSE 0 END AS unknown,
       'as the list stands' AS method,
       CASE WHEN eligibility = 'ELIGIBLE' THEN 'eligible, so still looked after'
            WHEN years IS NULL THEN 'the age cannot be told'
            WHEN unread_kind = 1 THEN 'the eligibility category is no code that is known'
            WHEN unread_home = 1 THEN 'whether the accommodation is suitable cannot be read' END AS reason
FROM leaver
