"""Both clients fetching and deleting files of recordings, against the recorder.

These requests go to a storage host and are signed for the resource. The SDK sends them to Microsoft's hosts only, so a
transport below its pipeline leads them here; ours has an option for further hosts.
"""

from azure.core.pipeline.transport import RequestsTransport

from differences import compare
from driver import Refused
from recorder import FILE, STORAGE, Recorder
from requests_alike import KEY, SIGNATURES, shape, verified_by_sdk, verified_by_us
from sdk import Official

SECTION = "recordings"
MICROSOFT = "https://storage.asm.skype.com"
PATH = STORAGE + "0-eus-d1-0123/content/video?a=b%20c&d=%2B"
# name: first byte, last byte
PARTS = {
    "whole": (0, None),
    "beginning": (0, 9),
    "part": (10, 19),
    "one_byte": (5, 5),
    "end": (100, None),
}


class Led(RequestsTransport):
    """Sends to the recorder what is meant for Microsoft's storage."""

    def __init__(self, endpoint):
        super().__init__()
        self._endpoint = endpoint

    def send(self, request, **kwargs):
        request.url = request.url.replace(MICROSOFT, self._endpoint)
        return super().send(request, **kwargs)


def run(contract, driver, differences, report):
    """One check for each part that is fetched, one for deleting; one for each signature."""
    recorder = Recorder(contract)
    try:
        # The resource has another host than the storage, so that it is seen for which one is signed.
        resource = recorder.endpoint.replace("127.0.0.1", "localhost")
        official = Official(resource, KEY, transport=Led(recorder.endpoint)).client
        us = {"endpoint": resource, "key": KEY, "location": recorder.endpoint + PATH}
        for name, (first, last) in PARTS.items():
            length = {} if last is None else {"length": last - first + 1}
            got = official.download_recording(MICROSOFT + PATH, offset=first, **length)
            got = b"".join(got.iter_bytes()).decode()
            theirs = recorder.take()
            wanted = FILE[first : None if last is None else last + 1]
            problems = []
            if got != wanted and not differences.found("recordings", name, "file", f"the SDK has {len(got)} bytes"):
                problems.append(f"the SDK has {len(got)} bytes")
            try:
                if driver.do("download", first=first, last=last, **us) != wanted:
                    problems.append("we have another file")
            except Refused as problem:
                problems.append(str(problem))
            _check(name, theirs, recorder, problems, driver, differences, report)
        official.delete_recording(MICROSOFT + PATH)
        theirs, problems = recorder.take(), []
        try:
            driver.do("delete", **us)
        except Refused as problem:
            problems.append(str(problem))
        _check("delete", theirs, recorder, problems, driver, differences, report)
    finally:
        recorder.close()


def _check(name, theirs, recorder, problems, driver, differences, report):
    ours = recorder.take()
    if not len(theirs) == len(ours) == 1:
        problems.append(f"the SDK sends {len(theirs)} requests, we send {len(ours)}")
    for their, our in zip(theirs, ours):
        for where, found in compare(shape(their), shape(our), ("sdk", "ours")):
            if not differences.found("recordings", name, where, found):
                problems.append(f"{where}: {found}")
        signed = recorder.host.replace("127.0.0.1", "localhost")
        report.check(SIGNATURES, f"{name} of a recording, the SDK's", verified_by_us(their, driver, signed))
        report.check(SIGNATURES, f"{name} of a recording, ours", verified_by_sdk(our, driver, signed))
    report.check(SECTION, name, problems)
