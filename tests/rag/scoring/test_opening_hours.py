"""Of the hours and what is said beside them of closing, the latter answers for the day it names."""

from __future__ import annotations

import numpy as np
import pytest

from rag.evidence import split
from rag.networks.reading import Span
from rag.scoring.opening_hours import marked, pairs, tells_closed
from tests.rag.records import hit

HOURS = "The library is open Monday to Friday from 9 to 17."
CLOSED = "It is closed on Saturdays."
LIBRARY = hit(f"{HOURS} {CLOSED} Ann likes to read.", start=500)
FOUND = split([LIBRARY])
SATURDAY = "When is the library open on Saturday?"


def scores(*told: float) -> np.ndarray:
    return np.asarray(told, np.float32)


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        (SATURDAY, CLOSED, True),
        (SATURDAY, HOURS, False),
        ("When is the library open on Monday?", CLOSED, False),
        ("When is the library open?", CLOSED, False),  # no day is asked for
        ("When is the swimming pool open on Saturday?", CLOSED, False),  # of something else
        ("Who reads on Saturday?", CLOSED, False),
    ],
)
def test_closed_at_the_time_of_the_question(question: str, text: str, said: bool) -> None:
    assert tells_closed(question, text, LIBRARY) is said


def test_hours_are_paired_with_what_is_said_of_closing_beside_them() -> None:
    assert pairs(SATURDAY, FOUND, scores(0.9, 0.5, 0.1)) == [(0, 1)]
    assert pairs("When is the library open on Monday?", FOUND, scores(0.9, 0.5, 0.1)) == []
    assert pairs("Who reads?", FOUND, scores(0.9, 0.5, 0.1)) == []


def test_of_two_hours_the_better_one_is_paired() -> None:
    found = split([hit(f"Open Tuesday from 9. {CLOSED} Open Friday from 10.")])
    assert pairs(SATURDAY, found, scores(0.2, 0.5, 0.7)) == [(2, 1)]
    assert pairs(SATURDAY, found, scores(0.8, 0.5, 0.7)) == [(0, 1)]


def test_hours_of_another_passage_and_those_far_away_are_not_beside_it() -> None:
    elsewhere = split([hit(HOURS), hit(CLOSED)])
    assert pairs(SATURDAY, elsewhere, scores(0.9, 0.5)) == []
    far = split([hit(f"{HOURS} Ann reads. Ben reads. Cy reads. {CLOSED}")])
    assert len(far) == 5
    assert pairs(SATURDAY, far, scores(0.9, 0.1, 0.1, 0.1, 0.5)) == []


def test_what_tells_that_it_is_closed_is_marked() -> None:
    read = [Span(item.start - 500, item.start - 495, 4.0) for item in FOUND]
    first, second, third = marked(SATURDAY, [LIBRARY], FOUND, read)
    assert (first, third) == (read[0], read[2])
    assert second
    assert LIBRARY.text[second.start : second.end] == "closed on Saturdays"
    assert marked("Who reads?", [LIBRARY], FOUND, read) == read
    assert marked("Who reads?", [LIBRARY], FOUND, [None] * 3) == [None] * 3


def test_it_is_marked_where_the_reader_found_nothing() -> None:
    (span,) = filter(None, marked(SATURDAY, [LIBRARY], FOUND, [None] * 3))
    assert LIBRARY.text[span.start : span.end] == "closed on Saturdays"
