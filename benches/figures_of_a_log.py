"""The figures of an event log: ours against DuckDB and pm4py on the same rows, in one run.

Needs `pip install pm4py duckdb` and a release build; nothing else of the project does.

    python benches/figures_of_a_log.py target/release/baton LOG.xes.gz

Everything is warm: the rows are in a table of DuckDB, a data frame of pm4py and a file of ours before anything is
timed, and each is asked twice, of which the faster counts. DuckDB counts what `baton metrics summary --json` does as
far as SQL says it in one statement each; pm4py what it has a function for, which is less. Ours is a whole process,
from its start to the last byte.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import duckdb
import pm4py

TARGETS = ", ".join(f"count(*) filter (d <= {n}::bigint * 86400000)" for n in [1, 3, 7, 14, 30, 60, 90, 180, 365])
QUERIES = [
    # Cycle times.
    """select count(*), sum(d), avg(d), quantile_cont(d, [0.5, 0.85, 0.95]), quantile_disc(d, [0.5, 0.85, 0.95]), min(d), max(d)
       from (select epoch_ms(max(t)) - epoch_ms(min(t)) d from e group by c)""",
    # Variants.
    "select v, count(*) n from (select list(a order by t, i) v from e group by c) group by v order by n desc, v",
    # First and last activities.
    "select a, count(*) from (select arg_min(a, (t, i)) a from e group by c) group by a order by 2 desc, 1",
    "select a, count(*) from (select arg_max(a, (t, i)) a from e group by c) group by a order by 2 desc, 1",
    # What follows what.
    """select p, a, count(*) n, sum(d), avg(d), median(d), quantile_cont(d, 0.95) from (
         select a, lag(a) over w p, epoch_ms(t) - epoch_ms(lag(t) over w) d from e window w as (partition by c order by t, i))
       where p is not null group by p, a order by n desc, p, a""",
    # Activities: how often, in how many cases, again, and the wait before.
    """select a, sum(n), count(*), sum(n - 1), sum((n > 1)::int) from (select a, c, count(*) n from e group by a, c)
       group by a order by 2 desc, 1""",
    """select a, count(*), sum(d), sum((p = a)::int) from (
         select a, lag(a) over w p, epoch_ms(t) - epoch_ms(lag(t) over w) d from e window w as (partition by c order by t, i))
       where p is not null group by a order by 3 desc""",
    # Handovers.
    """select q, r, count(*) n, sum(d), avg(d), median(d), quantile_cont(d, 0.95) from (
         select r, lag(r) over w q, epoch_ms(t) - epoch_ms(lag(t) over w) d from e window w as (partition by c order by t, i))
       where q is not null and r is not null and q <> r group by q, r order by n desc, q, r""",
    """select count(*), count(distinct c) from (select c, r, lag(r) over w q, lag(r, 2) over w o from e
         window w as (partition by c order by t, i)) where r = o and r <> q""",
    # Weeks.
    "select date_trunc('week', t) w, count(*) from (select min(t) t from e group by c) group by w order by w",
    "select date_trunc('week', t) w, count(*) from (select max(t) t from e group by c) group by w order by w",
    # Fixed targets, and the longest.
    f"select {TARGETS} from (select epoch_ms(max(t)) - epoch_ms(min(t)) d from e group by c)",
    "select c, epoch_ms(max(t)) - epoch_ms(min(t)) d from e group by c order by d desc limit 5",
]

def timed(work):
    best = None
    for _ in range(2):
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
        best = took if best is None else min(best, took)
    return best


def main(baton, path):
    frame = pm4py.read_xes(path)
    frame = frame.reset_index(drop=True)
    names = {"case:concept:name": "c", "concept:name": "a", "time:timestamp": "t", "org:resource": "r"}
    rows = frame[[name for name in names if name in frame]].rename(columns=names)
    rows["i"] = rows.index
    named = frame.dropna(subset=["org:resource"]) if "org:resource" in frame else frame
    if "r" not in rows:
        rows["r"] = None
    base = duckdb.connect()
    base.execute("create table e as select * from rows")

    def sql():
        for query in QUERIES:
            base.execute(query).fetchall()

    def mining():
        pm4py.get_variants(frame)
        pm4py.get_start_activities(frame)
        pm4py.get_end_activities(frame)
        pm4py.discover_dfg(frame)
        pm4py.discover_performance_dfg(frame)
        pm4py.get_rework_cases_per_activity(frame)
        pm4py.get_all_case_durations(frame)
        if "org:resource" in frame:
            # It has no way to say that nobody is named.
            pm4py.discover_handover_of_work_network(named)

    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "log.db")

        def ours(*words):
            done = subprocess.run([baton, "--db", file, "--as", "ops", *words], capture_output=True, check=True)
            return done.stdout

        ours("init", "--zone", "UTC")
        ours("import", "log", path, "--process", "log")
        counted = json.loads(ours("metrics", "summary", "--process", "log", "--json"))["views"]["all"]
        assert counted["events"] == len(rows), (counted["events"], len(rows))
        own = timed(lambda: ours("metrics", "summary", "--process", "log", "--json"))
        straight = timed(lambda: ours("metrics", "log", path, "--json"))
    other, mined = timed(sql), timed(mining)
    print(f"{len(rows)} rows, {os.cpu_count()} cores")
    print(f"ours        {own:7.2f} s   from the file of the desk; {straight:.2f} s straight from the log")
    print(f"DuckDB      {other:7.2f} s   ours takes {own / other:.2f} of it (must be below 1)")
    print(f"pm4py       {mined:7.2f} s   {mined / own:.1f} times ours (must be at least 8)")


if __name__ == "__main__":
    main(*sys.argv[1:3])
