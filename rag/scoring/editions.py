"""Sentences that a later edition of the same paper tells anew: last year's price and this year's.

"How much is a full service?" means today's, and both price lists answer it in the same words. Where
the question tells no time, what the later one says counts, and where it tells a year, that of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import PurePath

from rag import lazy_re
from rag.evidence import Sentence
from rag.patterns.heads import BAR
from rag.patterns.seasons import is_of_other_season
from rag.patterns.standing import placed
from rag.patterns.when import DATE, YEAR, in_english, moment, units
from rag.text import content_words, words
from rag.types import Hit

# Words of a question for what was before.
_PAST = lazy_re.compile(
    r"\b(?:last|previous(?:ly)?|prior|old|older|original(?:ly)?|former(?:ly)?|earlier|before|ago|past"
    r"|used\s+to|then|history|change[ds]?|rise[ns]?|rose|increase[ds]?|than|until|since"
    r"|letzte[nrsm]?|vorige[nrsm]?|vorher\w*|früher\w*|alte[nrsm]?|damals|bisher\w*|seit|(?:ge|ver)?änder\w+"
    r"|derni(?:er|ère)s?|anci\w+|précédent\w*|avant|pasad[oa]s?|anterior\w*|antes)\b"
    "|[以之]前|以[来來]|去年|原[来來]|[变變]化|[涨漲降]了|比.{0,6}年",
    re.IGNORECASE,
)
# What names of files say of their edition beside the date.
_OF_EDITION = frozenset("old new final copy draft version current alt neu kopie entwurf".split())
_SIGNS = lazy_re.compile(r"[\W_]+")


def superseded(
    question: str, hits: Sequence[Hit], found: Sequence[Sentence]
) -> list[tuple[int, int]]:
    """Pairs of sentences, by index: one of an earlier edition, and that of a later one instead; of
    another year than the question names, and that of this year."""
    years = _years(question)
    if not years and (_PAST.search(question) or units(in_english(question))):
        return []
    dated = [i for i, item in enumerate(found) if _edition(hits[item.hit])[0]]
    if len({_edition(hits[found[i].hit])[0] for i in dated}) < 2:
        return []
    told = {i: _subject(found[i]) for i in dated}
    pairs = []
    for i in dated:
        other = [j for j in dated if told[i] and told[i] == told[j]]
        other = [j for j in other if _replaces(hits[found[i].hit], hits[found[j].hit], years)]
        if other:
            latest = max(_edition(hits[found[j].hit])[0] for j in other)
            last = [j for j in other if _edition(hits[found[j].hit])[0] == latest]
            pairs.append((i, min(last, key=lambda j: len(_place(found[i]) ^ _place(found[j])))))
    return pairs


def is_of_other_year(question: str, hits: Sequence[Hit], best: Hit) -> bool:
    """Is the best hit of a paper that there is of several years, and neither of one that the
    question names nor speaks of it? A paper that there is only once may hold for other years than
    its own."""
    years = _years(question)
    if not years or _PAST.search(question):
        return False
    titled = "\n".join((best.title, *best.headings, PurePath(best.path).stem))
    if is_of_other_season(question, titled):  # 2024-25 for 2025-26
        return is_of_other_season(question, f"{titled}\n{best.text}")
    if years & set(words(placed(best))):
        return False
    when, called = _edition(best)
    others = (_edition(hit) for hit in hits)
    series = {year for (year, *_), alike in others if year and _are_alike(called, alike)}
    return bool(when[0]) and len(series) > 1


def _years(question: str) -> set[str]:
    return {part for unit in units(in_english(question)) for part in unit if YEAR.fullmatch(part)}


def _are_alike(called: frozenset[str], other: frozenset[str]) -> bool:
    shared = called & other
    return bool(shared) and 2 * len(shared) >= max(len(called), len(other))


def _replaces(hit: Hit, other: Hit, years: Collection[str]) -> bool:
    """Is the other hit of the edition that is meant, of a year that is named or of a later time?"""
    (when, called), (then, alike) = _edition(hit), _edition(other)
    series = _are_alike(called, alike)
    if years:
        return series and then[0] in years and when[0] not in years
    return series and when < then


def _edition(hit: Hit) -> tuple[tuple[str, int, int], frozenset[str]]:
    return _named(PurePath(hit.path).stem)


@lru_cache(maxsize=256)
def _named(stem: str) -> tuple[tuple[str, int, int], frozenset[str]]:
    """The date of a file name, empty where it has none with a year, and its other words."""
    told = _SIGNS.sub(" ", in_english(stem))
    when = moment(told)
    bare = (word for word in content_words(DATE.sub(" ", told), "en") if not word[0].isdigit())
    return (when if when[0] else ("", 0, 0)), frozenset(bare) - _OF_EDITION


def _subject(item: Sentence) -> frozenset[str]:
    """What a row or sentence tells something of: the name of a row, or the words of a sentence but
    for its figures and dates; nothing where it has no figure that may have changed."""
    bare = DATE.sub(" ", in_english(item.text))
    if not any(map(str.isdigit, item.text)):
        return frozenset()
    if item.head:
        # The number of a row is no name of it: another one bears it in the next edition.
        name = next((cell for cell in bare.split(BAR) if any(map(str.isalpha, cell))), "")
        return content_words(name, "en")
    return _without_figures(bare)


def _place(item: Sentence) -> frozenset[str]:
    """What stands above a row or sentence: two tables of a list may have a row "Small"."""
    return _without_figures(in_english(f"{item.head} {item.stands.under}"))


def _without_figures(text: str) -> frozenset[str]:
    return frozenset(word for word in content_words(text, "en") if not any(map(str.isdigit, word)))
