"""Nothing from a document runs, loads or links; whoever has no password sees nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.app.browser.steps import (
    HOSTILE,
    TRAINED,
    ask,
    close_source,
    found_by_axe,
    go_to,
    go_to_library,
    needs_chromium,
    new_collection,
    ready,
    served,
    settled,
    upload,
)

pytestmark = needs_chromium
TURNED = "annual\u202efdp.txt"  # shown as "annualtxt.pdf" where it is obeyed


def test_hostile_names_and_documents_are_shown_as_text(page: Any, tmp_path: Path) -> None:
    lighthouse = tmp_path / f"{HOSTILE}.md"
    lighthouse.write_text(
        "# The beacon <script>alert(2)</script>\n\n"
        "The beacon of Sturmey was lit in 1911 by Mary Holt. "
        "![x](http://evil.example/x.png) <img src=x onerror=alert(3)>\n",
        encoding="utf-8",
    )
    turned = tmp_path / TURNED
    turned.write_text("The annual harvest of Sturmey is 340 tons of barley.", encoding="utf-8")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 this is none")
    new_collection(page, "Hostile")
    upload(page, [lighthouse, turned, broken])
    page.get_by_text("1 could not be read").wait_for()
    assert "2 added" in page.locator("[class*=st-key-job-]").first.inner_text()
    assert "broken.pdf" in page.locator(".fn-bad").first.inner_text()
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Ask").click()
    ready(page)
    answer = ask(page, "Who lit the beacon of Sturmey?")
    assert "Mary Holt" in answer.inner_text()
    answer.locator(".mark").first.click()
    page.locator(".st-key-source mark").wait_for()
    assert HOSTILE in page.locator(".fn-below").first.inner_text()
    close_source(page)
    answer = ask(page, "How large is the annual harvest of Sturmey?")
    answer.locator(".mark").first.click()
    page.locator(".st-key-source mark").wait_for()
    shown = page.locator(".st-key-source").inner_text()
    assert "annual\ufffdfdp" in shown
    assert "\u202e" not in page.content() + shown
    assert page.locator("img[src='x'], script:text('alert'), a[href*='evil']").count() == 0


def test_a_hostile_question_is_shown_as_text(page: Any) -> None:
    asked = f"{HOSTILE} **bold** http://evil.example"
    ask(page, asked)
    assert page.locator(".fn-question").first.inner_text() == asked
    assert page.locator("a[href*='evil']").count() == 0
    assert HOSTILE in page.locator("h1").first.inner_text()


def test_an_export_is_one_page_that_stands_by_itself(page: Any, tmp_path: Path) -> None:
    ask(page, TRAINED)
    ask(page, f"{HOSTILE} What is a zebra?")
    settled(page)  # a menu that is opened while the page scrolls is carried out of sight
    page.locator(".st-key-asked").get_by_role("button", name="More").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="HTML").click()
    saved = tmp_path / "export.html"
    download.value.save_as(saved)
    export, asked, dialogs = page.context.new_page(), [], []
    export.on("request", lambda r: asked.append(r.url))
    export.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
    export.goto(saved.as_uri())
    assert "3.5 days" in export.locator(".answer").first.inner_text()
    export.locator("sup a").first.click()
    assert "P100" in export.locator("li:target blockquote").inner_text()
    assert HOSTILE in export.locator("h2").nth(1).inner_text()
    assert (len(asked), dialogs) == (1, [])


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_has_nothing_to_say(visit: Any, address: str, colours: str) -> None:
    page = visit(f"{address}/?collection=samples", color_scheme=colours)
    ready(page)
    found = found_by_axe(page)
    ask(page, "Who won the football world cup in 1998?")
    ask(page, TRAINED).locator(".mark").first.click()
    page.locator(".st-key-source .box").first.wait_for()
    page.get_by_role("button", name="Why this answer").click()
    page.locator(".fn-why").wait_for()
    found += found_by_axe(page)
    page.get_by_role("button", name="All documents").click()
    found += found_by_axe(page)
    page.keyboard.press("Escape")
    go_to_library(page)
    page.get_by_test_id("stDataFrame").wait_for()
    found += found_by_axe(page)
    page.get_by_role("button", name="New collection").click()
    found += found_by_axe(page)
    page.keyboard.press("Escape")
    for name in ("Evaluate", "Settings"):
        go_to(page, name)
        for tab in page.get_by_role("tab").all():
            tab.click()
            found += found_by_axe(page)
    assert not found


def test_a_theme_is_chosen_for_all_pages_and_kept(page: Any, address: str) -> None:
    def back() -> str:
        return str(page.evaluate("getComputedStyle(document.querySelector('.stApp')).background"))

    light = back()
    go_to(page, "Settings")
    with page.expect_event("load"):  # the choice reloads the page, which would cut off a visit
        page.get_by_role("radio", name="Dark").click()
    for path in ("settings", "library", ""):
        page.goto(f"{address}/{path}")
        page.locator("h1").first.wait_for()
        settled(page)
        assert back() != light


def test_a_password_is_asked_for_once(index_root: Path, visit: Any) -> None:
    with served(index_root, FOOTNOTE_PASSWORD="open sesame") as url:
        page = visit(url)
        password = page.get_by_label("Password", exact=True)
        password.fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_text("That is not the password.").wait_for()
        assert page.get_by_test_id("stSidebarNav").count() == 0
        password.fill("open sesame")
        page.keyboard.press("Enter")
        ready(page)
        page.wait_for_function("document.cookie.includes('footnote=')")
        page.reload()
        ready(page)
