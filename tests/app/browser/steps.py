"""What a person does in the app, and what a page is looked at for."""

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
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
DOCUMENTS = ROOT / "samples" / "documents"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
PATIENCE = 600_000  # milliseconds; a busy machine is no failure
TRAINED = "How long was the big transformer model trained, and on what hardware?"
# Answered by a sentence; numbers in tables are the hard part, and no matter of the browser.
LSTM = "Who published the long short-term memory network?"
# Parts of the framework that no setting reaches: the drop zone is labelled and said to be
# presentation at once; the button in it is what counts.
NOT_OURS = ("presentation-role-conflict",)
HOSTILE = "<img src=x onerror=alert(1)>"

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(),
        reason="there is no Chromium; install one (apt-get install chromium) or set CHROMIUM",
    ),
]


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
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=10)
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait()
        log.close()


def watch(page: Any, address: str) -> tuple[list[str], list[str]]:
    """Requests of a page to elsewhere, and dialogs that it opened, as they come."""
    elsewhere: list[str] = []
    dialogs: list[str] = []
    own = (address, address.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else elsewhere.append(r.url))
    page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
    return elsewhere, dialogs


def ready(page: Any) -> None:
    """Waits for the Ask page."""
    page.get_by_test_id("stChatInputTextArea").wait_for()


def begin(page: Any, question: str) -> Any:
    """Asks, and returns the place of the answer."""
    there = page.locator(".answer").count()
    page.get_by_test_id("stChatInputTextArea").fill(question)
    page.keyboard.press("Enter")
    return page.locator(".answer").nth(there)


def ask(page: Any, question: str) -> Any:
    """Asks, and returns the checked answer."""
    answer = begin(page, question)
    answer.locator(".foot").wait_for()
    return answer


def close_source(page: Any) -> None:
    """Closes the source panel. The conversation is mounted anew where it is as wide as the page,
    and until then answers can be counted wrong and what is typed be lost."""
    page.get_by_role("button", name="Close source").click()
    page.locator(".st-key-source").wait_for(state="detached")
    settled(page)


def go_to(page: Any, name: str) -> None:
    """Goes to a page with tabs, and waits until all of them are there."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    page.get_by_role("heading", name=name, exact=True).wait_for()
    page.get_by_role("tab").first.wait_for()
    settled(page)


def go_to_library(page: Any) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Library").click()
    page.get_by_role("tab", name="Path on this machine").wait_for()


def new_collection(page: Any, name: str) -> None:
    """Goes to a new collection in the Library, so that one test's jobs are no other's."""
    go_to_library(page)
    page.get_by_role("button", name="New collection").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Create").click()
    page.get_by_role("heading", name=name, exact=True).wait_for()
    page.keyboard.press("Escape")


def upload(page: Any, files: Any, tab: int = 0) -> None:
    """Chooses files, or a folder on its tab of the Library page, and adds them."""
    page.get_by_test_id("stFileUploaderDropzoneInput").nth(tab).set_input_files(files)
    page.get_by_test_id("stFileChip").first.wait_for()
    settled(page)  # the button can be pressed for a moment before it waits for the files
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Add").first.click()


def look_for_progress(page: Any) -> None:
    """Notes from now on whether the bar of a job is shown, be it between two looks only."""
    page.evaluate(
        """() => {
          const look = () => {
            window.footnoteProgress ||= !!document.querySelector(
              "[class*=st-key-job-] [role=progressbar]");
          };
          new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
        }"""
    )


def progress_shown(page: Any) -> None:
    """Waits until the bar of a job has been shown since `look_for_progress`."""
    page.wait_for_function("window.footnoteProgress")


def look_at_the_only(page: Any, document: str) -> None:
    """Ticks a document in the table, as soon as there is no other in it."""
    table = page.get_by_test_id("data-grid-canvas").locator("table[aria-rowcount='2']")
    table.locator("td", has_text=document).first.wait_for(state="attached")
    settled(page)
    place = page.get_by_test_id("stDataFrame").bounding_box()
    page.mouse.click(place["x"] + 16, place["y"] + 38 + 15)


def settled(page: Any) -> None:
    """Waits until no script runs, nothing fades in and the page no longer follows its end."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.evaluate("window.footnoteStood = null")
    page.wait_for_function(
        """() => {
          const main = document.querySelector(
            "[data-testid=stAppScrollToBottomContainer], [data-testid=stMain]");
          const now = [main.scrollTop, main.scrollHeight].join();
          const moves = document.getAnimations().some(one => one.playState === "running"
            && one.effect.getComputedTiming().endTime < Infinity);
          const still = window.footnoteStood === now && !moves;
          window.footnoteStood = now;
          return still;
        }""",
        polling=400,
    )


def boxes(page: Any) -> list[list[float]]:
    """The boxes on the picture of the first page: left, top, right, bottom, as fractions of it."""
    page.locator(".st-key-source .sheet .box").first.wait_for()
    found: list[list[float]] = page.locator(".st-key-source .sheet").first.evaluate(
        """sheet => {
          const image = sheet.querySelector("img").getBoundingClientRect();
          return [...sheet.querySelectorAll(".box")].map(box => {
            const place = box.getBoundingClientRect();
            return [(place.left - image.left) / image.width, (place.top - image.top) / image.height,
              (place.right - image.left) / image.width, (place.bottom - image.top) / image.height];
          });
        }"""
    )
    return found


def found_by_axe(page: Any) -> list[str]:
    """What axe-core holds against the page as it is, one line for each node."""
    from axe_playwright_python.sync_playwright import Axe

    settled(page)
    violations = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for v in violations
        if v["id"] not in NOT_OURS
        for node in v["nodes"]
    ]
