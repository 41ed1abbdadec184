"""The emulator as a process, its control API, and the webhooks that it calls."""

import json
import subprocess
import tempfile
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from certificate import server_context
from driver import ROOT, cargo, target_folder

# Long enough for a slow machine; nothing waits that long when all is well.
PATIENCE_S = 20


class World:
    """A running emulator with a webhook that collects what it delivers."""

    def __init__(self):
        cargo("build", "--quiet", "--bin", "switchboard", cwd=ROOT)
        self._folder = tempfile.TemporaryDirectory()
        self._process = subprocess.Popen(
            [target_folder() / "debug" / "switchboard", "emulator", "--state", self._folder.name, "--speed", "20"],
            stdout=subprocess.PIPE, encoding="utf-8")
        ready = json.loads(self._process.stdout.readline())
        self.endpoint, self._control = ready["http"], ready["control"]
        self.key = ready["connection_string"].partition("accesskey=")[2]
        self.number = ready["numbers"][0]
        self.deliveries, self._arrived = [], threading.Condition()
        self._serve(server_context(self._folder.name))

    def _serve(self, context):
        world = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                events = json.loads(body)
                answer = b""
                if self.headers.get("aeg-event-type") == "SubscriptionValidation":
                    code = events[0]["data"]["validationCode"]
                    answer = json.dumps({"validationResponse": code}).encode()
                with world._arrived:
                    world.deliveries += events if isinstance(events, list) else [events]
                    world._arrived.notify_all()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.webhook = f"https://localhost:{self._server.server_port}/events"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def control(self, method, path, body=None):
        """One request to the control API; the JSON of its answer."""
        request = urllib.request.Request(
            self._control + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE_S + 5) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def wait(self, condition):
        """Waits until a condition of docs/emulator.md holds."""
        query = urllib.parse.urlencode({"condition": condition, "timeout_ms": PATIENCE_S * 1000})
        self.control("GET", f"/wait?{query}")

    def wait_for_event(self, of_type, holds=lambda data: True):
        """The data of the first delivered event of a type that fits."""
        def found():
            return next(
                (event["data"] for event in self.deliveries
                 if of_type in (event.get("type"), event.get("eventType")) and holds(event["data"])), None)

        with self._arrived:
            if not self._arrived.wait_for(found, timeout=PATIENCE_S):
                raise TimeoutError(f"no {of_type} arrived")
            return found()

    def dial(self, number):
        """A caller dials the resource's number; the world's id of the call and the event's data."""
        call = self.control("POST", "/calls", {"from": number, "name": "Ada", "to": self.number})["call"]
        event = self.wait_for_event(
            "Microsoft.Communication.IncomingCall", lambda data: data["from"]["rawId"] == f"4:{number}")
        return call, event

    def close(self):
        self._process.terminate()
        self._process.wait(timeout=20)
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()
