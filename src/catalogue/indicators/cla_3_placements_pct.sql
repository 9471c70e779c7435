-- From episodes: a placement begins with an episode that starts a period (S), changes placement and carer (P)
-- or placement, carer and legal status (B). Those begun in the twelve months to the end of the quarter, and
-- the one in force at their start. Where there are no episodes, the source's own count.
-- needs: care_episode.started care_episode.start_reason care_episode.ended | looked_after.started looked_after.ended looked_after.placements
WITH open_period AS (
  SELECT child, min(row_id) AS row_id, max(placements) AS placements,
         max(CASE WHEN unread LIKE '% ended %' OR ended < started THEN 1 ELSE 0 END) AS doubt
  FROM looked_after CROSS JOIN quarter
  WHERE started <= quarter_end AND (ended IS NULL OR ended > quarter_end) AND coalesce(short_breaks, 'N') <> 'Y'
  GROUP BY child
),
begun AS (
  SELECT child, started, ended,
         coalesce(lead(started) OVER (PARTITION BY child ORDER BY started, row_id), DATE '9999-01-01') AS next_start
  FROM care_episode
  WHERE start_reason IN ('S', 'P', 'B') AND coalesce(legal_status, '') NOT IN ('V3', 'V4')
    AND started IS NOT NULL AND (ended IS NULL OR ended > started)
),
in_care_then AS (
  SELECT DISTINCT looked_after.child FROM looked_after CROSS JOIN quarter
  WHERE started <= quarter_end - INTERVAL 12 MONTH AND (ended IS NULL OR ended > quarter_end - INTERVAL 12 MONTH)
),
counted AS (
  SELECT begun.child,
         sum(CASE WHEN begun.started > quarter_end - INTERVAL 12 MONTH THEN 1
                  WHEN in_care_then.child IS NOT NULL AND next_start > quarter_end - INTERVAL 12 MONTH THEN 1
                  ELSE 0 END) AS placements
  FROM begun CROSS JOIN quarter LEFT JOIN in_care_then ON in_care_then.child = begun.child
  WHERE begun.started <= quarter_end
  GROUP BY begun.child
),
judged AS (
  SELECT open_period.child, row_id, doubt,
         coalesce(counted.placements, open_period.placements) AS placements,
         CASE WHEN counted.child IS NOT NULL THEN 'dates of placements' ELSE 'count in the list' END AS method
  FROM open_period LEFT JOIN counted ON counted.child = open_period.child
)
SELECT child, row_id,
       CASE WHEN doubt = 0 AND placements >= 3 THEN 1 ELSE 0 END AS numerator,
       1 - doubt AS denominator,
       0 AS excluded,
       CASE WHEN doubt = 1 OR placements IS NULL THEN 1 ELSE 0 END AS unknown,
       method,
       CASE WHEN doubt = 1 THEN 'the end of the period of care cannot be read'
            WHEN placements IS NULL THEN 'the number of placements is missing or cannot be read' END AS reason
FROM judged
