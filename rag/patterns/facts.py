"""What a text says, as far as the check can tell: its words, numbers, units, names, negations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag import lazy_re
from rag.patterns.figures import Figure, figures
from rag.patterns.proper import Naming, is_unspaced
from rag.patterns.units import units_in
from rag.text import content_words, language, stemmed, words

# Of the languages with stop words that have capitals, and of Russian; none that is another word in
# one of the others, as "mai" and "né" are.
_NEGATIONS = frozenset(
    """not no never none neither nor nobody nothing nowhere without cannot unable fail fails failed
    lack lacks nicht nichts kein keine keinen keinem keiner keines keinerlei niemand niemanden
    niemandem nirgends weder nie niemals ohne ne pas jamais aucun aucune rien sans ni nunca nadie
    nada ningún ninguno ninguna tampoco sin non nessun nessuno nessuna niente nulla senza não
    nenhum nenhuma ninguém sem niet geen nooit niets zonder inte ikke ingen aldrig aldri utan uden
    uten не нет никогда никто ничего без""".split()
)
# Chinese and Japanese, whose words are pairs of characters; 不同, "different", is none.
_NEGATED_PAIR = lazy_re.compile(r"[不没沒未无無][^同仅僅但断斷久少过過来來论論]|ない|ませ")
# "no later than 5 May", "not only": a limit.
_COMPARED = frozenset("later earlier sooner more less fewer longer".split())


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says, as far as the check can tell."""

    words: frozenset[str]  # stemmed, those that carry content; "eight" is "8"
    figures: frozenset[Figure]
    units: frozenset[str]  # what it says that something is counted in
    naming: Naming  # what a name is looked up in
    order: tuple[str, ...]  # all words as they come, stemmed

    @classmethod
    def of(cls, text: str, code: str) -> Facts:
        held = figures(text, language(text))
        same = {stemmed(f.written, code): f.digits for f in held if " " not in f.written}
        order = (word if _negates(word) else stemmed(word, code) for word in words(text))
        return cls(
            frozenset(same.get(word, word) for word in content_words(text, code)),
            held,
            units_in(text),
            Naming.of(text),
            tuple(same.get(word, word) for word in order),
        )

    @property
    def negations(self) -> tuple[int, ...]:
        """The places of words such as "not" and "can't" in `order`."""
        return tuple(
            place
            for place, word in enumerate(self.order)
            if _negates(word) and not _is_harmless(word, self.order[place + 1 :])
        )

    @property
    def telling(self) -> list[str]:
        """The words that carry content and the numbers, in order."""
        return [word for word in self.order if word in self.words or word[:1].isdigit()]

    def negates(self, what: frozenset[str]) -> bool:
        """Is there a negation most of whose neighbours are in `what`?"""
        for place in self.negations:
            near = self.words.intersection(self.order[max(0, place - 3) : place + 4])
            if len(near & what) * 2 > len(near) or not near:
                return True
        return False

    def around(self, word: str, reach: int) -> list[frozenset[str]]:
        """The content words around each place where `word` stands."""
        return [
            self.words.intersection(self.order[max(0, i - reach) : i + reach + 1]) - {word}
            for i, other in enumerate(self.order)
            if other == word
        ]


def _is_harmless(word: str, following: Sequence[str]) -> bool:
    """ "No. 12" negates nothing, nor do "no later than" and "not only"."""
    if word == "no" and following and following[0].isdigit():
        return True
    limits = following[:1] == (stemmed("only", "en"),) or (
        following[1:2] == ("than",) and following[0] in _COMPARED
    )
    return word in ("no", "not") and limits


def _negates(word: str) -> bool:
    if word in _NEGATIONS or word.endswith("n't"):  # "can't", "shouldn't"
        return True
    return is_unspaced(word) and _NEGATED_PAIR.fullmatch(word) is not None
