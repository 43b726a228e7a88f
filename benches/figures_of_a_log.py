"""The complete report of an event log: ours against DuckDB and pm4py, the same rows and figures, in one run.

Needs `pip install pm4py duckdb` and a release build; nothing else of the project does.

    cargo bench -- --log 560000 LOG.xes.gz
    python benches/figures_of_a_log.py target/release/baton LOG.xes.gz [TURNS [SECONDS]]

The log is imported here, and what `export log` writes of it is what the others read, so that all three have the same
rows in the same order. Everything is warm: a file of ours, a table of DuckDB in memory, a data frame of pm4py, each
made before anything is timed. Turns alternate; medians count.

DuckDB answers every figure of `metrics summary --json`, joining what figures have in common into tables of its own
first, and its answers are compared with ours: all lists whole, numbers to 1e-9. It keeps its server, its table in
memory and hands over rows; ours is a whole process, from its start over reading the file to the last byte of the
JSON. pm4py is asked for what it has a function for, which is less; it is stopped after SECONDS (default 300), and then
the time it had is a lower bound.
"""

import json
import multiprocessing
import os
import queue
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb
import pandas
import pm4py

DAY = 86_400_000
TARGETS = [1, 3, 7, 14, 30, 60, 90, 180, 365]
ZONE = "Europe/Rome"

# What several figures need: pairs of rows that follow each other, and cases.
COMMON = [
    "set threads = {threads}",
    """create or replace temp table x as
       select c, a, r, t, i, lag(a) over w p, lag(r) over w q, lag(r, 2) over w o, t - lag(t) over w d
       from e window w as (partition by c order by t, i)""",
    """create or replace temp table k as
       select c, min(t) s, max(t) f, max(t) - min(t) d, list(a order by t, i) v, count(*) n, min(i) i from e group by c""",
]


def stats(column, table, where="true"):
    return f"""select count({column}), sum({column}), avg({column}), quantile_cont({column}, [0.5, 0.85, 0.95]),
        min({column}), max({column}) from {table} where {where}"""


def weeks(local):
    day = f"timezone('{ZONE}', to_timestamp(%s / 1000.0))" if local else "epoch_ms(%s)"
    week = f"date_trunc('week', {day})::date"
    return f"""with a as (select {week % 's'} w, count(*) n from k group by w),
          f as (select {week % 'f'} w, count(*) n from k group by w),
          z as (select unnest(generate_series((select min(w) from a), (select max(w) from f), interval 7 day))::date w)
        select strftime(z.w, '%G-W%V'), coalesce(a.n, 0), coalesce(f.n, 0),
            sum(coalesce(a.n, 0) - coalesce(f.n, 0)) over (order by z.w), epoch_ms(z.w + interval 7 day)
        from z left join a using (w) left join f using (w) order by z.w"""


FOLLOWS = "count(*) n, sum(d) z, avg(d), median(d), quantile_cont(d, 0.95)"
QUERIES = {
    "counts": """select count(distinct c), count(*), count(distinct a), count(distinct r), count(*) - count(r),
        min(t), max(t) from e""",
    "starts": "select v[1] a, count(*) n from k group by a order by n desc, a",
    "ends": "select v[-1] a, count(*) n from k group by a order by n desc, a",
    "variants": "select count(*), count(*) filter (n = 1) from (select count(*) n from k group by v)",
    "top_variants": "select v, count(*) n from k group by v order by n desc, v limit 10",
    "rows_of_a_case": "select avg(n), max(n), min(n) from k",
    "cycle": stats("d", "k"),
    "cycle_ranks": "select quantile_disc(d, [0.5, 0.85, 0.95]) from k",
    "longest": "select c, d from k order by d desc, i limit 5",
    "targets": "select " + ", ".join(f"count(*) filter (d <= {n * DAY})" for n in TARGETS) + " from k",
    "pairs": "select count(*), count(*) filter (d = 0), count(*) filter (d < 0) from x where p is not null",
    "follows": f"select p, a, {FOLLOWS} from x where p is not null group by p, a order by n desc, p, a",
    "activities": """with b as (select a, count(*) n from e group by a, c),
          y as (select a, count(*) filter (p = a) l, sum(d) z, count(d) n from x group by a)
        select b.a, sum(b.n) n, count(*), sum(b.n - 1), count(*) filter (b.n > 1), any_value(y.l),
            coalesce(any_value(y.z), 0), any_value(y.n) from b join y using (a) group by b.a order by n desc, b.a""",
    "again": "select count(*) from k where len(v) > len(list_distinct(v))",
    "worst_pairs": f"select p, a, {FOLLOWS} from x where p is not null group by p, a order by z desc, p, a limit 10",
    "worst_before": """select a, sum(d) z, count(*), avg(d) from x where p is not null group by a
        order by z desc, a limit 10""",
    "handover": """select count(*) filter (q <> r), count(*) filter (q = r), count(*) filter (q is null or r is null),
        count(distinct c) filter (q <> r), count(*) filter (r = o and r <> q),
        count(distinct c) filter (r = o and r <> q) from x where p is not null""",
    "handover_time": stats("d", "x", "q <> r"),
    "same_time": stats("d", "x", "q = r"),
    "handovers": f"select q, r, {FOLLOWS} from x where q <> r group by q, r order by n desc, q, r",
    "worst_handovers": f"select q, r, {FOLLOWS} from x where q <> r group by q, r order by z desc, q, r limit 10",
    "weeks": weeks(False),
    "weeks_local": weeks(True),
}
# Asked with what the weeks said.
AGING = stats("{at} - s", "k", "s < {at} and f >= {at}")


def ask(base, threads):
    """Every figure, as rows."""
    for statement in COMMON:
        base.execute(statement.format(threads=threads))
    found = {name: base.execute(query).fetchall() for name, query in QUERIES.items()}
    most = max(week[3] for week in found["weeks"])
    at = next(week[4] for week in found["weeks"] if week[3] == most)
    found["aging"] = base.execute(AGING.format(at=at)).fetchall()
    return found


def same(ours, theirs, where=""):
    """Whether two answers say the same; where they do not is an error."""
    if isinstance(ours, (list, tuple)):
        assert len(ours) == len(theirs), (where, len(ours), len(theirs))
        for n, (one, other) in enumerate(zip(ours, theirs)):
            same(one, other, f"{where}[{n}]")
    elif isinstance(ours, float):
        other = float(theirs)
        assert abs(ours - other) <= 1e-9 * max(1.0, abs(ours), abs(other)), (where, ours, other)
    else:
        assert ours == theirs, (where, ours, theirs)


def compare(report, found):
    """Ours, value by value, against what DuckDB said in milliseconds."""
    ms = lambda seconds: seconds * 1000.0
    follows = lambda row: [row[0], row[1], row[2], *map(ms, row[3:])]
    named = lambda one: [one["from"], one["to"], one["count"]] + [ms(one[k]) for k in ("sum_s", "mean_s", "median_s", "p95_s")]
    stat = lambda of: [of["n"], ms(of["sum_s"]), ms(of["mean_s"]), [ms(of[k]) for k in ("median_s", "p85_s", "p95_s")],
                       ms(of["min_s"]), ms(of["max_s"])]
    instant = lambda text: int(pandas.Timestamp(text).value // 1_000_000)
    hand, cycle = report["handover"], report["cycle_time"]
    aging = report["aging_at_max_wip"]
    ours = {
        "counts": [[report["cases"], report["events"], report["activities"], report["resources"],
                    report["events_without_resource"], instant(report["start"]), instant(report["end"])]],
        "starts": report["start_activities"],
        "ends": report["end_activities"],
        "variants": [[report["variants"], report["variants_singleton"]]],
        "top_variants": [[one["activities"], one["count"]] for one in report["top_variants"]],
        "rows_of_a_case": [[report["events_per_case"][k] for k in ("mean", "max", "min")]],
        "cycle": [stat(cycle)],
        "cycle_ranks": [[[ms(cycle[f"{k}_nearest_rank_s"]) for k in ("median", "p85", "p95")]]],
        "longest": [[case, ms(length)] for case, length in report["longest_cases"]],
        "targets": [[one["compliant"] for one in report["sla_fixed_targets"]]],
        "pairs": [[report["df_pairs_total"], report["df_zero_time"], report["df_negative_wait"]]],
        "follows": [follows(row) for row in report["directly_follows"]],
        "activities": [[one[k] for k in ("activity", "count", "cases", "repeats", "rework_cases", "self_loops")]
                       + [ms(one["wait_before_sum_s"]), one["wait_before_n"]] for one in report["per_activity"]],
        "again": [[report["rework"]["cases_with_repeat"]]],
        "worst_pairs": [named(one) for one in report["bottlenecks_by_pair"]],
        "worst_before": [[one["activity"], ms(one["wait_before_sum_s"]), one["n"], ms(one["mean_s"])]
                         for one in report["bottlenecks_by_activity"]],
        "handover": [[hand[k] for k in ("pairs", "same_resource_pairs", "missing_resource_pairs", "cases_with_handover",
                                        "ping_pong_triples", "cases_with_ping_pong")]],
        "handover_time": [stat(hand["time"])],
        "same_time": [stat(hand["same_resource_time"])],
        "handovers": [follows(row) for row in report["handovers"]],
        "worst_handovers": [follows(row) for row in report["top_handovers_by_total_time"]],
        "weeks": report["weekly_utc"],
        "weeks_local": report["weekly_local"]["rows"],
        "aging": [stat(aging["age"])],
    }
    theirs = {**found, **{name: [week[:4] for week in found[name]] for name in ("weeks", "weeks_local")}}
    for name in ours:
        same(ours[name], theirs[name], name)
    total = lambda name: sum(len(rows) for rows in theirs.values())
    print(f"  all {len(ours)} figures of DuckDB are ours, {total('')} rows of them")


# Functions whose answers are among ours; the last needs rows that name somebody.
PM4PY = ["get_variants", "get_start_activities", "get_end_activities", "discover_dfg", "discover_performance_dfg",
         "get_rework_cases_per_activity", "get_all_case_durations", "discover_handover_of_work_network"]


def mining(frame, named, done):
    for name in PM4PY:
        wall, cpu = time.perf_counter(), time.process_time()
        # It has no way to say that nobody is named.
        getattr(pm4py, name)(named if name == PM4PY[-1] else frame)
        done.put((name, time.perf_counter() - wall, time.process_time() - cpu))


def mine(frame, limit):
    """Time and processor time of its functions, and whether they came to an end."""
    named = frame.dropna(subset=["org:resource"])
    fork = multiprocessing.get_context("fork")
    done = fork.Queue()
    child = fork.Process(target=mining, args=(frame, named, done))
    start = time.perf_counter()
    left = lambda: limit - (time.perf_counter() - start)
    child.start()
    took = {}
    while len(took) < len(PM4PY) and left() > 0 and (child.is_alive() or not done.empty()):
        try:
            name, *took[name] = done.get(timeout=min(1.0, left()))
        except queue.Empty:
            continue
        print("  pm4py.{}: {:.2f} s, {:.2f} s of processor time".format(name, *took[name]), flush=True)
    whole = len(took) == len(PM4PY)
    wall, cpu = (sum(one[n] for one in took.values()) for n in (0, 1))
    if not whole:
        wall = time.perf_counter() - start
    child.kill()
    child.join()
    return wall, cpu, whole


def measured(work):
    """Seconds by the clock and of processor time, of threads and of programs that were started."""
    def cpu():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime + time.process_time()

    start, before = time.perf_counter(), cpu()
    work()
    return time.perf_counter() - start, cpu() - before


def main(baton, path, turns=7, limit=300):
    turns, limit = int(turns), float(limit)
    with tempfile.TemporaryDirectory() as folder:
        file, table = os.path.join(folder, "log.db"), os.path.join(folder, "log.csv")

        def ours(*words):
            return subprocess.run([baton, "--db", file, "--as", "ops", *words], capture_output=True, check=True).stdout

        ours("init", "--zone", ZONE)
        ours("import", "log", path, "--process", "log")
        ours("export", "log", table, "--process", "log", "--format", "csv")
        base = duckdb.connect()
        base.execute(f"""create table e as select "case:concept:name" c, "concept:name" a, "org:resource" r,
            epoch_ms("time:timestamp") t, row_number() over () i
            from read_csv('{table}', header = true, types = {{'case:concept:name': 'VARCHAR', 'concept:name': 'VARCHAR',
                'org:resource': 'VARCHAR', 'time:timestamp': 'TIMESTAMPTZ'}})""")
        frame = pandas.read_csv(table, dtype=str)
        summary = ("metrics", "summary", "--process", "log", "--json")
        report = json.loads(ours(*summary))["views"]["all"]
        threads = os.cpu_count()
        print(f"{report['events']} events of {report['cases']} cases, {threads} cores, {turns} turns")
        compare(report, ask(base, threads))
        programs = {
            "ours": lambda: ours(*summary),
            f"DuckDB {duckdb.__version__}, {threads} threads": lambda: ask(base, threads),
            f"DuckDB {duckdb.__version__}, 1 thread": lambda: ask(base, 1),
        }
        took = {name: [] for name in programs}
        for _ in range(turns):
            for name, work in programs.items():
                took[name].append(measured(work))
        wall, cpu = (statistics.median(one[n] for one in took["ours"]) for n in (0, 1))
        frame = pm4py.format_dataframe(frame, case_id="case:concept:name", activity_key="concept:name",
                                       timestamp_key="time:timestamp", timest_format="ISO8601")
        assert len(frame) == report["events"], len(frame)
        # Other programs may load the machine more than before: ours again, on either side of it.
        around = [measured(programs["ours"]) for _ in range(2)]
        mined = mine(frame, limit)
        around += [measured(programs["ours"]) for _ in range(2)]
    for name in programs:
        their_wall, their_cpu = (statistics.median(one[n] for one in took[name]) for n in (0, 1))
        against = "" if name == "ours" else f"; ours takes {wall / their_wall:.2f} and {cpu / their_cpu:.2f} of it"
        print(f"{name:28} {their_wall:7.2f} s, {their_cpu:7.2f} s of processor time{against}")
    near = [statistics.median(one[n] for one in around) for n in (0, 1)]
    least = "" if mined[2] else "at least "
    print(f"pm4py {pm4py.__version__:22} {mined[0]:7.2f} s, {mined[1]:7.2f} s of processor time; {least}"
          f"{mined[0] / near[0]:.1f} and {mined[1] / near[1]:.1f} times ours beside it (must be 8)")


if __name__ == "__main__":
    main(*sys.argv[1:5])
