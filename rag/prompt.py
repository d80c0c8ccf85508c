"""From evidence to the messages that the language model reads.

Documents are data: their text stands between fences that it can't close, on one line each, with
the special tokens of chat templates broken up, so that nothing in it can pose as a turn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from rag import lazy_re
from rag.patterns import tables
from rag.types import Evidence, Message

if TYPE_CHECKING:
    from jinja2 import Environment

# <|im_start|>, <|eot_id|>, <｜User｜>, [INST], [TOOL_CALLS], <<SYS>>, <s>, <start_of_turn>,
# <turn|>, [|user|], <think> and our own fence.
_CONTROL = lazy_re.compile(
    r"<[|｜][^|｜>\n]{0,40}[|｜]?>?|\[/?(?:INST|IMG|THINK|ARGS|(?:AVAILABLE_)?TOOLS?(?:_[A-Z]+)?)\]|<</?SYS>>"
    r"|<[^<>‹\s|｜]{1,40}[|｜]>|\[\|[^\[\]\s]{1,40}\|\]|</?(?:s|bos|eos|pad|unk)>"
    r"|</?(?:start_of_turn|end_of_turn|think|information|system|user|assistant|tool_call)\b[^>\n]*>",
    re.IGNORECASE,
)


def messages(
    question: str, evidence: Sequence[Evidence], *, system_prompt: str = "", explain: bool = False
) -> list[Message]:
    """The system and user turn for `question`, with `evidence` numbered as it is."""
    templates = _templates()
    system = templates.get_template("system.jinja").render(system_prompt=system_prompt.strip())
    user = templates.get_template("answer.jinja").render(
        question=fenced(question), evidence=evidence, explain=explain
    )
    return [Message("system", system.strip()), Message("user", user.strip())]


def steps(question: str, evidence: Sequence[Evidence], *, system_prompt: str = "") -> list[Message]:
    """The turns that ask a model to think about `question` before it answers."""
    templates = _templates()
    system = templates.get_template("system.jinja").render(system_prompt=system_prompt.strip())
    user = templates.get_template("think.jinja").render(
        question=fenced(question), evidence=evidence
    )
    return [Message("system", system.strip()), Message("user", user.strip())]


def conclusion(
    asked: Sequence[Message], thoughts: str, *, question: str, explain: bool = False
) -> list[Message]:
    """The turns that ask for the answer, after `asked` was replied to with `thoughts`."""
    user = (
        _templates()
        .get_template("conclude.jinja")
        .render(question=fenced(question), explain=explain)
    )
    return [*asked, Message("assistant", fenced(thoughts) or "…"), Message("user", user.strip())]


def rewriting(question: str, history: Sequence[Message]) -> list[Message]:
    """The turn that asks for `question` to be made whole from `history`."""
    user = _templates().get_template("rewrite.jinja").render(question=question, history=history)
    return [Message("user", user.strip())]


def told(item: Evidence) -> str:
    """A piece of evidence as a model reads it: rows of a table with their heads, and of which of
    several documents it is."""
    text = tables.rows_told(item.quote, item.head) if item.head else item.quote
    return fenced(f"{item.of}: {text}" if item.of else text)


def fenced(text: str) -> str:
    """Text on one line in which no control token of a chat template is left whole."""
    return _CONTROL.sub(
        lambda match: match[0].replace("<", "‹").replace("[", "("), " ".join(text.split())
    )


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rag", "prompts"),
        undefined=StrictUndefined,
        autoescape=False,  # the reader is a language model, not a browser
        keep_trailing_newline=False,
    )
    environment.filters["fenced"] = fenced
    environment.filters["told"] = told
    return environment
