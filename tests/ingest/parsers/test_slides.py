"""Presentations: a page for each slide."""

from __future__ import annotations

from pathlib import Path

import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
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
