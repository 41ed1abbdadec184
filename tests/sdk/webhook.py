"""The emulator as a child process, an HTTPS webhook it trusts, and its control API."""

import http.server
import json
import os
import ssl
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 15


class Webhook:
    """Remembers what Event Grid and Call Automation post."""

    def __init__(self, state):
        self.got, self.news = [], threading.Condition()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                answer = b""
                if self.path == "/events" and "validationCode" in body[0]["data"]:
                    answer = json.dumps({"validationResponse": body[0]["data"]["validationCode"]}).encode()
                with outer.news:
                    outer.got.append((self.path, body))
                    outer.news.notify_all()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        certificate(state)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(f"{state}/webhook.pem", f"{state}/webhook-key.pem")
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.root = f"https://localhost:{self.server.server_port}"

    def wait(self, kind, match=lambda event: True):
        """The next event of this kind that fits and was not taken; fails when none comes in time."""

        def take():
            for index, (_, body) in enumerate(self.got):
                event = body[0]
                name = (event.get("type") or event.get("eventType") or "").rsplit(".", 1)[-1]
                if name == kind and match(event):
                    del self.got[index]
                    return body
            return None

        found = []
        with self.news:
            if not self.news.wait_for(lambda: found.append(take()) or found[-1], PATIENCE):
                raise AssertionError(f"no {kind} came")
        return found[-1]


def certificate(state):
    """A certificate for the webhook, by the emulator's own authority."""

    def openssl(*arguments, text=None):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, input=text)

    with open(f"{state}/names", "w", encoding="ascii") as names:
        names.write("subjectAltName=DNS:localhost\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=webhook",
            "-keyout", f"{state}/webhook-key.pem", "-out", f"{state}/webhook.csr")
    openssl("x509", "-req", "-in", f"{state}/webhook.csr", "-CA", f"{state}/emulator-ca.pem",
            "-CAkey", f"{state}/emulator-ca-key.pem", "-CAcreateserial", "-days", "2",
            "-extfile", f"{state}/names", "-out", f"{state}/webhook.pem")


class Emulator:
    """`switchboard emulator` in its own folder."""

    def __init__(self, binary, state):
        command = [binary, "emulator", "--state", state, "--speed", "10"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ready = json.loads(self.process.stdout.readline())

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        root = self.ready["control"].rstrip("/")
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(root + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error
        return json.loads(text) if text else None

    def person(self, who, verb):
        self.control("POST", f"/users/{urllib.parse.quote(who, safe='')}/{verb}")

    def wait(self, condition):
        self.control("GET", "/wait?timeout_ms=15000&condition=" + urllib.parse.quote(condition))

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def connection_string(ready, root):
    """The same key for the listener with or without TLS."""
    key = ready["connection_string"].split("accesskey=", 1)[1]
    return f"endpoint={root.rstrip('/')}/;accesskey={key}"


def binary():
    folder = os.environ.get("CARGO_TARGET_DIR", "target")
    return os.path.join(folder, "debug", "switchboard")
