-- From the SSDA903 files to the canonical tables. Files of several years may be given together: an episode that
-- was open in one and ended in the next is one episode.
INSERT INTO child BY NAME SELECT child, row_id, unread, born, sex FROM s903_header;

INSERT INTO child BY NAME SELECT child, row_id, unread, born, 'Y' AS uasc, uasc_until FROM s903_uasc;

-- Of episodes that begin on one day, that which has ended is kept, and that of the later file. Few are looked at.
CREATE TEMP TABLE same_day AS
SELECT *, row_number() OVER alike AS nth, first_value(told) OVER alike AS kept, first_value(ended) OVER alike AS kept_ended
FROM (SELECT *, concat_ws('/', start_reason, legal_status, placement) AS told FROM s903_episodes
      WHERE hash(child, started) IN (SELECT hash(child, started) FROM s903_episodes GROUP BY 1 HAVING count(*) > 1))
WHERE started IS NOT NULL
WINDOW alike AS (PARTITION BY child, started
                 ORDER BY CASE WHEN ended IS NULL THEN 1 ELSE 0 END, row_id // 100000000 DESC, ended DESC, told, row_id DESC);

INSERT INTO fault
SELECT row_id, child, 'started', NULL, NULL, 'another episode of the child begins on the same day, so it was set aside'
FROM same_day WHERE nth > 1 AND (told <> kept OR ended <> kept_ended);

INSERT INTO care_episode BY NAME
SELECT child, row_id, unread, started, start_reason, legal_status, placement, ended, end_reason
FROM s903_episodes ANTI JOIN (SELECT row_id FROM same_day WHERE nth > 1) AS aside USING (row_id);

DROP TABLE same_day;

INSERT INTO care_leaver BY NAME
SELECT child, row_id, unread, born, in_touch, activity,
       CASE WHEN accommodation NOT LIKE '0%' THEN left(accommodation, 1) END AS accommodation,
       CASE right(accommodation, 1) WHEN '1' THEN 'Y' WHEN '2' THEN 'N' END AS suitable
FROM s903_oc3;

-- A return is of a year to 31 March: the year of the first end, to the year of the last day that it names.
INSERT INTO coverage
SELECT 'looked_after',
       make_date(CAST(year(min(ended) - INTERVAL 3 MONTH) AS INTEGER), 4, 1),
       make_date(CAST(year(greatest(max(started), max(ended)) - INTERVAL 3 MONTH) AS INTEGER) + 1, 3, 31)
FROM care_episode WHERE ended IS NOT NULL;
