"""The conformance suite: our crates and our emulator against Microsoft's own SDK and swagger.

Run by `tests/run conformance`; docs/conformance.md says what it does. Exit code 0 if everything is as listed.
"""

import importlib.metadata
import logging
import sys

import driver as driver_module
import emulated
import events
import recordings_alike
import requests_alike
import samples
from contract import Contract
from differences import Differences
from report import Report

# The SDK tells here which of its own arguments it loses; differences.toml lists them.
logging.getLogger("azure").setLevel(logging.ERROR)
logging.getLogger().addHandler(logging.NullHandler())


def main():
    contract, differences, report = Contract(), Differences(), Report()
    version = importlib.metadata.version("azure-communication-callautomation")
    print(f"azure-communication-callautomation {version}, swagger {contract.swagger['info']['version']}", flush=True)
    driver = driver_module.Driver(driver_module.build())
    try:
        requests_alike.run(contract, driver, differences, report)
        recordings_alike.run(contract, driver, differences, report)
        events.run(contract, driver, differences, report)
        samples.run(contract, driver, differences, report)
    finally:
        driver.close()
    emulated.run(contract, differences, report)
    for problem in differences.gone():
        report.check("differences", problem, ["is listed, and is not there any more"])
    print_table(contract, differences, report)
    passed, failed = report.totals()
    print(f"conformance: {passed} passed, {failed} failed")
    return 1 if failed else 0


def print_table(contract, differences, report):
    operations = len(contract.operations)
    compared = len(requests_alike.operations_compared(report))
    not_done = len(report.remarks[emulated.SECTION])
    rows = [
        ("operations compared", f"{compared}/{operations}", f"{report.of(requests_alike.SECTION)} cases"),
        ("recordings fetched", report.of(recordings_alike.SECTION), "whole, in parts; deleted"),
        ("signatures verified", report.of(requests_alike.SIGNATURES), "by the other side"),
        ("events parsed", report.of(events.SECTION), "and written again"),
        ("events the SDK has", report.of(events.SDK), "read by its models"),
        ("incoming call", report.of(events.INCOMING), ""),
        ("answers read", report.of(samples.ANSWERS), "of the operations, made from the schemas"),
        ("samples round-tripped", report.of(samples.SECTION), "examples of the swagger, events, frames"),
        ("emulator answers", report.of(emulated.SECTION), f"{not_done} of them refusals alone"),
        ("emulator events", report.of(emulated.EVENTS), "types that came"),
        ("differences explained", str(len(differences.entries)), "in differences.toml"),
    ]
    print()
    for name, count, remark in rows:
        print(f"{name:<22} {count:>8}  {remark}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
