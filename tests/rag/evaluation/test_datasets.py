import json
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.evaluation.datasets import beir, squad


def test_squad_tells_answerable_from_unanswerable(tmp_path: Path) -> None:
    answer = {"text": "in 1873", "answer_start": 0}
    asked = [
        {"id": "a", "question": "When?", "answers": [answer, answer]},
        {"id": "b", "question": "Why?", "answers": [], "is_impossible": True},
    ]
    paragraphs = [{"context": "It was built in 1873.", "qas": asked}, {"context": "b", "qas": []}]
    file = tmp_path / "s.json"
    file.write_text(json.dumps({"data": [{"title": "Bridges", "paragraphs": paragraphs}]}))
    found = squad(file)
    assert [p.text for p in found.passages.values()] == ["It was built in 1873.", "b"]
    assert [p.title for p in found.passages.values()] == ["", ""]
    when, why = found.questions
    assert (when.answers, when.impossible, why.impossible) == (("in 1873",), False, True)
    assert when.relevant == {next(iter(found.passages)): 1}


def write(
    folder: Path, judgements: str, queries: str = '{"_id": "q1", "text": "Falcons?"}'
) -> None:
    (folder / "qrels").mkdir()
    (folder / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "Birds", "text": "Falcons."}\n{"_id": "d2", "text": "Fish."}\n'
    )
    (folder / "queries.jsonl").write_text(queries)
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + judgements)


def test_beir_keeps_titles_and_graded_judgements(tmp_path: Path) -> None:
    write(tmp_path, "q1\td1\t2\nq1\td2\t0\nq1\tgone\t1\n")
    found = beir(tmp_path)
    one, other = found.passages
    assert (found.passages[one].title, found.passages[other].title) == ("Birds", "")
    (question,) = found.questions
    assert (question.question, question.relevant) == ("Falcons?", {one: 2, other: 0})


def test_blank_lines_of_beir_say_nothing(tmp_path: Path) -> None:
    write(tmp_path, "q1\td1\t2\n\n", '{"_id": "q1", "text": "Falcons?"}\n\n')
    assert len(beir(tmp_path).questions) == 1


@pytest.mark.parametrize(
    ("judgements", "queries"),
    [("q1\td1\tgood\n", '{"_id": "q1", "text": "a"}'), ("q1\n", '{"_id": "q1", "text": "a"}'),
     ("q1\td1\t1\n", '{"text": "a"}'), ("q1\td1\t1\n", "{")],
)  # fmt: skip
def test_what_is_not_in_form_is_refused(tmp_path: Path, judgements: str, queries: str) -> None:
    write(tmp_path, judgements, queries)
    with pytest.raises(UsageError):
        beir(tmp_path)
