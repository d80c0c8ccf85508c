"""What programs for notes (Obsidian, Logseq) add to Markdown, put as their readers see it."""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.parsers.fences import outside_of_code

# In a line, or indented below an empty one; an item of a list is none.
_CODE = re.compile(
    r"(?<!`)(`{1,2})(?!`)[^\n]+?(?<!`)\1(?!`)"
    r"|(?<=\n\n)(?: {4}|\t)(?![ \t]*(?:[-*+>]|\d{1,3}[.)])[ \t])[^\n]*(?:\n(?: {4}|\t)[^\n]*)*"
)
_INDENT = r"^([ \t]*(?:[-*+>][ \t]+)*)"
_TARGET = r"[^\[\]|#^\n]{1,200}"
# [[Ada]]; not the test [[ -f x ]], the array [[1, 2]] or the link [[paper]](address).
_LINK = r"(?<![\w\])])!?\[\[(?!\s|[\d.-]+,)"
_END = r"\]\](?![(\[])"


def _callout(match: re.Match[str]) -> str:
    """The title of a callout as a paragraph of its own; its kind where it has none."""
    return f"{match[1]}{match[3] or match[2].capitalize()}\n{match[1].rstrip()}"


# (pattern, what stays of it), in this order
_MARKS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"^((?:[ \t]*>)+[ \t]*)\[!([\w-]+)[^\]\n]*\][+-]?[ \t]*(.*)$", re.M), _callout),
    # ![[roof.jpg|300]]: the width of a picture is not its name
    (re.compile(rf"{_LINK}({_TARGET})\\?\|\d+(?:x\d+)?{_END}"), r"\1"),
    (re.compile(rf"{_LINK}[^\[\]|\n]{{1,200}}?\\?\|([^\[\]\n]{{1,200}}){_END}"), r"\1"),
    (re.compile(rf"{_LINK}({_TARGET})(?:#?\^[\w-]+)?{_END}"), r"\1"),
    (re.compile(rf"{_LINK}({_TARGET})#({_TARGET})(?:#[^\[\]|\n]*)?{_END}"), r"\1 > \2"),
    (re.compile(rf"{_LINK}#({_TARGET}){_END}"), r"\1"),
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
    return outside_of_code(source, _without_marks)


def _without_marks(source: str) -> str:
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
