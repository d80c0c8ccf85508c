"""Which of the reader's spans reads like the answer that was asked for?

A small reader often marks the right place and the wrong extent, or a place of the wrong kind: a
clause for "who", a name for "how many". A linear model over the reader's score, the extent, the
kind of thing that the question asks for and the question's words around the span chooses better
among its best candidates than the reader itself does (figures in `benchmarks/LOG.md`).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from rag import lazy_re
from rag.evidence import Sentence, languages
from rag.networks.reading import Reading, Span
from rag.patterns import columns, tables
from rag.patterns.heads import BAR
from rag.question.shape import Wanted, wanted
from rag.scoring.calibration import Logistic, load
from rag.scoring.formal_places import Place
from rag.text import length, query_terms, terms, words
from rag.types import Hit
from rag.vocabulary import DAYS, MONTHS, any_of, up_to

FEATURES = (
    "reader",  # the reader's score over ten
    "passage",  # fused score of the passage
    "close",  # how close the words of its sentence are to the question's
    "terms",  # share of the question's terms in its sentence, weighted by their rarity
    "around",  # the same share over the sentence with its two neighbours
    "mass",  # the reader's probability of all spans that say the same
    "company",  # the reader's probability of all spans of its sentence
    "words",  # number of words, as a logarithm ...
    "extent",  # ... and over ten
    "covered",  # share of the question's terms in its sentence
    "near",  # share of the question's terms within 60 characters of it
    "repeats",  # share of its terms that the question has already
    "date_wanted",  # a date where one is asked for
    "date_missing",  # none where one is asked for
    "date_unwanted",  # a date where neither date nor number is asked for
    "number_wanted",
    "number_missing",
    "name_wanted",  # nothing but a name, where a person is asked for
    "name_missing",  # share of words in lower case, where a person is asked for
    "number_for_name",
    "place_wanted",
    "place_missing",
    "reason_short",  # at most two words for "why" and "how"
    "reason_words",  # number of words for "why" and "how", as a logarithm
    "clause",  # starts like a relative clause or a predicate
    "several",  # has a comma or "and"
)
CANDIDATES = 5  # of each sentence
READER_SCALE = 10.0  # logits
TEMPERATURE = 2.0  # the reader is surer than it should be
LONGEST = 20  # tokens; longer spans are hardly ever what was asked for
EXPLAINED = 0.4  # least share of the question that row and head of a cell explain
CELL = 10.0  # what a cell that explains all of the question is worth, in the reader's logits
AROUND = 60  # characters on either side in which the question's words count as near

_YEAR = lazy_re.compile(r"\b(?:1\d{3}|20\d\d)\b")
# Not "mars", the planet.
_MONTHS = any_of(chain(*MONTHS.values()), but=("mars",))
_CALENDAR = lazy_re.compile(
    rf"\b({_MONTHS}|{any_of(DAYS['en'] + DAYS['de'])}"
    r"|century|centuries|spring|summer|autumn|winter|bc|ad|jahrhunderts?|jahr|siècle|siglo|secolo"
    r"|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|século"
    r"|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|века)\b"
    r"|[年月日]|世纪|世紀",
    re.IGNORECASE,
)
# "Due" is a word of English, "sei" one of German, and "DOS" a system.
_NUMBERS = any_of(up_to(12, "en", "de") + up_to(10, "fr", "es", "it"), but=("due", "sei", "dos"))
_NUMBER = lazy_re.compile(
    rf"\d|\b(one|{_NUMBERS}|hundred|thousand|million|billion|dozen|first|second|third|half"
    r"|hundert|tausend|millionen|mille|cien|millones|dois|três|quatro)\b"
    r"|[一二三四五六七八九十百千万亿两]",
    re.IGNORECASE,
)
_CLAUSE = lazy_re.compile(r"(which|that|and|or|is|are|was|were)\b", re.IGNORECASE)
_CALLS = lazy_re.compile(r"(?i)\b(call|phone|ring|dial|contact|reach|text|(anruf|erreich)e\w*)\b")
_JOINERS = frozenset({"of", "the", "de", "and", "von", "van"})


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The spans that one sentence offers, offsets in its hit's text, with their features.

    `rows` is f32 (len(spans), len(FEATURES)).
    """

    spans: tuple[Span, ...]
    rows: NDArray[np.float32]


def candidates(
    question: str,
    hits: Sequence[Hit],
    found: Sequence[Sentence],
    readings: Sequence[Reading],
    close: NDArray[np.float32],
    shared: NDArray[np.float32],
    rarity: Mapping[str, float],
    told: Sequence[Place | None],
) -> list[Candidates]:
    """The candidates of each sentence.

    `close` f32 (n,) is how close each sentence is to the question, `shared` f32 (n, 2) its
    shares of the question's terms (`rag.evidence.shares`), `rarity` the weights of these terms,
    `told` where in it a formal part answers (`rag.scoring.formal_places`).
    """
    codes, kind = languages(found), wanted(question)
    asked = frozenset(query_terms(question, codes))
    weights = {term: rarity.get(term, 0.0) or 1.0 for term in asked}
    offered = _offered(question, hits, found, readings, told, weights)
    texts = [
        [hits[item.hit].text[span.start : span.end] for span in spans]
        for item, spans in zip(found, offered, strict=True)
    ]
    alike, company = _masses(offered, texts)
    made = []
    for i, (item, spans, code) in enumerate(zip(found, offered, codes, strict=True)):
        hit = hits[item.hit]
        covered = len(asked.intersection(terms(item.text, code))) / max(len(asked), 1)
        rows = [
            (
                span.score / READER_SCALE,
                hit.score,
                close[i],
                *shared[i],
                alike[answer],
                company[i],
                *_extent(answer),
                covered,
                *_told(asked, kind, answer, _around(hit.text, span.start, span.end), code),
            )
            for span, answer in zip(spans, texts[i], strict=True)
        ]
        table = np.asarray(rows, dtype=np.float32).reshape(-1, len(FEATURES))
        made.append(Candidates(tuple(spans), table))
    return made


def _offered(
    question: str,
    hits: Sequence[Hit],
    found: Sequence[Sentence],
    readings: Sequence[Reading],
    told: Sequence[Place | None],
    weights: Mapping[str, float],
) -> list[list[Span]]:
    offered: list[list[Span]] = [[] for _ in found]
    # A cell of a time is nobody; whom one calls may be a number.
    kind = wanted(question)
    of_people, of_numbers = kind == "person" and not _CALLS.search(question), kind == "number"
    for number, (hit, reading) in enumerate(zip(hits, readings, strict=True)):
        mine = [i for i, item in enumerate(found) if item.hit == number]
        ends = [(found[i].start - hit.start, found[i].end - hit.start) for i in mine]
        for i, spans in zip(mine, reading.candidates(ends, CANDIDATES, LONGEST), strict=True):
            text, head = found[i].text, found[i].head
            if head and tables.is_blank(text, head, weights):
                continue
            place = tables.cell(text, head, weights) if head else tables.entry(text, weights)
            if there := told[i]:
                place = (*there, 1.0)
            if BAR in text:
                spans = [_within_a_cell(span, hit.text) for span in spans]
            if head and (right := columns.sought(question, text, head, weights)):
                # A reader of prose can't tell what stands above a cell.
                own, behind = found[i].start - hit.start, text.find(BAR)
                here = (own + right[0], own + right[1])
                # Who asks how much or how long is told no name.
                named = -1 if of_numbers else own + behind
                spans = [s if s.start < named else Span(*here, s.score) for s in spans]
                if place and of_numbers:
                    place = (*right, place[2])
            spans = [*spans, *_of_table(place, found[i].start - hit.start)]
            offered[i] = [s for s in spans if not (head and of_people) or _says(s, hit.text)]
    return offered


def _says(span: Span, text: str) -> bool:
    return any(map(str.isalpha, text[span.start : span.end]))


def _within_a_cell(span: Span, text: str) -> Span:
    """What begins in one cell of a row and ends in another: the part in the last one."""
    _, bar, last = text[span.start : span.end].rpartition(BAR)
    if not bar or not last.strip():
        return span
    start = span.end - len(last.lstrip())
    return Span(start, span.end, span.score)


def _of_table(place: tuple[int, int, float] | None, start: int) -> list[Span]:
    if place is None or place[2] < EXPLAINED:
        return []
    return [Span(start + place[0], start + place[1], CELL * place[2])]


def _masses(
    offered: Sequence[Sequence[Span]], texts: Sequence[Sequence[str]]
) -> tuple[dict[str, float], list[float]]:
    """The reader's probability of each text, over all places, and of each sentence."""
    top = max((span.score for spans in offered for span in spans), default=0.0)
    weights = [[math.exp((span.score - top) / TEMPERATURE) for span in spans] for spans in offered]
    total = sum(map(sum, weights)) or 1.0
    said: defaultdict[str, float] = defaultdict(float)
    plain = {answer: " ".join(words(answer)) for answers in texts for answer in answers}
    for answers, values in zip(texts, weights, strict=True):
        for answer, value in zip(answers, values, strict=True):
            said[plain[answer]] += value / total
    alike = {answer: said[plain[answer]] for answer in plain}
    return alike, [sum(values) / total for values in weights]


def best(offered: Sequence[Candidates], model: Logistic | None = None) -> list[Span | None]:
    """The best span of each sentence, its score the model's; None where it offers none.

    Scores are logits: comparable among the sentences of one question. `model` is the one that is
    shipped unless it is given.
    """
    model = model or load("span", FEATURES)
    chosen: list[Span | None] = []
    for item in offered:
        if not item.spans:
            chosen.append(None)
            continue
        scores = model.logits(item.rows)
        top = int(scores.argmax())
        chosen.append(Span(item.spans[top].start, item.spans[top].end, float(scores[top])))
    return chosen


def _extent(answer: str) -> tuple[float, float]:
    count = length(answer)
    return float(np.log1p(count)), count / 10


# Of one question the same spans come back when a passage has been read again.
@lru_cache(maxsize=2048)
def _told(
    asked: frozenset[str], kind: Wanted, answer: str, around: str, code: str
) -> tuple[float, ...]:
    """The features from "near" on."""
    there = len(asked.intersection(terms(around, code)))
    return there / max(len(asked), 1), _repeats(asked, answer, code), *_kind(kind, answer)


def near(asked: frozenset[str], text: str, start: int, end: int, code: str) -> int:
    """How many terms of the question stand around text[start:end]."""
    return len(asked.intersection(terms(_around(text, start, end), code)))


def _around(text: str, start: int, end: int) -> str:
    return f"{text[max(0, start - AROUND) : start]} {text[end : end + AROUND]}"


def _repeats(asked: frozenset[str], answer: str, code: str) -> float:
    own = frozenset(terms(answer, code))
    return len(asked & own) / max(len(own), 1)


def _kind(wanted: Wanted, answer: str) -> tuple[float, ...]:
    parts, count = answer.split(), length(answer)
    date = float(bool(_YEAR.search(answer) or _CALENDAR.search(answer)))
    number = float(bool(_NUMBER.search(answer)))
    capital = sum(word[0].isupper() for word in parts) / max(len(parts), 1)
    name = float(all(word[0].isupper() or word.lower() in _JOINERS for word in parts))
    reason = wanted in ("reason", "manner")
    return (
        date * (wanted == "date"),
        (1 - date) * (wanted == "date"),
        date * (wanted not in ("date", "number")),
        number * (wanted == "number"),
        (1 - number) * (wanted == "number"),
        name * (wanted == "person"),
        (1 - capital) * (wanted == "person"),
        number * (wanted == "person"),
        name * (wanted == "place"),
        (1 - capital) * (wanted == "place"),
        float(reason and count <= 2),
        float(np.log1p(count)) * reason,
        float(bool(_CLAUSE.match(answer))),
        float("," in answer or " and " in answer),
    )
