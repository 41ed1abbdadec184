"""The table of differences: each one found must be listed, each one listed must be found."""

import json
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

FILE = Path(__file__).parent / "differences.toml"
MEMBERS = {"part", "what", "where", "found", "reason"}


class Differences:
    """What `differences.toml` lists."""

    def __init__(self):
        self.entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["difference"]
        self.rules = []
        for entry in self.entries:
            if set(entry) != MEMBERS or not all(entry.values()):
                raise ValueError(f"{FILE.name}: a difference has exactly {sorted(MEMBERS)}, not {entry}")
            places = entry["where"] if isinstance(entry["where"], list) else [entry["where"]]
            self.rules += [entry | {"where": place} for place in places]
        self.hits = [0] * len(self.rules)

    def found(self, part, what, where, found):
        """Notes a difference. True if it is listed.

        The words are those of `differences.toml`: part, case or file, place in it, what differs.
        """
        for number, rule in enumerate(self.rules):
            if rule["part"] == part and all(
                    fnmatchcase(value, rule[name])
                    for name, value in (("what", what), ("where", where), ("found", found))):
                self.hits[number] += 1
                return True
        return False

    def gone(self):
        """What is listed and was not found."""
        return [
            f"{rule['part']}: {rule['what']}: {rule['where']}: {rule['found']}"
            for rule, hits in zip(self.rules, self.hits) if not hits]


def compare(left, right, names=("theirs", "ours"), at=""):
    """The differences of two JSON values: (place, words) each. Positions in lists are all `#`."""
    def under(step):
        return f"{at}.{step}" if at else step

    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted(left.keys() | right.keys()):
            if name not in right:
                yield under(name), f"only {names[0]}: {brief(left[name])}"
            elif name not in left:
                yield under(name), f"only {names[1]}: {brief(right[name])}"
            else:
                yield from compare(left[name], right[name], names, under(name))
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for one, other in zip(left, right):
            yield from compare(one, other, names, under("#"))
    elif type(left) is not type(right) or left != right:
        yield at, f"{names[0]} {brief(left)}, {names[1]} {brief(right)}"


def brief(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
