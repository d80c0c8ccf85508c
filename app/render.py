"""From text of documents and models to text that a page can show and that can do nothing.

Nothing from a document, a file name or a model reaches the browser except through here, or as
plain text in the data of our own components, which set `textContent` and never HTML.
"""

from __future__ import annotations

import html as _html
import re
from collections.abc import Sequence
from pathlib import Path

from rag.types import Answer, Citation, Evidence, Hit

# Characters that turn the direction of everything after them, and control characters. Marks such
# as U+200E and joiners are left: scripts need them, and they reach no further than their neighbour.
_TRICKY = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufff9-\ufffb]")
# Lone surrogates can't be encoded and would break the connection to the browser.
_LONE = re.compile("[\ud800-\udfff]")
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@=^\"'/])")
_MARK = re.compile(r"\[(\d{1,3})\]")
_JOINER = "\u2060"  # no width, no break: keeps a renderer from seeing an address


def visible(text: str) -> str:
    """`text` with characters that could deceive replaced one for one, so that offsets stay."""
    return _LONE.sub("\ufffd", _TRICKY.sub("\ufffd", text))


def html(text: str) -> str:
    """`text` for a place between tags or in a quoted attribute."""
    return _html.escape(visible(text), quote=True)


def md(text: str) -> str:
    """`text` on one line for a label that Streamlit reads as Markdown, with nothing in it to read.

    Addresses are recognised even where their characters are escaped; a joiner after the dot, the
    colon and the at sign prevents it.
    """
    line = " ".join(visible(text).split())
    return re.sub(r"\\[.:@]", lambda m: m.group() + _JOINER, _MARKUP.sub(r"\\\1", line))


def clipped(text: str, length: int) -> str:
    """`text` on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    head = cut.rsplit(" ", 1)[0]
    return (head if len(head) > length // 2 else cut).rstrip(" ,;:.") + "…"


def parts_of(answer: Answer, short: str | None = None) -> list[dict[str, object]]:
    """The parts of an answer with its marks, and `short` in it."""
    return parts(answer.text, [c.n for c in answer.citations], short, answer.marks)


def parts(
    text: str,
    cited: Sequence[int],
    short: str | None = None,
    marks: Sequence[tuple[int, int]] = (),
) -> list[dict[str, object]]:
    """A text in pieces: `{"text"}`, `{"strong"}` for the bare answer, `{"n"}` for a mark.

    Only `marks`, by their places, of citations that exist become marks; other brackets stay text.
    An answer that an earlier version kept knows no places: there, all that look like marks are.
    """
    pieces: list[dict[str, object]] = []
    at = 0
    for mark in _MARK.finditer(text):
        if int(mark.group(1)) not in cited or (marks and mark.span() not in marks):
            continue
        pieces += _stressed(text[at : mark.start()].rstrip(" "), short)
        pieces.append({"n": int(mark.group(1))})
        at = mark.end()
        if any("strong" in piece for piece in pieces):
            short = None
    return pieces + _stressed(text[at:], short)


def _stressed(text: str, short: str | None) -> list[dict[str, object]]:
    text = visible(text)
    short = visible(short or "")
    if not short or short not in text or len(short) > 120:
        return [{"text": text}] if text else []
    before, after = text.split(short, 1)
    found: list[dict[str, object]] = [{"text": before}, {"strong": short}, {"text": after}]
    return [piece for piece in found if piece.get("text") != ""]


def places(answer: Answer) -> tuple[Citation | Evidence, ...]:
    """What the numbers of an answer lead to: its citations, or what came nearest."""
    return answer.citations if answer.found else answer.evidence


def where(place: Citation | Evidence | Hit) -> str:
    """Document and page in a few words."""
    title = place.title.strip() or Path(place.path).name
    return f"{title}, page {place.page}" if place.page else title


def reference(place: Citation | Evidence) -> str:
    """The quote with its source, to be pasted elsewhere."""
    quote = " ".join(visible(place.quote).split())
    name = Path(place.path).name
    title = place.title.strip()
    source = title if title in ("", name) else f"{title} ({name})"
    page = f", p. {place.page}" if place.page else ""
    return f"“{quote}” — {visible(source or name)}{page}"


def certainty(confidence: float) -> str:
    """Confidence in words and number."""
    for bound, words in ((0.9, "very likely"), (0.75, "likely"), (0.5, "probably")):
        if confidence >= bound:
            return f"{words} right ({confidence:.0%})"
    return f"unsure ({confidence:.0%})"


def size(number: float) -> str:
    """Bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return (
                f"{number:.0f} {unit}"
                if unit == "bytes" or number >= 10
                else f"{number:.1f} {unit}"
            )
        number /= 1000
    return f"{number:.1f} GB"


def duration(seconds: float) -> str:
    """A time left, as roughly as it is known."""
    if seconds < 1.5:
        return "a second"
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"
