"""Presentations: a page for each slide."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path

import pptx
import pytest
from pptx.chart.data import CategoryChartData, ChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.shapes.base import BaseShape
from pptx.util import Inches

from ingest.parsers.package import Limits
from ingest.parsers.slides import parse
from rag.errors import DocumentError

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _deck(folder: Path) -> tuple[pptx.presentation.Presentation, Path]:
    deck = pptx.Presentation()
    deck.core_properties.title = "On Tea"
    return deck, folder / "a.pptx"


def test_titles_lists_tables_charts_groups_and_notes(tmp_path: Path) -> None:
    deck, path = _deck(tmp_path)
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Kinds"
    slide.placeholders[1].text = "green\nblack"
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Prices"
    table = slide.shapes.add_table(2, 2, 0, Inches(2), Inches(4), Inches(1)).table
    for cell, text in zip(table.iter_cells(), ("Kind", "Price", "green", "4"), strict=True):
        cell.text = text
    data = CategoryChartData()
    data.categories = ["2022", "2023"]
    data.add_series("Sales", (19.2, 21.4))
    slide.shapes.add_chart(XL_CHART_TYPE.LINE, 0, Inches(4), Inches(4), Inches(2), data)
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, Inches(7), Inches(3), Inches(1)).text_frame.text = "At the end."
    deck.save(path)

    parsed = parse(path)
    assert parsed.title == "On Tea"
    first, second = parsed.pages
    assert parsed.text[first.start : first.end].split("\n\n") == [
        "Kinds", "- green\n- black", "Notes: Say it slowly.",
    ]  # fmt: skip
    assert parsed.text[second.start : second.end].strip().split("\n\n") == [
        "Prices",
        "Kind | Price\ngreen | 4",
        "Category | Sales\n2022 | 19.2\n2023 | 21.4",
        "At the end.",
    ]
    assert (first.number, second.number) == (1, 2)


def _chart(folder: Path, kind: XL_CHART_TYPE, data: ChartData | XyChartData) -> str:
    deck, path = _deck(folder)
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_chart(kind, 0, 0, Inches(4), Inches(2), data)
    deck.save(path)
    return parse(path).text


def test_a_chart_over_days_with_percentages(tmp_path: Path) -> None:
    data = CategoryChartData(number_format="0.0%")
    data.categories = [date(2024, 1, 31), date(2024, 2, 29)]
    data.add_series("Churn", (0.125, None))
    data.add_series("Sales", (3, 4.5), number_format="General")
    assert _chart(tmp_path, XL_CHART_TYPE.LINE, data) == (
        "Category | Churn | Sales\n2024-01-31 | 12.5% | 3\n2024-02-29 | – | 4.5"
    )


def test_a_chart_of_categories_on_two_levels(tmp_path: Path) -> None:
    data = CategoryChartData()
    for year in ("2023", "2024"):
        quarters = data.add_category(year)
        quarters.add_sub_category("Q1")
        quarters.add_sub_category("Q2")
    data.add_series("Sales", (1, 2, 3, 4))
    assert _chart(tmp_path, XL_CHART_TYPE.COLUMN_CLUSTERED, data) == (
        "Category | Sales\n2023 Q1 | 1\n2023 Q2 | 2\n2024 Q1 | 3\n2024 Q2 | 4"
    )


def test_a_chart_of_points(tmp_path: Path) -> None:
    data = XyChartData()
    for name, points in (("Steel", ((1, 2.5), (3, 4))), ("Oak", ((7, 8),))):
        series = data.add_series(name)
        for point in points:
            series.add_data_point(*point)
    text = _chart(tmp_path, XL_CHART_TYPE.XY_SCATTER, data)
    assert text == "X | Steel\n1 | 2.5\n3 | 4\n\nX | Oak\n7 | 8"


def test_a_hidden_slide_is_hidden_text(tmp_path: Path) -> None:
    deck, path = _deck(tmp_path)
    for text in ("Shown", "Not shown"):
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = text
    deck.slides[1]._element.set("show", "0")
    deck.save(path)
    parsed = parse(path)
    assert [block.kind for block in parsed.blocks] == ["heading", "hidden"]
    assert parsed.text.endswith("hidden slide 2: Not shown")


def test_diagrams(tmp_path: Path) -> None:
    deck, path = _deck(tmp_path)
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Steps"
    model = (
        '<d:dataModel xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:ptLst>'
        '<d:pt modelId="0" type="doc"/><d:pt modelId="1"><d:t><a:p><a:r><a:t>Boil </a:t></a:r><a:r>'
        '<a:t>water</a:t></a:r></a:p></d:t></d:pt><d:pt modelId="2"><d:t><a:p><a:r><a:t>Wait</a:t>'
        "</a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>"
    )
    part = Part(
        PackURI("/ppt/diagrams/data1.xml"),
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        deck.part.package,
        model.encode(),
    )
    relation = slide.part.relate_to(part, f"{_RELATIONS}/diagramData")
    for name in (relation, "rId99"):
        frame = slide.shapes.add_table(1, 1, 0, 0, Inches(1), Inches(1))._element
        data = frame.graphic.graphicData
        data.set("uri", "http://schemas.openxmlformats.org/drawingml/2006/diagram")
        data.remove(data[0])
        data.append(
            parse_xml(
                '<d:relIds xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
                f'xmlns:r="{_RELATIONS}" r:dm="{name}"/>'
            )
        )
    deck.save(path)
    parsed = parse(path)
    assert parsed.text == "Steps\n\n- Boil water\n- Wait"
    assert parsed.warnings == ()


def test_damage_and_bombs(tmp_path: Path) -> None:
    deck, path = _deck(tmp_path)
    deck.save(path)
    with pytest.raises(DocumentError, match=r"a\.pptx: no text was found"):
        parse(path)
    with pytest.raises(DocumentError, match="unpacks to"):
        parse(path, limits=Limits(members=5))
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DocumentError, match=r"a\.pptx: damaged PowerPoint"):
        parse(path)


_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_MIXED = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_NEW = "http://schemas.microsoft.com/office/drawing/2010/main"


def _in_two_forms(shape: BaseShape, other: str) -> None:
    """A shape as PowerPoint writes those with equations: once for itself, once for old programs."""
    element = shape._element
    old = deepcopy(element)
    old.txBody.p_lst[0].r_lst[0].t.text = other
    pair = parse_xml(
        f'<mc:AlternateContent xmlns:mc="{_MIXED}" xmlns:a14="{_NEW}">'
        '<mc:Choice Requires="a14"/><mc:Fallback/></mc:AlternateContent>'
    )
    element.addprevious(pair)
    pair[0].append(element)
    pair[1].append(old)


def test_boxes_with_equations_are_read(tmp_path: Path) -> None:
    deck, path = _deck(tmp_path)
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Energy"
    group = slide.shapes.add_group_shape()
    boxes = [
        slide.shapes.add_textbox(0, Inches(4), Inches(4), Inches(1)),
        group.shapes.add_textbox(0, Inches(6), Inches(4), Inches(1)),
    ]
    for box, text in zip(boxes, ("A mass at rest has ", "So says "), strict=True):
        box.text_frame.text = text
        box.text_frame.paragraphs[0]._p.append(
            parse_xml(
                f'<a14:m xmlns:a14="{_NEW}" xmlns:m="{_MATH}"><m:oMath><m:r><m:t>E=m</m:t></m:r>'
                "<m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup>"
                "</m:sSup></m:oMath></a14:m>"
            )
        )
        _in_two_forms(box, "can't be shown")
    _in_two_forms(slide.shapes.title, "no title")
    deck.save(path)
    assert parse(path).text == "Energy\n\nA mass at rest has E=mc^2\n\nSo says E=mc^2"


def test_a_shape_with_the_number_of_the_title_is_read(tmp_path: Path) -> None:
    deck, path = _deck(tmp_path)
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Prices"
    box = slide.shapes.add_textbox(0, Inches(4), Inches(4), Inches(1))
    box.text_frame.text = "Green tea costs 4 euros."
    box._element.nvSpPr.cNvPr.set("id", str(slide.shapes.title.shape_id))
    deck.save(path)
    assert parse(path).text == "Prices\n\nGreen tea costs 4 euros."


def test_raised_figures_of_a_slide(tmp_path: Path) -> None:
    deck, path = _deck(tmp_path)
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Cells"
    table = slide.shapes.add_table(1, 2, 0, Inches(2), Inches(4), Inches(1)).table
    table.cell(0, 1).text = "as counted"
    paragraph = table.cell(0, 0).text_frame.paragraphs[0]
    for text, height in (("10", 0), ("-", 30_000), ("6", 30_000), (" H", 0), ("2", -25_000)):
        run = paragraph.add_run()
        run.text = text
        run.font._element.set("baseline", str(height))
    deck.save(path)
    assert parse(path).text == "Cells\n\n10⁻⁶ H2 | as counted"
