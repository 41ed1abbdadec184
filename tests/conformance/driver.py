"""Our side: builds the Rust driver and talks to it, one line of JSON each way."""

import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CRATE = Path(__file__).parent / "driver"


def target_folder():
    return Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")


def cargo(*arguments, cwd):
    subprocess.run(
        ["cargo", *arguments], cwd=cwd, check=True, env=os.environ | {"CARGO_TARGET_DIR": str(target_folder())})


def build():
    """Builds the driver with the versions of the root's Cargo.lock; gives the program's path."""
    shutil.copyfile(ROOT / "Cargo.lock", CRATE / "Cargo.lock")
    cargo("build", "--quiet", cwd=CRATE)
    return target_folder() / "debug" / "conformance-driver"


class Refused(Exception):
    """The driver could not do a task."""


class Driver:
    """A running driver."""

    def __init__(self, program):
        self._process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def do(self, task, **inputs):
        """Does one task; its answer, or `Refused` with the words of the driver."""
        self._process.stdin.write(json.dumps({"do": task} | inputs) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the driver ended at {task} with exit code {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["ok"]

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=10)
