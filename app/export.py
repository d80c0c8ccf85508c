"""Conversations as Markdown, JSON and one self-contained HTML page, with citations and quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from app import render
from app.store import Conversation, Turn
from rag.types import Answer
from rag.wording import count

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-!|<>~$&=])")
_BULLET = re.compile(r"( *)\\([-*+]) +(?=\S)")  # in text that is escaped already
_NUMBERED = re.compile(r"^(\d+)\.(?=\s|$)")

Writer = Callable[[Conversation, list[Turn]], str]


def markdown(conversation: Conversation, turns: list[Turn]) -> str:
    """Questions as headings, answers with footnotes. Text is escaped, so it stays text."""
    lines = [f"# {_escaped(conversation.name)}", ""]
    for turn in turns:
        lines += [f"## {_escaped(turn.question)}", ""]
        if turn.answer is None:
            lines += [_escaped(turn.error or "No answer yet."), ""]
            continue
        lines += [_said(turn.number, turn.answer), "", f"*{_escaped(_coverage(turn.answer))}*", ""]
        lines += [
            f"[^{turn.number}-{c.n}]: {_escaped(render.reference(c))}"
            for c in turn.answer.citations
        ]
        lines.append("")
    return "\n".join(lines)


def as_json(conversation: Conversation, turns: list[Turn]) -> str:
    """Everything that is known, for programs."""
    told = [
        {
            "question": turn.question,
            "asked": turn.asked,
            "scope": asdict(turn.scope),
            "answer": _plain(turn.answer),
            "error": turn.error,
            "judged": None if turn.good is None else {"good": turn.good, "reason": turn.reason},
        }
        for turn in turns
    ]
    return json.dumps({**asdict(conversation), "turns": told}, ensure_ascii=False, indent=2)


def html(conversation: Conversation, turns: list[Turn]) -> str:
    """One page that needs nothing else and runs nothing."""
    body = "\n".join(_html_turn(turn) for turn in turns)
    name = render.html(conversation.name)
    return _PAGE.format(title=name, body=f"<h1>{name}</h1>\n{body}")


FORMATS: tuple[tuple[str, str, str, Writer], ...] = (
    ("md", "Markdown", "text/markdown", markdown),
    ("html", "HTML", "text/html", html),
    ("json", "JSON", "application/json", as_json),
)


def file_name(conversation: Conversation) -> str:
    """A name for the exported file that every system takes."""
    return re.sub(r"[^\w]+", "-", conversation.name).strip("-").lower()[:60] or "conversation"


def _html_turn(turn: Turn) -> str:
    head = f'<h2 dir="auto">{render.html(turn.question)}</h2>'
    if turn.answer is None:
        return f"{head}\n<p>{render.html(turn.error or 'No answer yet.')}</p>"
    text = ""
    for part in render.parts_of(turn.answer):
        if "n" in part:
            anchor = f"s{turn.number}-{part['n']}"
            text += f'<sup><a href="#{anchor}">{part["n"]}</a></sup>'
        else:
            text += render.html(str(part["text"]))
    places = "\n".join(
        f'<li id="s{turn.number}-{place.n}" value="{place.n}">'
        f"<b>{render.html(render.where(place))}</b>"
        f'<blockquote dir="auto">{render.html(place.quote)}</blockquote></li>'
        for place in render.places(turn.answer)
    )
    near = "" if turn.answer.mode != "refused" else "<p><small>What comes nearest:</small></p>"
    return (
        f'{head}\n<p class="answer" dir="auto">{text}</p>\n{near}<ol>\n{places}\n</ol>\n'
        f"<p><small>{render.html(_coverage(turn.answer))}</small></p>"
    )


def _coverage(answer: Answer) -> str:
    if answer.mode == "reply":
        return "Nothing was looked for."
    passages = count(answer.coverage.passages, "passage")
    told = f"Read {passages} of {count(answer.coverage.documents, 'document')}"
    if answer.narrowed:
        told += f", searched only in {', '.join(map(render.visible, answer.narrowed))}"
    return f"{told}, {render.certainty(answer.confidence)}." if answer.found else f"{told}."


def _plain(answer: Answer | None) -> dict[str, Any] | None:
    return None if answer is None else {**asdict(answer), "timings": dict(answer.timings)}


def _said(number: int, answer: Answer) -> str:
    """The text of an answer in Markdown, with its lines, its lists and its marks."""
    text, marked = "", False
    for part in render.parts_of(answer):
        if "n" in part:
            text += f"[^{number}-{part['n']}]"
        else:
            piece = _MARKUP.sub(r"\\\1", str(part["text"]))
            # A colon after a mark would make the rest of the line its footnote.
            text += f"\\{piece}" if marked and piece.startswith(":") else piece
        marked = "n" in part
    lines = [_line(line.rstrip()) for line in text.strip().splitlines()]
    ends = ["  \n" if line and after else "\n" for line, after in pairwise([*lines, ""])]
    return "".join(line + end for line, end in zip(lines, ends, strict=True)).rstrip()


def _line(escaped: str) -> str:
    """A line that begins as it did: with a bullet, a number or the room before its first word.

    Numbers stay text, because Markdown would count anew; and room is kept by spaces that don't
    make a line code.
    """
    bullet = _BULLET.match(escaped)
    begun = escaped[bullet.end() :] if bullet else escaped.lstrip()
    room = "\u00a0" * (len(escaped) - len(begun))
    first = f"{bullet[1][:3]}{bullet[2]} " if bullet else room
    return first + _NUMBERED.sub(r"\1\\.", begun)


def _escaped(text: str) -> str:
    """Text on one line, in which Markdown finds no markup."""
    return _MARKUP.sub(r"\\\1", " ".join(render.visible(text).split()))


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.05rem/1.6 Georgia, serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }}
h1, h2 {{ line-height: 1.3; overflow-wrap: anywhere; }}
h2 {{ font-size: 1.15rem; margin-top: 2.5rem; }}
.answer {{ white-space: pre-wrap; }}
blockquote {{ margin: .2rem 0 .8rem; opacity: .8; white-space: pre-wrap; overflow-wrap: anywhere; }}
:target {{ background: #f4c54255; }}
ol, small {{ font-family: system-ui, sans-serif; font-size: .9rem; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
