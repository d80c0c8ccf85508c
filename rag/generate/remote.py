"""A language model behind any server that speaks the protocol of OpenAI's chat completions.

llama.cpp, vLLM, Ollama and most hosted services do. Only the standard library is needed.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import ssl
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any

from rag.errors import ServerError
from rag.generate import control, events
from rag.generate.address import address
from rag.generate.thinking import ThinkSplitter
from rag.types import Message, Reasoning, Token

CONNECT_SECONDS = 10.0
# A big model on a small server can take this long before its first word.
SILENCE_SECONDS = 120.0
TRIES = 3
WAIT_SECONDS = 0.5  # before the second try, doubled for each one after
LONGEST_WAIT = 20.0
RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
# The server does not tell how long a prompt it takes. What it refuses, it says so.
DEFAULT_CONTEXT = 8192
LONGEST_LINE = 1 << 20  # bytes of one event
_ADVICE = {
    401: "Set server_key to a key that it accepts.",
    403: "Set server_key to a key that may use this model.",
    404: "Check the base URL (it usually ends in /v1) and the model's name.",
    429: "It is busy or a quota is used up; try again later.",
}


class _Retry(Exception):
    """Trying again may help."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class RemoteGenerator:
    """A model on a server. Calls from several threads run side by side."""

    def __init__(
        self,
        server: str,
        *,
        model: str,
        key: str = "",
        context: int = DEFAULT_CONTEXT,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        """
        Args:
            server: base URL, with or without `/v1`.
            context: most tokens of prompt and reply together.
            silence: seconds without a byte after which the server counts as gone.

        Raises:
            ServerError: `server` is not an HTTP address, or `key` can't be one.
        """
        url = self._url = address(server)
        query = f"?{url.query}" if url.query else ""
        self.name = model
        self._path = f"{url.path.rstrip('/') or '/v1'}/chat/completions{query}"
        self._key = key.strip()
        if not (self._key.isascii() and self._key.isprintable()):
            raise ServerError(
                "The key for the server has characters that no key has. Copy it once more into "
                "server_key."
            )
        self._context = context
        self._silence = silence

    @property
    def max_prompt_tokens(self) -> int:
        """The longest prompt that leaves a quarter of the context for the answer."""
        return self._context - self._context // 4

    def count_tokens(self, text: str) -> int:
        """An upper estimate, since the server keeps its tokenizer to itself.

        English has about 4 bytes in a token; 3 leaves room for other scripts.
        """
        return len(text.encode()) // 3 + 1

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
        seed: int | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[Token | Reasoning]:
        """See `rag.generate.Writing.stream`.

        Raises:
            ServerError: the server can't be reached, refuses, breaks off or sends nonsense.
        """
        body: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": m.role, "content": _harmless(m.content)} for m in messages],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": True,
        }
        if stop:
            body["stop"] = list(stop)
        if seed is not None:
            body["seed"] = seed
        splitter = ThinkSplitter()
        with closing(self._deltas(body, cancel)) as deltas:
            for delta in deltas:
                if cancel is not None and cancel.is_set():
                    return
                thought = delta.get("reasoning_content") or delta.get("reasoning")
                if isinstance(thought, str) and thought:
                    yield Reasoning(events.whole(thought))
                thought, said = map(events.whole, events.parts(delta.get("content")))
                if thought:
                    yield Reasoning(thought)
                if said:
                    yield from splitter.feed(said)
        yield from splitter.finish()

    def _deltas(
        self, body: dict[str, Any], cancel: threading.Event | None
    ) -> Generator[dict[str, Any]]:
        """What the server sends, piece by piece; retried as long as nothing has come."""
        for attempt in range(1, TRIES + 1):
            connection = self._connection()
            try:
                self._connect(connection)
                with _hanging_up(connection, cancel):
                    yield from self._events(self._answer(connection, body))
                return
            except (_Retry, ServerError) as reason:
                if cancel is not None and cancel.is_set():
                    return
                if isinstance(reason, ServerError):
                    raise
                if attempt == TRIES:
                    raise ServerError(f"{self._where} {reason}") from reason
                wait = reason.wait if reason.wait is not None else WAIT_SECONDS * 2 ** (attempt - 1)
                (cancel or threading.Event()).wait(min(wait, LONGEST_WAIT) * random.uniform(1, 1.2))
            finally:
                connection.close()

    @property
    def _where(self) -> str:
        return f"The server {self._url.scheme}://{self._url.netloc.rpartition('@')[2]}"

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=context)
        return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)

    def _connect(self, connection: http.client.HTTPConnection) -> None:
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            raise ServerError(
                f"{self._where} has a certificate that is not trusted: {error.verify_message}."
            ) from error
        except OSError as error:
            raise _Retry(
                f"can't be reached ({error}). Check that it runs and that the address is right."
            ) from error
        connection.sock.settimeout(self._silence)

    def _answer(
        self, connection: http.client.HTTPConnection, body: dict[str, Any]
    ) -> http.client.HTTPResponse:
        """The response to a request, once it is known to be a good one."""
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            content = json.dumps(body).encode()
            connection.request("POST", self._path, content, headers)
            response = connection.getresponse()
        except TimeoutError as error:  # whoever waited that long does not want to wait again
            raise ServerError(
                f"{self._where} does not answer in time. Check that it runs and is not busy."
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise _Retry(f"broke off before its answer ({error}). Try again.") from error
        if response.status == 200:
            return response
        raise self._refusal(response)

    def _refusal(self, response: http.client.HTTPResponse) -> Exception:
        try:
            said = events.message(response.read(10_000))
        except (OSError, http.client.HTTPException):
            said = ""
        advice = _ADVICE.get(response.status, "Its own log may say more.")
        # Evidence is sent nowhere else than where it was told to go.
        if 300 <= response.status < 400 and (elsewhere := response.headers.get("Location")):
            base = elsewhere.partition("/chat/completions")[0]
            advice = f"It is at {base} now; give that address if you trust it."
        text = (
            f"answered {response.status} {response.reason}{f' ({said})' if said else ''}. {advice}"
        )
        after = response.headers.get("Retry-After", "").strip()
        wait = float(after) if after.isdecimal() else 0.0
        if response.status not in RETRIED:
            return ServerError(f"{self._where} {text}")
        if wait > LONGEST_WAIT:  # whoever asks before is refused again
            return ServerError(f"{self._where} {text} It wants to be left alone for {wait:,.0f} s.")
        return _Retry(text, wait if after.isdecimal() else None)

    def _events(self, response: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
        """The deltas of server-sent events up to `[DONE]` or a finish reason."""
        begun = False
        try:
            while line := response.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):  # it may never end
                    raise ServerError(
                        f"{self._where} sent a line of more than a megabyte. Ask again."
                    )
                choice = events.choice(line, self._where)
                if choice is None:
                    return
                delta = choice.get("delta") or {}
                if delta:
                    begun = True
                    yield delta
                if choice.get("finish_reason"):
                    return
        except (OSError, http.client.HTTPException) as error:
            why = "fell silent" if isinstance(error, TimeoutError) else "broke off"
            if not begun and why == "broke off":
                raise _Retry("broke off before its answer. Try again.") from error
            when = "in mid-answer" if begun else "before its answer"
            raise ServerError(f"{self._where} {why} {when}. Ask again.") from error
        raise ServerError(f"{self._where} broke off before the end of its answer. Ask again.")


def _harmless(content: Any) -> Any:
    """What a message says; its parts, where there is a picture, hold nothing of a document."""
    if not isinstance(content, str):
        return content
    return control.apart(content, control.looking_like(content))


@contextmanager
def _hanging_up(
    connection: http.client.HTTPConnection, cancel: threading.Event | None
) -> Iterator[None]:
    """Break the connection when `cancel` is set, also while nothing comes from the server."""
    if cancel is None:
        yield
        return
    line, over = connection.sock, threading.Event()

    def watch() -> None:
        while not over.is_set():
            if cancel.wait(0.1):
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                return

    watcher = threading.Thread(target=watch, name="footnote-hang-up", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
