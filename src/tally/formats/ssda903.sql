-- From the SSDA903 files to the canonical tables. Files of several years may be given together: an episode that
-- was open in one and ended in the next is one episode.
INSERT INTO child BY NAME SELECT child, row_id, unread, born, sex FROM s903_header;

INSERT INTO child BY NAME SELECT child, row_id, unread, born, 'Y' AS uasc, uasc_until FROM s903_uasc;

INSERT INTO care_episode BY NAME
SELECT child, row_id, unread, started, start_reason, legal_status, placement, ended, end_reason FROM s903_episodes;

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
