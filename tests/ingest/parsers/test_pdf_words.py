"""PDF: letters and spaces that PDFium loses or puts in the wrong place, and cut words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pypdf
import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ingest.parsers.pdf import parse
from ingest.parsers.pdf_letters import mended
from rag.types import Parsed
from tests.ingest.parsers.test_pdf import _box_of, _canvas, _ink_outside_boxes

_ITALIC = "Times-Italic"


def _draw(folder: Path, draw: Callable[[Canvas], None]) -> tuple[Path, Parsed]:
    path = _canvas(folder, draw)
    return path, parse(path)


def _lines(folder: Path, lines: Sequence[str]) -> str:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 14 * number, line)

    return _draw(folder, draw)[1].text


def _apart(canvas: Canvas, text: str, x: float, y: float, size: float, wide: float = 0.9) -> None:
    """Each letter as a text of its own, as some programs write them."""
    canvas.setFont(_ITALIC, size)
    for letter in text:
        canvas.drawString(x, y, letter)
        x += wide * stringWidth(letter, _ITALIC, size)


@pytest.mark.parametrize("angle", [0, 90])
def test_the_second_of_two_equal_letters_that_overlap_is_kept(tmp_path: Path, angle: int) -> None:
    path = _canvas(tmp_path, lambda c: _apart(c, "different effects suffer", 72, 700, 20, 0.85))
    writer = pypdf.PdfWriter(clone_from=path)
    writer.pages[0].rotate(angle)
    writer.write(path)
    parsed = parse(path)
    assert parsed.text == "different effects suffer"
    assert _ink_outside_boxes(path, parsed, 0) < 0.01


def test_a_shadow_is_no_second_letter(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for shift in (0, 0.4, 0.8):
            _apart(canvas, "offer", 72 + shift, 700, 20, 1)

    assert _draw(tmp_path, draw)[1].text.replace(" ", "") == "offer"


@pytest.mark.parametrize("word", ["HOME", "NO"])
def test_nor_is_a_shadow_that_stands_further_off(tmp_path: Path, word: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 20)
        for shift in (0, 3):
            for number, letter in enumerate(word):
                canvas.drawString(72 + 20 * number + shift, 700, letter)

    assert _draw(tmp_path, draw)[1].text.replace(" ", "") == word


@pytest.mark.parametrize(("mode", "colour"), [(3, 0), (0, 1)])
def test_a_letter_that_nobody_sees_is_no_second_one(
    tmp_path: Path, mode: int, colour: float
) -> None:
    def draw(canvas: Canvas) -> None:
        for x, letter, how, grey in ((72, "m", 0, 0), (75, "m", mode, colour), (94, "e", 0, 0)):
            canvas.saveState()
            text = canvas.beginText(x, 700)
            text.setFont("Helvetica", 20)
            text.setTextRenderMode(how)
            text.setFillGray(grey)
            text.textOut(letter)
            canvas.drawText(text)
            canvas.restoreState()

    assert _draw(tmp_path, draw)[1].text.replace(" ", "") == "me"


def _accented(canvas: Canvas, y: float, before: str, accent: str, after: str) -> None:
    """A word as TeX's old fonts have it: the accent first, then the letter under it."""
    canvas.setFont("Times-Roman", 11)
    x = 72 + stringWidth(before, "Times-Roman", 11)
    wide = stringWidth(after[0], "Times-Roman", 11)
    canvas.drawString(72, y, before)
    canvas.drawString(x + (wide - stringWidth(accent, "Times-Roman", 11)) / 2, y, accent)
    canvas.drawString(x, y, after)


def test_accents_are_put_on_their_letters(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        _accented(
            canvas, 760, "Hinrich Sch", "\xa8", "utze wrote about many languages of the world"
        )
        _accented(
            canvas, 746, "and Ren", "\xb4", "e Descartes thought about what he knew for certain"
        )
        _accented(canvas, 732, "while Fran", "\xb8", "cois went home.")

    path, parsed = _draw(tmp_path, draw)
    assert parsed.text == (
        "Hinrich Schütze wrote about many languages of the world "
        "and René Descartes thought about what he knew for certain while François went home."
    )
    left, _, right, _ = _box_of(parsed, "Schütze")
    assert left == pytest.approx(72 + stringWidth("Hinrich ", "Times-Roman", 11), abs=1)
    assert right - left == pytest.approx(stringWidth("Schütze", "Times-Roman", 11), abs=2)
    assert _ink_outside_boxes(path, parsed, 0) < 0.01


def test_an_accent_that_stands_beside_letters_stays(tmp_path: Path) -> None:
    assert _lines(tmp_path, ["Yes or no \xa8 and a \xb4 b."]) == "Yes or no \xa8 and a \xb4 b."


def test_letter_spaced_words_are_words(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        text = canvas.beginText(72, 760)
        text.setCharSpace(4)
        for line in ("ANNUAL REPORT", "abstract of it."):
            text.textLine(line)
        canvas.drawText(text)

    assert _draw(tmp_path, draw)[1].text == "ANNUAL REPORT abstract of it."


@pytest.mark.parametrize("line", ["A B C D E F", "1 2 3 4 5 6 7"])
def test_single_letters_and_figures_stay_apart(tmp_path: Path, line: str) -> None:
    assert _lines(tmp_path, [line]) == line


def test_a_line_that_begins_further_left_and_lower_is_one_of_its_own(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for number, (label, value) in enumerate(
            [("Name", "Jane Doe"), ("Policy number", "AB-123-456"), ("Premium", "1,204.50")]
        ):
            canvas.drawString(6, 800 - 14 * number, label)
            canvas.drawRightString(590, 800 - 14 * number, value)

    lines = _draw(tmp_path, draw)[1].text.split("\n")
    assert lines == ["Name | Jane Doe", "Policy number | AB-123-456", "Premium | 1,204.50"]


_SAID = (
    "We speak of high performance and of pipeline stages, so text-based ones are state-of-the-art."
)


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("It is a high-", "performance machine.", "high-performance"),
        ("It is a pipeline-", "based machine.", "pipeline-based"),
        ("It is a state-", "of-the-art machine.", "state-of-the-art"),
        ("It is a ma-", "chine of ours.", "machine"),
        ("It is a pre-", "and post-war machine.", "pre- and post-war"),
        ("Es war a Ein-", "und Ausgang von uns.", "Ein- und Ausgang"),
    ],
)
def test_a_compound_keeps_its_hyphen_at_the_end_of_a_line(
    tmp_path: Path, first: str, second: str, word: str
) -> None:
    assert f"a {word} " in _lines(tmp_path, [_SAID, first, second])


def test_a_word_cut_at_the_end_of_a_page_is_put_together(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for lines in (["The text of this page ends in a hyphen-", "ation of the exam-"], ["ple."]):
            for number, line in enumerate(lines):
                canvas.drawString(72, 100 - 14 * number, line)
            canvas.showPage()

    assert "of the example." in _draw(tmp_path, draw)[1].text


def test_a_note_is_no_rest_of_a_cut_word(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(
            72, 132, "The results of all the models that we have seen and those of the"
        )
        canvas.drawString(72, 118, "others are the same, whatever was said about the evolving cor-")
        canvas.setFont("Helvetica", 6)
        canvas.drawString(72, 93, "4")
        canvas.setFont("Helvetica", 9)
        canvas.drawString(76, 90, "We use news to collect it.")
        canvas.showPage()
        canvas.setFont("Helvetica", 11)
        canvas.drawString(
            72, 760, "pus, which has been written by many people over the years and is"
        )
        canvas.drawString(72, 746, "of great use to all who have read it from beginning to end.")

    text = _draw(tmp_path, draw)[1].text
    assert "cor-⁴" not in text
    assert "the evolving corpus, which" in text


def test_a_name_with_a_comma_behind_its_initial_ends_no_sentence(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 760, "Zhou, D., Hou, L., Wei, J., Scales, N., and also Wang, X.,")
        canvas.drawString(92, 746, "Schuurmans, D., and Chi, E. On prompting of all models.")

    assert "Wang, X., Schuurmans" in _draw(tmp_path, draw)[1].text


def test_words_from_right_to_left_that_come_backwards_are_turned() -> None:
    word = [ord(letter) for letter in reversed("سنوي")] + [0x20, *map(ord, "عام")]
    lefts = [10, 16, 22, 28, 7, 4, 2, 0]  # the first word's letters go to the right
    boxes = np.array([[left, 0, left + 2, 10] for left in lefts], np.float32)
    every = np.arange(len(word))
    none = np.zeros(0, np.intp), np.zeros((0, 4), np.float32)
    where, codes, placed = mended(
        np.array(word, np.uint32), boxes, every, np.zeros(len(word), np.intp), none
    )
    assert "".join(map(chr, codes)) == "سنوي عام"
    assert where.tolist() == [3, 2, 1, 0, 4, 5, 6, 7]
    assert placed[:, 0].tolist() == [28, 22, 16, 10, 7, 4, 2, 0]


def test_a_narrow_space_between_words_that_the_page_has_is_kept(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        x = 72.0
        canvas.setFont("Times-Roman", 12)
        for word in ("the", "end", "on", "it"):
            canvas.drawString(x, 700, word)
            x += stringWidth(word, "Times-Roman", 12)
            canvas.drawString(x, 700, " ")
            x += 1.6

    assert _draw(tmp_path, draw)[1].text == "the end on it"
