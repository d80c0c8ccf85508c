r"""RTF, by one pass over its control words.

striprtf, the usual library, loses footnotes, headings, titles and hidden marks, and searches links
with a pattern that takes quadratic time on hostile files.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.parsers.build import Builder
from ingest.parsers.clean import require_text
from ingest.parsers.raised import raised
from rag.errors import DocumentError
from rag.types import Parsed

_LARGEST = 256 * 1024 * 1024  # bytes; most of a large one are pictures
_DEEPEST = 1_000  # groups in groups
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.DOTALL,
)
# Groups that hold no text of the body. Those that begin with \* are skipped unless known.
_SKIPPED = frozenset(
    """fonttbl colortbl stylesheet listtable listoverridetable rsidtbl generator pict object
    themedata colorschememapping latentstyles datastore header headerl headerr headerf footer
    footerl footerr footerf xmlnstbl fldinst filetbl revtbl mmathPr nonshppict bkmkstart bkmkend
    annotation atnid atnauthor atntime atnref atndate tc xe sp wgrffmtfilter
    userprops shprslt do template background""".split()
)
_KEPT_STARRED = frozenset(["shpinst", "shptxt", "footnote", "fldrslt", "cs", "nesttableprops"])
_SIGNS = {
    "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "tab": "\t", "line": "\n",
    "lbr": "\n",
}  # fmt: skip
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437",
}  # fmt: skip
_NUMBERED = re.compile(r"\d|\w[.)]")  # signs are letters of another font
_INFO = {"title": "title", "author": "author", "subject": "subject", "keywords": "keywords"}


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group."""

    skip: bool = False
    hidden: bool = False
    raised: bool = False
    label: bool = False  # the number or the sign before an item
    font: int = 0
    level: int = 0  # of a heading
    after_unicode: int = 1  # bytes that stand for a character given as \u
    info: str = ""  # the field of the document's information
    note: bool = False


def parse(path: Path, *, password: str | None = None) -> Parsed:
    r"""The text of an RTF file. `password` is not used.

    Raises:
        DocumentError: it is larger than 256 MiB or holds no text.
    """
    if path.stat().st_size > _LARGEST:
        raise DocumentError(f"{path.name}: larger than {_LARGEST >> 20} MiB. Save it as DOCX.")
    reader = _Reader()
    reader.read(path.read_bytes())
    parsed = reader.builder.parsed(reader.info.get("title"), reader.info)
    require_text(path, parsed.text, "If it holds pictures only, save it as PDF and add that.")
    return parsed


class _Reader:
    def __init__(self) -> None:
        self.builder = Builder()
        self.info: dict[str, str] = {}
        self._state = _State()
        self._stack: list[_State] = []
        self._starred = False
        self._bytes = bytearray()  # of characters that wait for their encoding
        self._line: list[str] = []
        self._hidden: list[str] = []
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._notes: list[str] = []
        self._in_table = False
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._in_fonts = 0  # depth of the font table, 0 outside
        self._to_skip = 0
        self._level = 0

    def read(self, data: bytes) -> None:
        position = 0
        while match := _TOKEN.match(data, position):
            position = match.end()
            word, number, code, sign, brace, plain = match.groups()
            if word == b"bin":  # raw bytes follow
                position += max(int(number or 0), 0)
            elif word is not None:
                self._word(word.decode("ascii"), int(number) if number else None)
            elif code is not None:
                self._add_bytes(bytes([int(code, 16)]))
            elif sign is not None:
                self._sign(sign)
            elif brace == b"{":
                self._open()
            elif brace == b"}":
                self._close()
            elif plain is not None:
                self._add_bytes(plain)
        self._end_paragraph()
        self._end_table()

    def _open(self) -> None:
        self._flush()
        if len(self._stack) >= _DEEPEST:
            raise RecursionError("groups are nested too deeply")
        self._stack.append(self._state)
        self._starred = False

    def _close(self) -> None:
        self._flush()
        if self._stack:
            was, self._state = self._state, self._stack.pop()
            if was.note and not self._state.note:
                self._notes.append("")
        if len(self._stack) < self._in_fonts:
            self._in_fonts = 0
        self._starred = False

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._starred = True
        elif sign in (b"\n", b"\r"):
            self._end_paragraph()
        else:
            shown = {b"~": " ", b"_": "-", b"-": ""}.get(sign, sign.decode("latin-1"))
            self._add(shown if sign in b"~_-\\{}" else "")

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word == "fonttbl":
            self._in_fonts = len(self._stack)
        if word in _SKIPPED or (starred and word not in _KEPT_STARRED):
            self._state = replace(self._state, skip=True)
        if self._in_fonts and word in ("f", "fcharset"):
            self._font(word, number or 0)
        elif word == "u" and number is not None:
            self._add(chr(number % 65536))
            self._to_skip = self._state.after_unicode
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif word in _INFO:
            self._state = replace(self._state, info=_INFO[word], skip=False)
        elif word in ("listtext", "pntext"):
            self._state = replace(self._state, label=True)
        elif word == "footnote":
            self._flush()
            self._state = replace(self._state, note=True, skip=False)
        else:
            self._format(word, number)

    def _format(self, word: str, number: int | None) -> None:
        if self._state.skip or (self._state.label and word not in ("f", "plain", "uc")):
            return
        if word == "deleted":
            self._state = replace(self._state, skip=number != 0)
        elif word in ("par", "sect", "page") and not self._state.note:
            self._end_paragraph()
        elif word == "pard":
            self._in_table, self._level = False, 0
        elif word == "intbl":
            self._in_table = True
        elif word in ("cell", "nestcell"):
            self._flush()
            self._cells.append("".join(self._line).strip())
            self._line.clear()
        elif word in ("row", "nestrow"):
            self._rows.append(self._cells)
            self._cells = []
        elif word == "outlinelevel" and number is not None and 0 <= number < 6:
            self._level = number + 1
        elif word in ("v", "super", "sub", "nosupersub", "plain", "f", "uc", "ansicpg"):
            self._flush()
            self._set(word, number)

    def _set(self, word: str, number: int | None) -> None:
        state = self._state
        if word == "v":
            self._state = replace(state, hidden=number != 0)
        elif word in ("super", "sub", "nosupersub"):
            self._state = replace(state, raised=word == "super" and number != 0)
        elif word == "plain":
            self._state = replace(state, hidden=False, raised=False)
        elif word == "f":
            self._state = replace(state, font=number or 0)
        elif word == "uc":
            self._state = replace(state, after_unicode=min(max(number or 0, 0), 8))
        elif number:
            self._encoding = _known(f"cp{number}") or "cp1252"

    def _font(self, word: str, number: int) -> None:
        if word == "f":
            self._state = replace(self._state, font=number)
        elif number in _CHARSETS:
            self._fonts[self._state.font] = _CHARSETS[number]

    def _add_bytes(self, data: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        if not self._state.skip and data:
            self._bytes += data

    def _add(self, text: str) -> None:
        self._flush()
        if not self._state.skip:
            self._put(text)

    def _flush(self) -> None:
        if self._bytes:
            encoding = self._fonts.get(self._state.font, self._encoding)
            data, self._bytes = bytes(self._bytes), bytearray()
            self._put(data.decode(encoding, "replace"))

    def _put(self, text: str) -> None:
        if self._state.raised:
            text = raised(text)
        if self._state.label:
            text = f"{text.strip()} " if _NUMBERED.search(text) else ""
        if self._state.info:
            self.info[self._state.info] = self.info.get(self._state.info, "") + text
        elif self._state.note:
            self._notes = self._notes or [""]
            self._notes[-1] += text
        elif self._state.hidden:
            self._hidden.append(text)
        else:
            self._line.append(text)

    def _end_paragraph(self) -> None:
        self._flush()
        # A character outside the first plane comes as two halves.
        text = "".join(self._line).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if self._in_table and not self._state.skip:
            self._line.append(" ")
            return
        self._line.clear()
        self._end_table()
        self.builder.add("heading" if self._level else "paragraph", text, self._level)
        for note in filter(str.strip, self._notes):
            self.builder.add("paragraph", note)
        self.builder.hide("".join(self._hidden))
        self._notes, self._hidden = [], []

    def _end_table(self) -> None:
        if self._rows:
            from ingest.parsers.grid import Grid

            Grid(self.builder).table(self._rows)
            self._rows = []


def _known(encoding: str) -> str | None:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return None
