"""Whatever stands in a document, a page shows it and does nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app import marks, render
from app.records import dump_answer, load_answer
from rag.types import Page
from rag.wording import count
from tests.app.conftest import answer

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.example/a.png)",
    "[click](javascript:alert(1))",
    "http://evil.example www.evil.example a@evil.example",
    "`$x$` :material/home: :red[x] ~~y~~ **z** # h",
    "a\u202egnp.exe \u2066x\u2069",
    "| a | b |\n|---|---|\n| c | d |",
    "&lt;b&gt; <http://evil.example>",
]
anything = st.text() | st.sampled_from(HOSTILE)


@given(anything)
def test_no_bracket_survives_html(text: str) -> None:
    shown = render.html(text)
    assert not re.search("[<>\"']", shown)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)


@given(anything)
def test_offsets_stay_where_they_were(text: str) -> None:
    assert len(render.visible(text)) == len(text)


@given(anything)
def test_a_label_holds_nothing_but_its_text(text: str) -> None:
    label = render.md(text)
    tokens = MarkdownIt("commonmark").parse(label)
    kinds = {token.type for token in tokens} | {
        child.type for token in tokens for child in token.children or ()
    }
    assert kinds <= {"paragraph_open", "inline", "paragraph_close", "text", "text_special"}
    shown = "".join(
        child.content for token in tokens for child in token.children or () if child.content
    )
    assert shown.replace("\u2060", "").split() == render.visible(text).replace("\u2060", "").split()
    assert not re.search(r"https?://|www\.\w|\w@\w|:material", shown)


@given(anything, st.lists(st.integers(0, 120)), anything)
def test_parts_hold_the_whole_answer(text: str, cited: list[int], short: str) -> None:
    pieces = render.parts(text, cited, short)
    marks_ = [piece["n"] for piece in pieces if "n" in piece]
    assert all(n in cited for n in marks_)
    put = "".join(
        f"[{p['n']}]" if "n" in p else str(p.get("text", p.get("strong"))) for p in pieces
    )
    assert re.sub(r" |\[0+(?=\d)", "", put) == re.sub(r" |\[0+(?=\d)", "", render.visible(text))


def test_what_looks_like_a_mark_in_a_document_stays_text() -> None:
    text = "It is in argv[1], see [1]. [1]"
    told = replace(answer("harbour"), text=text, marks=((27, 30),))
    assert render.parts_of(told) == [{"text": "It is in argv[1], see [1]."}, {"n": 1}]
    assert load_answer(dump_answer(told)) == told
    stored = json.loads(dump_answer(replace(told, text="In argv. [1]")))
    del stored["marks"]  # as an earlier version kept it
    assert render.parts_of(load_answer(json.dumps(stored))) == [{"text": "In argv."}, {"n": 1}]


def test_marks_of_citations_that_do_not_exist_stay_text() -> None:
    assert render.parts("In 1931. [1] See [2] [7].", [1, 2], "1931") == [
        {"text": "In "},
        {"strong": "1931"},
        {"text": "."},
        {"n": 1},
        {"text": " See"},
        {"n": 2},
        {"text": " [7]."},
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.93, "very likely right (93%)"), (0.6, "probably right (60%)"), (0.2, "unsure (20%)")],
)
def test_confidence_in_words_and_number(value: float, said: str) -> None:
    assert render.certainty(value) == said


def test_numbers_for_people() -> None:
    assert render.size(999) == "999 bytes"
    assert render.size(12_300_000) == "12 MB"
    assert render.duration(600) == "10 minutes"
    assert count(1, "page") == "1 page"
    assert render.clipped("a long line of words", 12) == "a long line…"


# --- boxes ----------------------------------------------------------------------------------------


def letters(x: float, y: float, count: int) -> list[list[float]]:
    return [[x + 5 * i, y, x + 5 * i + 4, y + 10] for i in range(count)]


def test_a_box_for_each_line_and_none_for_line_breaks() -> None:
    boxes = np.array([*letters(10, 20, 4), [0, 0, 0, 0], *letters(10, 34, 3)], np.float32)
    assert marks.lines(boxes) == [(10, 20, 29, 30), (10, 34, 24, 44)]


def test_columns_are_kept_apart() -> None:
    boxes = np.array([*letters(10, 20, 3), *letters(300, 20, 3)], np.float32)
    assert len(marks.lines(boxes)) == 2


def test_turned_text_gives_one_box() -> None:
    down = [[20, 10 + 5 * i, 30, 14 + 5 * i] for i in range(6)]
    assert marks.lines(np.array(down, np.float32)) == [(20, 10, 30, 39)]


def test_only_the_quoted_part_of_a_page_is_marked() -> None:
    page = Page(2, 100, 104, 200, 100, np.array(letters(10, 20, 4), np.float32))
    [(left, top, right, bottom)] = marks.on_page(page, 102, 110)
    assert left == pytest.approx(0.1 - 1.5 / 200)
    assert right == pytest.approx((29 + 1.5) / 200)
    assert (top, bottom) == pytest.approx((0.19, 0.31))
    assert marks.on_page(page, 0, 50) == []
    assert marks.on_page(Page(1, 0, 5, 200, 100), 0, 5) == []


@given(st.lists(st.tuples(*[st.floats(0, 500, width=32)] * 4), max_size=40))
def test_boxes_cover_every_character(rows: list[tuple[float, ...]]) -> None:
    boxes = np.array(rows, np.float32).reshape(-1, 4)
    found = marks.lines(boxes)
    for left, top, right, bottom in boxes.tolist():
        if right > left and bottom > top:
            assert any(
                a <= left and b <= top and c >= right and d >= bottom for a, b, c, d in found
            )
