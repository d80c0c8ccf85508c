"""The worker process: what crashes, hangs or eats memory costs one file."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.parsers import PARSERS, version
from ingest.parsers.pdf import parse as parse_pdf
from ingest.worker import ParserPool
from rag.errors import DocumentError, EncryptedDocument, UnsupportedDocument

_ROOT = Path(__file__).resolve().parents[2]

# A parser that does what the text of its file says.
_HOSTILE = """
import os, signal, sys, time
from rag.types import Block, Page, Parsed

def parse(path, *, password=None):
    word = path.read_text().split()[0]
    print("noise on standard output")
    if word == "exit":
        os._exit(3)
    if word == "fade":  # as one whose memory is written down first
        os.closerange(0, 100)
        time.sleep(3)
        os._exit(3)
    if word == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "hang":
        time.sleep(600)
    if word == "eat":
        return Parsed("x" * (1 << 40), ())
    if word == "connect":
        import socket
        socket.create_connection(("127.0.0.1", int(path.read_text().split()[1])))
    if word == "start":
        import subprocess
        subprocess.run(["touch", path.read_text().split()[1]])
    if word == "recurse":
        return parse_deeper(path)
    if word == "raise":
        raise RuntimeError("surprise")
    if word in ("crash2", "hang2", "crash-all", "crash-after"):
        return read_pages(word)
    if word == "lie":
        return Parsed("abc", (Block(5, 9, "paragraph"),))
    return Parsed(word, (Block(0, len(word), "paragraph"),), metadata={"pid": str(os.getpid())})

def read_pages(word):
    from ingest.parsers import pages
    got, notes = [], []
    for n in range(1, 9):
        try:
            pages.begin(n)
        except ValueError as error:
            notes.append(f"page {n} was left out: {error}")
            continue
        if word == "crash-all" or (n == 2 and word == "crash2"):
            os.kill(os.getpid(), signal.SIGSEGV)
        if n == 2 and word == "hang2":
            time.sleep(600)
        got.append(str(n))
    pages.end()
    if word == "crash-after":
        os._exit(3)
    text = " ".join(got)
    return Parsed(text, (Block(0, len(text), "paragraph"),), warnings=tuple(notes))

def parse_deeper(path):
    return parse_deeper(path)
"""


@pytest.fixture
def pool(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ParserPool]:
    """Of a parser that does as it is told, with three seconds for a file or what a test asks."""
    (tmp_path / "hostile_parser.py").write_text(_HOSTILE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    parsers = {"text": "hostile_parser:parse"}
    timeout = getattr(request, "param", 3)
    with ParserPool(timeout=timeout, memory=2 * 1024**3, parsers=parsers) as pool:
        yield pool


def _file(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content)
    return path


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("exit", "crashed on it .exit code 3."),
        ("segfault", "crashed on it .SIGSEGV."),
        ("eat", "more memory than is allowed"),
        ("raise", "parts don't fit together .RuntimeError"),
        ("recurse", "RecursionError"),
        ("lie", "crashed on it"),
    ],
)
def test_a_hostile_file_costs_itself_only(
    pool: ParserPool, tmp_path: Path, word: str, says: str
) -> None:
    good, bad = _file(tmp_path, "good.txt", "fine"), _file(tmp_path, "bad.txt", word)
    assert pool.parse(good).parsed.text == "fine"
    with pytest.raises(DocumentError, match=says) as error:
        pool.parse(bad)
    assert str(error.value).startswith("bad.txt: ")
    assert pool.parse(good).parsed.text == "fine"


@pytest.mark.parametrize("pool", [600], indirect=True)
def test_how_a_worker_ended_is_told_also_where_that_takes_time(
    pool: ParserPool, tmp_path: Path
) -> None:
    with pytest.raises(DocumentError, match=r"crashed on it .exit code 3."):
        pool.parse(_file(tmp_path, "bad.txt", "fade"))


def test_a_file_that_takes_too_long_is_stopped(pool: ParserPool, tmp_path: Path) -> None:
    assert pool.parse(_file(tmp_path, "good.txt", "fine")).parser == "text/hostile_parser"
    with pytest.raises(DocumentError, match=r"slow\.txt: reading took longer than 3 s"):
        pool.parse(_file(tmp_path, "slow.txt", "hang"))  # which else is read after ten minutes
    assert pool.parse(_file(tmp_path, "good.txt", "fine")).parsed.text == "fine"


@pytest.mark.parametrize(
    ("word", "why"), [("crash2", "it crashed the parser"), ("hang2", "longer than 3 s")]
)
def test_a_page_that_ends_the_worker_costs_that_page_only(
    pool: ParserPool, tmp_path: Path, word: str, why: str
) -> None:
    parsed = pool.parse(_file(tmp_path, "a.txt", word)).parsed
    assert parsed.text == "1 3 4 5 6 7 8"
    (warning,) = parsed.warnings
    assert warning.startswith("page 2 was left out: ")
    assert why in warning


@pytest.mark.parametrize("word", ["crash-all", "crash-after"])
def test_a_file_of_bad_pages_is_given_up(pool: ParserPool, tmp_path: Path, word: str) -> None:
    with pytest.raises(DocumentError, match=r"a\.txt: the parser crashed on it"):
        pool.parse(_file(tmp_path, "a.txt", word))
    assert pool.parse(_file(tmp_path, "good.txt", "fine")).parsed.text == "fine"


def test_what_a_killed_worker_leaves_behind_goes_with_the_pool(
    pool: ParserPool, tmp_path: Path
) -> None:
    pool.parse(_file(tmp_path, "good.txt", "fine"))
    folder = Path(pool._scratch.path)
    (folder / "left").write_text("x")
    pool.close()
    assert not folder.exists()


def test_one_process_serves_many_files(pool: ParserPool, tmp_path: Path) -> None:
    paths = [_file(tmp_path, f"{n}.txt", f"word{n}") for n in range(20)]
    results = [pool.parse(path).parsed for path in paths]
    assert [parsed.text for parsed in results] == [f"word{n}" for n in range(20)]
    assert len({parsed.metadata["pid"] for parsed in results}) == 1


def test_threads_take_turns(pool: ParserPool, tmp_path: Path) -> None:
    paths = [_file(tmp_path, f"{n}.txt", f"word{n}") for n in range(12)]
    found: dict[int, str] = {}

    def read(n: int) -> None:
        found[n] = pool.parse(paths[n]).parsed.text

    threads = [threading.Thread(target=read, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: f"word{n}" for n in range(12)}


@pytest.mark.parametrize("pool", [600], indirect=True)
def test_closing_from_another_thread_ends_a_file_at_once(pool: ParserPool, tmp_path: Path) -> None:
    pool.parse(_file(tmp_path, "good.txt", "fine"))
    timer = threading.Timer(0.5, pool.close)
    timer.start()
    with pytest.raises(DocumentError, match=r"slow\.txt: the parser crashed"):
        pool.parse(_file(tmp_path, "slow.txt", "hang"))  # of which nothing else ends the reading


def test_documents_cross_unchanged(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.setTitle("Grüße")
    canvas.drawString(72, 700, "Hällo wörld, 2 × 3")
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    here = parse_pdf(tmp_path / "a.pdf")
    with ParserPool() as pool:
        there, kind, parser = pool.parse(tmp_path / "a.pdf")
    assert (kind, parser) == ("pdf", version("pdf", PARSERS["pdf"]))
    assert (there.text, there.blocks, there.title) == (here.text, here.blocks, here.title)
    assert (there.metadata, there.warnings) == (here.metadata, here.warnings)
    for a, b in zip(there.pages, here.pages, strict=True):
        assert (a.number, a.start, a.end, a.width, a.height) == (
            b.number,
            b.start,
            b.end,
            b.width,
            b.height,
        )
        assert a.boxes is not None
        assert b.boxes is not None
        np.testing.assert_array_equal(a.boxes, b.boxes)


def test_kinds_of_errors_survive_the_border(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(tmp_path / "locked.pdf")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)))
    with ParserPool() as pool:
        with pytest.raises(EncryptedDocument, match=r"locked\.pdf"):
            pool.parse(tmp_path / "locked.pdf")
        with pytest.raises(UnsupportedDocument, match=r"noise\.bin"):
            pool.parse(tmp_path / "noise.bin")
        with pytest.raises(DocumentError, match=r"missing\.txt"):
            pool.parse(tmp_path / "missing.txt")


@pytest.mark.skipif(sys.platform == "win32", reason="such names can't exist there")
def test_strange_file_names(tmp_path: Path) -> None:
    names = ["new\nline.txt", "\u202etxt.exe", "x" * 250 + ".txt", os.fsdecode(b"\xff\xfe.txt")]
    with ParserPool() as pool:
        for name in names:
            (tmp_path / name).write_text("fine")
            assert pool.parse(tmp_path / name).parsed.text == "fine"


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_the_worker_dies_with_its_parent(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("fine")
    code = (
        "import sys, time; from pathlib import Path; from ingest.worker import ParserPool\n"
        f"pool = ParserPool(); pool.parse(Path({str(tmp_path / 'a.txt')!r}))\n"
        "print(pool._process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 60
    while _is_alive(worker):
        assert time.monotonic() < deadline, "the worker outlives its parent"
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def test_the_worker_loads_nothing_heavy() -> None:
    code = (
        "import sys, ingest.worker_main, ingest.parsers as p\n"
        "[p.load(where) for where in p.PARSERS.values()]\n"
        "print([m for m in ('torch', 'transformers', 'faiss', 'streamlit') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_no_connection_and_no_program_while_a_file_is_read(
    pool: ParserPool, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        (tmp_path / "a.txt").write_text(f"connect {server.getsockname()[1]}")
        with pytest.raises(DocumentError, match=r"^a\.txt: "):
            pool.parse(tmp_path / "a.txt")
        with pytest.raises(TimeoutError):
            server.accept()
    made = tmp_path / "made"
    (tmp_path / "a.txt").write_text(f"start {made}")
    with pytest.raises(DocumentError, match=r"^a\.txt: "):
        pool.parse(tmp_path / "a.txt")
    assert not made.exists()
    (tmp_path / "a.txt").write_text("fine")
    assert pool.parse(tmp_path / "a.txt").parsed.text == "fine"


def test_code_in_the_working_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made"
    for name in ("ingest.py", "docutils.py", "charset_normalizer.py", "json.py"):
        (tmp_path / name).write_text(f"open({str(made)!r}, 'w')\n")
    (tmp_path / "a.rst").write_text("Harbour\n=======\n\nIt was built in 1932.\n")
    monkeypatch.chdir(tmp_path)
    with ParserPool() as pool:
        assert "1932" in pool.parse(tmp_path / "a.rst").parsed.text
    assert not made.exists()


@pytest.mark.parametrize(
    ("gives", "says"),
    [
        ("None", r"parsers_of_others:parse gives no rag\.types\.Parsed: 'NoneType'"),
        ("'text'", r"parsers_of_others:parse gives no rag\.types\.Parsed: 'str'"),
        ("Parsed('\\ud800', ())", r"gives no rag\.types\.Parsed: .*surrogates not allowed"),
        ("Parsed('abcd', (Block(0, 3, 'code'), Block(2, 4, 'code')))", "2 to 4 of 4 .* behind 3"),
        ("Parsed('abcd', (Block(0, 9, 'code'),))", "0 to 9 of 4 characters"),
        ("Parsed('abcd', (Block(0, 4, 'verse'),))", "kind 'verse'; there are .*paragraph"),
        ("{}['size']", r"KeyError: 'size', in parsers_of_others:parse"),
    ],
)
def test_the_makers_of_a_parser_are_told_what_it_does_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gives: str, says: str
) -> None:
    (tmp_path / "parsers_of_others.py").write_text(
        "from rag.types import Block, Parsed\n"
        "def parse(path, *, password=None):\n"
        f"    return {gives}\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with (
        ParserPool(parsers={"text": "parsers_of_others:parse"}) as pool,
        pytest.raises(DocumentError, match=says) as error,
    ):
        pool.parse(_file(tmp_path, "a.txt", "fine"))
    assert str(error.value).startswith("a.txt: ")
    assert "memory limit" not in str(error.value)
