"""Does the sentence that seems to answer tell of another time, or the contrary of what is asked?

"Im Mai werden Bäume gepflanzt" shares nearly all with "Wer hat die Bäume gefällt?", and nothing but
arithmetic tells that 1185 is none of the eleventh century. Readers that compare words take either
for an answer.
"""

from __future__ import annotations

from rag.evidence import Sentence
from rag.patterns.labels import is_of_other_person
from rag.patterns.opposites import is_of_other_rank, is_opposite
from rag.patterns.own_words import is_untold
from rag.patterns.periods import is_of_other_day, is_of_other_period
from rag.patterns.standing import called
from rag.question.shape import kind
from rag.types import Hit


def is_contrary(question: str, sentence: Sentence, hit: Hit) -> bool:
    """Does `sentence`, of `hit`, tell the opposite, the first for the second, what was at another
    time, or nothing of the birth or death that is asked for?

    Whoever asks whether, why or how something is so, is answered by the contrary as well.
    """
    if kind(question) not in ("fact", "list"):
        return False
    text = f"{sentence.stands.under}\n{sentence.whole}"
    return (
        is_untold(question, text)
        or _is_of_other_time(question, sentence.whole, "\n".join((text, *called(hit))))
        or is_opposite(question, text)
        or is_of_other_rank(question, text)
        or is_of_other_person(question, text)
    )


def _is_of_other_time(question: str, text: str, placed: str) -> bool:
    """Is `text` of other years, months or days than the question, and what stands above it, too?"""
    return any(
        is_other(question, text) and is_other(question, placed)
        for is_other in (is_of_other_period, is_of_other_day)
    )
