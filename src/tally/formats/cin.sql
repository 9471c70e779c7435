-- From the children in need census to the canonical tables. Censuses of several years may be given together: a
-- case, assessment or plan that was open in one and ended in the next is one; the row that has the end is kept.
INSERT INTO child BY NAME SELECT child, row_id, unread, born, sex FROM cin_child;

-- Of a referral in the files of several years, that which became a case and has its end is taken, and that of the later
-- file.
DELETE FROM cin_referral WHERE row_id IN (
  SELECT row_id FROM (
    SELECT row_id, first_value(row_id) OVER (PARTITION BY child, day
           ORDER BY CASE WHEN no_further_action = 'Y' THEN 1 ELSE 0 END, not_ended(ended, unread, ' ended '),
                    row_id // 100000000 DESC, ended DESC, row_id) AS kept
    FROM cin_referral WHERE day IS NOT NULL
      AND hash(child, day) IN (SELECT hash(child, day) FROM cin_referral GROUP BY 1 HAVING count(*) > 1))
  WHERE row_id // 100000000 <> kept // 100000000);

INSERT INTO referral BY NAME SELECT child, row_id, unread, day, source, no_further_action FROM cin_referral;

INSERT INTO cin_episode BY NAME
SELECT child, row_id, replace(unread, ' day ', ' started ') AS unread, day AS started, ended
FROM cin_referral WHERE coalesce(no_further_action, 'N') <> 'Y';

-- The first assessment of a case answers its referral; a later one is counted from its own start. Of a case that is
-- older than the files the first may not be in them: one that began within 63 days (45 working days at the least) of
-- the referral is taken for it.
INSERT INTO assessment BY NAME
WITH numbered AS (
  SELECT *, rank() OVER (PARTITION BY child, referred ORDER BY started) AS nth FROM cin_assessment
)
SELECT child, row_id, unread, started, completed,
       CASE WHEN nth = 1 AND (first_day IS NULL OR referred >= first_day OR started <= referred + 63) THEN referred END AS referred
FROM numbered CROSS JOIN (
  SELECT make_date(CAST(year(min(reference) - INTERVAL 3 MONTH) AS INTEGER), 4, 1) AS first_day FROM cin_child);

INSERT INTO cin_plan BY NAME SELECT child, row_id, unread, started, ended FROM cin_plan_dates;

INSERT INTO enquiry BY NAME SELECT child, row_id, unread, started FROM cin_section47;

INSERT INTO conference BY NAME
SELECT child, row_id, replace(replace(unread, ' started ', ' enquiry_started '), ' conference ', ' day ') AS unread,
       conference AS day, started AS enquiry_started, 'N' AS transfer_in
FROM cin_section47 WHERE conference IS NOT NULL OR unread LIKE '% conference %';

-- A conference that stands with the case, not with an enquiry, is of a child who moved in with a plan. Where an
-- enquiry names the same day, it is that enquiry's.
INSERT INTO conference BY NAME
SELECT cin_referral.child, cin_referral.row_id, cin_referral.unread, cin_referral.conference AS day, 'Y' AS transfer_in
FROM cin_referral ANTI JOIN cin_section47
  ON cin_section47.child = cin_referral.child AND cin_section47.conference = cin_referral.conference
WHERE cin_referral.conference IS NOT NULL;

INSERT INTO protection_plan BY NAME
SELECT child, row_id, unread, started, ended, previous FROM cin_protection;

-- A census holds every case that was open at any time in its year, and no referral that was closed before.
INSERT INTO coverage
SELECT subject, make_date(CAST(year(min(reference) - INTERVAL 3 MONTH) AS INTEGER), 4, 1), max(reference)
FROM cin_child CROSS JOIN (SELECT unnest(['referral', 'assessment', 'enquiry', 'protection_plan']) AS subject)
WHERE reference IS NOT NULL
GROUP BY subject;
