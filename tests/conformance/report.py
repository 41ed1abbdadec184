"""What was checked and what came of it."""

from collections import defaultdict


class Report:
    """Checks by section. A check without problems has passed."""

    def __init__(self):
        self.sections = defaultdict(list)
        self.remarks = defaultdict(list)

    def check(self, section, name, problems):
        problems = list(problems)
        self.sections[section].append((name, problems))
        for problem in problems:
            print(f"FAILED: {section}: {name}: {problem}")

    def passed(self, section):
        return sum(not problems for _, problems in self.sections[section])

    def remark(self, section, name):
        """Notes something of a check that is right, but worth a number in the table."""
        self.remarks[section].append(name)

    def failed_names(self, section):
        return {name for name, problems in self.sections[section] if problems}

    def of(self, section):
        return f"{self.passed(section)}/{len(self.sections[section])}"

    def totals(self):
        checks = [problems for checks in self.sections.values() for _, problems in checks]
        passed = sum(not problems for problems in checks)
        return passed, len(checks) - passed
