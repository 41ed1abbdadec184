"""A server that records every request and answers with the swagger's own examples."""

import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from contract import SUCCESS

# Paths of the storage of recordings, and the file that lies there.
STORAGE = "/v1/objects/"
FILE = "".join(f"{number:04}" for number in range(50))


@dataclass
class Recorded:
    """One request as it came."""

    method: str
    target: str
    headers: list
    body: bytes

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def query(self):
        return self.target.partition("?")[2]

    def header(self, name):
        """The value of a header that came once, None for one that did not come."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        if len(values) > 1:
            raise AssertionError(f"header {name} came {len(values)} times")
        return values[0] if values else None


class Recorder:
    """Serves plain http on a free port of loopback, until closed."""

    def __init__(self, contract):
        self.contract = contract
        self._examples = {owner: example for owner, example in contract.examples().values() if owner}
        self._seen = []
        self._lock = threading.Lock()
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = Recorded(self.command, self.path, self.headers.items(), body)
                with recorder._lock:
                    recorder._seen.append(request)
                if request.path.startswith(STORAGE):
                    status, content, headers = recorder.file(request)
                else:
                    status, answer = recorder.answer_to(request)
                    content = b"" if answer is None else json.dumps(answer).encode()
                    headers = {"Content-Type": "application/json"} if content else {}
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = answer

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.endpoint = f"http://{self.host}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer_to(self, request):
        operation = self.contract.operation_of(request.method, request.path)
        if operation is None:
            return 404, {"error": {"code": "NoSuchOperation", "message": "the swagger has no such operation"}}
        status = next(code for code in SUCCESS if code in operation.responses)
        example = self._examples.get(operation.id, {"responses": {}})
        body = example["responses"].get(status, {}).get("body")
        if operation.id == "CallConnection_GetParticipants":
            body = dict(body)
            # Two pages. The example's own link is the word "string".
            del body["nextLink"]
            if "page=" not in request.query:
                body["nextLink"] = f"{self.endpoint}{request.target}&page=%2B2"
        return int(status), body

    @staticmethod
    def file(request):
        """The storage's answer: status, content, headers."""
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.header("Range") or "")
        if request.method == "DELETE":
            return 200, b"", {}
        if wanted is None:
            return 200, FILE.encode(), {"Content-Type": "application/octet-stream"}
        first, last = int(wanted[1]), min(int(wanted[2] or len(FILE) - 1), len(FILE) - 1)
        headers = {"Content-Type": "application/octet-stream", "Content-Range": f"bytes {first}-{last}/{len(FILE)}"}
        return 206, FILE[first : last + 1].encode(), headers

    def take(self):
        """The requests since the last time."""
        with self._lock:
            seen, self._seen = self._seen, []
        return seen

    def close(self):
        self._server.shutdown()
        self._server.server_close()
