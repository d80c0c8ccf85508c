"""Takes the pictures that the README shows: `python -m docs.pictures.take` (needs a Chromium).

The sample documents are indexed in a temporary folder, the app is started over it, asked, and
photographed; nothing of one's own gets into a picture.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.app.browser import steps

HERE = Path(__file__).parent
SIZE = {"width": 1280, "height": 860}
QUESTION = "Who proposed rotary position embeddings, and when?"


@contextmanager
def served(index_root: Path) -> Iterator[str]:
    """The app over the sample documents, at an address of its own."""
    documents = index_root.with_name("primer")  # a path that is nobody's own
    shutil.copytree(steps.DOCUMENTS, documents)
    subprocess.run(
        [sys.executable, "-m", "app.cli", "ingest", "add", documents, "--collection", "samples"],
        cwd=steps.ROOT, env={**os.environ, "FOOTNOTE_INDEX_ROOT": str(index_root)}, check=True,
    )  # fmt: skip
    with steps.served(index_root, FOOTNOTE_PASSWORD="") as url:
        yield url


def settled(page: Any) -> None:
    """Waits until no script runs and nothing moves."""
    steps.settled(page)
    page.mouse.move(5, 700)  # nothing is hovered over
    page.wait_for_timeout(800)


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
        served(Path(scratch, "indexes")) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=steps.CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, draw, colours in PICTURES:
            with browser.new_context(viewport=SIZE, color_scheme=colours) as context:
                page = context.new_page()
                page.set_default_timeout(steps.PATIENCE)
                draw(page, url)
                settled(page)
                page.screenshot(path=HERE / f"{name}.png")
                print(HERE / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
