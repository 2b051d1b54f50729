-- What a hundred hosts have in common, and which differs. Run it by DuckDB where the files are that
-- kifs print --format=parquet wrote: duckdb < hosts.sql

-- The largest processes of all hosts, in GiB.
SELECT host, pid, comm, round(max(rss_bytes) / 1073741824.0, 1) AS gib
FROM '*.parquet'
GROUP BY ALL
ORDER BY gib DESC, host, pid
LIMIT 10;

-- On how many hosts each program runs, and how many processes it has there.
SELECT comm, count(DISTINCT host) AS hosts, count(DISTINCT (host, pid)) AS processes
FROM '*.parquet'
GROUP BY comm
ORDER BY hosts DESC, processes DESC, comm
LIMIT 20;

-- Hosts on which a program needs ten times the memory that it needs on the median host.
WITH memory AS (
  SELECT host, comm, max(rss_bytes) AS rss FROM '*.parquet' GROUP BY ALL
), usual AS (
  SELECT comm, median(rss) AS usual FROM memory GROUP BY comm HAVING count(*) > 10
)
SELECT host
FROM memory JOIN usual USING (comm)
WHERE rss > 10 * usual
ORDER BY host;
