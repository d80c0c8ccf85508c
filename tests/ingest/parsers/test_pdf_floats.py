"""PDF: sentences that go on behind tables, figures, footnotes and heads of pages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from ingest.parsers.pdf import parse
from ingest.parsers.pdf_floats import rejoined
from ingest.parsers.pdf_page import Line
from ingest.parsers.pdf_rows import Row
from rag.types import Parsed

WIDTH, LEFT, RIGHT = 220.0, 60.0, 320.0
STORY = (
    "The old bridge over the river Aller was closed in the spring, since its beams had been eaten "
    "by worms, and all who wanted to cross had to take the ferry of the brothers Holm, which "
    "carried no more than twelve people at a time and left only when it was full or when the "
    "miller paid for the empty seats. In the autumn a new bridge was built of iron, and the ferry "
    "was sold."
)
_LINES = simpleSplit(STORY, "Helvetica", 10, WIDTH)
BEGUN, REST = " ".join(_LINES[:5]), " ".join(_LINES[5:])


def drawn(folder: Path, draw: Callable[[Canvas], None]) -> Parsed:
    path = folder / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4, pageCompression=0)
    draw(canvas)
    canvas.save()
    return parse(path)


def prose(
    canvas: Canvas, text: str, x: float, y: float, *, size: float = 10, cut: bool = False
) -> float:
    """Lines that fill a column, the last one too if the text is `cut` there."""
    lines = simpleSplit(text, "Helvetica", size, WIDTH)
    for n, line in enumerate(lines):
        spread = cut or n < len(lines) - 1
        spare = WIDTH - canvas.stringWidth(line, "Helvetica", size)
        words = canvas.beginText(x, y)
        words.setFont("Helvetica", size)
        words.setWordSpace(spare / max(line.count(" "), 1) if spread else 0)
        words.textOut(line)
        canvas.drawText(words)
        y -= 1.2 * size
    return y


def table(canvas: Canvas, x: float, y: float) -> float:
    canvas.setFont("Helvetica", 8)
    for name, one, two in (("Year", "Boats", "People"), ("1871", "2", "640"), ("1872", "3", "910")):
        for place, cell in ((0, name), (90, one), (170, two)):
            canvas.drawString(x + place, y, cell)
        y -= 12
    canvas.drawString(x, y - 4, "Table 1: Boats and people on the river in two years.")
    return y - 30


def blocks(parsed: Parsed) -> list[tuple[str, str]]:
    return [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks]


def test_a_footnote_does_not_cut_a_sentence(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        prose(canvas, BEGUN, LEFT, 700, cut=True)
        prose(canvas, "1 So the minutes of the parish say, which were kept.", LEFT, 90, size=7)
        prose(canvas, REST, RIGHT, 700)

    found = blocks(drawn(tmp_path, draw))
    assert ("paragraph", f"{BEGUN} {REST}") in found
    assert [text for _, text in found if text.startswith("1 So the minutes")]


def test_a_table_and_its_caption_follow_the_paragraph(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        prose(canvas, BEGUN, LEFT, 700, cut=True)
        prose(canvas, REST, RIGHT, table(canvas, RIGHT, 700))

    kinds = blocks(drawn(tmp_path, draw))
    assert kinds[0] == ("paragraph", f"{BEGUN} {REST}")
    assert [kind for kind, _ in kinds[1:]] == ["table", "caption"]


def test_a_sentence_goes_on_behind_what_stands_at_the_edges_of_two_pages(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(LEFT, 740, "The bridge")
        prose(canvas, BEGUN, LEFT, 700, cut=True)
        prose(canvas, "1 So the minutes of the parish say, which were kept.", LEFT, 90, size=7)
        canvas.showPage()
        canvas.setFont("Helvetica", 8)
        canvas.drawString(LEFT, 800, "18 THE BRIDGES OF THE ALLER")
        prose(canvas, REST, LEFT, table(canvas, LEFT, 760))

    parsed = drawn(tmp_path, draw)
    found = blocks(parsed)
    assert [kind for kind, _ in found] == [
        "paragraph", "heading", "paragraph", "paragraph", "table", "caption"
    ]  # fmt: skip
    assert found[0][1].startswith("1 So")
    assert found[2][1] == f"{BEGUN} {REST}"
    first, second = parsed.pages
    assert (first.end, second.end) == (second.start, len(parsed.text))
    for part, page in ((BEGUN, first), (REST, second)):
        start = parsed.text.index(part)
        assert page.start <= start < start + len(part) <= page.end
        assert page.boxes is not None
        letters = page.boxes[start - page.start : start + len(part) - page.start]
        seen = letters[[not letter.isspace() for letter in part]]
        assert bool((seen[:, 2] > seen[:, 0]).all())


def test_a_name_may_go_on_with_a_sentence_on_the_next_page(tmp_path: Path) -> None:
    rest = REST.replace("was full", "Holm was sure of a full boat")

    def draw(canvas: Canvas) -> None:
        prose(canvas, BEGUN, LEFT, 700, cut=True)
        prose(canvas, "1 So the minutes of the parish say, which were kept.", LEFT, 90, size=7)
        canvas.showPage()
        prose(canvas, rest, LEFT, 700)

    assert ("paragraph", f"{BEGUN} {rest}") in blocks(drawn(tmp_path, draw))


def test_the_first_line_of_a_paragraph_may_stand_alone(tmp_path: Path) -> None:
    line, *others = _LINES[4:]

    def draw(canvas: Canvas) -> None:
        y = prose(canvas, f"{' '.join(_LINES[:4])} people.", LEFT, 700, cut=True)
        prose(canvas, line, LEFT, y - 10, cut=True)
        canvas.showPage()
        canvas.setFont("Helvetica", 8)
        canvas.drawString(LEFT, 800, "18 THE BRIDGES OF THE ALLER")
        prose(canvas, " ".join(others), LEFT, 760)

    assert ("paragraph", " ".join(_LINES[4:])) in blocks(drawn(tmp_path, draw))


def test_a_title_alone_on_its_page_is_no_cut_sentence(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        prose(canvas, "The bridges of the Aller", LEFT, 700)
        canvas.showPage()
        prose(canvas, STORY, LEFT, 760)

    assert [text for _, text in blocks(drawn(tmp_path, draw))] == [
        "The bridges of the Aller",
        STORY,
    ]


def test_a_formula_stays_where_it_is(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = prose(canvas, BEGUN, LEFT, 700, cut=True) - 10
        canvas.setFont("Helvetica-Oblique", 8)
        canvas.drawString(LEFT + 60, y, "p = q / (1 + r)")
        prose(canvas, REST, LEFT, y - 26)

    found = [text for _, text in blocks(drawn(tmp_path, draw))]
    assert found == [BEGUN, "p = q / (1 + r)", REST]


def test_what_ends_or_begins_anew_is_not_joined(tmp_path: Path) -> None:
    anew = REST.replace("was full", "In winter the ferry was full")

    def draw(canvas: Canvas) -> None:
        prose(canvas, f"{BEGUN} rained.", LEFT, 700, cut=True)
        prose(canvas, "1 So the minutes of the parish say, which were kept.", LEFT, 90, size=7)
        prose(canvas, REST, RIGHT, 700)
        canvas.showPage()
        prose(canvas, f"{BEGUN} rained and", LEFT, 700)  # a short line
        prose(canvas, "2 So the minutes of the parish say, which were kept.", LEFT, 90, size=7)
        prose(canvas, anew, RIGHT, 700)

    found = [text for _, text in blocks(drawn(tmp_path, draw))]
    assert {f"{BEGUN} rained.", REST, f"{BEGUN} rained and", anew} <= set(found)


def test_a_word_in_small_capitals_parts_no_paragraph(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = prose(canvas, BEGUN, LEFT, 700, cut=True)
        words = canvas.beginText(LEFT, y)
        for size, text in ((10, "and the master of "), (7, "THE FERRY SAID"), (10, " that it")):
            words.setFont("Helvetica", size)
            words.textOut(text)
        canvas.drawText(words)
        prose(canvas, REST, LEFT, y - 12)

    (found,) = blocks(drawn(tmp_path, draw))
    assert found == ("paragraph", f"{BEGUN} and the master of THE FERRY SAID that it {REST}")


def test_an_item_of_a_list_goes_on_with_nothing(tmp_path: Path) -> None:
    kept = "that were kept in the barn of the brothers Holm until the autumn came along"
    last = (f"(b) The boats {kept}", f"(c) The oars {kept}")

    def draw(canvas: Canvas) -> None:
        y = prose(canvas, BEGUN, LEFT, 700, cut=True)
        prose(canvas, f"a) the cows {kept}", LEFT + 8, y, cut=True)
        canvas.showPage()
        y = prose(canvas, f"(a) The goods {kept}", LEFT, 700, cut=True)
        prose(canvas, last[0], LEFT, y - 4, cut=True)
        prose(canvas, "1 So the minutes of the parish say, which were kept.", LEFT, 90, size=7)
        canvas.showPage()
        prose(canvas, last[1], LEFT, 700, cut=True)

    found = blocks(drawn(tmp_path, draw))
    assert [kind for kind, _ in found] == ["paragraph", "list", "list", "paragraph", "list"]
    assert found[1][1] == f"a) the cows {kept}"
    assert found[4][1] == last[1]


def test_what_goes_on_has_its_own_column(tmp_path: Path) -> None:
    """Of lines that end with a sentence those of a column further left would all seem short."""
    rest = (
        "miller paid for the empty seats of the boat and for all that were sold.",
        "In the autumn a new bridge was built of iron, and the ferry was sold to him.",
        "In the winter all of it was built of iron, and the ferry was sold to Holm.",
    )

    def draw(canvas: Canvas) -> None:
        prose(canvas, BEGUN, RIGHT, 700, cut=True)
        prose(canvas, "1 So the minutes of the parish say, which were kept.", RIGHT, 90, size=7)
        canvas.showPage()
        y = 700.0
        for text in rest:
            y = prose(canvas, text, LEFT, y, cut=True)

    assert ("paragraph", " ".join((BEGUN, *rest))) in blocks(drawn(tmp_path, draw))


def test_a_caption_does_not_take_the_rest_of_a_sentence(tmp_path: Path) -> None:
    caption = "Table 2: Boats and people on the river Aller in two years"

    def draw(canvas: Canvas) -> None:
        prose(canvas, BEGUN, LEFT, 700, cut=True)
        prose(canvas, caption, LEFT, 120)
        canvas.showPage()
        prose(canvas, REST, LEFT, 700)

    found = blocks(drawn(tmp_path, draw))
    assert found == [("caption", caption), ("paragraph", f"{BEGUN} {REST}")]


def test_lines_of_few_words_are_no_table(tmp_path: Path) -> None:
    lines = (
        "as the minutes of the parish and its guilds say",
        "notwithstanding undercapitalisation",
        "industrialisation misunderstandings",
        "and all of the other things that they wrote",
    )

    def draw(canvas: Canvas) -> None:
        y = 700.0
        for n, line in enumerate(lines):
            y = prose(canvas, line, LEFT, y, cut=n < len(lines) - 1)

    assert blocks(drawn(tmp_path, draw)) == [("paragraph", " ".join(lines))]


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[Row], list[str]]:
    """Rows of some pages, of all sizes and kinds, and what stands between them."""
    texts = (
        "a line in the middle of it", "Its end comes here.", "Table 2: boats", "1 a note of it",
        "and so it goes on", "An unended line of the", "12", "arXiv:1234",
    )  # fmt: skip
    rows: list[Row] = []
    page, top = 0, 0.0
    for _ in range(draw(st.integers(0, 30))):
        if draw(st.integers(0, 5)) == 0:
            page, top = page + draw(st.integers(0, 2)), 0.0
        size = draw(st.sampled_from([7.0, 10.0]))
        text = draw(st.sampled_from(texts))
        right = 60 + draw(st.sampled_from([80.0, 220.0]))
        line = Line(page, 0, len(text), 60, top, right, top + size, text, False, (), size)
        kind = draw(st.sampled_from(["paragraph", "paragraph", "paragraph", "table", "heading"]))
        rows.append(Row([line], kind))
        top += draw(st.sampled_from([12.0, 30.0]))
    joints = [draw(st.sampled_from([" ", "\n\n"])) for _ in rows[1:]]
    return rows, joints


@given(columns())
def test_no_row_is_lost_and_pages_stay_in_order(given_: tuple[list[Row], list[str]]) -> None:
    rows, joints = given_
    found, between, held = rejoined(rows, joints)
    assert sorted(map(id, found)) == sorted(map(id, rows))
    assert len(between) == len(joints)
    assert all(between[position - 1] == " " for position in held)
    assert all(a.page <= b.page for a, b in pairwise(found))
    assert all(0 < position < len(found) for position in held)
    if not held:
        assert (found, between) == (rows, joints)
