"""Takes the pictures that the README shows: `python docs/pictures/take.py` (needs a Chromium).

The sample documents are indexed in a temporary folder, the app is started over it, asked, and
photographed; nothing of one's own gets into a picture.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
SIZE = {"width": 1280, "height": 860}
QUESTION = "Who proposed rotary position embeddings, and when?"
PATIENCE = 180_000  # milliseconds


@contextmanager
def served(index_root: str) -> Iterator[str]:
    """The app over the sample documents, at an address of its own."""
    environment = {**os.environ, "FOOTNOTE_INDEX_ROOT": index_root, "FOOTNOTE_OFFLINE": "1"}
    environment.pop("FOOTNOTE_PASSWORD", None)
    command = [sys.executable, "-m", "app.cli"]
    documents = str(Path(index_root).with_name("primer"))  # a path that is nobody's own
    shutil.copytree(ROOT / "samples" / "documents", documents)
    subprocess.run(
        [*command, "ingest", "add", documents, "--collection", "samples"],
        cwd=ROOT, env=environment, check=True,
    )  # fmt: skip
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*command, "app", "--headless", "--port", str(port)], cwd=ROOT, env=environment
    )
    try:
        url = f"http://localhost:{port}"
        while server.poll() is None:
            try:
                urllib.request.urlopen(f"{url}/_stcore/health")
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait()


def settled(page: Any) -> None:
    """Waits until no script runs and nothing moves."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.mouse.move(5, 700)  # nothing is hovered over
    page.wait_for_timeout(1200)


def answer(page: Any, url: str) -> None:
    """An answer with its source, the quoted words boxed on the page."""
    page.goto(url)
    page.get_by_test_id("stChatInputTextArea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".answer .foot").wait_for()
    page.locator(".answer .mark").first.click()
    page.locator(".st-key-source .sheet .box").first.wait_for()


def library(page: Any, url: str) -> None:
    """The documents of a collection, one of them looked at, in the dark."""
    page.goto(f"{url}/library?collection=samples")
    page.get_by_test_id("stDataFrame").wait_for()
    settled(page)
    place = page.get_by_test_id("stDataFrame").bounding_box()
    page.mouse.click(place["x"] + 16, place["y"] + 38 + 35 * 2 + 15)  # the third row
    page.locator(".st-key-source .sheet img").wait_for()


def collection_map(page: Any, url: str) -> None:
    """The passages of a collection with a question among them."""
    page.goto(f"{url}/evaluate?collection=samples")
    page.get_by_role("tab", name="Map of the collection").click()
    field = page.get_by_label("Show a question on the map")
    field.fill("How is a language model distilled?")
    field.press("Enter")
    page.get_by_test_id("stDataFrame").first.wait_for()


PICTURES = (
    ("answer", answer, "light"),
    ("library", library, "dark"),
    ("map", collection_map, "light"),
)


def main() -> None:
    """Takes all pictures, anew."""
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory(prefix="footnote-pictures-") as scratch,
        served(str(Path(scratch, "indexes"))) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, draw, colours in PICTURES:
            with browser.new_context(viewport=SIZE, color_scheme=colours) as context:
                page = context.new_page()
                page.set_default_timeout(PATIENCE)
                draw(page, url)
                settled(page)
                page.screenshot(path=HERE / f"{name}.png")
                print(HERE / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
