-- Of episodes that begin on one day, that which has ended is kept, and that of the later file. Few are looked at.
CREATE TEMP TABLE same_day AS
SELECT *, row_number() OVER alike AS nth, first_value(told) OVER alike AS kept, first_value(ended) OVER alike AS kept_ended,
       first_value(row_id) OVER alike AS kept_row
FROM (SELECT *, concat_ws('/', start_reason, legal_status, placement) AS told FROM care_episode
      WHERE hash(child, started) IN (SELECT hash(child, started) FROM care_episode GROUP BY 1 HAVING count(*) > 1))
WHERE started IS NOT NULL
WINDOW alike AS (PARTITION BY child, started
                 ORDER BY not_ended(ended, unread, ' ended '), row_id // 100000000 DESC, ended DESC, told, row_id DESC);

INSERT INTO fault
SELECT row_id, child, 'started', NULL, NULL, 'another episode of the child begins on the same day, so it was set aside'
FROM same_day WHERE nth > 1 AND (row_id // 100000000 = kept_row // 100000000 OR told <> kept OR ended <> kept_ended);

DELETE FROM care_episode WHERE row_id IN (SELECT row_id FROM same_day WHERE nth > 1);

DROP TABLE same_day;

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
