"""Characters that a reader can't see, and the encodings of text files."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path

from rag.errors import DocumentError

# Each kind of invisible character, as the inside of a character class. They carry nothing that a
# reader sees, but hide instructions and break searches.
_KINDS = {
    "control": r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f",
    "bidirectional control": r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069",
    "zero-width": r"\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f"
    r"\u3164\ufeff\uffa0\ufff9-\ufffb",
    "tag": r"\U000e0000-\U000e007f",
    "unassigned": r"\ufdd0-\ufdef\ufffe\uffff",
    "soft hyphen": r"\xad",
}
_QUIET = frozenset({"soft hyphen", "control"})  # common and harmless
# Joiners mean something after Arabic, Indic and emoji characters only; one variation selector
# picks a glyph, several in a row are a hiding place.
_JOINER = r"(?<![\u0590-\u0fff\u1000-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])"
_JOINER += r"[\u200c\u200d]+"
_SELECTORS = r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}"
_INVISIBLE = re.compile(f"[{''.join(_KINDS.values())}]|{_JOINER}|{_SELECTORS}")
_KIND_OF = {kind: re.compile(f"[{inside}]") for kind, inside in _KINDS.items()}
# Lines with something on them, up to a blank one.
PARAGRAPH = re.compile(r"^[^\S\n]*+\S[^\n]*+(?:\n[^\S\n]*+\S[^\n]*+)*+", re.MULTILINE)
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x85\u2028\u2029]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# As in browsers: programs write the larger character set and declare the smaller.
_LARGER = {
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932",
}  # fmt: skip
_MARGIN = 0.05  # guesses whose figures differ by less are equally good
_LIKELY = ("cp1252", "cp1251")  # what goes before other equally good guesses
_WIDE = 4096  # bytes that tell whether it is UTF-16 without a mark
_ZEROS = 0.6  # share of the bytes at even or at odd places
_SAMPLE = 64 * 1024  # bytes that are looked at to guess an encoding


class Cleaner:
    """Cleans the pieces of one document and remembers what it took out."""

    def __init__(self) -> None:
        self._removed: Counter[str] = Counter()

    def clean(self, text: str) -> str:
        """`text` without invisible characters, with '\\n' for every kind of line end."""
        if text.isascii() and text.isprintable():
            return text
        text = _LINE_ENDS.sub("\n", text).replace("\x0c", "\n\n")
        return _INVISIBLE.sub(self._note, _SURROGATES.sub("\ufffd", text))

    def _note(self, match: re.Match[str]) -> str:
        found = match[0]
        kinds = (kind for kind, pattern in _KIND_OF.items() if pattern.match(found))
        self._removed[next(kinds, "zero-width")] += len(found)
        return ""

    def warnings(self) -> tuple[str, ...]:
        """What was taken out that may have been meant to deceive."""
        found = [f"{n} {kind}" for kind, n in self._removed.most_common() if kind not in _QUIET]
        return (f"invisible characters left out: {', '.join(found)}",) if found else ()


def require_text(path: Path, text: str, remedy: str) -> None:
    """Raises DocumentError with `remedy` when nothing but white space was read from a file."""
    if not text.strip():
        raise DocumentError(f"{path.name}: no text was found. {remedy}")


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text of `data` and warnings about its encoding.

    A byte order mark decides, then UTF-8, then charset-normalizer's guess from a sample.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    if wide := _without_mark(data[:_WIDE]):
        return _decoded(data, wide)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        first_bad = error.start
    lenient = data.decode("utf-8", "replace")
    bad = lenient.count("\ufffd")
    if bad * 4 <= sum(not character.isascii() for character in lenient[: 8 * _SAMPLE]) - bad:
        return lenient, (f"{bad} bytes are not UTF-8 and were replaced",)
    return _decoded(data, _guess(data, first_bad))


def decode_as(data: bytes, charset: str) -> str | None:
    """The text in a charset that a file declares; None where it can't be."""
    try:
        declared = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return None
    if declared.startswith(("utf-16", "utf-32")) and 0 not in data:
        return None  # there are zeros between Latin letters
    for name in (_LARGER.get(declared, declared), declared):
        with suppress(LookupError, UnicodeError):
            return data.decode(name)
    return None


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 whose byte order mark is missing: every other byte of its Latin letters is zero."""
    even, odd = sample[0::2], sample[1::2]
    zeros = (even.count(0) / max(len(even), 1), odd.count(0) / max(len(odd), 1))
    if max(zeros) < _ZEROS or min(zeros) > 1 - _ZEROS:
        return None
    encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    text = sample[: len(sample) & ~1].decode(encoding, "replace")
    readable = sum(c.isprintable() or c in "\t\r\n\f" for c in text)
    return encoding if readable >= 0.98 * len(text) else None


def _decoded(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = data.decode(encoding, "replace")
    bad = text.count("\ufffd")
    return text, (f"{bad} bytes are not {encoding} and were replaced",) if bad else ()


def _guess(data: bytes, first_bad: int) -> str:
    from charset_normalizer import from_bytes

    start = max(0, first_bad - _SAMPLE // 2)
    found = list(from_bytes(data[start : start + _SAMPLE]))
    if not found:
        return "cp1252"
    near = [match for match in found if match.chaos <= found[0].chaos + _MARGIN]
    coherence = max(match.coherence for match in near)
    near = [match for match in near if match.coherence >= coherence - _MARGIN]
    names = {name for match in near for name in match.could_be_from_charset}
    return next((name for name in _LIKELY if name in names), near[0].encoding)


def title_of(path: Path) -> str:
    """The name of a file without its ending, fit for a model: no half characters."""
    return path.stem.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
