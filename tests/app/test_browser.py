"""The app as a person meets it: a real server, a real Chromium, pictures kept when a test fails."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURES = Path(__file__).with_name("pictures")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
PATIENCE = 120_000  # milliseconds; a busy machine is no failure
# Answered by a sentence; numbers in tables are the hard part, and no matter of the browser.
LSTM_QUESTION = "Who published the long short-term memory network?"
# Parts of the framework that no setting reaches; each with its reason.
NOT_OURS: tuple[str, ...] = ()
HOSTILE = "<img src=x onerror=alert(1)>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(),
        reason="there is no Chromium; install one (apt-get install chromium) or set CHROMIUM",
    ),
]
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")


@pytest.fixture(scope="session")
def index_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index root with a collection `samples` of three of the sample documents."""
    root = tmp_path_factory.mktemp("browser") / "indexes"
    names = ("03-transformer.pdf", "01-attention.md", "06-retrieval.html")
    files = [str(ROOT / "samples" / "documents" / name) for name in names]
    command = [sys.executable, "-m", "app.cli", "ingest", "add", *files, "--collection", "samples"]
    subprocess.run(
        command, cwd=ROOT, check=True, env={**os.environ, "FOOTNOTE_INDEX_ROOT": str(root)}
    )
    return root


@pytest.fixture(scope="session")
def address(index_root: Path) -> Iterator[str]:
    """Where the app is served."""
    with served(index_root) as url:
        yield url


@contextmanager
def served(index_root: Path, **environment: str) -> Iterator[str]:
    """A server of its own over an index root."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    log = (index_root.parent / f"server-{port}.log").open("w")
    command = [sys.executable, "-m", "app.cli", "app", "--port", str(port), "--headless"]
    settings = {"FOOTNOTE_INDEX_ROOT": str(index_root), "FOOTNOTE_OFFLINE": "1"}
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **settings, **environment}, stdout=log, stderr=log
    )
    url = f"http://localhost:{port}"
    try:
        while True:
            assert server.poll() is None, Path(log.name).read_text()
            try:
                urllib.request.urlopen(f"{url}/_stcore/health")
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait()
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[sync_api.Browser]:
    quiet = ("--disable-background-networking", "--disable-component-update")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", *quiet]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(
    browser: sync_api.Browser, address: str, request: pytest.FixtureRequest
) -> Iterator[sync_api.Page]:
    """A page that fails its test on any request to elsewhere, and on any dialog."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    opened, elsewhere, dialogs = context.new_page(), [], []
    own = (address, address.replace("http", "ws"), "data:", "blob:")
    opened.on("request", lambda r: None if r.url.startswith(own) else elsewhere.append(r.url))
    opened.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
    failed = request.session.testsfailed
    opened.goto(address)
    yield opened
    if request.session.testsfailed > failed:
        PICTURES.mkdir(exist_ok=True)
        opened.screenshot(path=PICTURES / f"{request.node.name}.png", full_page=True)
    context.close()
    assert (elsewhere, dialogs) == ([], [])


def ask(page: sync_api.Page, question: str) -> sync_api.Locator:
    """Asks, and returns the checked answer."""
    there = page.locator(".answer").count()
    page.get_by_test_id("stChatInputTextArea").fill(question)
    page.keyboard.press("Enter")
    answer = page.locator(".answer").nth(there)
    answer.locator(".foot").wait_for()
    return answer


def go_to(page: sync_api.Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    page.get_by_role("tab").first.wait_for()


def go_to_library(page: sync_api.Page) -> None:
    go_to(page, "Library")
    page.get_by_role("tab", name="Path on this machine").wait_for()


def settled(page: sync_api.Page) -> None:
    """Waits until no script runs and nothing fades in."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.wait_for_timeout(400)


def found_by_axe(page: sync_api.Page) -> list[str]:
    """What axe-core holds against the page as it is, one line for each node."""
    from axe_playwright_python.sync_playwright import Axe

    settled(page)
    violations = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node.get('failureSummary', '')[:160]}"
        for v in violations
        for node in v["nodes"]
        if not any(part in str(node["target"]) for part in NOT_OURS)
    ]


def test_ask_open_the_footnote_reload(page: sync_api.Page) -> None:
    answer = ask(page, "How long was the big transformer model trained, and on what hardware?")
    assert "3.5 days" in answer.inner_text()
    assert "found" in answer.get_attribute("class")
    answer.locator(".mark").first.click()
    panel = page.locator(".st-key-source")
    panel.locator(".sheet .box").first.wait_for()
    assert "The transformer" in panel.inner_text()
    assert "page 2 of 3" in panel.inner_text()
    boxes = panel.locator(".sheet .box")
    # Where the words stand in the file, by its own measure: right column, below the table.
    page_box, first = panel.locator(".sheet").bounding_box(), boxes.first.bounding_box()
    down = (first["y"] - page_box["y"]) / page_box["height"]
    assert 0.5 < down < 0.75
    assert panel.locator(".sheet img").evaluate("image => image.naturalWidth") == 1100
    url = page.url
    assert "citation=1.1" in url
    page.reload()
    page.locator(".st-key-source .sheet .box").first.wait_for()
    assert "3.5 days" in page.locator(".answer").first.inner_text()
    assert page.url == url
    page.get_by_role("button", name="Close source").click()
    page.locator(".st-key-source").wait_for(state="detached")


def test_a_text_source_is_a_passage_with_the_quote_marked(page: sync_api.Page) -> None:
    answer = ask(page, LSTM_QUESTION)
    answer.locator(".mark").first.click()
    marked = page.locator(".st-key-source mark")
    marked.wait_for()
    assert "Hochreiter" in answer.inner_text()
    assert (
        marked.inner_text().split()[:3]
        == answer.locator(".source .quote").first.inner_text().split()[:3]
    )


def test_what_is_not_in_the_documents_looks_different(page: sync_api.Page) -> None:
    answer = ask(page, "Who won the football world cup in 1998?")
    assert "refused" in answer.get_attribute("class")
    assert "Not in your documents" in answer.inner_text()
    answer.locator(".source").first.click()
    page.locator(".st-key-source").wait_for()


def test_a_footnote_opens_by_keyboard(page: sync_api.Page) -> None:
    ask(page, "How many entries does the vocabulary of the transformer have?")
    page.locator(".answer button").first.focus()
    page.keyboard.press("Enter")
    page.locator(".st-key-source").wait_for()


def test_upload_with_progress_then_ask_about_it(page: sync_api.Page, tmp_path: Path) -> None:
    secret = tmp_path / f"{HOSTILE}.md"
    secret.write_text(
        "# The lighthouse <script>alert(2)</script>\n\n"
        "The lighthouse of Brackwater was built in 1874 by Ada Finch. "
        "![x](http://evil.example/x.png) <img src=x onerror=alert(3)>\n",
        encoding="utf-8",
    )
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 this is none")
    go_to_library(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([secret, broken])
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Add").first.click()
    page.get_by_text("1 could not be read").wait_for()
    assert "1 added" in page.locator("[class*=st-key-job-]").first.inner_text()
    assert "broken.pdf" in page.locator(".fn-bad").first.inner_text()
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Ask").click()
    page.get_by_test_id("stChatInputTextArea").wait_for()
    answer = ask(page, "When was the lighthouse of Brackwater built?")
    assert "1874" in answer.inner_text()
    answer.locator(".mark").first.click()
    page.locator(".st-key-source mark").wait_for()
    assert HOSTILE in page.locator(".fn-below").first.inner_text()
    assert page.locator("img[src='x'], script:text('alert')").count() == 0


def test_a_hostile_question_is_shown_as_text(page: sync_api.Page) -> None:
    ask(page, f"{HOSTILE} **bold** http://evil.example")
    shown = page.locator(".fn-question").first
    assert shown.inner_text() == f"{HOSTILE} **bold** http://evil.example"
    assert page.locator("a[href*='evil']").count() == 0
    assert HOSTILE in page.locator("h1").first.inner_text()


def test_two_people_do_not_get_in_each_others_way(
    page: sync_api.Page, browser: sync_api.Browser, address: str
) -> None:
    with browser.new_context() as context:
        other = context.new_page()
        other.set_default_timeout(PATIENCE)
        other.goto(address)
        other.get_by_test_id("stChatInputTextArea").fill(LSTM_QUESTION)
        other.keyboard.press("Enter")
        mine = ask(page, "How long was the big transformer model trained, and on what hardware?")
        other.locator(".answer .foot").wait_for()
        assert "Hochreiter" in other.locator(".answer").inner_text()
        assert "3.5 days" in mine.inner_text()
        assert page.locator(".answer").count() == 1


def test_a_phone_has_room_for_the_answer_and_its_source(
    browser: sync_api.Browser, address: str
) -> None:
    with browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        answer = ask(page, "How long was the big transformer model trained, and on what hardware?")
        answer.locator(".mark").first.click()
        panel = page.locator(".st-key-source")
        panel.wait_for()
        box = panel.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 391
        assert box["y"] + box["height"] <= 801
        assert page.evaluate("document.documentElement.scrollWidth") <= 391


def test_a_password_is_asked_for_once(index_root: Path, browser: sync_api.Browser) -> None:
    with (
        served(index_root, FOOTNOTE_PASSWORD="open sesame") as url,
        browser.new_context() as context,
    ):
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        password = page.get_by_label("Password", exact=True)
        password.fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_text("That is not the password.").wait_for()
        assert page.get_by_test_id("stSidebarNav").count() == 0
        password.fill("open sesame")
        page.keyboard.press("Enter")
        page.get_by_test_id("stChatInputTextArea").wait_for()
        settled(page)
        page.reload()
        page.get_by_test_id("stChatInputTextArea").wait_for()


def test_a_follow_up_question_is_understood_and_can_be_corrected(page: sync_api.Page) -> None:
    ask(page, "How long was the big transformer model trained?")
    answer = ask(page, "And on what hardware?")
    told = "How long was the big transformer model trained, and on what hardware?"
    assert f"Understood as: {told}" in answer.inner_text()
    assert "P100" in answer.inner_text()
    page.get_by_role("button", name="Not what I meant").click()
    box = page.get_by_role("textbox", name="What was meant")
    assert box.input_value() == told
    box.fill(LSTM_QUESTION)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Ask").click()
    page.locator(".answer", has_text="Hochreiter").locator(".foot").wait_for()
    assert page.locator(".answer .understood").count() == 0
    page.get_by_role("button", name="Why this answer").first.click()
    page.locator(".fn-why tbody tr").nth(3).wait_for()


def test_an_export_is_one_page_that_stands_by_itself(page: sync_api.Page, tmp_path: Path) -> None:
    ask(page, "How long was the big transformer model trained, and on what hardware?")
    page.get_by_role("button", name="More").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="HTML").click()
    saved = tmp_path / "export.html"
    download.value.save_as(saved)
    export, asked = page.context.new_page(), []
    export.on("request", lambda r: asked.append(r.url))
    export.goto(saved.as_uri())
    assert "3.5 days" in export.locator(".answer").inner_text()
    export.locator("sup a").first.click()
    assert "P100" in export.locator("li:target blockquote").inner_text()
    assert len(asked) == 1
