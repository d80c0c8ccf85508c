from pathlib import Path

import docx
import pytest

from ingest.parsers import load, registered
from ingest.parsers.titles import chosen


@pytest.mark.parametrize(
    "title",
    ["Word Document", "Document1", "PowerPoint Presentation", "PowerPoint-Präsentation",
     "Untitled 3", "Microsoft Word - offer.doc", "Book1", "Mappe 1", "scan.pdf", "2023-04", "  ",
     None],
)  # fmt: skip
def test_what_a_program_wrote_is_no_title(title: str | None) -> None:
    assert chosen(title) is None


@pytest.mark.parametrize(
    "title", ["Lease of the garage", "Documentation", "Book of Hours", "Presentation of the budget"]
)
def test_what_somebody_wrote_is(title: str) -> None:
    assert chosen(f" {title} ") == title


def test_a_document_of_a_program_is_called_by_its_heading(tmp_path: Path) -> None:
    path = tmp_path / "minutes.docx"
    document = docx.Document()
    document.core_properties.title = "Word Document"
    document.add_heading("Minutes of the spring meeting", 1)
    document.add_paragraph("The fence will be mended in May.")
    document.save(str(path))
    parsed = load(registered()["docx"])(path)
    assert parsed.title == "Minutes of the spring meeting"
