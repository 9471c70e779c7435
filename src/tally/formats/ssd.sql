-- From the tables of the Standard Safeguarding Dataset to the canonical tables.
INSERT INTO child BY NAME SELECT child, row_id, unread, born, sex FROM ssd_person;

INSERT INTO child BY NAME
SELECT child, row_id, unread, 'Y' AS uasc, until AS uasc_until FROM ssd_immigration_status
WHERE regexp_matches(lower(status), '\buasc\b|unaccompanied');

INSERT INTO contact BY NAME SELECT child, row_id, unread, day, source FROM ssd_contacts;

INSERT INTO referral BY NAME SELECT child, row_id, unread, day, source, no_further_action FROM ssd_cin_episodes;

INSERT INTO cin_episode BY NAME
SELECT child, row_id, replace(unread, ' day ', ' started ') AS unread, day AS started, ended
FROM ssd_cin_episodes WHERE coalesce(no_further_action, 'N') <> 'Y';

-- The first assessment of a case answers its referral; a later one is counted from its own start.
INSERT INTO assessment BY NAME
SELECT one.child, one.row_id, one.unread, one.started, one.completed,
       CASE WHEN rank() OVER (PARTITION BY one.child, one.referral ORDER BY one.started) = 1 THEN ref.day END AS referred
FROM ssd_cin_assessments AS one
LEFT JOIN (SELECT child, referral, min(day) AS day FROM ssd_cin_episodes WHERE referral IS NOT NULL GROUP BY child, referral) AS ref
  ON ref.referral = one.referral AND ref.child = one.child;

INSERT INTO cin_plan BY NAME SELECT child, row_id, unread, started, ended FROM ssd_cin_plans;

INSERT INTO enquiry BY NAME SELECT child, row_id, unread, started FROM ssd_s47_enquiry;

INSERT INTO conference BY NAME
SELECT met.child, met.row_id, met.unread, met.day, met.transfer_in, began.started AS enquiry_started
FROM ssd_initial_cp_conference AS met
LEFT JOIN (SELECT child, enquiry, min(started) AS started FROM ssd_s47_enquiry WHERE enquiry IS NOT NULL GROUP BY child, enquiry) AS began
  ON began.enquiry = met.enquiry AND began.child = met.child
WHERE met.day IS NOT NULL OR met.unread LIKE '% day %';

INSERT INTO protection_plan BY NAME SELECT child, row_id, unread, started, ended, elsewhere FROM ssd_cp_plans;

-- The legal status of an episode is the latest that had begun by its first day.
INSERT INTO care_episode BY NAME
SELECT one.child, one.row_id, one.unread, one.started, one.start_reason, one.ended, one.end_reason,
       home.placement, law.legal_status
FROM ssd_cla_episodes AS one
LEFT JOIN (SELECT placement_id, max(placement) AS placement FROM ssd_cla_placement WHERE placement_id IS NOT NULL GROUP BY placement_id) AS home
  ON home.placement_id = one.placement_id
ASOF LEFT JOIN (SELECT child, started, min(legal_status) AS legal_status FROM ssd_legal_status
                WHERE started IS NOT NULL GROUP BY child, started) AS law
  ON law.child = one.child AND law.started <= one.started;

INSERT INTO care_leaver BY NAME
SELECT one.child, one.row_id, one.unread, person.born,
       CASE WHEN alone.child IS NULL THEN 'N' ELSE 'Y' END AS uasc, eligibility, in_touch,
       left(accommodation, 1) AS accommodation,
       CASE suitable WHEN 'SUITABLE' THEN 'Y' WHEN 'UNSUITABLE' THEN 'N' END AS suitable, activity
FROM ssd_care_leavers AS one
LEFT JOIN (SELECT child, max(born) AS born FROM child GROUP BY child) AS person ON person.child = one.child
LEFT JOIN (SELECT DISTINCT child FROM child WHERE uasc = 'Y') AS alone ON alone.child = one.child
WHERE eligibility IS DISTINCT FROM 'NONE';

INSERT INTO coverage BY NAME
SELECT 'referral' AS subject, min(day) AS complete_from FROM ssd_cin_episodes
UNION ALL SELECT 'contact', min(day) FROM ssd_contacts
UNION ALL SELECT 'protection_plan', min(ended) FROM ssd_cp_plans;
