"""One question taken apart: what "and" joins, and the two things that are compared.

Each part becomes a question that stands by itself, to be asked as if there were no other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag import lazy_re
from rag.question import sides
from rag.question.run import Run
from rag.question.shape import Shape, kind
from rag.rewrite import rewrite
from rag.text import language
from rag.types import Message

FACT = Shape("fact")
_AT = r"(?:in|at|on|from|by|to|for|with|of|since|until)\s+"
# What a question begins with: "who", "on which", "how many".
_WORD = (
    rf"(?:who|whom|whose|what|when|where|which|{_AT}"
    r"(?:which|what|whom|when)|how\s+(?:much|many|long|old|far|often|tall|big|large|high|deep|fast"
    r"|heavy|wide|late|early))"
)
# Between two questions: " and when …", "? How high …".
_JOINED = lazy_re.compile(
    rf"\s*[,;]?\s+and\s+(?:also\s+)?(?={_WORD}\s)|\?\s+(?:and\s+)?(?={_WORD}\s)", re.IGNORECASE
)
_VERB = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)"
# A question by itself, with its verb: "how many tenants were", "who founded".
_ASKS = lazy_re.compile(rf"(?i)(?:{_WORD}(?:\s+[\w'’-]+){{0,3}}?\s+{_VERB}\b|who\s+\w+\b)")
# What is asked of the same thing, without its verb: "by which firm".
_ELLIPTIC = lazy_re.compile(
    rf"(?:{_AT})?(?:what|which)(?:\s+(?!{_VERB}\b)[\w-]+){{1,2}}$", re.IGNORECASE
)
# The rest of a question, which such a part is to have as well: "was the lighthouse repaired".
_REST = lazy_re.compile(
    rf"{_WORD}\s+(?P<rest>(?:is|are|was|were|do|does|did)\s+(?:the|an?|my|our|this|(?-i:[A-Z]))[^?]+)$",
    re.IGNORECASE,
)
# A second question word inside makes it a clause: "the man who came".
_WITHIN = lazy_re.compile(rf"^{_WORD}\s.*?\s{_WORD}\s", re.IGNORECASE)
# What points back to somebody, which is not put in, and to a thing, which is.
_PERSON = lazy_re.compile(r"\b(?:he|she|him|her|his|hers|they|them|their)\b", re.IGNORECASE)
_BACK = lazy_re.compile(r"\b(?:it|its|this|these|those|ones?)\b", re.IGNORECASE)
# What ends a question and may belong to both parts: "of France", in German "von Frankreich".
_OF_NAME = lazy_re.compile(r"\b(?:of|in|for|at|by|from)\s+(?:the\s+)?[A-Z][^?]*$")
# The same for German, as `_WORD`, `_JOINED`, `_ASKS`; what points back is never put in.
_GERMAN_WORD = (
    r"(?:(?:in|an|auf|aus|bei|bis|für|mit|nach|seit|um|von|zu)\s+)?(?:wer|wen|wem|wessen|was|wann|wo"
    r"|wohin|woher|welche[mnrs]?|wie)"
)
_GERMAN_JOINED = lazy_re.compile(
    rf"\s*[,;]?\s+und\s+(?:auch\s+)?(?={_GERMAN_WORD}\s)|\?\s+(?:und\s+)?(?={_GERMAN_WORD}\s)",
    re.IGNORECASE,
)
_GERMAN_ASKS = lazy_re.compile(rf"{_GERMAN_WORD}\s+[\w-]+\s+\S", re.IGNORECASE)
_GERMAN_BACK = lazy_re.compile(
    r"\b(?:er|sie|es|ihn|ihm|ihnen|ihre?[mnrs]?|seine?[mnrs]?|dort|da(?:r?(?:an|auf|aus|bei|für|mit|nach"
    r"|von|zu))?|diese[mnrs]?|dessen|deren)\b",
    re.IGNORECASE,
)
_GERMAN_OF = lazy_re.compile(r"\s(?:von|vom|in|im|für|bei|beim|aus)\s+\w[\w -]*$", re.IGNORECASE)
# "In Q3 2024, what was …" holds for what follows, too.
_FOR_ALL = lazy_re.compile(
    rf"^(?:in|for|at|during|on|according\s+to)\s[^?]{{2,60}}?,\s+(?={_WORD}\s)", re.IGNORECASE
)
# "What is the a of b and the c of d?", unless both belong to one thing: "the distance between".
_OF_ONE = (
    r"^(?!.*\b(?:between|ratio|total|sum|average|mean|difference|distance|connection|relation"
    r"|relationship|comparison|match)\b)\W*(?P<what>what\s+(?:is|are|was|were))\s+"
)
_NOUN = r"(?:the|my|our)\s+[\w-]+(?:\s+(?!(?:of|for|in|on|at|to|with|from|by)\b)[\w-]+)?"
_TWO_OF = (
    lazy_re.compile(
        rf"{_OF_ONE}(?P<one>the\s+[^?]+?\s(?:of|for|in)\s[^?]+?),?"
        r"\s+and\s+(?P<other>the\s+[^?]+?\s(?:of|for|in)\s[^?]+)\W*$",
        re.IGNORECASE,
    ),
    # "What is the rent and the deposit?"; what is of something may be so of both.
    lazy_re.compile(rf"{_OF_ONE}(?P<one>{_NOUN}),?\s+and\s+(?P<other>{_NOUN})\W*$", re.IGNORECASE),
)


def of_parts(run: Run) -> list[Run]:
    """Questions for facts that are joined by "and", each made whole; none where it is only one.

    None, too, where a part is no question by itself ("how much water and how much salt are needed")
    or can't be made whole for certain.
    """
    if language(run.question) == "de":
        return _facts(run, _in_german(run.question))
    before = _FOR_ALL.match(run.question)
    context = before[0] if before else ""
    asked = run.question[len(context) :]
    if two := next(filter(None, (pattern.match(asked) for pattern in _TWO_OF)), None):
        asked = f"{two['what']} {two['one']} and {two['what'].lower()} {two['other']}?"
    first, *more = [part.strip(" ,;?") for part in _JOINED.split(asked)]
    more = [_completed(part, first) for part in more]
    if not more or not all(map(_ASKS.match, (first, *more))):
        return []
    if any(_WITHIN.search(part) for part in (first, *more)) or _is_shared(first, more[-1]):
        return []
    whole = [_whole(part, first) for part in more]
    alone = [f"{context}{part}?" for part in (first, *whole)]
    return _facts(run, alone) if all(whole) else []


def _facts(run: Run, parts: Sequence[str]) -> list[Run]:
    """Each part as a question by itself; none where one asks for more than a fact."""
    alone = [f"{part[0].upper()}{part[1:]}" for part in parts]
    simple = all(kind(part) in ("fact", "yesno") for part in alone)
    return [replace(run, shape=FACT).asking(part) for part in alone] if simple else []


def _in_german(question: str) -> list[str]:
    """What "Wie hoch ist die Miete und wer ist der Vermieter?" asks; nothing where it is only one
    question, or where a part speaks of another."""
    parts = [part.strip(" ,;?") for part in _GERMAN_JOINED.split(question)]
    if (
        len(parts) < 2
        or not all(map(_GERMAN_ASKS.match, parts))
        or any(map(_GERMAN_BACK.search, parts[1:]))
    ):
        return []
    if _GERMAN_OF.search(parts[-1]) and not _GERMAN_OF.search(parts[0]):  # it may belong to both
        return []
    return [f"{part}?" for part in parts]


def _completed(part: str, first: str) -> str:
    """ "on what line" after "When was the train late": "on what line was the train late"."""
    rest = _REST.match(first) if _ELLIPTIC.match(part) else None
    return f"{part} {rest['rest']}" if rest else part


def _whole(part: str, first: str) -> str:
    """A part with its "it" or "its" replaced by a name, or by a noun with its article, of the first
    part; "" where it would be replaced by anything else."""
    if _PERSON.search(part):
        return ""
    if not _BACK.search(part):
        return part
    told = rewrite(f"{part}?", [Message("user", f"{first}?")]).rstrip(" ?")
    put_in = Counter(re.findall(r"\w+", told)) - Counter(re.findall(r"\w+", part))
    nouns = {*re.findall(r"\b(?:the|an?)\s+(\w+)", first), *re.findall(r"\b[A-Z]\w*", first[1:])}
    sure = all(word in nouns or word in ("the", "s") for word in put_in)
    return told if put_in and sure and not any(map(str.isdigit, "".join(put_in))) else ""


def _is_shared(first: str, last: str) -> bool:
    """Does what ends the last part, "of France", belong to the first one as well?"""
    return bool(_OF_NAME.search(last)) and not re.search(r"\b[A-Z]", first[1:])


def of_sides(run: Run) -> list[Run]:
    """The question about each of two things alone, where no passage compares them."""
    alone = replace(run, shape=FACT)
    asked = sides.questions(run.question, run.shape.sides, run.kind == "explain")
    return [alone.asking(question) for question in asked]
