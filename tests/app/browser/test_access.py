"""The app with the keyboard alone, read aloud, on screens of other sizes, copied and printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.app.browser.steps import (
    LSTM,
    TRAINED,
    ask,
    close_source,
    go_to_library,
    needs_chromium,
    ready,
    settled,
)

pytestmark = needs_chromium

UNKNOWN = "Who won the football world cup in 1998?"
_FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.getAttribute("aria-label") || at?.innerText?.trim() || at?.tagName || "";
}"""


def press(page: Any, name: str) -> None:
    """Presses a button with the keyboard, once no menu that opens takes the keyboard away."""
    button = page.get_by_role("button", name=name).first
    button.wait_for()
    settled(page)
    button.focus()
    page.keyboard.press("Enter")


def until_focused(page: Any, name: str) -> None:
    """Waits until what has the keyboard is called `name`."""
    page.wait_for_function(f"name => ({_FOCUSED})().includes(name)", arg=name)


def in_view(page: Any, place: Any) -> bool:
    """Whether a place lies between the header and the field for questions."""
    settled(page)
    page.wait_for_timeout(800)  # longer than the page moves by itself
    box = place.bounding_box()
    return bool(50 < box["y"] < page.viewport_size["height"] - 120)


def test_the_keyboard_goes_along_with_a_footnote_and_back(page: Any) -> None:
    ask(page, LSTM)
    press(page, "Footnote 1")
    until_focused(page, "Source")
    page.keyboard.press("Tab")
    until_focused(page, "Close source")
    page.keyboard.press("Enter")
    page.locator(".st-key-source").wait_for(state="detached")
    until_focused(page, "Footnote 1")


def test_who_types_keeps_the_keyboard_when_a_footnote_opens(page: Any) -> None:
    ask(page, LSTM)
    mark = page.get_by_role("button", name="Footnote 1").first
    page.locator(".st-key-question textarea").focus()
    mark.evaluate("mark => mark.click()")  # the page comes when somebody types already
    page.locator(".st-key-source").wait_for()
    page.wait_for_timeout(1500)  # longer than it takes to find the source
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_the_keyboard_goes_along_with_editing_menus_and_dialogs(page: Any) -> None:
    ask(page, LSTM)
    press(page, "Edit question")
    until_focused(page, "Question")
    press(page, "Cancel")
    until_focused(page, "Edit question")
    press(page, "All documents")
    page.wait_for_function("() => document.activeElement.closest('[data-testid=stPopoverBody]')")
    page.keyboard.press("Escape")
    until_focused(page, "All documents")
    press(page, "More")
    press(page, "Delete conversation")
    press(page, "Keep")
    until_focused(page, "More")


def test_an_earlier_answer_stays_in_view_when_its_source_opens_and_closes(
    page: Any, visit: Callable[..., Any]
) -> None:
    for question in (LSTM, TRAINED, UNKNOWN):
        ask(page, question)
    settled(page)
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -5000)
    page.wait_for_timeout(1000)
    mark = page.locator(".mark").first
    mark.click()
    page.locator(".st-key-source").wait_for()
    assert in_view(page, mark)
    link = page.url
    close_source(page)
    assert in_view(page, mark)
    other = visit(link)
    other.locator(".st-key-source").wait_for()
    other.wait_for_timeout(1500)
    assert in_view(other, other.locator(".mark").first)


def test_an_answer_is_said_once_when_it_comes(page: Any) -> None:
    page.evaluate(
        """() => {
          window.said = [];
          new MutationObserver(() => {
            const now = document.querySelector("body > [role=status]")?.textContent;
            if (now && now !== window.said.at(-1)) window.said.push(now);
          }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    ask(page, LSTM)
    page.wait_for_function("() => window.said.at(-1)?.includes('Hochreiter')")
    said = page.evaluate("window.said")
    assert len(said) > 1  # that it is at work was said before
    assert said[-1].startswith("Answer: ")
    assert "(footnote 1)" in said[-1]
    ask(page, UNKNOWN)
    page.wait_for_function("() => window.said.at(-1)?.startsWith('Not in your documents')")
    too_long = "How long was it trained? " * 100
    page.get_by_test_id("stChatInputTextArea").fill(too_long)
    page.keyboard.press("Enter")  # what is answered before a draft could be drawn is said, too
    page.wait_for_function("() => window.said.at(-1)?.startsWith('No answer: The question has')")
    page.get_by_role("button", name="Why this answer").first.click()  # all is drawn anew
    page.locator(".fn-why").wait_for()
    said = page.evaluate("window.said")
    for told in ("Hochreiter", "Not in your documents", "No answer"):
        assert sum(told in line for line in said) == 1, said


def test_a_copied_answer_keeps_its_footnotes_apart_from_its_words(page: Any) -> None:
    ask(page, LSTM)
    settled(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    box = page.locator(".answer .text").bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] - 6, steps=8)
    page.mouse.up()
    page.keyboard.press("Control+C")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip().endswith("LSTM. [1]")


def test_where_there_is_little_room_a_source_can_be_read_and_closed(
    visit: Callable[..., Any], address: str
) -> None:
    # A window of 1280 by 800 at a zoom of 200 %.
    page = visit(f"{address}/?collection=samples", viewport={"width": 640, "height": 400})
    ask(page, TRAINED).locator(".mark").first.click()
    page.locator(".st-key-source .box").first.wait_for()
    settled(page)
    page.get_by_role("button", name="Close source").click()
    page.locator(".st-key-source").wait_for(state="detached")


def test_on_a_phone_no_menu_covers_what_a_dialog_asks(
    visit: Callable[..., Any], address: str
) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    page = visit(f"{address}/?collection=samples", **phone)
    ask(page, LSTM)
    settled(page)
    page.get_by_role("button", name="More").tap()
    page.get_by_role("button", name="Delete conversation").tap()
    page.get_by_role("button", name="Keep").tap()
    page.get_by_role("dialog").wait_for(state="detached")


def test_on_a_wide_screen_questions_are_typed_below_the_conversation(
    visit: Callable[..., Any], address: str
) -> None:
    page = visit(f"{address}/?collection=samples", viewport={"width": 2560, "height": 1300})
    ready(page)
    settled(page)
    field = page.get_by_test_id("stChatInput").bounding_box()
    talk = page.locator(".st-key-conversation").bounding_box()
    assert field["width"] < talk["width"] + 100
    middle = field["x"] + field["width"] / 2
    assert abs(middle - talk["x"] - talk["width"] / 2) < 40


def test_paper_holds_questions_and_answers_alone(page: Any) -> None:
    answer = ask(page, LSTM)
    page.emulate_media(media="print")
    assert answer.is_visible()
    assert page.locator(".fn-question").is_visible()
    for gone in ("stSidebar", "stChatInput", "stFeedback"):
        assert not page.get_by_test_id(gone).first.is_visible(), gone
    assert not page.get_by_role("button", name="Ask again").is_visible()


def test_what_is_typed_for_adding_stays_when_a_passage_is_looked_at(page: Any) -> None:
    go_to_library(page)
    page.get_by_role("tab", name="Path on this machine").click()
    path = page.get_by_label("File, folder or pattern")
    path.fill("~/papers")
    page.get_by_label("Search documents").fill("attention heads")
    page.keyboard.press("Enter")
    page.locator(".answer .source").first.click()
    page.locator(".st-key-source").wait_for()
    settled(page)
    assert path.is_visible()
    assert path.input_value() == "~/papers"
