"""Numbers that changed places: "A costs 5 and B 7" where A costs 7 and B 5 has every word of it.

Words are compared by their order, stemmed. Nothing is said where that tells too little: a true
sentence may have everything in another order than its evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

Same = Callable[[str, str], bool]


def exchanged(said: Sequence[str], told: Sequence[str], same: Same) -> bool:
    """Is what is said that which is told, but for two numbers of one kind, or two things that have
    numbers, in each other's place?

    `same` tells whether two numbers count the same. Words that are repeated on either side are not
    looked at.
    """
    once = _once(said) & _once(told)
    mine = [word for word in said if word in once]
    ranks = {word: rank for rank, word in enumerate(w for w in told if w in once)}
    off = [place for place, word in enumerate(mine) if ranks[word] != place]
    if len(off) != 2 or off[1] - off[0] < 2:
        return False
    one, other = (mine[place] for place in off)
    if _is_number(one) and _is_number(other):
        return same(one, other)
    between = any(map(_is_number, mine[off[0] : off[1]]))
    numbers = sum(map(_is_number, mine))
    return between and numbers > 1 and not (_is_number(one) or _is_number(other))


def is_of_another_number(said: Sequence[str], told: Sequence[str], same: Same) -> bool:
    """Is a number said of all that another number is told of, and of nothing that it is told of?"""
    there = _owned(told)
    for number, words in _owned(said, alone=True).items():
        own = there.get(number)
        if own is None or own.intersection(words):
            continue
        if any(
            other != number and same(other, number) and of <= words for other, of in there.items()
        ):
            return True
    return False


def _owned(words: Sequence[str], alone: bool = False) -> Mapping[str, frozenset[str]]:
    """What each number is told of: the words before it, or behind it, as far as the others.

    Nothing where it may be both. With `alone`, all words where there is one number.
    """
    groups: list[list[str]] = [[]]
    numbers: list[str] = []
    for word in words:
        if _is_number(word) and not _is_year(word):
            numbers.append(word)
            groups.append([])
        else:
            groups[-1].append(word)
    if alone and len(numbers) == 1:
        return {numbers[0]: frozenset(w for group in groups for w in group)}
    counts = Counter(word for group in groups for word in set(group))
    own = [frozenset(word for word in group if counts[word] == 1) for group in groups]
    if len(set(numbers)) < len(numbers) or bool(own[0]) == bool(own[-1]):
        return {}
    if not all(own[:-1] if own[0] else own[1:]):
        return {}
    return dict(zip(numbers, own[:-1] if own[0] else own[1:], strict=True))


def _once(words: Sequence[str]) -> set[str]:
    return {word for word, count in Counter(words).items() if count == 1}


def _is_number(word: str) -> bool:
    return word[:1].isdigit()


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and word[:2] in ("18", "19", "20")
