from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.evaluation.testset import read


def test_csv_with_a_mark_of_byte_order_and_semicolons(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_text("﻿Question;Answer;Document\nWho?;Falk || Anna Falk;a/b.pdf\nWhy?;;\n")
    first, second = read(file)
    assert (first.answers, first.relevant, first.impossible) == (
        ("Falk", "Anna Falk"), {"b.pdf": 1}, False,
    )  # fmt: skip
    assert second.impossible
    assert second.relevant is None


def test_what_spreadsheets_and_data_frames_add_to_a_table_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_bytes(b",question,answer,\r\n0,Who?,Falk,,\r\n,,,\r\n1,Why?\r\n , ,\r\n")
    assert [(q.question, q.answers, q.impossible) for q in read(file)] == [
        ("Who?", ("Falk",), False),
        ("Why?", (), True),
    ]


def test_json_lines(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "Who?", "answers": ["Falk", "Anna"]}\n\n{"question": "Why?"}\n')
    assert [q.answers for q in read(file)] == [("Falk", "Anna"), ()]


@pytest.mark.parametrize(
    ("answer", "answers", "impossible"),
    [
        ("0", ("0",), False),
        ("[0, 1.5]", ("0", "1.5"), False),
        ("[null]", (), True),
        ("null", (), True),
        ("false", (), True),
    ],
)
def test_a_number_is_an_answer_and_nothing_is_none(
    tmp_path: Path, answer: str, answers: tuple[str, ...], impossible: bool
) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(f'{{"question": "How many?", "answer": {answer}}}\n')
    (found,) = read(file)
    assert (found.answers, found.impossible) == (answers, impossible)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_a_line_of_json_may_hold_separators(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "q.jsonl"
    lines = (f'{{"question": "Who{separator}was {name}?"}}\r\n' for name in ("Anna", "Falk"))
    file.write_bytes("".join(lines).encode())
    assert [q.question for q in read(file)] == [f"Who{separator}was {n}?" for n in ("Anna", "Falk")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no questions"),
        ("a,b\n1,2\n", "line 2, has no"),
        ("question,answer,document\nWho?,Falk, Anna,a.txt\n", "line 2, has more cells"),
        ('{"question": "Who?"}\n{"question"', "line 2, is not JSON"),
        ('{"q": 1}\n', "line 1, has no"),
        ("question\n" + "x" * 200_000, "is not a table of questions: field larger"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "q"
    file.write_text(text)
    with pytest.raises(UsageError, match=says):
        read(file)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(UsageError, match="is not in UTF-8"):
        read(file)


@pytest.mark.parametrize("question", ["?!", "rent " * 1000])
def test_what_can_not_be_asked_is_told_before_anything_is(question: str, tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_text(f"question,answer\nWho?,Falk\n{question},x\n")
    with pytest.raises(UsageError, match="line 3: The question"):
        read(file)


def test_lines_may_end_as_excel_ends_them_on_a_mac(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_bytes(b"question;answer\rWho, and why?;Falk\r")
    assert [(q.question, q.answers) for q in read(file)] == [("Who, and why?", ("Falk",))]


@pytest.mark.parametrize(
    "rows",
    ['"What is the rent?,820\nWho?,3\n', 'What is the rent?,"820\nWho?,"3"\nWhy?,x\n'],
)
def test_a_forgotten_quotation_mark_is_told_with_its_line(tmp_path: Path, rows: str) -> None:
    file = tmp_path / "q.csv"
    file.write_text("question,answer\n\nWhere?,here\n" + rows)
    with pytest.raises(UsageError, match="line 4: a quotation mark"):
        read(file)


def test_a_cell_may_have_several_lines_and_marks(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_text('question,answer\n"What is\n""it""?","a\nb"\nWho?,x\n')
    assert [(q.question, q.answers) for q in read(file)] == [
        ('What is\n"it"?', ("a\nb",)),
        ("Who?", ("x",)),
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_what_excel_writes_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "q.txt"
    file.write_bytes("sep=;\r\nquestion;answer\r\nWoher, Müller?;Köln\r\n".encode(encoding))
    assert [(q.question, q.answers) for q in read(file)] == [("Woher, Müller?", ("Köln",))]


def test_a_workbook_is_told_from_a_wrong_encoding(tmp_path: Path) -> None:
    file = tmp_path / "q.xlsx"
    file.write_bytes(b"PK\x03\x04 and more")
    with pytest.raises(UsageError, match="workbook"):
        read(file)


def test_one_object_may_be_written_over_several_lines(tmp_path: Path) -> None:
    file = tmp_path / "q.json"
    file.write_text('{\n "question": "Who?",\n "answer": "x"\n}\n')
    assert [q.answers for q in read(file)] == [("x",)]


def test_columns_of_other_names_are_told(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_text("Frage;Antwort\nWas?;x\n")
    with pytest.raises(UsageError, match="among its columns: frage, antwort"):
        read(file)


def test_any_number_of_questions_is_read(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("question\n" + "".join(f"What is {i}?\n" for i in range(2500)))
    assert len(read(file)) == 2500
