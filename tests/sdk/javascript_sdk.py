"""Starts the emulator for javascript_sdk.mjs and runs that with node."""

import json
import os
import subprocess
import sys
import tempfile

from webhook import Emulator, binary, certificate


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as state:
        emulator = Emulator(binary(), state)
        try:
            certificate(state)
            environment = {
                **os.environ, "SDK_STATE": state, "SDK_READY": json.dumps(emulator.ready),
                "NODE_EXTRA_CA_CERTS": f"{state}/emulator-ca.pem"}
            done = subprocess.run(["node", f"{here}/javascript_sdk.mjs"], env=environment, timeout=300, check=False)
        finally:
            emulator.stop()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
