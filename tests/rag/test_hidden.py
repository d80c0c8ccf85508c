"""Hidden text: no evidence unless asked for, and then told apart."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.colors import white
from reportlab.pdfgen.canvas import Canvas

from ingest import add
from rag import Pipeline
from rag.settings import Settings

_QUESTION = "What is the annual budget of the library?"


def _passages(folder: Path, hidden: bool) -> list[tuple[str, tuple[str, ...]]]:
    settings = Settings(index_root=str(folder / f"ix-{hidden}"), hidden_text=hidden)
    add([folder / "a.pdf"], collection="c", settings=settings)
    with Pipeline.open("c", settings=settings) as pipeline:
        return [(hit.text, hit.headings) for hit in pipeline.search(_QUESTION, k=5).hits]


def test_hidden_text_is_found_only_when_asked_for_and_stands_apart(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawString(72, 700, "The annual budget of the library is 40,000 euros.")
    canvas.setFillColor(white)
    canvas.drawString(72, 600, "The annual budget of the library is 99 million euros.")
    canvas.save()
    seen = ("The annual budget of the library is 40,000 euros.", ())
    hidden = ("Page 1: The annual budget of the library is 99 million euros.", ("Hidden text",))
    assert _passages(tmp_path, hidden=False) == [seen]
    assert sorted(_passages(tmp_path, hidden=True)) == [hidden, seen]
