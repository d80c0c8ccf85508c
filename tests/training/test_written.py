"""Questions written for training: that each line is usable, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.embed import Embedder
from rag.settings import Settings
from training import data, written

ROW = "Anna Berg,Plumber,0551 22"


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.load(Settings().embedder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents" / "some"
    made.mkdir(parents=True)
    (made / "people.csv").write_text(f"Name,Trade,Phone\nTom Hill,Roofer,0551 22\n{ROW}\n")
    (made / "note.md").write_text("# Keys\n\nThe **spare** key is under the mat.\n")
    rows = [
        ("people.csv", "A", "the plumber's number?", "0551 22", ROW),
        ("people.csv", "U", "What is Tom's e-mail address?", "0551 22", "Tom Hill,Roofer,0551 22"),
        ("note.md", "A", "Where is the other key?", "under the mat", "key is under the mat"),
        ("note.md", "A", "Who hid it?", "the gardener", "the gardener hid it there"),
    ]
    (made / "questions.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
    return tmp_path / "documents"


def test_a_line_fixes_which_place_is_meant(folder: Path, embedder: Embedder) -> None:
    asked, tempting, key = written.about_documents(embedder, folder)
    assert asked.question == "the plumber's number?"
    ((start, end),) = asked.answers
    assert asked.context[start:end] == "0551 22"
    assert asked.context[:start].endswith("Anna Berg | Plumber | ")
    assert not tempting.answers
    ((start, _),) = tempting.plausible
    assert tempting.context[:start].endswith("Tom Hill | Roofer | ")
    assert key.context.count("under the mat") == 1


def test_a_malformed_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "questions.tsv"
    path.write_text("a.md\tA\tWho?\tAnna\ta line\nb.md\tYES\tWho?\tAnna\n")
    with pytest.raises(ValueError, match=r"questions\.tsv, line 2"):
        written.lines(path)


def test_what_is_held_out_is_never_trained_on(tmp_path: Path) -> None:
    path = tmp_path / "written.jsonl"
    records = [
        {"question": "Who?", "context": "Anna did.", "group": str(i), "plausible": []}
        | {"answers": [[0, 4]]}
        for i in range(200)
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    ours, theirs = (data.written(path, held_out=side) for side in (False, True))
    assert not {e.group for e in ours} & {e.group for e in theirs}
    assert len(ours) + len(theirs) == 200
    assert 5 < len(theirs) < 50
    assert theirs[0].answer_texts == {"Anna"}


def test_twins_can_be_had_alone(tmp_path: Path) -> None:
    path = tmp_path / "written.jsonl"
    record = {"context": "Anna did.", "group": "a", "plausible": [], "answers": [[0, 4]]}
    path.write_text(
        "".join(
            json.dumps({**record, "question": question, "twin": twin}) + "\n"
            for question, twin in (("Who did it?", False), ("Who did?", True), ("Who has?", True))
        )
    )

    def asked(twins: bool | None) -> list[str]:
        side = data.is_held_out("a")
        return [e.question for e in data.written(path, held_out=side, twins=twins)]

    assert asked(None) == ["Who did it?", "Who did?", "Who has?"]
    assert asked(True) == ["Who did?", "Who has?"]
    assert asked(False) == ["Who did it?"]


def test_every_written_line_has_its_document_and_its_span() -> None:
    asked = [
        (path.parent / line.source, line)
        for name in ("questions.tsv", written.TWINS)
        for path in written.DOCUMENTS.glob(f"*/{name}")
        for line in written.lines(path)
    ]
    texts = {file: file.read_text(encoding="utf-8") for file, _ in asked}
    assert len(asked) > 2000
    for file, line in asked:
        assert line.span in line.line, (file.name, line)
        assert line.line in texts[file], (file.name, line)


@pytest.mark.parametrize("file", ["articles.tsv", written.TWINS])
def test_paragraphs_are_named_by_a_key(file: str) -> None:
    asked = written.lines(written.FOLDER / file)
    assert len(asked) > 5000
    assert all(len(line.source) == 12 and int(line.source, 16) >= 0 for line in asked)
    assert 0.4 < sum(line.answerable for line in asked) / len(asked) < 0.6
