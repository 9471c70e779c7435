-- Each referral looks back over its own twelve months. Where the source reaches back that far, dates decide.
-- Where it does not (Annex A holds six months), an earlier referral in the list decides; failing that, the
-- list's own count of referrals in the last twelve months. Some systems count back from each referral, some
-- count back from the day of the list and repeat the number on every row of a child: then the rows of the
-- list itself are taken off before it is asked whether there was another.
-- needs: referral.day
-- reaches: referral 12 months | referral.previous
WITH numbered AS (
  SELECT child, row_id, day, min(previous) OVER (PARTITION BY child, day) AS previous,
         row_number() OVER (PARTITION BY child, day
         ORDER BY CASE WHEN source <> '10' THEN 0 WHEN source = '10' THEN 1 ELSE 2 END, unread, row_id) AS nth
  FROM referral
),
once AS (
  SELECT child, row_id, day, previous,
         lag(day) OVER (PARTITION BY child ORDER BY day) AS day_before,
         max(day) OVER (PARTITION BY child) AS latest,
         min(previous) OVER (PARTITION BY child) AS least,
         max(previous) OVER (PARTITION BY child) AS most
  FROM numbered WHERE nth = 1 AND day IS NOT NULL
),
counting AS (SELECT max(CASE WHEN least <> most THEN 1 ELSE 0 END) AS from_each_referral FROM once),
listed AS (
  SELECT child, sum(CASE WHEN day < latest AND day >= latest - INTERVAL 12 MONTH THEN 1 ELSE 0 END) AS rows_before
  FROM once GROUP BY child
),
reach AS (SELECT min(complete_from) AS complete_from FROM coverage WHERE subject = 'referral'),
judged AS (
  SELECT once.child, row_id, day,
         CASE WHEN day_before >= day - INTERVAL 12 MONTH THEN 'dates: yes'
              WHEN day - INTERVAL 12 MONTH >= complete_from THEN 'dates: no'
              WHEN from_each_referral = 1 AND previous IS NOT NULL
              THEN CASE WHEN previous > 0 THEN 'count: yes' ELSE 'count: no' END
              WHEN from_each_referral = 0 AND most IS NOT NULL
              THEN CASE WHEN most - rows_before > 0 THEN 'count: yes' ELSE 'count: no' END
              ELSE 'unknown' END AS verdict
  FROM once
  INNER JOIN listed ON listed.child = once.child
  CROSS JOIN counting CROSS JOIN reach CROSS JOIN quarter
  WHERE day BETWEEN quarter_start AND quarter_end
)
SELECT child, row_id,
       CASE WHEN verdict LIKE '%yes' THEN 1 ELSE 0 END AS numerator,
       1 AS denominator,
       0 AS excluded,
       CASE WHEN verdict = 'unknown' THEN 1 ELSE 0 END AS unknown,
       CASE WHEN verdict LIKE 'count%' THEN 'count in the list' ELSE 'dates of referrals' END AS method,
       CASE WHEN verdict = 'unknown'
            THEN 'whether there was a referral in the twelve months before cannot be told' END AS reason
FROM judged
UNION ALL
SELECT child, row_id, 0, 0, CASE WHEN day IS NULL THEN 0 ELSE 1 END, CASE WHEN day IS NULL THEN 1 ELSE 0 END,
       'dates of referrals',
       CASE WHEN day IS NULL THEN 'the day of the referral is missing or cannot be read'
            ELSE 'another referral of the same child on the same day is counted' END
FROM numbered CROSS JOIN quarter
WHERE day IS NULL OR (nth > 1 AND day BETWEEN quarter_start AND quarter_end)
