-- From the lists of Annex A to the canonical tables.
INSERT INTO contact BY NAME SELECT child, row_id, unread, day, source FROM list_1;

INSERT INTO referral BY NAME SELECT child, row_id, unread, day, source, no_further_action, previous FROM list_3;

INSERT INTO assessment BY NAME SELECT child, row_id, unread, started, completed FROM list_4;

INSERT INTO enquiry BY NAME SELECT child, row_id, unread, started FROM list_5;

-- A row of list 5 with a conference, or with a conference date that cannot be read.
INSERT INTO conference BY NAME
SELECT child, row_id, replace(replace(unread, ' started', ' enquiry_started'), ' conference', ' day') AS unread,
       conference AS day, started AS enquiry_started
FROM list_5 WHERE conference IS NOT NULL OR contains(unread, ' conference');

INSERT INTO cin_episode BY NAME SELECT child, row_id, unread, started, ended, status FROM list_6;

INSERT INTO protection_plan BY NAME SELECT child, row_id, unread, started, ended, previous FROM list_7;

INSERT INTO looked_after BY NAME
SELECT child, row_id, unread, started, ended, end_reason, uasc, placements, placed, placement,
       CASE WHEN legal_status IN ('V3', 'V4') THEN 'Y' WHEN legal_status IS NOT NULL THEN 'N' END AS short_breaks
FROM list_8;

INSERT INTO care_leaver BY NAME
SELECT child, row_id, unread, born, age, uasc, eligibility, in_touch, left(accommodation, 1) AS accommodation,
       CASE suitable WHEN 'SUITABLE' THEN 'Y' WHEN 'UNSUITABLE' THEN 'N' END AS suitable, activity
FROM list_9;

INSERT INTO child BY NAME
SELECT child, min(row_id) AS row_id, '' AS unread, born, sex
FROM (SELECT child, row_id, born, sex FROM list_1 UNION ALL SELECT child, row_id, born, sex FROM list_3
      UNION ALL SELECT child, row_id, born, sex FROM list_4 UNION ALL SELECT child, row_id, born, sex FROM list_5
      UNION ALL SELECT child, row_id, born, sex FROM list_6 UNION ALL SELECT child, row_id, born, sex FROM list_7
      UNION ALL SELECT child, row_id, born, sex FROM list_8 UNION ALL SELECT child, row_id, born, sex FROM list_9)
GROUP BY child, born, sex;

-- A list holds all that began (plans: that ended) in a window; its own first day is the best that is known of it.
INSERT INTO coverage BY NAME
SELECT 'referral' AS subject, min(day) AS complete_from FROM list_3
UNION ALL SELECT 'contact', min(day) FROM list_1
UNION ALL SELECT 'protection_plan', min(ended) FROM list_7;
