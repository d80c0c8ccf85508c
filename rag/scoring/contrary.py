"""Does the sentence that seems to answer tell of another time, or the contrary of what is asked?

"The exhibition closes in May" shares nearly all with "When does the exhibition open?", "Members
vote" with "Who does not vote?", and nothing but arithmetic tells that 1185 is none of the eleventh
century. Readers that compare words take each for an answer.
"""

from __future__ import annotations

from rag.evidence import Sentence
from rag.patterns.denial import asks_what_is_not, denies
from rag.patterns.opposites import is_of_other_rank, is_opposite
from rag.patterns.own_words import is_untold
from rag.patterns.periods import is_of_other_day, is_of_other_period
from rag.patterns.standing import called
from rag.question.shape import kind
from rag.types import Hit


def is_contrary(question: str, sentence: Sentence, hit: Hit) -> bool:
    """Does `sentence`, of `hit`, tell the opposite, what is so where one asks what is not, what was
    at another time, or nothing of the birth or death that is asked for?

    Whoever asks whether, why or how something is so, is answered by the contrary as well.
    """
    if kind(question) not in ("fact", "list"):
        return False
    text = f"{sentence.stands.under}\n{sentence.whole}"
    if is_untold(question, text) or _is_of_other_time(question, text, hit):
        return True
    if asks_what_is_not(question):
        return not denies(text, question)
    return is_opposite(question, text) or is_of_other_rank(question, text)


def _is_of_other_time(question: str, text: str, hit: Hit) -> bool:
    """Is `text` of other years, months or days than the question, and so what its document is
    called?"""
    return any(
        is_other(question, text) and is_other(question, "\n".join((text, *called(hit))))
        for is_other in (is_of_other_period, is_of_other_day)
    )
