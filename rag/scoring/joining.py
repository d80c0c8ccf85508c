"""Sentences that can't stand alone, with what they need: one piece of evidence of both.

"It has 65 million parameters" needs the sentence before it, an item of a list its neighbours when
a list is asked for, a row of a table likewise. The joined span is literal text of the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import lazy_re
from rag.evidence import Sentence
from rag.patterns import lists
from rag.question.shape import Shape
from rag.types import Hit

# Openings that point back. "This" and "these" with a noun do too; "that" is mostly a conjunction,
# "it is" often an expletive ("It is known that …"), which only costs a few words.
_PRONOUN = (
    r"(?:it|its|they|their|them|he|she|his|her|him|this|these|those|such|both"
    r"|er|sie|es|dies(?:e[srmn]?)?|sein\w*|ihr\w*"
    r"|il|elle|ils|elles|ce(?:la|ci)?|ces|cette|son|sa|ses|leurs?"
    r"|este|esta|estos|estas|ello|su|sus|questo|questa|questi|queste|suo|sua)\b(?!['’])"
)
# "But he", "In 1890 it", "The authors report that it": no noun before it can be meant. In "When it
# was built, the tower" one after it may be.
_BEFORE = (
    r"(?:(?:and|but|so|then|yet|however|also|still|thus|hence|instead|later|in\s+\d{4}"
    r"|und|aber|doch|dann|mais|puis|pero|ma),?\s*\b){1,2}"
    r"|(?:the\s+)?(?!it\b)[\w-]+\s+(?:say|report|show|f[io]u?nd|claim|state|argue|believe)\w*\s+that\s+"
)
_POINTS_BACK = lazy_re.compile(
    rf"(?:[-*•]\s+)?(?:(?:{_BEFORE})?{_PRONOUN}"
    r"|(?:the former|the latter|here|there(?:fore|by))\b(?!['’]))",
    re.IGNORECASE,
)
_POINTS_BACK_UNSPACED = lazy_re.compile("这|這|该|該|它|他|她|其|これ|それ|この|その|彼")
LONGEST = 420  # characters of two sentences that are joined
LONGEST_CODE = 500  # characters of code with what announces it
ROWS = 8  # rows of a table that are joined
AFTER = 3  # sentences further on in which it may be told what is asked of one
# How documents tell it, by what the question wants to be told.
_TELLS = {
    "default": lazy_re.compile(r"\bdefaults?\b", re.IGNORECASE),
    "decision": lazy_re.compile(
        r"^\W*(?:decision|decided|resolved|resolution|agreed|conclusion|action|outcome|beschluss"
        r"|beschlossen|entscheidung)\b|\b(?:agreed|decided|resolved|voted|approved)\b",
        re.IGNORECASE,
    ),
}


def stretch(
    i: int, hits: Sequence[Hit], found: Sequence[Sentence], shape: Shape
) -> tuple[int, int]:
    """The sentences first … last, `i` among them, that make one piece of evidence."""
    first, last = _passage(i, hits, found)
    mine = found[first : last + 1]
    gaps = _gaps(hits, mine)
    texts = [item.text for item in mine]
    at = i - first
    announces = texts[at].rstrip().endswith(":")  # which says nothing without what comes
    if mine[at].stands.code or (announces and at + 1 < len(mine) and mine[at + 1].stands.code):
        a, b = _code(at, mine)
    elif shape.listed and mine[at].head:
        a, b = _rows(at, mine, shape.items)
    elif shape.listed or announces:
        a, b = lists.around(at, texts, gaps, shape.items)
    else:
        a = b = at
    if a == b == at:
        b = _answered(at, mine) if asks(mine[at]) else _told(at, mine, gaps, shape)
        b = max(b, _announced(at, mine) if announces else at)
        a -= _needs_more(at, mine, gaps)
    return first + a, first + b


def _passage(i: int, hits: Sequence[Hit], found: Sequence[Sentence]) -> tuple[int, int]:
    """First and last sentence around `i` between which nothing was left out."""
    first = last = i
    while first > 0 and _touch(hits, found[first - 1], found[first]):
        first -= 1
    while last + 1 < len(found) and _touch(hits, found[last], found[last + 1]):
        last += 1
    return first, last


def _touch(hits: Sequence[Hit], one: Sentence, other: Sentence) -> bool:
    hit = hits[one.hit]
    between = hit.text[one.end - hit.start : other.start - hit.start]
    return one.hit == other.hit and one.end <= other.start and not between.strip()


def _gaps(hits: Sequence[Hit], mine: Sequence[Sentence]) -> list[str]:
    hit = hits[mine[0].hit]
    edges = [item.start for item in mine[1:]] + [hit.end]
    return [
        hit.text[item.end - hit.start : after - hit.start]
        for item, after in zip(mine, edges, strict=True)
    ]


def _code(i: int, mine: Sequence[Sentence]) -> tuple[int, int]:
    """A piece of code as far as it is not too long, with the line that announces it."""
    first = last = i
    while last + 1 < len(mine) and mine[last + 1].stands.code and _fits(mine, first, last + 1):
        last += 1
    while first > 0 and mine[first].stands.code and _fits(mine, first - 1, last):
        if not mine[first - 1].stands.code and not mine[first - 1].text.rstrip().endswith(":"):
            break
        first -= 1
    return first, last


def _announced(i: int, mine: Sequence[Sentence]) -> int:
    """The last sentence of what one that ends in a colon announces, as far as it is not too long:
    "The command ends with the following values:", and these as paragraphs of their own.

    A heading, a table and a piece of code end that.
    """
    last = i
    while last + 1 < len(mine) and not _is_apart(mine[last + 1]):
        if mine[last + 1].end - mine[i].start > LONGEST:
            break
        last += 1
    return last


def asks(sentence: Sentence) -> bool:
    """Is it a question, as in interviews, chats and lists of questions with their answers?"""
    return sentence.text.rstrip(" \"'”’»*_)").endswith(("?", "？", "؟"))


def _answered(i: int, mine: Sequence[Sentence]) -> int:
    """The sentence that follows a question, and that after another question, as far as it is not
    too long: "When did it close?" says nothing of when it did. Questions alone, as on the sheet of
    an exam, answer none.
    """
    last = i
    while last + 1 < len(mine) and asks(mine[last]) and not _is_apart(mine[last + 1]):
        if mine[last + 1].end - mine[i].start > LONGEST:
            break
        last += 1
    return i if asks(mine[last]) else last


def _is_apart(sentence: Sentence) -> bool:
    stands = sentence.stands
    return bool(sentence.head) or sentence.opens or stands.heading or stands.code


def _fits(mine: Sequence[Sentence], first: int, last: int) -> bool:
    return mine[last].end - mine[first].start <= LONGEST_CODE


def _told(i: int, mine: Sequence[Sentence], gaps: Sequence[str], shape: Shape) -> int:
    """The sentence after `i`, if any, that tells what is asked for of what `i` speaks of.

    "The time limit of a request, in seconds. Defaults to 30.": the second alone has no subject, the
    first no answer.
    """
    if not shape.told or tells(mine[i], shape):
        return i
    for j in range(i + 1, min(i + 1 + AFTER, len(mine))):
        if "\n\n" in gaps[j - 1] and shape.told == "default":
            return i
        if tells(mine[j], shape):
            return j
    return i


def tells(sentence: Sentence, shape: Shape) -> bool:
    """Does a sentence tell what is asked for of something, its default or what was decided?"""
    return bool(shape.told) and _TELLS[shape.told].search(sentence.text) is not None


def _needs_more(i: int, mine: Sequence[Sentence], gaps: Sequence[str]) -> bool:
    text = mine[i].text
    if i == 0 or mine[i].head or mine[i - 1].head or "\n\n" in gaps[i - 1]:
        return False
    points = _POINTS_BACK.match(text) or _POINTS_BACK_UNSPACED.match(text)
    return points is not None and mine[i].end - mine[i - 1].start <= LONGEST


def _rows(i: int, mine: Sequence[Sentence], items: int) -> tuple[int, int]:
    first = last = i
    most = min(items or ROWS, ROWS)
    while last + 1 < len(mine) and mine[last + 1].head == mine[i].head and last - i + 1 < most:
        last += 1
    while first > 0 and mine[first - 1].head == mine[i].head and last - first + 1 < most:
        first -= 1
    return first, last
