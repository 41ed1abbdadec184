#!/usr/bin/env python3
"""Compares our parsers with the official Python and JavaScript SDKs' in one run, and writes a table.

    webhooks/benches/compare.py --python <venv>/bin/python --node-modules <folder with node_modules>

The three take turns, each on one core, several times; the best of each counts, because the machine
may be shared. Needs azure-eventgrid in the virtual environment and @azure/eventgrid and
@azure/communication-call-automation in the folder. Exits with 1 if a target is missed: 20 times
Python, 3 times JavaScript, for parsing.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent / "tests" / "samples"
TARGETS = {"Python": 20, "JavaScript": 3}


def rates(command, cwd):
    """What a benchmark prints, by name."""
    done = subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line["name"]: line["per_second"] for line in lines}


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def version(command, cwd=None):
    done = subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", required=True)
    parser.add_argument("--node-modules", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    cargo = ["cargo", "bench", "-q", "-p", "switchboard-webhooks", "--features", "testing"]
    subprocess.run([*cargo, "--no-run"], cwd=HERE, check=True)
    pin = ["taskset", "-c", str(max(os.sched_getaffinity(0)))]
    commands = {
        "ours": ([*pin, *cargo, "--bench", "parse"], HERE),
        "Python": ([*pin, given.python, HERE / "official.py", SAMPLES], HERE),
        "JavaScript": ([*pin, "node", HERE / "official.mjs", SAMPLES], given.node_modules),
    }
    best = {who: {} for who in commands}
    for _ in range(given.rounds):
        for who, (command, cwd) in commands.items():
            for name, rate in rates(command, cwd).items():
                best[who][name] = max(rate, best[who].get(name, 0))
    ours, missed = best["ours"], []
    print("| what | ours | Python | times | JavaScript | times |")
    print("|---|---|---|---|---|---|")
    for name, rate in ours.items():
        row = [name, f"{rate:,}"]
        for who, target in TARGETS.items():
            other = best[who].get(name)
            row += ["–", "–"] if other is None else [f"{other:,}", f"{rate / other:.1f}"]
            if other is not None and rate < target * other:
                missed.append(f"{name}: {rate / other:.1f} times {who}, the target is {target}")
        print("| " + " | ".join(row) + " |")
    print(f"\n{datetime.date.today()}, {processor()}, one core of {os.cpu_count()}, best of "
          f"{given.rounds} rounds; {version(['rustc', '--version'], HERE)}; "
          f"{version([given.python, '--version'])}; Node.js {version(['node', '--version'])}; "
          f"load {os.getloadavg()[0]:.1f}")
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
