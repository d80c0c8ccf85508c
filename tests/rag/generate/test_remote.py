"""The remote generator against a server on this machine that speaks the protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rag.errors import ServerError
from rag.generate import Writing, remote
from rag.generate.remote import RemoteGenerator
from rag.types import Message, Reasoning, Token

QUESTION = (Message("system", "Be short."), Message("user", "Who?"))
Reply = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers each request with the next of the server's replies; the last one repeats."""

    server: Server

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.seen.append(
            {**json.loads(self.rfile.read(length)), "path": self.path, "headers": self.headers}
        )
        replies = self.server.replies
        try:
            (replies.pop(0) if len(replies) > 1 else replies[0])(self)
        except OSError:
            self.server.hung_up.set()

    def log_message(self, *_: object) -> None:
        """Be silent."""

    def begin(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def event(self, content: Any = None, **delta: Any) -> None:
        delta = {"content": content, **delta} if content is not None else delta
        self.raw({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})

    def raw(self, value: Any) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies: list[Reply] = []
        self.seen: list[dict[str, Any]] = []
        self.hung_up = threading.Event()
        self.over = threading.Event()  # the test is: whoever is silent may go on

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(remote, "WAIT_SECONDS", 0.01)
    with Server() as served:
        thread = threading.Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        yield served
        served.over.set()
        served.shutdown()
        thread.join()


def words(*pieces: str) -> Reply:
    def reply(handler: Handler) -> None:
        handler.begin(Content_Type="text/event-stream")
        handler.event(role="assistant")
        handler.wfile.write(b": a comment keeps the line open\n\n")
        for piece in pieces:
            handler.event(piece)
        handler.raw({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        handler.raw("[DONE]")

    return reply


def refusal(status: int, body: str = "", **headers: str) -> Reply:
    def reply(handler: Handler) -> None:
        handler.begin(status, **headers)
        handler.wfile.write(body.encode())

    return reply


def ask(server: Server, **options: Any) -> list[Token | Reasoning]:
    silence = options.pop("silence", 5.0)
    generator = RemoteGenerator(server.url, model="m", key="secret", silence=silence)
    return list(generator.stream(QUESTION, **{"max_tokens": 9, **options}))


def test_text_comes_as_it_is_written(server: Server) -> None:
    server.replies = [words("James ", "Watt", " 水.")]
    assert ask(server, stop=["\n"], seed=7, temperature=0.5) == [
        Token("James "),
        Token("Watt"),
        Token(" 水."),
    ]
    (request,) = server.seen
    assert request["path"] == "/v1/chat/completions"
    assert request["headers"]["Authorization"] == "Bearer secret"
    assert request["messages"][1] == {"role": "user", "content": "Who?"}
    assert (request["model"], request["max_tokens"], request["stream"]) == ("m", 9, True)
    assert (request["stop"], request["seed"], request["temperature"]) == (["\n"], 7, 0.5)


def test_reasoning_is_told_apart_in_both_forms(server: Server) -> None:
    server.replies = [words("<thi", "nk>Hm.</", "think>", "Watt.")]
    assert ask(server) == [Reasoning("Hm."), Token("Watt.")]

    def reply(handler: Handler) -> None:
        handler.begin()
        handler.event(reasoning_content="Hm.")
        handler.event("Watt.")
        handler.raw("[DONE]")

    server.replies = [reply]
    assert ask(server) == [Reasoning("Hm."), Token("Watt.")]


def test_content_may_be_a_list_of_parts(server: Server) -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}

    def reply(handler: Handler) -> None:
        handler.begin()
        handler.event(content=[thinking])
        handler.event(content=[{"type": "text", "text": "James "}, {"type": "reference"}])
        handler.event(content=[{"type": "text", "text": "Watt."}])
        handler.raw("[DONE]")

    server.replies = [reply]
    assert ask(server) == [Reasoning("Hm."), Token("James "), Token("Watt.")]


def test_a_server_that_has_moved_says_where_to(server: Server) -> None:
    server.replies = [refusal(308, Location="https://models.example.org/v1/chat/completions")]
    with pytest.raises(ServerError, match=r"at https://models\.example\.org/v1 now"):
        list(RemoteGenerator(server.url, model="m").stream(QUESTION, max_tokens=5))
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_recovers_is_asked_again(server: Server, status: int) -> None:
    server.replies = [refusal(status, Retry_After="0"), refusal(status), words("Watt.")]
    assert ask(server) == [Token("Watt.")]
    assert len(server.seen) == 3


def test_a_server_that_stays_down_is_given_up(server: Server) -> None:
    server.replies = [refusal(503, '{"error": {"message": "model is loading"}}')]
    with pytest.raises(ServerError, match=r"503.*model is loading"):
        ask(server)
    assert len(server.seen) == remote.TRIES


@pytest.mark.parametrize(
    ("status", "advice"), [(401, "server_key"), (404, "base URL"), (400, "context is too long")]
)
def test_a_refusal_is_told_once_and_with_advice(server: Server, status: int, advice: str) -> None:
    server.replies = [refusal(status, '{"error": "context is too long"}')]
    with pytest.raises(ServerError, match=advice) as caught:
        ask(server)
    assert len(server.seen) == 1
    assert "secret" not in str(caught.value)


def test_nobody_at_the_address() -> None:
    with Server() as unused:
        url = unused.url
    with pytest.raises(ServerError, match="can't be reached"):
        list(RemoteGenerator(url, model="m").stream(QUESTION, max_tokens=9))


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8000",
        "ftp://x",
        "",
        "http://",
        "http://h:abc",
        "http://h:99999",
        "http://[::1/v1",
        "http://192.168.1..5:11434/v1",
        "http://h/v 1",
        "http://h/vä1",
    ],
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ServerError, match="http://host:port/v1"):
        RemoteGenerator(address, model="m")


@pytest.mark.parametrize(
    "nonsense", ["{", "[]", '"x"', '{"choices": 3}', '{"choices": [{"delta": 3}]}', "{}"]
)
def test_nonsense_is_refused(server: Server, nonsense: str) -> None:
    def reply(handler: Handler) -> None:
        handler.begin()
        handler.raw(nonsense)

    server.replies = [reply]
    with pytest.raises(ServerError, match="no chat completion"):
        ask(server)


@pytest.mark.parametrize(
    "silent",
    [
        'data: {"error": null, "choices": [{"delta": {"role": "assistant"}}]}',
        'data: {"usage": {"total_tokens": 1}}',
        'event: ping\ndata: {"type": "ping"}',
        "data:",
        'id: 1\nretry: 5\ndata: {"choices": null}',
    ],
)
def test_events_that_say_nothing_of_the_answer_are_passed_over(server: Server, silent: str) -> None:
    def reply(handler: Handler) -> None:
        handler.begin()
        handler.wfile.write(f"{silent}\n\n".encode())
        handler.event("Ja")
        handler.raw("[DONE]")

    server.replies = [reply]
    assert ask(server) == [Token("Ja")]


@pytest.mark.parametrize(
    "line",
    [
        'data: {"object": "error", "message": "out of memory", "code": 500}',
        'data: {"error": "out of memory"}',
        'error: {"code": 500, "message": "out of memory", "type": "server_error"}',
    ],
)
def test_errors_of_several_servers_are_told(server: Server, line: str) -> None:
    server.replies = [refusal(200, f"{line}\n\n")]
    with pytest.raises(ServerError, match="reports: out of memory\\."):
        ask(server)


@pytest.mark.parametrize("page", ["<!doctype html><html></html>", '{"message": "Welcome"}'])
def test_a_page_that_is_no_stream_says_so(server: Server, page: str) -> None:
    server.replies = [refusal(200, page)]
    with pytest.raises(ServerError, match=r"no chat completion\. Check that the address"):
        ask(server)


def test_an_error_inside_the_stream(server: Server) -> None:
    def reply(handler: Handler) -> None:
        handler.begin()
        handler.event("Ja")
        handler.raw({"error": {"message": "out of memory"}})

    server.replies = [reply]
    with pytest.raises(ServerError, match="out of memory"):
        ask(server)


def test_a_dropped_answer_is_not_taken_for_a_whole_one(server: Server) -> None:
    def reply(handler: Handler) -> None:
        handler.begin()
        handler.event("Ja")

    server.replies = [reply]
    with pytest.raises(ServerError, match="broke off"):
        ask(server)
    assert len(server.seen) == 1, "what was shown is not written again"


def test_silence_ends_in_an_error(server: Server) -> None:
    def reply(handler: Handler) -> None:
        handler.begin()
        handler.event("Ja")
        handler.server.over.wait()

    server.replies = [reply]
    with pytest.raises(ServerError, match="fell silent"):
        ask(server, silence=0.3)


def test_cancelling_breaks_a_silent_connection(server: Server) -> None:
    def reply(handler: Handler) -> None:
        handler.begin()
        handler.event("Ja")
        handler.server.over.wait()  # until this breaks the connection, nothing else does
        for _ in range(1000):
            handler.event("mes ")

    server.replies = [reply]
    cancel = threading.Event()
    stream = RemoteGenerator(server.url, model="m").stream(QUESTION, max_tokens=9, cancel=cancel)
    assert next(stream) == Token("Ja")
    threading.Timer(0.1, cancel.set).start()
    assert list(stream) == []
    server.over.set()
    assert server.hung_up.wait(60)


def test_closing_the_stream_closes_the_connection(server: Server) -> None:
    def reply(handler: Handler) -> None:
        handler.begin()
        for _ in range(100_000):
            handler.event("word ")

    server.replies = [reply]
    with closing(RemoteGenerator(server.url, model="m").stream(QUESTION, max_tokens=9)) as stream:  # type: ignore[type-var]
        next(stream)
    assert server.hung_up.wait(60)


def test_it_can_stand_in_for_a_local_model() -> None:
    generator: Writing = RemoteGenerator("http://localhost:1", model="m", context=1000)
    assert generator.max_prompt_tokens == 750
    assert generator.count_tokens("Four words of text.") >= 5


def test_a_key_is_cleaned_and_one_that_can_be_none_is_refused(server: Server) -> None:
    server.replies = [words("Yes.")]
    generator = RemoteGenerator(f"{server.url}?api-version=2", model="m", key=" secret\n")
    assert list(generator.stream(QUESTION, max_tokens=9)) == [Token("Yes.")]
    (seen,) = server.seen
    assert seen["headers"]["Authorization"] == "Bearer secret"
    assert seen["path"] == "/v1/chat/completions?api-version=2"
    with pytest.raises(ServerError, match="server_key"):
        RemoteGenerator(server.url, model="m", key="schlüssel")
    with pytest.raises(ServerError, match="server_key"):
        RemoteGenerator(server.url, model="m", key="one\ntwo")


def test_a_long_wait_that_is_asked_for_is_told_instead_of_waited_for(server: Server) -> None:
    server.replies = [refusal(429, Retry_After="3600")]
    with pytest.raises(ServerError, match=r"429.*3,600 s"):
        ask(server)
    assert len(server.seen) == 1


def test_a_wait_that_is_no_number_is_passed_over(server: Server) -> None:
    server.replies = [refusal(503, Retry_After="²"), words("Watt.")]
    assert ask(server) == [Token("Watt.")]


def test_half_characters_become_something_that_can_be_written(server: Server) -> None:
    def reply(handler: Handler) -> None:
        handler.begin()
        handler.event("Wa\ud800tt.")
        handler.event(reasoning_content="H\udfffm.")
        handler.raw("[DONE]")

    server.replies = [reply]
    assert ask(server) == [Token("Wa?tt."), Reasoning("H?m.")]


def test_what_a_server_says_of_an_error_steers_no_terminal(server: Server) -> None:
    server.replies = [refusal(400, "\x1b[31mred\x00")]
    with pytest.raises(ServerError, match=r"\( ?\[31mred ?\)"):
        ask(server)


def test_a_line_that_never_ends_is_given_up(server: Server) -> None:
    def reply(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.wfile.write(b"x" * 65536)

    server.replies = [reply]
    with pytest.raises(ServerError, match="megabyte"):
        ask(server)
