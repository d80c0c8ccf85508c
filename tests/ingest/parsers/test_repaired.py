"""Office packages of unusual make say what the usual ones say."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest

from ingest.parsers import PARSERS, load
from ingest.parsers.detect import detect
from rag.errors import DocumentError

TEXT = "The harbour was built in 1873."
Change = Callable[[str, bytes], tuple[str, bytes] | None]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("usual")
    made = {kind: folder / f"a.{kind}" for kind in ("docx", "xlsx", "pptx")}
    document = docx.Document()
    document.add_heading("Harbours", 1)
    document.add_paragraph(TEXT)
    document.save(str(made["docx"]))
    book = openpyxl.Workbook()
    book.active.append(["Name", "Built"])
    book.active.append(["Brennau", 1873])
    book.save(made["xlsx"])
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Harbours"
    slide.placeholders[1].text = TEXT
    deck.save(str(made["pptx"]))
    return made


def _changed(source: Path, target: Path, change: Change) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(*part)
    return target


def _strict(name: str, data: bytes) -> tuple[str, bytes]:
    return name, re.sub(
        rb"http://schemas.openxmlformats.org/"
        rb"(officeDocument|wordprocessingml|spreadsheetml|presentationml|drawingml)/2006/",
        rb"http://purl.oclc.org/ooxml/\1/",
        data,
    )


def _typed(old: bytes, new: bytes) -> Change:
    def change(name: str, data: bytes) -> tuple[str, bytes]:
        return name, data.replace(old, new) if name == "[Content_Types].xml" else data

    return change


def _without(part: str) -> Change:
    return lambda name, data: None if part in name else (name, data)


_WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DECK = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
CASES = [
    ("docx", "strict.docx", _strict),
    ("xlsx", "strict.xlsx", _strict),
    ("pptx", "strict.pptx", _strict),
    ("docx", "a.docm", _typed(_WORD, b"application/vnd.ms-word.document.macroEnabled.main+xml")),
    ("docx", "a.dotx", _typed(_WORD, _WORD.replace(b"document.main", b"template.main"))),
    ("docx", "a.dotm",
     _typed(_WORD, b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml")),
    ("pptx", "a.ppsx", _typed(_DECK, _DECK.replace(b"presentation.main", b"slideshow.main"))),
    ("pptx", "a.potx", _typed(_DECK, _DECK.replace(b"presentation.main", b"template.main"))),
    ("pptx", "a.ppsm",
     _typed(_DECK, b"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml")),
    ("docx", "backslash.docx", lambda name, data: (name.replace("/", "\\"), data)),
    ("docx", "nostyles.docx", _without("word/styles.xml")),
    ("docx", "nocore.docx", _without("docProps/")),
    ("pptx", "nothumb.pptx", _without("docProps/thumbnail.jpeg")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "change"), CASES, ids=[case[1] for case in CASES])
def test_they_are_read(
    usual: dict[str, Path], tmp_path: Path, kind: str, name: str, change: Change
) -> None:
    path = _changed(usual[kind], tmp_path / name, change)
    assert detect(path) == kind
    assert load(PARSERS[kind])(path).text == load(PARSERS[kind])(usual[kind]).text


def test_what_can_not_be_repaired_says_what_was_wrong(
    usual: dict[str, Path], tmp_path: Path
) -> None:
    path = _changed(usual["docx"], tmp_path / "a.docx", _without("word/document.xml"))
    with pytest.raises(DocumentError, match=r"a\.docx: damaged Word document"):
        load(PARSERS["docx"])(path)
