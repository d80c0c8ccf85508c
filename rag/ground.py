"""The check: is what was written supported by the evidence, and by which of it?

Each sentence of a draft is taken apart into its clauses, and each of these is aligned with the
evidence. Citation numbers come from here, never from the model. A number or name that occurs
nowhere in the evidence makes its sentence unsupported, whatever else it shares with it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import lazy_re
from rag.patterns.facts import Facts
from rag.patterns.figures import figures, missing, of_other_units
from rag.patterns.lists import unmarked
from rag.patterns.proper import could_be_names, is_unspaced
from rag.patterns.swapped import exchanged, is_of_another_number
from rag.text import content_words, language, names, sentences, stemmed, words
from rag.types import Evidence

SUPPORTED = 0.6  # least support of a sentence that is shown as it stands
# A name has this many words about it in the claim, which stand about it so far in the evidence;
# below this share of them missing nothing is held against it.
NEAR, FAR, MISPLACED = 3, 6, 0.5
CLAUSE = 4  # content words from which a clause is checked by itself
OPENING = 8  # words of a line that only opens a list
SAID = 0.6  # share of a span's words that a text must have to say the same
_MARK = lazy_re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_BEFORE = lazy_re.compile(r"[\w.\[\]]*$")
_DRESS = lazy_re.compile(r"(?:\*\*|__|^#{1,6}[ \t]+)")  # of Markdown
# Where clauses are joined so that each says something by itself. A plain "and" mostly joins words.
_JOINT = lazy_re.compile(
    r";\s+|,\s+(?:and|but|while|whereas|although|und|aber|während|et|mais|y|pero|e|ma)\s+"
    r"|\s+(?:but|while|whereas|although|aber|während|mais|pero)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a draft, with its support in [0, 1] and the evidence that gives it."""

    text: str
    support: float
    cites: tuple[int, ...]

    @property
    def supported(self) -> bool:
        return self.support >= SUPPORTED and bool(self.cites)


@dataclass(frozen=True, slots=True)
class _Source:
    """One piece of evidence: its own facts, and those of it with its title and headings."""

    own: Facts
    placed: Facts

    @classmethod
    def of(cls, item: Evidence, code: str) -> _Source:
        own = Facts.of(item.quote, code)
        around = f"{item.title}\n{' '.join(item.headings)}\n{item.head}\n{item.of}"
        return cls(own, Facts.of(f"{item.quote}\n{around}", code) if around.strip() else own)


def ground(draft: str, evidence: Sequence[Evidence], question: str = "") -> list[Claim]:
    """The sentences of `draft` as claims, in order; marks like [1] in it are ignored, unless the
    evidence has them, as in `argv[1]`.

    Words of the question count as given: repeating them is no claim of the answer. Its names and
    numbers do so only where some evidence has them, since a question may be wrong.
    """
    quotes = " ".join(item.quote for item in evidence)
    plain = _MARK.sub(lambda m: m[0] if _is_said(m, quotes) else "", draft).strip()
    code = language(plain)
    asked = Facts.of(question, code)
    facts = [_Source.of(item, code) for item in evidence]
    claims = []
    for start, end in sentences(plain):
        text = plain[start:end]
        said = _DRESS.sub("", unmarked(_DRESS.sub("", text)))
        parts = [_support(part, facts, asked, code) for part in _clauses(said, code)]
        cited = sorted({i for part in parts for i in part[1]})
        support = min(part[0] for part in parts)
        support *= _numbers_in_place(said, [facts[i].own for i in cited], code)
        claims.append(Claim(text, support, tuple(evidence[i].n for i in cited)))
    following = (*claims[1:], None)[: len(claims)]
    return [_opening(*pair) for pair in zip(claims, following, strict=True)]


def _is_said(mark: re.Match[str], quotes: str) -> bool:
    """Does a mark belong to the word before it, as the evidence has it?"""
    before = _BEFORE.search(mark.string, 0, mark.start())
    said = f"{before[0] if before else ''}{mark[0]}"
    return said[0] not in " [" and said in quotes


def _opening(claim: Claim, following: Claim | None) -> Claim:
    """A line such as "Steps:" claims nothing that what follows it does not."""
    text = _DRESS.sub("", claim.text).rstrip()
    empty = text.endswith(":") and not names(text) and not any(map(str.isdigit, text))
    if claim.supported or following is None or not (empty and len(text.split()) <= OPENING):
        return claim
    return Claim(claim.text, following.support, following.cites)


def says(text: str, span: str) -> bool:
    """Does a text hold what a span says: its numbers, and most of its words?"""
    code = language(text)
    wanted, there = content_words(span, code), content_words(text, code)
    if missing(figures(span, code), figures(text, code)):
        return False
    return not wanted or len(wanted & there) >= SAID * len(wanted)


def _clauses(text: str, code: str) -> list[str]:
    """The clauses of a sentence that say enough to be checked; otherwise the sentence."""
    cuts = [0, *(match.start() for match in _JOINT.finditer(text)), len(text)]
    parts: list[str] = []
    for a, b in itertools.pairwise(cuts):
        part = text[a:b]
        long_enough = len(content_words(part, code)) >= CLAUSE
        if parts and not (long_enough and len(content_words(parts[-1], code)) >= CLAUSE):
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def _support(
    text: str, evidence: Sequence[_Source], asked: Facts, code: str
) -> tuple[float, tuple[int, ...]]:
    """Support of one clause and the indices of the one or two evidence sentences behind it."""
    claim = Facts.of(text, code)
    new = claim.words - asked.words or claim.words
    if not new or not evidence:
        return 0.0, ()
    own = [item.own for item in evidence]
    gains = [len(new & item.words) for item in own]
    first = max(range(len(own)), key=lambda i: (gains[i], len(claim.words & own[i].words)))
    if gains[first] == 0:
        return 0.0, ()
    cited = [first]
    left = new - own[first].words
    second = max(range(len(own)), key=lambda i: len(left & own[i].words))
    if len(left & own[second].words) > 0.2 * len(new):
        cited.append(second)
    behind = [own[i] for i in cited]
    support = 1 - len(_lost(new, claim, behind, code)) / len(new)
    if _invented(text, claim, [evidence[i].placed for i in cited], evidence, asked):
        support = 0.0
    if claim.negates(claim.words) != any(item.negates(claim.words) for item in behind):
        support *= 0.5
    return support * _in_place(text, claim, behind), tuple(cited)


def _lost(new: frozenset[str], claim: Facts, behind: Sequence[Facts], code: str) -> frozenset[str]:
    """Words of a claim that its evidence has in no form.

    Numbers count by value. Of scripts without spaces the words are pairs of characters, some of
    which only come from what stands side by side: there the characters are enough.
    """
    lost = new - frozenset().union(*(item.words for item in behind))
    there = [figure for item in behind for figure in item.figures]
    held = [figure for figure in claim.figures if not missing([figure], there)]
    lost -= {stemmed(word, code) for f in held for word in (*words(f.written), f.digits)}
    characters = frozenset().union(*(item.naming.characters for item in behind))
    return frozenset(w for w in lost if not (is_unspaced(w) and characters.issuperset(w)))


def _invented(
    text: str, claim: Facts, behind: Sequence[Facts], evidence: Sequence[_Source], asked: Facts
) -> bool:
    """Does it hold a number or a name that its evidence has not?

    What the question has may stand in any of the evidence.
    """
    held = [figure for item in behind for figure in item.figures]
    told = frozenset().union(asked.units, *(item.units for item in behind))
    if of_other_units(claim.figures, held, told):
        return True
    lost = missing(claim.figures, held)
    anywhere = [figure for item in evidence for figure in item.placed.figures]
    if any(figure in missing([figure], asked.figures) for figure in lost) or missing(
        lost, anywhere
    ):
        return True
    unnamed = [
        name for name in could_be_names(text) if not any(item.naming.has(name) for item in behind)
    ]
    return any(
        not asked.naming.has(name) or not any(item.placed.naming.has(name) for item in evidence)
        for name in unnamed
    )


def _in_place(text: str, claim: Facts, evidence: Sequence[Facts]) -> float:
    """How far names and numbers stand among the same words as in the evidence, 0.4 to 1.

    A sentence in which two names of the evidence changed places shares every word with it.
    """
    loose, proper = 0.0, _proper(text)
    for word in sorted(claim.words):
        if not word.isdigit() and word not in proper:
            continue
        near = frozenset().union(*claim.around(word, NEAR))
        there = [len(near & other) for item in evidence for other in item.around(word, FAR)]
        if near and there:
            loose = max(loose, 1 - max(there) / len(near))
    return 1.0 if loose <= MISPLACED else 0.4 + 0.6 * (1 - loose)


def _numbers_in_place(text: str, evidence: Sequence[Facts], code: str) -> float:
    """0.5 where numbers stand by other things than in the evidence, else 1."""
    claim = Facts.of(text, code)
    units = {f.digits: f.unit for item in (claim, *evidence) for f in item.figures}
    told = [word for item in evidence for word in item.telling]

    def same(one: str, other: str) -> bool:
        return units.get(one, "") == units.get(other, "")

    wrong = exchanged(claim.telling, told, same) or is_of_another_number(claim.telling, told, same)
    return 0.5 if wrong else 1.0


def _proper(text: str) -> frozenset[str]:
    code = language(text)
    return frozenset(stemmed(name, code) for name in names(text))
