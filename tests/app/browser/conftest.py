"""One server and one Chromium for all; a picture of the page is kept when a test fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app.browser import steps

PICTURES = Path(__file__).parents[1] / "pictures"
NAMES = ("03-transformer.pdf", "01-attention.md", "06-retrieval.html")


@pytest.fixture(scope="session")
def index_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index root with three of the sample documents, as `samples`."""
    root = tmp_path_factory.mktemp("browser") / "indexes"
    files = [str(steps.DOCUMENTS / name) for name in NAMES]
    command = [sys.executable, "-m", "app.cli", "ingest", "add", *files, "--collection", "samples"]
    environment = {**os.environ, "FOOTNOTE_INDEX_ROOT": str(root)}
    subprocess.run(command, cwd=steps.ROOT, check=True, env=environment)
    return root


@pytest.fixture(scope="session")
def address(index_root: Path) -> Iterator[str]:
    """Where the app is served."""
    with steps.served(index_root) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    shutil.rmtree(PICTURES, ignore_errors=True)
    quiet = ("--disable-background-networking", "--disable-component-update")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=steps.CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", *quiet],
            timeout=steps.PATIENCE,
        )
        yield chromium
        chromium.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Photographs every open page of a test that fails, before its fixtures close them."""
    report = yield
    if report.when == "call" and report.failed and (browser := item.funcargs.get("browser")):
        for i, page in enumerate(page for context in browser.contexts for page in context.pages):
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=PICTURES / f"{item.name}-{i}.png", full_page=True)
    return report


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address as somebody else; a test fails on requests to elsewhere and on dialogs."""
    contexts, seen = [], []

    def open_(url: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(steps.PATIENCE)
        contexts.append(context)
        page = context.new_page()
        seen.append(steps.watch(page, url.split("/?")[0]))
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [found for found in seen if any(found)] == []


@pytest.fixture
def page(visit: Callable[..., Any], address: str) -> Any:
    """The Ask page."""
    opened = visit(f"{address}/?collection=samples")
    steps.ready(opened)
    return opened


@pytest.fixture
def other(visit: Callable[..., Any], address: str) -> Any:
    """Another person's page, in a context of its own."""
    opened = visit(f"{address}/?collection=samples")
    steps.ready(opened)
    return opened
