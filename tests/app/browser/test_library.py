"""First steps, adding documents, and the words of a quote boxed on their page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.app.browser.steps import (
    TRAINED,
    ask,
    boxes,
    close_source,
    go_to_library,
    look_at_the_only,
    look_for_progress,
    needs_chromium,
    new_collection,
    progress_shown,
    ready,
    served,
    settled,
    upload,
)

pytestmark = needs_chromium
ACROSS, DOWN = A4
FONT, SIZE = "Helvetica", 12
BUILT = ("The lighthouse of Brackwater was built", "in 1874 by the engineer Ada Finch.")
TALL = "The watchtower of Osterfold is 52 metres high."


def pdf(path: Path, filler: int = 0) -> Path:
    """A page with a sentence on two lines, a turned page with one, and others."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle("Towers")
    canvas.setFont(FONT, SIZE)
    canvas.drawString(72, 400, BUILT[0])
    canvas.drawString(72, 384, BUILT[1])
    canvas.showPage()
    canvas.setPageRotation(90)
    canvas.setFont(FONT, SIZE)
    canvas.drawString(100, 300, TALL)
    canvas.showPage()
    for number in range(filler):
        canvas.setPageRotation(0)
        canvas.setFont(FONT, SIZE)
        for line in range(40):
            text = f"Entry {number}-{line}: sacks of grain no. {number * 41 + line} were weighed."
            canvas.drawString(72, 760 - 16 * line, text)
        canvas.showPage()
    canvas.save()
    return path


def test_a_first_run_with_the_sample_documents(tmp_path: Path, visit: Any) -> None:
    with served(tmp_path / "indexes") as url:
        page = visit(url)
        page.get_by_text("Nothing leaves this machine").wait_for()
        look_for_progress(page)
        page.get_by_role("button", name="Try it with sample documents").click()
        progress_shown(page)
        page.get_by_role("button", name="How long was the big transformer").click()
        page.locator(".answer .foot").wait_for()
        assert "3.5 days" in page.locator(".answer").inner_text()


def test_an_upload_shows_progress_is_found_again_and_its_words_are_boxed(
    page: Any, tmp_path: Path
) -> None:
    new_collection(page, "Towers")
    look_for_progress(page)
    upload(page, [pdf(tmp_path / "towers.pdf", filler=20)])
    progress_shown(page)
    page.reload()  # the job goes on, and the page finds it again
    job = page.locator("[class*=st-key-job-]").first
    job.get_by_text("1 added").wait_for()
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Ask").click()
    ready(page)
    answer = ask(page, "When was the lighthouse of Brackwater built, and by whom?")
    answer.locator(".mark").first.click()
    found = boxes(page)
    assert len(found) == 2  # the sentence stands on two lines
    for box, line, base in zip(found, BUILT, (400, 384), strict=True):
        wide = stringWidth(line, FONT, SIZE)
        expected = [72, DOWN - base - SIZE, 72 + wide, DOWN - base + 0.3 * SIZE]
        for at, place, of in zip(box, expected, (ACROSS, DOWN, ACROSS, DOWN), strict=True):
            assert at * of == pytest.approx(place, abs=5), line
    close_source(page)
    answer = ask(page, "How high is the watchtower of Osterfold?")
    answer.locator(".mark").first.click()
    page.get_by_text("page 2 of 22").wait_for()
    [turned] = boxes(page)  # displayed a quarter turn clockwise: what was up is on the right
    wide = stringWidth(TALL, FONT, SIZE)
    expected = [300 - 0.3 * SIZE, 100, 300 + SIZE, 100 + wide]
    for at, place, of in zip(turned, expected, (ACROSS, DOWN, ACROSS, DOWN), strict=True):
        assert at * of == pytest.approx(place, abs=5)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open the original").click()
    assert opened.value.url.endswith(".pdf#page=2")


def test_one_adds_while_another_asks(page: Any, other: Any, tmp_path: Path) -> None:
    new_collection(other, "Grain")
    look_for_progress(other)
    upload(other, [pdf(tmp_path / "other.pdf", filler=20)])
    progress_shown(other)
    assert "3.5 days" in ask(page, TRAINED).inner_text()
    other.get_by_text("1 added").wait_for()
    other.get_by_role("button", name="Dismiss").click()


def test_a_folder_is_uploaded_asked_looked_at_renamed_and_read_again(
    page: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "harbour papers"
    (folder / "north").mkdir(parents=True)
    (folder / "north" / "crane.txt").write_text("The north crane was painted green by Otto Lind.")
    (folder / "ferry.txt").write_text("The ferry of the harbour is called Halcyon.")
    new_collection(page, "Harbour")
    page.get_by_role("tab", name="Folder").click()
    upload(page, folder, tab=1)
    page.get_by_text("2 added").wait_for()
    page.get_by_role("button", name="Dismiss").click()
    search = page.get_by_label("Search documents")
    search.fill("painted crane")
    search.press("Enter")
    page.locator(".answer.hits .source", has_text="Otto Lind").click()
    panel = page.locator(".st-key-source")
    panel.locator("mark").wait_for()
    assert "north/crane.txt" in panel.inner_text()
    panel.get_by_role("button", name="Rename").click()
    page.get_by_label("Title", exact=True).fill("The green crane")
    page.keyboard.press("Enter")
    panel.get_by_text("The green crane", exact=True).wait_for()
    page.keyboard.press("Escape")
    panel.get_by_role("button", name="Read again").click()
    page.get_by_text("1 read anew").wait_for()
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_role("button", name="Ask about it").click()
    ready(page)
    page.get_by_role("button", name="1 document").wait_for()
    refused = ask(page, TRAINED)
    assert "Read 1 passage of 1 document" in refused.inner_text()


def test_a_document_is_looked_at_page_by_page(page: Any) -> None:
    go_to_library(page)
    search = page.get_by_label("Search documents")
    search.fill("03-transformer")
    search.press("Enter")
    page.locator(".fn-label", has_text="In the text").wait_for()
    look_at_the_only(page, "03-transformer.pdf")
    panel = page.locator(".st-key-source")
    panel.locator(".sheet img").wait_for()
    first = panel.locator(".sheet img").get_attribute("src")
    page.get_by_label("Page (of").fill("2")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "first => [...document.querySelectorAll('.st-key-source *')].some(host =>"
        " host.shadowRoot?.querySelector('img')?.src !== first &&"
        " host.shadowRoot?.querySelector('img'))", arg=first,
    )  # fmt: skip
    page.get_by_role("button", name="Close document").click()
    panel.wait_for(state="detached")


def test_adding_can_be_cancelled(page: Any, address: str, tmp_path: Path) -> None:
    new_collection(page, "Long")
    upload(page, [pdf(tmp_path / "long.pdf", filler=200)])
    page.get_by_role("button", name="Cancel").click()
    page.locator("[class*=st-key-job-]", has_text="Cancelled").wait_for()
    page.get_by_role("button", name="Dismiss").click()
    page.goto(f"{address}/?collection=samples")
    ready(page)
    assert "3.5 days" in ask(page, TRAINED).inner_text()  # nothing is blocked


def test_a_text_is_looked_at_from_its_beginning(page: Any, tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    long.write_text("\n\n".join(f"Line {n} of the log of the lighthouse." for n in range(200)))
    new_collection(page, "Log")
    upload(page, [long])
    page.get_by_text("1 added").wait_for()
    page.get_by_role("button", name="Dismiss").click()
    look_at_the_only(page, "long.txt")
    body = page.locator(".st-key-source-body")
    body.get_by_text("Line 0 of").wait_for()
    settled(page)
    assert body.evaluate("body => body.scrollTop") == 0
    body.evaluate("body => { body.scrollTop = 400; }")
    page.get_by_label("Part (of").fill("2")
    page.keyboard.press("Enter")
    page.get_by_label("Part (of").blur()
    page.wait_for_function("document.querySelector('.st-key-source-body').scrollTop === 0")


def test_a_wrong_path_can_be_put_right_where_it_was_typed(page: Any, tmp_path: Path) -> None:
    new_collection(page, "Paths")
    page.get_by_role("tab", name="Path on this machine").click()
    path = page.get_by_label("File, folder or pattern")
    path.fill(str(tmp_path / "nothing here"))
    path.press("Enter")
    page.get_by_text("there is no such file or folder").wait_for()
    settled(page)
    assert path.is_visible()
    assert path.input_value().endswith("nothing here")
    page.get_by_role("button", name="Dismiss").click()
