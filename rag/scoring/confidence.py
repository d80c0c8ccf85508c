"""Do the documents hold the answer? A calibrated probability, decided before anything is written.

Language models asked to refuse do so for fewer than half of the questions that they can't answer
(Chen et al., "Benchmarking Large Language Models in Retrieval-Augmented Generation", AAAI 2024,
table 5), so the decision is not left to one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag import lazy_re
from rag.evidence import FEATURES as OF_SENTENCES
from rag.patterns.columns import is_price
from rag.patterns.periods import names_between
from rag.patterns.ranges import within
from rag.patterns.standing import placed, stands_under_another
from rag.patterns.titles import ADDRESSES
from rag.patterns.when import in_english, spelled, units
from rag.question import chinese_thing, german_thing, named_thing, romance_thing
from rag.question.shape import kind
from rag.scoring import opening_hours
from rag.scoring.amounts import asks_count, counts, form, is_without
from rag.scoring.calibration import load, log_odds
from rag.scoring.contrary import is_contrary
from rag.scoring.editions import is_of_other_year
from rag.text import language, names, numbers, stemmed, words
from rag.types import Hit

if TYPE_CHECKING:
    from rag.scoring.signals import Signals

FEATURES = (
    "reader",  # its best span in the passage of the best sentence, against "no answer", over ten
    "missing",  # share of the question's names and numbers that no passage has
    "numbers",  # share of its numbers and months that the passage of the best sentence lacks
    "terms",  # share of the question's terms, weighted by rarity, in the best sentence
    "close",  # of the passage of the best sentence, its closest sentence to the question
    "sentence",  # logit of the best sentence's score
)
# GPT-4, 8x7B, RNNsearch-50: parts of such a name may all be there and the thing itself not.
_VERSION = lazy_re.compile(r"\b(?=\w*[^\W\d])\w+-\d[\w.]*\b|\b\d+[^\W\d_]+\d\w*\b")
# The kind of a document is no name that its passages have to have.
_FORM = lazy_re.compile(r"\b10-?[qk]s?\b", re.IGNORECASE)
_CODE = lazy_re.compile(r"\b(?=\w*[^\W\d])(?=\w*\d)\w+\b")  # Q2, A52
SPANLESS = frozenset({"explain", "yesno"})
# Logits for a question that no span answers, one for an explanation or for yes or no: hardly any
# that the probability was fitted on is one. Of 74 for explanations of ARAGOG's papers .92 are
# answered with it.
NO_SPAN = 0.1
# A logit more where "Closed on Saturdays" answers when it is open on Saturday: the reader, which
# looks for a time of day, finds none there.
CLOSED = 1.5
# What is left where a report of another quarter or of another company answers, or where no document
# has what is asked for: the questions that the probability was fitted on are put to documents
# without titles, and to many of them, so it can't have learnt that.
ELSEWHERE = 0.35
# What is left where one asks how many or when in another language than English and the best
# sentence has neither a number nor a time, or how many and a cell of words or of a price answers
# best: so little that none is answered. Of 154 such questions of XQuAD in German and Chinese none
# has its answer in a sentence without.
NO_AMOUNT = 0.3
# What is left where the best sentence is of another time or contrary: none is answered then.
CONTRARY = 0.3
# What is left where a question asks about something that no passage in its language has a word for,
# or that an English one calls by a name, "the Skoda": none is answered then. So it is for none of
# 162 such questions of SQuAD 2 that their paragraph answers, and for 8 of 142 others; in German for
# 35 of 3,192 that the documents answer (XQuAD, `training/written`; of 10 asked again, one had been
# answered rightly), and for 325 of 3,276 that they do not.
UNNAMED = 0.3
_TERMS = OF_SENTENCES.index("terms")


def features(question: str, measured: Signals) -> NDArray[np.float32]:
    """One row f32 (1, 6) for a question and what was measured of the sentences found for it."""
    best = int(measured.scores.argmax())
    question = _FORM.sub(" ", question)
    return np.asarray(
        [
            [
                measured.reader / 10,
                _unnamed(question, measured.hits),
                _without(question, measured.top),
                measured.rows[best, _TERMS],
                _closest(measured),
                log_odds(float(measured.scores[best])),
            ]
        ],
        dtype=np.float32,
    )


def _closest(measured: Signals) -> float:
    """The closeness of the closest sentence in the passage of the best one."""
    top = measured.leading.hit
    there = [item.hit == top for item in measured.found]
    return float(measured.basis.close[there].max())


def _unnamed(question: str, hits: Sequence[Hit]) -> float:
    """Share of the names and numbers of `question` that no passage has, nor its title and headings;
    0 where the question has none."""
    code = language(question)
    question = spelled(question)
    texts = [placed(hit) for hit in hits]
    there = {stemmed(word, code) for text in texts for word in words(text)}
    versions = {version.lower() for version in _VERSION.findall(question)}
    ranged = {told for text in texts for told in _in_ranges(question, text)}
    called = {word for word in names(question) | _figures(question) if word not in ranged}
    asked = {stemmed(word, code) for word in called}
    missing = len({stemmed(word, code) for word in called - ADDRESSES} - there)
    missing += sum(not any(v in text for text in texts) for v in versions)
    return missing / max(len(asked) + len(versions), 1)


def _without(question: str, hit: Hit) -> float:
    """Share of the numbers, codes and months of `question` that one passage lacks: an answer for
    another year is none."""
    question = in_english(question)
    asked = _figures(question) | frozenset().union(*units(question))
    text = placed(hit)
    lacking = asked - set(words(text)) - _in_ranges(question, text)
    for unit in units(question):
        if unit & lacking:  # another day of the same month is another day
            lacking |= unit & asked
    return len(lacking) / max(len(asked), 1)


def _in_ranges(question: str, text: str) -> frozenset[str]:
    """Its numbers and months that lie in ranges of a text."""
    whether = kind(question) == "yesno"
    return within(question, text) | names_between(question, text, whether=whether)


def _figures(question: str) -> frozenset[str]:
    """Its numbers, and words with a digit as they are: the 2 of "Q2" is no number."""
    coded = {word.lower() for word in _CODE.findall(question)}
    return numbers(_CODE.sub(" ", question)) | coded


def answerable(question: str, measured: Signals, *, elsewhere: bool = False) -> float:
    """Probability in [0, 1] that the passages answer the question; 0 where there are none.

    `elsewhere` says that they are known to be about another thing than the question.

    A question in another language than English, which is what embedder and reader know best, has a
    model of its own: by the one for English, .69 of the German questions that the documents answer
    were kept, by this one .96, with .77 of the others refused (benchmarks/LOG.md). No span answers
    a question for an explanation or for yes or no, so that more is added to what the reader says of
    it.
    """
    if not measured.found:
        return 0.0
    row = features(question, measured)
    english = language(question) == "en"
    model = load("answerable" if english else "foreign", FEATURES)
    if english and kind(question) in SPANLESS:
        model = replace(model, bias=model.bias + NO_SPAN)
    if opening_hours.tells_closed(question, measured.leading.whole, measured.top):
        model = replace(model, bias=model.bias + CLOSED)
    elsewhere = elsewhere or stands_under_another(question, measured.top)
    leading = measured.leading
    without = is_without(leading.text, form(question), leading.head)
    without = without or _is_no_count(question, measured)
    kept = NO_AMOUNT if without else 1.0
    kept *= CONTRARY if is_contrary(question, leading, measured.top) else 1.0
    kept *= CONTRARY if is_of_other_year(question, measured.hits, measured.top) else 1.0
    kept *= UNNAMED if _names_nothing(question, measured) else 1.0
    return float(model(row)[0]) * (ELSEWHERE if elsewhere else 1.0) * kept


def _names_nothing(question: str, measured: Signals) -> bool:
    """Have passages no word for what a question in their language is about, or for what an English
    one calls by a name?"""
    top = measured.top.text
    return (
        named_thing.is_unheard_of(question, measured.hits)
        or romance_thing.is_unheard_of(question, measured.hits, top)
        or chinese_thing.is_unheard_of(question, measured.hits)
        or (german_thing.is_unheard_of(question, measured.hits) and german_thing.is_german(top))
    )


def _is_no_count(question: str, measured: Signals) -> bool:
    """Is asked how many, and what answers best is a cell of a table with no number, or a price?"""
    said, top, row = measured.best[int(measured.scores.argmax())], measured.top, measured.leading
    if said is None or not row.head or not asks_count(question):
        return False
    is_number = counts(top.text[said.start : said.end])
    return not is_number or is_price(row.text, row.head, said.start + top.start - row.start)
