"""Where the fenced code of a Markdown source is, in one pass over its lines."""

from __future__ import annotations

import re
from collections.abc import Callable

# Behind the marks of lists and quotations, too; a line with more backticks is code in a line.
_OPENS = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)*(`{3,}+(?=[^`\n]*\Z)|~{3,}+)")
_CLOSES = re.compile(r"[ \t>]*(`{3,}+|~{3,}+)[ \t]*\Z")


def outside_of_code(source: str, change: Callable[[str], str]) -> str:
    """The source with `change` made to what stands before, between and behind fenced code. As in
    Markdown, code that nothing closes goes on to the end."""
    parts: list[str] = []
    lines: list[str] = []
    fence = ""  # that of the code that is open
    for line in source.split("\n"):
        mark = (_CLOSES if fence else _OPENS).match(line)
        if mark and not fence:
            parts += [change("".join(f"{text}\n" for text in lines))]
            lines, fence = [line], mark[1]
        elif mark and mark[1].startswith(fence):
            parts += ["\n".join([*lines, line, ""])]
            lines, fence = [], ""
        else:
            lines.append(line)
    rest = "\n".join(lines)
    parts.append(rest if fence else change(rest))
    return "".join(parts) if lines else "".join(parts).removesuffix("\n")
