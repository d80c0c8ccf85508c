"""Which element of a web page holds its main text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.parsers.web_chrome import is_hidden

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAIN = (
    "//main", "//*[@role='main']", "//*[@itemprop='articleBody']", "//article",
    "//*[@id='mw-content-text']", "//*[@id='content']", "//*[@id='main']",
    "//*[@id='main-content']",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' content ')]",
)  # fmt: skip
_MAIN_SHARE = 0.3  # of the page's text that marked elements must hold to be believed
_NEARLY_ALL = 0.8  # of the text of all elements that are marked alike
_BESIDE = frozenset(["aside", "nav", "footer"])


def body_of(tree: HtmlElement) -> HtmlElement:
    """The body of a page, or the page where there is none."""
    body = tree.find("body")
    return tree if body is None else body


def main_of(tree: HtmlElement) -> tuple[HtmlElement, bool]:
    """The element that holds the main text, and whether it is marked as being that and no more.

    Of several that are marked alike it is what holds them all, unless one has nearly all of their
    text. Where too little is marked, it is the body.
    """
    body = body_of(tree)
    whole = len(body.text_content()) or 1
    for path in _MAIN:
        found = _outermost([element for element in body.xpath(path) if not is_hidden(element)])
        sizes = [len(element.text_content()) for element in found]
        if sum(sizes) < _MAIN_SHARE * whole or not found:
            continue
        largest = max(sizes)
        if largest >= _NEARLY_ALL * sum(sizes):
            return found[sizes.index(largest)], True
        return _common(found), False
    return body, False


def _outermost(found: Sequence[HtmlElement]) -> list[HtmlElement]:
    """Those that stand neither in another nor beside the main text."""
    marked = set(found)
    return [
        element
        for element in found
        if not any(above in marked or above.tag in _BESIDE for above in element.iterancestors())
    ]


def _common(found: Sequence[HtmlElement]) -> HtmlElement:
    """The nearest element that holds all of two or more."""
    shared = list(found[0].iterancestors())
    for element in found[1:]:
        above = set(element.iterancestors())
        shared = [one for one in shared if one in above]
    return shared[0]
