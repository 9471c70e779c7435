-- From the children in need census to the canonical tables. Censuses of several years may be given together: a
-- case, assessment or plan that was open in one and ended in the next is one; the row that has the end is kept.
INSERT INTO child BY NAME SELECT child, row_id, unread, born, sex FROM cin_child;

-- What begins on one day is one: of the rows, that which has its end is kept, and that of the later file. Within one
-- file it is a fault.
CREATE TEMP TABLE aside AS
SELECT row_id, child, subject, what, kept FROM (
  SELECT row_id, child, 'day' AS subject, 'referral of the child is of' AS what,
         row_number() OVER referrals AS nth, first_value(row_id) OVER referrals AS kept
  FROM cin_referral WHERE day IS NOT NULL
  WINDOW referrals AS (PARTITION BY child, day
         ORDER BY CASE WHEN ended IS NULL THEN 1 ELSE 0 END, row_id // 100000000 DESC, ended DESC, no_further_action, source, row_id)
  UNION ALL
  SELECT row_id, child, 'started', 'assessment of the case begins on',
         row_number() OVER assessments, first_value(row_id) OVER assessments
  FROM cin_assessment WHERE started IS NOT NULL
  WINDOW assessments AS (PARTITION BY child, referred, started
         ORDER BY CASE WHEN completed IS NULL THEN 1 ELSE 0 END, row_id // 100000000 DESC, completed DESC, row_id)
  UNION ALL
  SELECT row_id, child, 'started', 'child in need plan of the child begins on',
         row_number() OVER plans, first_value(row_id) OVER plans
  FROM cin_plan_dates WHERE started IS NOT NULL
  WINDOW plans AS (PARTITION BY child, started
         ORDER BY CASE WHEN ended IS NULL THEN 1 ELSE 0 END, row_id // 100000000 DESC, ended DESC, row_id)
  UNION ALL
  SELECT row_id, child, 'started', 'enquiry about the child begins on',
         row_number() OVER enquiries, first_value(row_id) OVER enquiries
  FROM cin_section47 WHERE started IS NOT NULL
  WINDOW enquiries AS (PARTITION BY child, started
         ORDER BY CASE WHEN conference IS NULL THEN 1 ELSE 0 END, row_id // 100000000 DESC, conference DESC, row_id)
  UNION ALL
  SELECT row_id, child, 'started', 'protection plan of the child begins on',
         row_number() OVER protection, first_value(row_id) OVER protection
  FROM cin_protection WHERE started IS NOT NULL
  WINDOW protection AS (PARTITION BY child, started
         ORDER BY CASE WHEN ended IS NULL THEN 1 ELSE 0 END, row_id // 100000000 DESC, ended DESC, previous, row_id)
) WHERE nth > 1;

INSERT INTO fault
SELECT row_id, child, subject, NULL, NULL, concat('another ', what, ' the same day, so it was set aside')
FROM aside WHERE row_id // 100000000 = kept // 100000000;

CREATE TEMP TABLE one_case AS SELECT * FROM cin_referral ANTI JOIN aside USING (row_id);

INSERT INTO referral BY NAME SELECT child, row_id, unread, day, source, no_further_action FROM one_case;

INSERT INTO cin_episode BY NAME
SELECT child, row_id, replace(unread, ' day ', ' started ') AS unread, day AS started, ended
FROM one_case WHERE coalesce(no_further_action, 'N') <> 'Y';

-- The first assessment of a case answers its referral; a later one is counted from its own start. Of a case that is
-- older than the files the first may not be in them: one that began within 63 days (45 working days at the least) of
-- the referral is taken for it.
INSERT INTO assessment BY NAME
WITH numbered AS (
  SELECT *, row_number() OVER (PARTITION BY child, referred ORDER BY started, row_id) AS nth
  FROM cin_assessment ANTI JOIN aside USING (row_id)
)
SELECT child, row_id, unread, started, completed,
       CASE WHEN nth = 1 AND (first_day IS NULL OR referred >= first_day OR started <= referred + 63) THEN referred END AS referred
FROM numbered CROSS JOIN (
  SELECT make_date(CAST(year(min(reference) - INTERVAL 3 MONTH) AS INTEGER), 4, 1) AS first_day FROM cin_child);

INSERT INTO cin_plan BY NAME SELECT child, row_id, unread, started, ended FROM cin_plan_dates ANTI JOIN aside USING (row_id);

INSERT INTO enquiry BY NAME SELECT child, row_id, unread, started FROM cin_section47 ANTI JOIN aside USING (row_id);

INSERT INTO conference BY NAME
SELECT child, row_id, replace(replace(unread, ' started ', ' enquiry_started '), ' conference ', ' day ') AS unread,
       conference AS day, started AS enquiry_started, 'N' AS transfer_in
FROM cin_section47 WHERE conference IS NOT NULL OR unread LIKE '% conference %';

-- A conference that stands with the case, not with an enquiry, is of a child who moved in with a plan. Where an
-- enquiry names the same day, it is that enquiry's.
INSERT INTO conference BY NAME
SELECT one_case.child, one_case.row_id, one_case.unread, one_case.conference AS day, 'Y' AS transfer_in
FROM one_case ANTI JOIN cin_section47
  ON cin_section47.child = one_case.child AND cin_section47.conference = one_case.conference
WHERE one_case.conference IS NOT NULL;

INSERT INTO protection_plan BY NAME
SELECT child, row_id, unread, started, ended, previous FROM cin_protection ANTI JOIN aside USING (row_id);

DROP TABLE aside;

DROP TABLE one_case;

-- A census holds every case that was open at any time in its year, and no referral that was closed before.
INSERT INTO coverage
SELECT subject, make_date(CAST(year(min(reference) - INTERVAL 3 MONTH) AS INTEGER), 4, 1), max(reference)
FROM cin_child CROSS JOIN (SELECT unnest(['referral', 'assessment', 'enquiry', 'protection_plan']) AS subject)
WHERE reference IS NOT NULL
GROUP BY subject;
