"""What programs for notes (Obsidian, Logseq) add to Markdown, put as their readers see it."""

from __future__ import annotations

import re
from collections.abc import Callable

_CODE = re.compile(
    r"^([ \t]*)(`{3,}|~{3,})[^\n]*\n.*?^\1?[ \t]*\2[`~]*[ \t]*$"
    r"|(?<!`)(`{1,2})(?!`)[^\n]+?(?<!`)\3(?!`)",
    re.MULTILINE | re.DOTALL,
)
_INDENT = r"^([ \t]*(?:[-*+>][ \t]+)*)"
_TARGET = r"[^\[\]|#^\n]{1,200}"
_LINK = r"(?<![\w\])])!?\[\["


def _callout(match: re.Match[str]) -> str:
    """The title of a callout as a paragraph of its own; its kind where it has none."""
    return f"{match[1]}{match[3] or match[2].capitalize()}\n{match[1].rstrip()}"


# (pattern, what stays of it), in this order
_MARKS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"^((?:[ \t]*>)+[ \t]*)\[!([\w-]+)[^\]\n]*\][+-]?[ \t]*(.*)$", re.M), _callout),
    # ![[roof.jpg|300]]: the width of a picture is not its name
    (re.compile(rf"{_LINK}({_TARGET})\\?\|\d+(?:x\d+)?\]\]"), r"\1"),
    (re.compile(rf"{_LINK}[^\[\]|\n]{{1,200}}?\\?\|([^\[\]\n]{{1,200}})\]\]"), r"\1"),
    (re.compile(rf"{_LINK}(?!\s)({_TARGET})(?:#?\^[\w-]+)?\]\]"), r"\1"),
    (re.compile(rf"{_LINK}({_TARGET})#({_TARGET})(?:#[^\[\]|\n]*)?\]\]"), r"\1 > \2"),
    (re.compile(rf"{_LINK}#({_TARGET})\]\]"), r"\1"),
    (re.compile(r"^[ \t]*:LOGBOOK:[ \t]*\n(?:.*\n){0,50}?[ \t]*:END:[ \t]*$", re.M), ""),
    (re.compile(rf"{_INDENT}(?:id|collapsed|ls-type|hl-\w+)::[ \t].*$", re.M), r"\1"),
    # "rating:: 4", two blanks behind: each is a line of its own
    (re.compile(rf"{_INDENT}([^\W\d_](?:[\w /-]{{0,40}}\w)?)::[ \t]+(\S.*)$", re.M), r"\1\2: \3  "),
    (re.compile(r"\{\{(?:embed|query|renderer)\b[^{}\n]*\}\}|\(\([\da-f]{8}-[\da-f-]{27}\)\)"), ""),
    (re.compile(r"(?<![=\w])==(?=[^\s=])([^\n=]{1,300})(?<=\S)==(?![=\w])"), r"\1"),
    (re.compile(r"(?<=\S)[ \t]\^(?=[a-zA-Z-]*[\da-zA-Z])[\w-]{4,}[ \t]*$", re.M), ""),
)  # fmt: skip


def without_note_marks(source: str) -> str:
    """The source of a note without the marks of its program, except in code: labels of [[links]],
    titles of callouts, what is highlighted, properties as "name: value"."""
    parts = []
    position = 0
    for code in [*_CODE.finditer(source), None]:
        piece = source[position : code.start() if code else len(source)]
        for pattern, kept in _MARKS:
            piece = pattern.sub(kept, piece)
        parts.append(piece)
        if code:
            parts.append(code[0])
            position = code.end()
    return "".join(parts)
