-- From episodes: a placement begins with an episode that starts a period (S), changes placement and carer (P)
-- or placement, carer and legal status (B). Counted are those begun in the twelve months to the end of the
-- quarter and, for a child who was looked after when these began, the one then in force. Where there are no
-- episodes, the source's own count.
-- needs: care_episode.started care_episode.start_reason care_episode.ended | looked_after.started looked_after.ended looked_after.placements
WITH open_now AS (
  SELECT child, row_id, placements,
         CASE WHEN started IS NULL THEN 'the start of the period of care is missing or cannot be read'
              WHEN unread LIKE '% ended %' THEN 'the end of the period of care cannot be read'
              WHEN ended < started THEN 'the period of care ended before it began' END AS doubt
  FROM looked_after CROSS JOIN quarter
  WHERE (started IS NULL OR started <= quarter_end)
    AND (ended IS NULL OR ended > quarter_end OR (ended < started AND ended >= quarter_start))
    AND coalesce(short_breaks, 'N') <> 'Y'
),
open_period AS (
  SELECT child, min(row_id) AS row_id, max(CASE WHEN doubt IS NULL THEN placements END) AS listed,
         CASE WHEN max(CASE WHEN doubt IS NULL THEN 1 ELSE 0 END) = 0 THEN min(doubt) END AS doubt
  FROM open_now GROUP BY child
),
in_care_then AS (
  SELECT DISTINCT child FROM looked_after CROSS JOIN quarter
  WHERE started <= quarter_end - INTERVAL 12 MONTH AND (ended IS NULL OR ended > quarter_end - INTERVAL 12 MONTH)
    AND coalesce(short_breaks, 'N') <> 'Y'
),
begun AS (
  SELECT child,
         sum(CASE WHEN started > quarter_end - INTERVAL 12 MONTH AND started <= quarter_end
                   AND start_reason IN ('S', 'P', 'B') AND coalesce(legal_status, '') NOT IN ('V3', 'V4')
                   AND (ended IS NULL OR ended > started) THEN 1 ELSE 0 END) AS placements
  FROM care_episode CROSS JOIN quarter
  GROUP BY child
),
judged AS (
  SELECT open_period.child, row_id, doubt,
         CASE WHEN begun.child IS NULL THEN listed
              WHEN in_care_then.child IS NULL THEN begun.placements
              ELSE begun.placements + 1 END AS placements,
         CASE WHEN begun.child IS NULL THEN 'count in the list' ELSE 'dates of placements' END AS method
  FROM open_period
  LEFT JOIN begun ON begun.child = open_period.child
  LEFT JOIN in_care_then ON in_care_then.child = open_period.child
)
SELECT child, row_id,
       CASE WHEN doubt IS NULL AND placements >= 3 THEN 1 ELSE 0 END AS numerator,
       CASE WHEN doubt IS NULL THEN 1 ELSE 0 END AS denominator,
       0 AS excluded,
       CASE WHEN doubt IS NOT NULL OR placements IS NULL THEN 1 ELSE 0 END AS unknown,
       method,
       CASE WHEN doubt IS NOT NULL THEN doubt
            WHEN placements IS NULL THEN 'the number of placements is missing or cannot be read' END AS reason
FROM judged
