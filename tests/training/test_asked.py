"""Questions put to the real pipeline: which sentence is right, and what is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from training import asked, data

DANUBE = "The Danube rises in the Black Forest. It flows into the Black Sea after 2,850 km."
RHINE = "The Rhine rises in the Swiss Alps. It flows into the North Sea after 1,230 km."


def article(title: str, context: str, fit: bool) -> dict:  # type: ignore[type-arg]
    qas = [
        {
            "question": f"Where does the {title} rise?",
            "is_impossible": False,
            "answers": [{"text": "Black Forest" if title == "Danube" else "Swiss Alps"}],
        },
        {"question": f"Who named the {title}?", "is_impossible": True, "answers": []},
    ]
    return {"title": title, "fit": fit, "paragraphs": [{"context": context, "qas": qas}]}


def test_articles_are_asked_with_and_without_their_paragraph() -> None:
    files = [article("Danube", DANUBE, True), article("Rhine", RHINE, False)]
    found = {item.kind: item for item in asked.articles(files, "footnote-reader", 10)}
    assert set(found) == {"answerable", "unanswerable", "removed"}
    assert {item.article for item in found.values()} == {"Danube"}
    right = found["answerable"]
    (gold,) = [x for x, is_gold in zip(right.signals.found, right.gold, strict=True) if is_gold]
    assert gold.text == "The Danube rises in the Black Forest."
    assert right.own.sum() == 1
    removed = found["removed"]
    assert not removed.gold.any()
    assert not removed.own.any()
    assert all("Danube" not in hit.text for hit in removed.signals.hits)


def test_documents_are_those_that_are_held_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "rivers"
    folder.mkdir()
    names = [f"river{i}.md" for i in range(40)]
    held_out, other = [name for name in names if data.is_held_out(name)][:2]
    trained = next(name for name in names if not data.is_held_out(name))
    for name, text in ((held_out, DANUBE), (other, RHINE), (trained, DANUBE)):
        (folder / name).write_text(text)
    rows = [
        (held_out, "A", "where does it rise, the Danube?", "Black Forest", "in the Black Forest"),
        (other, "U", "Who named the Rhine?", "Swiss Alps", "in the Swiss Alps"),
        (trained, "A", "Where is its source?", "Black Forest", "in the Black Forest"),
    ]
    (folder / "questions.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
    monkeypatch.setattr("training.written.DOCUMENTS", tmp_path)
    found = list(asked.documents("footnote-reader"))
    assert [(item.article, item.kind) for item in found] == [
        ("rivers", "answerable"),
        ("rivers", "removed"),
        ("rivers", "unanswerable"),
    ]
    assert [item.golds for item in found] == [("Black Forest",), (), ()]
    assert {hit.title for hit in found[0].signals.hits} == {
        Path(name).stem for name in (held_out, other)
    }
    assert {hit.title for hit in found[1].signals.hits} == {Path(other).stem}
