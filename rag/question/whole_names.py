"""Names of several words that a question has: the passages must have them as one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rag import lazy_re
from rag.patterns.standing import placed
from rag.patterns.titles import ADDRESSES, RANKS
from rag.text import language, stop_words, words
from rag.types import Hit
from rag.vocabulary import DAYS, MONTHS

_NAME = lazy_re.compile(r"\b[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)+")
_OWNER = lazy_re.compile(r"['’]s?$")
_TITLE = 0.75  # share of capitalised words from which a question is written like a title
# Titles, forms of companies and times that a document has beside a name or has not.
_ADDED = ADDRESSES.union(
    RANKS,
    MONTHS["en"],
    DAYS["en"],
    """ceo cfo cto coo chairman chairwoman director chef clerk inspector q1 q2 q3 q4
    inc corp corporation company co ltd llc plc gmbh ag""".split(),
)
_BESIDE = 2  # words that may stand between those of a name: "Pod (vertical) Autoscaler"


def named(question: str) -> list[str]:
    """The names of two and more words in an English question, lower-case.

    The word that opens the question is in none, nor is a title or a month, and none is told where
    the question is written like a title.
    """
    capitals = [word[0].isupper() for word in question.split() if word[0].isalpha()]
    if language(question) != "en" or sum(capitals) > _TITLE * len(capitals):
        return []
    found = []
    for match in _NAME.finditer(question):
        opens = not question[: match.start()].strip()
        for own in _owners(match[0].split()[opens:]):
            told = [word for part in own for word in words(part)]
            name = [word for word in told if word not in _ADDED and word not in stop_words("en")]
            if len(name) > 1:
                found.append(" ".join(name))
    return found


def _owners(parts: Sequence[str]) -> list[list[str]]:
    """The words of capitalised ones in a row, lower-case, parted behind each owner: what is
    Germany's is no part of its name."""
    found: list[list[str]] = [[]]
    for part in parts:
        name = _OWNER.sub("", part)
        found[-1].append(name.lower())
        if name != part:
            found.append([])
    return found


def apart(names: Sequence[str], hits: Sequence[Hit]) -> list[str]:
    """Those of `names` that no passage has as one, nor its title and headings.

    Of "Vertical Pod Autoscaler" each word may be there, and the thing itself not.
    """
    texts = [list(words(placed(hit))) for hit in hits] if names else []
    return [name for name in names if not any(_has(text, name.split()) for text in texts)]


def _has(text: Sequence[str], name: Sequence[str]) -> bool:
    """Do the words of `name` stand side by side in `text`, in any order, as in "Lovelace, Ada"?"""
    wanted = set(name)
    last: dict[str, int] = {}
    for at, word in enumerate(text):
        if word in wanted:
            last[word] = at
            if len(last) == len(wanted) and _is_close(sorted(last.values())):
                return True
    return False


def _is_close(places: Sequence[int]) -> bool:
    return all(after - before <= _BESIDE + 1 for before, after in pairwise(places))
