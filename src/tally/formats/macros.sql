-- How a cell becomes a value: the only place. A cell is text, already trimmed (outer spaces, no-break spaces).
-- Every macro gives NULL for what it cannot read; the caller then counts the cell as unread.

CREATE MACRO is_blank(x) AS x IS NULL OR x = '' OR (strlen(x) = 4 AND upper(x) = 'NULL');

-- Said instead of a blank (databases say the last day of 9999 for no end); read as blank, but reported.
CREATE MACRO is_placeholder(x) AS
  lower(x) IN ('#n/a', 'n/a', 'na', '#ref!', '-', '--', '.', 'none', 'not applicable', '#value!',
               '9999-12-31', '31/12/9999', '9999-12-31 00:00:00', '31/12/9999 00:00:00', '9999-12-31t00:00:00');

CREATE MACRO as_id(x) AS
  CASE WHEN is_blank(x) OR is_placeholder(x) OR starts_with(x, '#') THEN NULL
       WHEN ends_with(x, '0') AND contains(x, '.') THEN regexp_replace(x, '\.0+$', '') ELSE x END;

CREATE MACRO strip_time(x) AS
  regexp_replace(x, '[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?$', '');

-- The two forms that nearly every file has come first: they are read ten times as fast as the rest. A year of two
-- figures (Excel writes 01-May-26 into CSV files) is of 1969 to 2068; it is tried first, for %Y would take it for the year 26.
CREATE MACRO any_date(x) AS
  CASE WHEN length(x) = 10 AND x[5] = '-' AND x[8] = '-' THEN try_cast(x AS DATE)
       WHEN length(x) = 10 AND x[3] = '/' AND x[6] = '/' THEN CAST(try_strptime(x, '%d/%m/%Y') AS DATE)
       WHEN is_blank(x) THEN NULL
       WHEN regexp_full_match(x, '[1-7]\d{4}(\.\d+)?')
       THEN DATE '1899-12-30' + CAST(floor(CAST(x AS DOUBLE)) AS INTEGER)
       ELSE CAST(try_strptime(strip_time(x),
              ['%d/%m/%y', '%d-%m-%y', '%d.%m.%y', '%d-%b-%y', '%d %b %y', '%Y-%m-%d', '%d/%m/%Y', '%d-%m-%Y', '%d.%m.%Y',
               '%Y/%m/%d', '%d-%b-%Y', '%d %b %Y', '%d %B %Y', '%d-%B-%Y', '%Y%m%d']) AS DATE) END;

-- A date before 1900 or after 2099 is a slip of the keyboard, not a date.
CREATE MACRO within_reason(day) AS CASE WHEN day BETWEEN DATE '1900-02-01' AND DATE '2099-12-31' THEN day END;

CREATE MACRO as_count(x) AS
  CASE WHEN try_cast(x AS DOUBLE) BETWEEN 0 AND 9999 AND try_cast(x AS DOUBLE) = floor(try_cast(x AS DOUBLE))
       THEN CAST(try_cast(x AS DOUBLE) AS INTEGER) END;

CREATE MACRO as_number(x) AS try_cast(x AS DOUBLE);

-- "a) Yes" and "q) 6: Police" without the letter that the form puts before a choice.
CREATE MACRO unlettered(x) AS regexp_replace(x, '^[a-z]{1,2}\)\s*', '');

CREATE MACRO as_flag(x) AS
  CASE WHEN lower(unlettered(x)) IN ('yes', 'y', '1', 'true', 't') THEN 'Y'
       WHEN lower(unlettered(x)) IN ('no', 'n', '0', 'false', 'f') THEN 'N'
       WHEN lower(unlettered(x)) IN ('unknown', 'u', 'not known', 'not stated', 'not recorded') THEN 'U' END;

-- The code that begins a choice: "6: Police" gives 6, "U6: Foster placement" gives U6, "N1 - Abuse" gives N1.
CREATE MACRO as_code(x) AS upper(regexp_extract(unlettered(x), '^([A-Za-z0-9]+)', 1));

-- Of records that begin on one day: 0 has ended, 1 has ended on a day that cannot be read, 2 goes on.
CREATE MACRO not_ended(ended, unread, name) AS
  CASE WHEN ended IS NOT NULL THEN 0 WHEN contains(unread, name) THEN 1 ELSE 2 END;

-- A cell of a CSV: quoted, and with an apostrophe where a spreadsheet would take it for a formula (=+-@, tab, return).
CREATE MACRO as_cell(x) AS
  '"' || CASE WHEN ascii(coalesce(x, '')) IN (61, 43, 45, 64, 9, 13) THEN chr(39) || replace(x, '"', '""')
              WHEN contains(x, '"') THEN replace(x, '"', '""') ELSE coalesce(x, '') END || '"';
