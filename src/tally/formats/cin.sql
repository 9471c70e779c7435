-- From the children in need census to the canonical tables. Censuses of several years may be given together: a
-- case, assessment or plan that was open in one and ended in the next is one; the row that has the end is kept.
INSERT INTO child BY NAME SELECT child, row_id, unread, born, sex FROM cin_child;

CREATE TEMP TABLE one_case AS
SELECT * FROM cin_referral WHERE day IS NULL
UNION ALL
SELECT * FROM cin_referral WHERE day IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY child, day ORDER BY CASE WHEN ended IS NULL THEN 1 ELSE 0 END, row_id DESC) = 1;

INSERT INTO referral BY NAME SELECT child, row_id, unread, day, source, no_further_action FROM one_case;

INSERT INTO cin_episode BY NAME
SELECT child, row_id, replace(unread, ' day ', ' started ') AS unread, day AS started, ended
FROM one_case WHERE coalesce(no_further_action, 'N') <> 'Y';

-- The first assessment of a case answers its referral; a later one is counted from its own start.
INSERT INTO assessment BY NAME
SELECT child, row_id, unread, started, completed,
       CASE WHEN row_number() OVER (PARTITION BY child, referred ORDER BY started, row_id) = 1 THEN referred END AS referred
FROM (SELECT * FROM cin_assessment
      QUALIFY started IS NULL OR row_number() OVER (PARTITION BY child, referred, started
                ORDER BY CASE WHEN completed IS NULL THEN 1 ELSE 0 END, row_id DESC) = 1);

INSERT INTO cin_plan BY NAME
SELECT child, row_id, unread, started, ended FROM cin_plan_dates
QUALIFY started IS NULL OR row_number() OVER (PARTITION BY child, started
          ORDER BY CASE WHEN ended IS NULL THEN 1 ELSE 0 END, row_id DESC) = 1;

INSERT INTO enquiry BY NAME
SELECT child, row_id, unread, started FROM cin_section47
QUALIFY started IS NULL OR row_number() OVER (PARTITION BY child, started
          ORDER BY CASE WHEN conference IS NULL THEN 1 ELSE 0 END, row_id DESC) = 1;

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
SELECT child, row_id, unread, started, ended, previous FROM cin_protection
QUALIFY started IS NULL OR row_number() OVER (PARTITION BY child, started
          ORDER BY CASE WHEN ended IS NULL THEN 1 ELSE 0 END, row_id DESC) = 1;

DROP TABLE one_case;

-- A census holds every case that was open at any time in its year, and no referral that was closed before.
INSERT INTO coverage
SELECT subject, make_date(CAST(year(min(reference) - INTERVAL 3 MONTH) AS INTEGER), 4, 1), max(reference)
FROM cin_child CROSS JOIN (SELECT unnest(['referral', 'assessment', 'enquiry', 'protection_plan']) AS subject)
WHERE reference IS NOT NULL
GROUP BY subject;
