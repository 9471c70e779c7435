-- Of a child's referrals on one day that whose source is known is kept.
-- needs: referral.day referral.source
WITH numbered AS (
  SELECT child, row_id, day, source, unread, row_number() OVER (PARTITION BY child, day
         ORDER BY CASE WHEN source <> '10' THEN 0 WHEN source = '10' THEN 1 ELSE 2 END, unread, row_id) AS nth
  FROM referral CROSS JOIN quarter
  WHERE day IS NULL OR day BETWEEN quarter_start AND quarter_end
)
SELECT child, row_id,
       CASE WHEN day IS NOT NULL AND nth = 1 AND source <> '10' THEN 1 ELSE 0 END AS numerator,
       CASE WHEN day IS NOT NULL AND nth = 1 THEN 1 ELSE 0 END AS denominator,
       CASE WHEN day IS NOT NULL AND nth > 1 THEN 1 ELSE 0 END AS excluded,
       CASE WHEN day IS NULL OR (nth = 1 AND unread LIKE '% source %') THEN 1 ELSE 0 END AS unknown,
       'source as recorded' AS method,
       CASE WHEN day IS NULL THEN 'the day of the referral is missing or cannot be read'
            WHEN nth > 1 THEN 'another referral of the same child on the same day is counted'
            WHEN unread LIKE '% source %' THEN 'the source is no code that is known' END AS reason
FROM numbered
