"""What of a web page is decoration: navigation, menus, banners, forms, what nobody sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NO_TEXT = frozenset({
    "script", "style", "noscript", "template", "svg", "nav", "button", "select", "option",
    "input", "textarea", "iframe", "object", "embed", "canvas", "audio", "video", "map", "head",
    "link", "meta",
})  # fmt: skip
_DROPPED = frozenset(["dialog", "menu"])
_DROPPED_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "search", "complementary", "menu", "dialog"]
)
_WHILE_SMALL = frozenset(["form", "aside"])
_SMALL = 0.5  # of the text; a form or aside that holds more is wrapped around the page
_OF_THE_PAGE = frozenset(["header", "footer"])  # unless they belong to a part of it
_PARTS = frozenset(["article", "section", "main"])
_TEXTS = frozenset(["article", "main"])
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHROME_SHARE = 0.3  # of the text; an element that holds more is no decoration, whatever its name
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Names that site software gives, also to single words of a line.
_TECHNICAL = frozenset(["editsection", "headerlink", "noprint", "catlinks", "navbox", "jump"])
_CHROME = frozenset(
    """nav navbar navigation sidebar breadcrumb breadcrumbs footer cookie pagination pager
    subscribe newsletter sphinxsidebar""".split()
)
# These may be what a text is about, too: related work, social impact, share capital.
_DOUBTFUL = frozenset("menu banner toc share social related skip advert ads promo".split())
# What such names are put together with.
_JOINED = frozenset(
    """site main page global top bottom left right primary secondary header head body link links
    list item items icon icons button buttons btn bar bars box block area section container wrapper
    wrap inner outer content widget widgets module panel posts post articles article stories news
    media sharing to the mobile desktop sticky fixed mw wp ui js sm md lg xs col row consent notice
    dropdown toggle overlay popup modal side form text title vector law info signup trail previous
    prev next this follow brand collapse default bottom copyright off canvas sub type current logo
    inline floating slide""".split()
)
_INLINE = frozenset(
    """a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span
    strong sub sup time u var""".split()
)
_LEAVES = frozenset(["td", "th", "tr", "li", "p", "dt", "dd", "caption", "figcaption"])
_LABEL = 30  # characters; links of a menu are shorter
_FILES = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|csv|txt|epub|zip|gz|tgz|tar|exe|msi|dmg|deb|rpm)"
    r"(?:[?#]|\Z)",
    re.IGNORECASE,
)


def is_hidden(element: HtmlElement) -> bool:
    """Whether a browser would not show the element."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN_STYLE.search(element.get("style") or "") is not None
    )


@dataclass(frozen=True, slots=True)
class Chrome:
    """Tells what is left out of an element with `size` characters.

    `inside_main` says that the element is known to be the main text. With `everything` only
    navigation and what is no text or is hidden are left out.
    """

    size: int
    inside_main: bool
    everything: bool = False

    def has(self, element: HtmlElement) -> bool:
        """Whether an element is left out."""
        tag = element.tag
        if tag in _NO_TEXT or is_hidden(element):
            return True
        if self.everything:
            return False
        if tag in _DROPPED or element.get("role") in _DROPPED_ROLES:
            return True
        if tag in _WHILE_SMALL:
            return len(element.text_content()) < _SMALL * self.size
        if tag in _OF_THE_PAGE and not self.inside_main and not _is_within(element, _PARTS):
            return True
        return _is_named_so(element) and len(element.text_content()) < _CHROME_SHARE * self.size

    def is_menu(self, element: HtmlElement) -> bool:
        """A list of which nearly every word is a link, as in navigation that is not marked so.

        Lists of files, of titles, and below a heading or a colon are no menus.
        """
        if self.everything or self.inside_main or _is_within(element, _TEXTS):
            return False
        items = sum(1 for _ in element.iter("li"))
        links = [link for link in element.iter("a") if link.text_content().strip()]
        if items < 3 or _share_of_links(element) <= 0.8:
            return False
        files = sum(_FILES.search(link.get("href") or "") is not None for link in links)
        labels = sum(len(" ".join(link.text_content().split())) for link in links)
        return not (2 * files > len(links) or labels >= _LABEL * len(links) or _is_led_to(element))


def _is_named_so(element: HtmlElement) -> bool:
    """Does its id or a class say that an element is decoration, and does nothing speak against?"""
    tag = element.tag
    if tag in _HEADINGS:
        return False
    words = _words(f"{element.get('class') or ''} {element.get('id') or ''}")
    if not words or words & _TECHNICAL:
        return bool(words)
    if tag in _INLINE:
        return tag == "a" and "skip" in words and (element.get("href") or "").startswith("#")
    if words & _CHROME and tag not in _PARTS:
        return True
    if _share_of_links(element) > 0.5:
        return True
    return tag not in _LEAVES and not any(True for _ in element.iter(*_HEADINGS))


def _words(names: str) -> set[str]:
    """The words for decoration among names that are made of nothing but such words."""
    found: set[str] = set()
    for name in names.lower().split():
        parts = {part for part in re.split(r"[-_]+", name) if part and not part.isdigit()}
        known = parts & (_TECHNICAL | _CHROME | _DOUBTFUL)
        if parts == known | (parts & _JOINED):
            found |= known or ({"sidebar"} if parts == {"side", "bar"} else set())
    return found


def _share_of_links(element: HtmlElement) -> float:
    links = sum(len(link.text_content().strip()) for link in element.iter("a"))
    return links / max(1, len(" ".join(element.text_content().split())))


def _is_within(element: HtmlElement, tags: frozenset[str]) -> bool:
    return any(above.tag in tags for above in element.iterancestors())


def _is_led_to(element: HtmlElement) -> bool:
    """Is right above a list what names or announces it?"""
    above = element.getprevious()
    if above is None or (above.tail or "").strip():
        said = above.tail if above is not None else element.getparent().text
        return (said or "").rstrip().endswith(":")
    if above.tag in ("h1", "h2", "h3"):
        return True
    return above.tag == "p" and str(above.text_content()).rstrip().endswith(":")
