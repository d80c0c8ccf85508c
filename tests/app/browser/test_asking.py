"""Asking, as a person meets it: answers, footnotes, refusals, stopping, links, follow-ups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.app.browser.slow_model import slow_model
from tests.app.browser.steps import (
    LSTM,
    TRAINED,
    ask,
    begin,
    boxes,
    close_source,
    needs_chromium,
    ready,
    served,
    settled,
)

pytestmark = needs_chromium
_WIDTH_OF_PICTURE = "image => image.decode().then(() => image.naturalWidth)"  # it has to be loaded


def test_a_link_and_a_reload_lead_to_the_answer_and_its_footnote(page: Any, other: Any) -> None:
    answer = ask(page, TRAINED)
    assert "3.5 days" in answer.inner_text()
    assert "found" in answer.get_attribute("class")
    answer.locator(".mark").first.click()
    boxes(page)
    url = page.url
    assert "citation=1.1" in url
    page.reload()
    other.goto(url)
    for opened in (page, other):
        panel = opened.locator(".st-key-source")
        assert boxes(opened)
        assert "The transformer" in panel.inner_text()
        assert "page 2 of 3" in panel.inner_text()
        assert panel.locator(".sheet img").evaluate(_WIDTH_OF_PICTURE) == 1100
        assert "3.5 days" in opened.locator(".answer").first.inner_text()
        assert opened.url == url
    close_source(page)
    assert other.locator(".st-key-source").count() == 1


def test_a_text_source_is_a_passage_with_the_quote_marked(page: Any) -> None:
    answer = ask(page, LSTM)
    answer.locator(".mark").first.click()
    marked = page.locator(".st-key-source mark")
    marked.wait_for()
    assert "Hochreiter" in answer.inner_text()
    quote = answer.locator(".source .quote").first.inner_text()
    assert marked.inner_text().split()[:3] == quote.split()[:3]
    reference = page.locator(".st-key-source-foot code").inner_text()
    assert reference.startswith("“" + " ".join(quote.split()[:3]))
    assert "01-attention.md" in reference


def test_what_is_not_in_the_documents_looks_different(page: Any) -> None:
    answer = ask(page, "Who won the football world cup in 1998?")
    assert "refused" in answer.get_attribute("class")
    assert "Not in your documents" in answer.inner_text()
    answer.locator(".source").first.click()
    page.locator(".st-key-source").get_by_text("Source 1 of 3").wait_for()
    page.get_by_role("button", name="Next source").click()
    page.get_by_text("Source 2 of 3").wait_for()
    page.get_by_role("button", name="Previous source").click()
    page.get_by_text("Source 1 of 3").wait_for()


def test_who_waits_sees_the_place_and_who_stops_lets_the_next_in(
    index_root: Path, visit: Any
) -> None:
    with (
        slow_model() as model,
        served(
            index_root, FOOTNOTE_SERVER=model, FOOTNOTE_GENERATOR="slow", FOOTNOTE_MODE="write",
            FOOTNOTE_MAX_TOKENS="20000",
        ) as url,
    ):  # fmt: skip
        page, other = (visit(f"{url}/?collection=samples") for _ in range(2))
        ready(page)
        ready(other)
        draft = begin(page, "Explain how attention works and why it was needed in translation.")
        page.locator(".answer.draft .text").wait_for()
        waiting = begin(other, TRAINED)
        place = "In the queue, after 1 question…"
        other.locator("p.status", has_text=place).wait_for()
        other.locator("[role=status]", has_text=place).wait_for(state="attached")  # and read aloud
        page.locator("[class*=st-key-stop-]").get_by_role("button", name="Stop").click()
        draft.locator(".foot").wait_for()  # what there was is checked, and replaced where it is bad
        assert "draft" not in draft.get_attribute("class")
        waiting.locator(".foot").wait_for()
        assert "3.5 days" in waiting.inner_text()
        page.get_by_role("button", name="Ask again").wait_for()


def test_two_people_do_not_get_in_each_others_way(page: Any, other: Any) -> None:
    theirs = begin(other, LSTM)
    mine = ask(page, TRAINED)
    theirs.locator(".foot").wait_for()
    assert "Hochreiter" in theirs.inner_text()
    assert "3.5 days" in mine.inner_text()
    assert page.locator(".answer").count() == other.locator(".answer").count() == 1


def test_what_is_asked_in_one_tab_is_shown_in_another(page: Any, other: Any) -> None:
    ask(page, TRAINED)
    other.goto(page.url)
    other.locator(".answer .foot").wait_for()
    other.get_by_test_id("stChatInputTextArea").fill("Half a quest")
    ask(page, LSTM)
    other.locator(".answer .foot").nth(1).wait_for()
    assert "Hochreiter" in other.locator(".answer").nth(1).inner_text()
    assert other.get_by_test_id("stChatInputTextArea").input_value() == "Half a quest"


def test_a_follow_up_question_is_understood_and_can_be_corrected(page: Any) -> None:
    ask(page, "How long was the big transformer model trained?")
    answer = ask(page, "And on what hardware?")
    told = "How long was the big transformer model trained, and on what hardware?"
    assert f"Understood as: {told}" in answer.inner_text()
    assert "P100" in answer.inner_text()
    page.get_by_role("button", name="Not what I meant").click()
    box = page.get_by_role("textbox", name="What was meant")
    assert box.input_value() == told
    box.fill(LSTM)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Ask").click()
    page.locator(".answer", has_text="Hochreiter").locator(".foot").wait_for()
    assert page.locator(".answer .understood").count() == 0
    page.get_by_role("button", name="Why this answer").first.click()
    page.locator(".fn-why tbody tr").nth(3).wait_for()


def test_a_misspelt_word_is_put_right_and_can_be_kept(page: Any) -> None:
    typed = "How long was the big tranformer model trained?"
    answer = ask(page, typed)
    assert f"Understood as: {typed.replace('tranf', 'transf')}" in answer.inner_text()
    assert "3.5 days" in answer.inner_text()
    page.get_by_role("button", name="Not what I meant").click()
    page.get_by_role("textbox", name="What was meant").fill(typed)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Ask").click()
    page.locator(".answer .understood").wait_for(state="detached")
    page.locator(".answer .foot").wait_for()
    assert page.locator(".answer .understood").count() == 0


def test_too_long_a_question_is_kept_and_told_of(page: Any) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.click()
    page.keyboard.insert_text("How long was it trained? " * 100)
    page.keyboard.press("Enter")
    page.locator(".answer", has_text="ask it in at most 2,000").wait_for()
    page.get_by_role("button", name="Edit question").click()
    edited = page.get_by_role("textbox", name="Question", exact=True)
    edited.wait_for()
    settled(page)
    assert edited.bounding_box()["width"] > 400
    edited.fill(LSTM)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Ask").click()
    page.locator(".answer", has_text="Hochreiter").locator(".foot").wait_for()


def test_the_keyboard_alone_asks_opens_and_closes(page: Any) -> None:
    def tab_to(name: str) -> None:
        """Presses Tab until what is focused has the name; in shadow roots, too."""
        passed = []
        for _ in range(60):
            page.keyboard.press("Tab")
            passed.append(page.evaluate(_FOCUSED))
            if name in passed[-1]:
                return
        raise AssertionError(f"{name} can't be reached, but {passed}")

    tab_to("Ask “samples”")
    page.keyboard.type(TRAINED)
    page.keyboard.press("Enter")
    page.locator(".answer .foot").wait_for()
    settled(page)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    tab_to("Footnote 1")
    page.keyboard.press("Enter")
    page.locator(".st-key-source .box").first.wait_for()
    settled(page)
    tab_to("Close source")
    page.keyboard.press("Enter")
    page.locator(".st-key-source").wait_for(state="detached")


_FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.getAttribute("aria-label") || at?.placeholder || at?.innerText?.trim() || "";
}"""


def test_a_phone_has_room_for_the_answer_and_its_source(visit: Any, address: str) -> None:
    page = visit(f"{address}/?collection=samples", viewport={"width": 390, "height": 844})
    ask(page, TRAINED).locator(".mark").first.click()
    panel = page.locator(".st-key-source")
    panel.locator(".box").first.wait_for()
    settled(page)
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 391
    assert box["y"] + box["height"] <= 845
    assert page.evaluate("document.documentElement.scrollWidth") <= 391
