-- Where a child is placed for adoption (A3 to A6) the placement before it counts too. A source with only the
-- start of the latest placement cannot tell for a child who moved after the quarter or is placed for adoption.
-- needs: care_episode.started care_episode.start_reason child.born | looked_after.started looked_after.ended looked_after.placed child.born
WITH birth AS (SELECT child, max(born) AS born FROM child GROUP BY child),
open_period AS (
  SELECT looked_after.child, min(row_id) AS row_id, min(started) AS started, max(placed) AS placed,
         max(CASE WHEN placement IN ('A3', 'A4', 'A5', 'A6') THEN 1 ELSE 0 END) AS adopting,
         max(CASE WHEN unread LIKE '% ended %' THEN 1 ELSE 0 END) AS doubt
  FROM looked_after CROSS JOIN quarter
  WHERE started <= quarter_end - INTERVAL 30 MONTH AND (ended IS NULL OR ended > quarter_end)
    AND coalesce(short_breaks, 'N') <> 'Y'
  GROUP BY looked_after.child
),
begun AS (
  SELECT care_episode.child, care_episode.started, care_episode.placement,
         row_number() OVER (PARTITION BY care_episode.child ORDER BY care_episode.started DESC, care_episode.row_id DESC) AS back
  FROM care_episode CROSS JOIN quarter
  WHERE care_episode.start_reason IN ('S', 'P', 'B') AND care_episode.started <= quarter_end
),
current_placement AS (
  SELECT child,
         CASE WHEN max(CASE WHEN back = 1 AND placement IN ('A3', 'A4', 'A5', 'A6') THEN 1 ELSE 0 END) = 1
              THEN coalesce(max(CASE WHEN back = 2 THEN started END), max(CASE WHEN back = 1 THEN started END))
              ELSE max(CASE WHEN back = 1 THEN started END) END AS since
  FROM begun GROUP BY child
),
judged AS (
  SELECT open_period.child, open_period.row_id, born, doubt,
         CASE WHEN current_placement.child IS NOT NULL THEN since
              WHEN placed <= quarter_end - INTERVAL 24 MONTH OR (placed <= quarter_end AND adopting = 0) THEN placed END AS since,
         CASE WHEN current_placement.child IS NOT NULL THEN 'dates of placements'
              ELSE 'start of the latest placement' END AS method,
         quarter_end
  FROM open_period CROSS JOIN quarter
  LEFT JOIN birth ON birth.child = open_period.child
  LEFT JOIN current_placement ON current_placement.child = open_period.child
  WHERE born IS NULL OR born > quarter_end - INTERVAL 192 MONTH
)
SELECT child, row_id,
       CASE WHEN doubt = 0 AND born IS NOT NULL AND since <= quarter_end - INTERVAL 24 MONTH THEN 1 ELSE 0 END AS numerator,
       CASE WHEN doubt = 0 AND born IS NOT NULL THEN 1 ELSE 0 END AS denominator,
       0 AS excluded,
       CASE WHEN doubt = 1 OR born IS NULL OR since IS NULL THEN 1 ELSE 0 END AS unknown,
       method,
       CASE WHEN doubt = 1 THEN 'the end of the period of care cannot be read'
            WHEN born IS NULL THEN 'the date of birth is missing or cannot be read'
            WHEN since IS NULL THEN 'how long the child has been in this placement cannot be told' END AS reason
FROM judged
