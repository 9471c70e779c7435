-- Where a child is placed for adoption (A3 to A6) the placement before it counts too. A source with only the
-- start of the latest placement cannot tell for a child who moved after the quarter or is placed for adoption.
-- Episodes of one year may not show when a long placement began: then the first episode in it is the latest
-- day on which it can have begun, which is enough if it was two years ago.
-- needs: care_episode.started care_episode.start_reason care_episode.ended child.born | looked_after.started looked_after.ended looked_after.placed child.born
WITH birth AS (SELECT child, max(born) AS born FROM child GROUP BY child),
open_now AS (
  SELECT child, row_id, started, placed, placement, unread,
         CASE WHEN started IS NULL THEN 'the start of the period of care is missing or cannot be read'
              WHEN unread LIKE '% ended %' THEN 'the end of the period of care cannot be read'
              WHEN ended < started THEN 'the period of care ended before it began' END AS doubt
  FROM looked_after CROSS JOIN quarter
  WHERE (started IS NULL OR started <= quarter_end)
    AND (ended IS NULL OR ended > quarter_end OR (ended < started AND ended >= quarter_start))
    AND coalesce(short_breaks, 'N') <> 'Y'
),
sure AS (SELECT DISTINCT child FROM open_now WHERE doubt IS NULL),
open_period AS (
  SELECT open_now.child, min(row_id) AS row_id, min(started) AS started, max(placed) AS placed,
         max(CASE WHEN placement IN ('A3', 'A4', 'A5', 'A6') THEN 1 ELSE 0 END) AS adopting,
         min(doubt) AS doubt,
         min(CASE WHEN started > quarter_end - INTERVAL 30 MONTH THEN 1 ELSE 0 END) AS began_before
  FROM open_now CROSS JOIN quarter LEFT JOIN sure ON sure.child = open_now.child
  WHERE (doubt IS NULL OR sure.child IS NULL)
    AND (started IS NULL OR started <= quarter_end - INTERVAL 30 MONTH OR unread LIKE '% began_before %')
  GROUP BY open_now.child
),
episode AS (
  SELECT care_episode.child, care_episode.row_id, care_episode.started, care_episode.placement,
         CASE WHEN start_reason IN ('S', 'P', 'B') THEN 1 ELSE 0 END AS moved
  FROM care_episode CROSS JOIN quarter
  WHERE care_episode.started <= quarter_end
),
ranked AS (
  SELECT child, started, placement, moved,
         row_number() OVER (PARTITION BY child, moved ORDER BY started DESC, row_id DESC) AS back
  FROM episode
),
current_home AS (
  SELECT child, min(started) AS first_known,
         max(CASE WHEN moved = 1 AND back = 1 THEN started END) AS moved_last,
         max(CASE WHEN moved = 1 AND back = 2 THEN started END) AS moved_before,
         max(CASE WHEN moved = 1 AND back = 1 AND placement IN ('A3', 'A4', 'A5', 'A6') THEN 1 ELSE 0 END) AS adopting
  FROM ranked GROUP BY child
),
dated AS (
  SELECT child,
         CASE WHEN moved_last IS NULL THEN first_known
              WHEN adopting = 1 THEN coalesce(moved_before, first_known)
              ELSE moved_last END AS since,
         CASE WHEN moved_last IS NULL OR (adopting = 1 AND moved_before IS NULL) THEN 1 ELSE 0 END AS at_latest
  FROM current_home
),
judged AS (
  SELECT open_period.child, row_id, born, doubt, began_before,
         CASE WHEN dated.child IS NOT NULL
              THEN CASE WHEN at_latest = 0 OR since <= quarter_end - INTERVAL 24 MONTH
                          OR (since = open_period.started AND began_before = 0) THEN since END
              WHEN placed <= quarter_end - INTERVAL 24 MONTH OR (placed <= quarter_end AND adopting = 0) THEN placed
         END AS since,
         CASE WHEN dated.child IS NOT NULL THEN 'dates of placements'
              ELSE 'start of the latest placement' END AS method,
         quarter_end
  FROM open_period CROSS JOIN quarter
  LEFT JOIN birth ON birth.child = open_period.child
  LEFT JOIN dated ON dated.child = open_period.child
  WHERE born IS NULL OR born > quarter_end - INTERVAL 192 MONTH
)
SELECT child, row_id,
       CASE WHEN doubt IS NULL AND began_before = 0 AND born IS NOT NULL AND since <= quarter_end - INTERVAL 24 MONTH
            THEN 1 ELSE 0 END AS numerator,
       CASE WHEN doubt IS NULL AND began_before = 0 AND born IS NOT NULL THEN 1 ELSE 0 END AS denominator,
       0 AS excluded,
       CASE WHEN doubt IS NOT NULL OR began_before = 1 OR born IS NULL OR since IS NULL THEN 1 ELSE 0 END AS unknown,
       method,
       CASE WHEN doubt IS NOT NULL THEN doubt
            WHEN began_before = 1 THEN 'the day on which the child came into care is not in the file'
            WHEN born IS NULL THEN 'the date of birth is missing or cannot be read'
            WHEN since IS NULL THEN 'how long the child has been in this placement cannot be told' END AS reason
FROM judged
