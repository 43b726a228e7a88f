"""Cases a second, ours beside SpiffWorkflow in one run: five steps one after the other, from start to done.

Needs `pip install SpiffWorkflow`; the built bench is the first argument:

    cargo bench --bench ratios --no-run
    python benches/cases_beside_spiffworkflow.py target/release/deps/ratios-HASH [TURNS [CASES]]

Durable: both save into SQLite with a write-ahead log and FULL, one commit at the start and one at each of the five
steps; SpiffWorkflow saves the workflow by its own JSON serialiser, a row a case. In memory: nothing is saved. Turns
alternate, ours first; the ratio of each is told, and the median of them.
"""

import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

STEPS = 5
BARS = {"durable": 1.2, "memory": 10.0}


def bpmn():
    nodes = ["start"] + [f"step{n}" for n in range(STEPS)] + ["end"]
    flows = [f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(zip(nodes, nodes[1:]))]
    tasks = [f'<bpmn:manualTask id="{name}" name="{name}"/>' for name in nodes[1:-1]]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench" id="bench">
<bpmn:process id="five" isExecutable="true"><bpmn:startEvent id="start"/>{"".join(tasks)}<bpmn:endEvent id="end"/>
{"".join(flows)}</bpmn:process></bpmn:definitions>""".encode()


def spec():
    from lxml import etree

    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(bpmn()), filename="five.bpmn")
    return parser.get_spec("five")


def steps(workflow, saved):
    """Takes a case from its start to its end; `saved` is called after the start and after each step."""
    workflow.do_engine_steps()
    saved(workflow)
    done = 0
    while not workflow.is_completed():
        for task in workflow.get_tasks(state=TaskState.READY, manual=True):
            task.run()
            done += 1
        workflow.do_engine_steps()
        saved(workflow)
    assert done == STEPS, done


def in_memory(cases):
    five = spec()
    began = time.perf_counter()
    for _ in range(cases):
        steps(BpmnWorkflow(five), lambda _: None)
    return cases / (time.perf_counter() - began)


def durable(cases):
    five = spec()
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(os.path.join(folder, "spiff.db"), isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE workflow (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        began = time.perf_counter()
        for case in range(cases):

            def save(workflow):
                state = json.dumps(serializer.to_dict(workflow))
                db.execute("INSERT INTO workflow VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state", (case, state))

            steps(BpmnWorkflow(five), save)
        rate = cases / (time.perf_counter() - began)
        db.close()
    return rate


def ours(bench, kind):
    group = {"durable": "commands", "memory": "memory"}[kind]
    out = subprocess.run([bench, "--bench", group], check=True, capture_output=True, text=True).stdout
    rates = re.findall(r"([\d.]+) cases a second", out)
    assert rates, out
    return float(rates[0])


def main():
    bench = sys.argv[1]
    turns = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    for kind, theirs in (("durable", durable), ("memory", in_memory)):
        ratios = []
        for turn in range(turns):
            own, other = ours(bench, kind), theirs(cases)
            ratios.append(own / other)
            print(f"{kind:<8} turn {turn + 1}: {own:>7.0f} to {other:>6.0f} cases a second, {own / other:.2f}x", flush=True)
        print(f"{kind:<8} median {statistics.median(ratios):.2f}x, must be {BARS[kind]}x")


main()
