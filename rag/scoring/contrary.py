"""Does the sentence that seems to answer tell of another time, or the contrary of what is asked?

"Im Mai werden Bäume gepflanzt" shares nearly all with "Wer hat die Bäume gefällt?", and nothing but
arithmetic tells that 1185 is none of the eleventh century. Readers that compare words take either
for an answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.evidence import Sentence
from rag.patterns import own_labels
from rag.patterns.dated_things import asks_when_of, without_answer
from rag.patterns.labels import codes, is_of_other_code
from rag.patterns.namesakes import is_of_namesake
from rag.patterns.opposites import is_opposite
from rag.patterns.own_words import is_untold
from rag.patterns.people import is_of_other_person
from rag.patterns.periods import is_of_other_day, is_of_other_period, is_of_time, tells_time
from rag.patterns.ranges import is_outside
from rag.patterns.ranks import is_of_other_rank
from rag.patterns.romance import ASKS_WHEN
from rag.patterns.seasons import is_of_other_season
from rag.patterns.standing import called, placed
from rag.question.other_languages import asks_whether
from rag.question.shape import kind
from rag.text import language
from rag.types import Hit


def is_contrary(question: str, sentence: Sentence, hit: Hit) -> bool:
    """Does `sentence`, of `hit`, tell the opposite, the first for the second, freezer A for B, what
    was at another time, or nothing of the birth or death that is asked for?

    Whoever asks whether, why or how something is so, is answered by the contrary as well.
    """
    if kind(question) not in ("fact", "list") or asks_whether(question):
        return False
    text, names = sentence.placed, called(hit)
    return (
        is_untold(question, text)
        or _is_of_other_time(question, sentence, names)
        or _is_of_other_years(question, hit)
        or is_opposite(question, text)
        or (is_of_other_rank(question, sentence.whole) and is_of_other_rank(question, text))
        or is_of_other_person(question, text)
        or is_of_namesake(question, "\n".join((*names, hit.text)))
        or is_of_other_code(codes(question), text)
        or own_labels.is_of_other(question, sentence.text)
        or (bool(sentence.head) and _is_out_of_range(question, sentence))
    )


def _is_out_of_range(question: str, row: Sentence) -> bool:
    """Are the ranges of a row, or those of its columns, all of other amounts?"""
    return is_outside(question, row.text) or is_outside(question, row.head)


def _is_of_other_time(question: str, sentence: Sentence, names: Sequence[str]) -> bool:
    """Does a sentence tell other years, months or days than the question, and none of the
    question's stand above it either? `names` are title, headings and file name of its passage.

    "When was the March invoice paid?" asks for a day of the payment: the time in the sentence that
    may answer it is left out of the comparison, for it need not be in March.
    """
    if ASKS_WHEN.search(question):
        return False
    above = "\n".join((sentence.stands.under, *names))
    of_thing = asks_when_of(question)
    text = without_answer(sentence.whole) if of_thing else sentence.whole
    return any(
        (of_thing or is_other(question, text)) and is_other(question, f"{above}\n{text}")
        for is_other in (is_of_other_period, is_of_other_day, is_of_other_season)
    )


def _is_of_other_years(question: str, hit: Hit) -> bool:
    """Does a passage tell years, and none of those of a question that English readers don't know?

    What such a question shares with a sentence outweighs the year that it lacks.
    """
    return language(question) != "en" and is_of_other_period(question, placed(hit))


def of_other_times(question: str, found: Sequence[Sentence], hits: Sequence[Hit]) -> list[bool]:
    """Which sentences are of another time than the question, where others are of that time?

    Where none is they tell nothing of each other, and what seems to answer best is refused.
    """
    nothing = [False] * len(found)
    if not tells_time(question) or kind(question) not in ("fact", "list"):
        return nothing
    if not any(is_of_time(question, item.text) for item in found):
        return nothing
    names = [called(hit) for hit in hits]  # once for each passage, not for each sentence
    return [_is_of_other_time(question, item, names[item.hit]) for item in found]
