-- Periods of care from episodes. A period begins with reason S, or where the episode before did not go on (X1)
-- to the same day. An episode that goes on, with nothing after it, is a doubt: the next one is missing.
CREATE TEMP TABLE period AS
WITH told AS (
  SELECT child, row_id, unread, started, start_reason, legal_status, ended, end_reason,
         lag(ended) OVER chain AS ended_before, lag(end_reason) OVER chain AS reason_before,
         row_number() OVER chain AS nth
  FROM care_episode WHERE started IS NOT NULL
  WINDOW chain AS (PARTITION BY child ORDER BY started, row_id)
),
numbered AS (
  SELECT *, sum(CASE WHEN nth = 1 OR start_reason = 'S' THEN 1
                     WHEN ended_before IS NULL THEN 0
                     WHEN ended_before <> started OR reason_before <> 'X1' THEN 1 ELSE 0 END)
              OVER (PARTITION BY child ORDER BY started, row_id) AS period
  FROM told
)
SELECT child, period, min(row_id) AS row_id, min(started) AS started,
       last(ended ORDER BY started, row_id) AS ended, last(end_reason ORDER BY started, row_id) AS end_reason,
       last(row_id ORDER BY started, row_id) AS last_row, last(unread ORDER BY started, row_id) AS unread,
       first(start_reason ORDER BY started, row_id) AS start_reason,
       CASE WHEN min(CASE WHEN legal_status IN ('V3', 'V4') THEN 1 ELSE 0 END) = 1 THEN 'Y' ELSE 'N' END AS short_breaks
FROM numbered GROUP BY child, period;

INSERT INTO fault
SELECT last_row, child, 'ended', NULL, NULL, 'the episode goes on (X1), and no episode follows it'
FROM period WHERE end_reason = 'X1';

INSERT INTO fault
SELECT row_id, child, 'started', NULL, NULL, 'it goes on from an episode (not S) that is not there'
FROM period WHERE start_reason <> 'S' AND period > 1;

INSERT INTO looked_after BY NAME
SELECT period.child, row_id, started,
       CASE WHEN end_reason = 'X1' THEN NULL ELSE ended END AS ended, end_reason, short_breaks,
       CASE WHEN alone.child IS NULL THEN 'N' ELSE 'Y' END AS uasc, uasc_until,
       concat(CASE WHEN end_reason = 'X1' OR unread LIKE '% ended %' THEN ' ended ' ELSE '' END,
              CASE WHEN start_reason <> 'S' THEN ' began_before ' ELSE '' END) AS unread
FROM period
LEFT JOIN (SELECT child, max(uasc_until) AS uasc_until FROM child WHERE uasc = 'Y' GROUP BY child) AS alone
  ON alone.child = period.child;

INSERT INTO looked_after BY NAME SELECT child, row_id, unread FROM care_episode WHERE started IS NULL;

DROP TABLE period;
