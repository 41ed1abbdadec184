"""The conformance suite: our crates and our emulator against Microsoft's own SDK and swagger.

Run by `tests/run conformance`; docs/conformance.md says what it does. Exit code 0 if everything is as listed.
"""

import sys

import driver as driver_module
import events
import requests_alike
import samples
from contract import Contract
from differences import Differences
from report import Report


def main():
    contract, differences, report = Contract(), Differences(), Report()
    driver = driver_module.Driver(driver_module.build())
    try:
        requests_alike.run(contract, driver, differences, report)
        events.run(contract, driver, differences, report)
        samples.run(contract, driver, differences, report)
    finally:
        driver.close()
    for problem in differences.gone():
        report.check("differences", problem, ["is listed, and is not there any more"])
    compared = requests_alike.operations_compared(report)
    print(f"\noperations compared    {len(compared)}/{len(contract.operations)}")
    passed, failed = report.totals()
    print(f"conformance: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
