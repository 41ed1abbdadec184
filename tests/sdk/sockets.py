"""A web socket server of the application, which keeps what the emulator sends."""

import base64
import json
import ssl
import threading

from websockets.sync.server import serve

PATIENCE = 15


class Sockets:
    """Frames by path, such as `/media`; the certificate is the webhook's."""

    def __init__(self, state):
        self.frames, self.headers, self.lines, self.news = {}, {}, {}, threading.Condition()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(f"{state}/webhook.pem", f"{state}/webhook-key.pem")
        self.server = serve(self.take, "127.0.0.1", 0, ssl=tls)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.root = f"wss://localhost:{self.server.socket.getsockname()[1]}"

    def take(self, line):
        path = line.request.path
        with self.news:
            self.frames[path], self.headers[path], self.lines[path] = [], line.request.headers, line
        for text in line:
            with self.news:
                self.frames[path].append(json.loads(text))
                self.news.notify_all()

    def wait(self, path, fits):
        """The first frame on this path that fits."""
        found = []
        look = lambda: found.append(next(filter(fits, self.frames.get(path, [])), None)) or found[-1]
        with self.news:
            if not self.news.wait_for(look, PATIENCE):
                raise AssertionError(f"no such frame came on {path}")
        return found[-1]

    def send(self, path, frame):
        self.lines[path].send(json.dumps(frame))


def samples(frame):
    """PCM of an AudioData frame."""
    return base64.b64decode(frame["audioData"]["data"])
