"""A language model that takes its time: a real server that speaks OpenAI's protocol.

How long a model on this machine writes depends on the machine; this one writes until nobody listens
any more where it is asked to explain, and is done at once otherwise.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class _Model(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with suppress(ConnectionError):  # the listener has gone
            self._say("It was trained for 3.5 days on eight P100 GPUs.")
            while "Explain" in body:
                time.sleep(0.2)
                self._say(" And so on.")
            self.wfile.write(b"data: [DONE]\n\n")

    def _say(self, text: str) -> None:
        piece = json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]})
        self.wfile.write(f"data: {piece}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def slow_model() -> Iterator[str]:
    """The base address of the model."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Model)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
