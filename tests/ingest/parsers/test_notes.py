"""Notes of Obsidian and Logseq: Markdown with marks and fields of their own."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from ingest.parsers.notes import without_note_marks
from ingest.parsers.plain import parse_markdown
from rag.types import Parsed


def _note(folder: Path, content: str, name: str = "2025-04-12.md") -> Parsed:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return parse_markdown(path)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("By [[Ada]], [[People/Bob|Bob]] and [[Tea#Kinds]].", "By Ada, Bob and Tea > Kinds."),
        ("See [[#Kinds]], [[Tea#^a1b2c3]] ![[roof.jpg|300]]", "See Kinds, Tea roof.jpg"),
        ("It is ==very hot==, a == b. ^door-origin", "It is very hot, a == b."),
        ("colour:: green\nsize:: 3 m\nid:: 6659", "colour: green\nsize: 3 m"),
        ("> [!warning]- Planning\n> Not above 2.5 m.", "Planning\n\nNot above 2.5 m."),
        ("> [!tip]\n> Dry it first.", "Tip\n\nDry it first."),
        ("- TODO go\n  :LOGBOOK:\n  CLOCK: [2025]\n  :END:\n- {{embed ((x))}}", "- TODO go"),
        ("| A |\n|---|\n| [[B\\|C]] |", "A\nC"),
        ("Write `[[Ada]]`, x[[1]] and `a:: b`.", "Write [[Ada]], x[[1]] and a:: b."),
        ("```\n[[kept]]\n```", "[[kept]]"),
        ("- a\n\n  ```\n  [[kept]]\n  ```\n- [[B]]", "- a\n\n[[kept]]\n\n- B"),
        ("```sh\nif [[ $a == b || $c ]]; then", "if [[ $a == b || $c ]]; then"),
        ("Run:\n\n    [[ -f $a || -d b ]]\n    [[bin]]", "Run:\n\n[[ -f $a || -d b ]]\n[[bin]]"),
        ("Our [[paper]](https://a.example), [[code]][c].\n\n[c]: /c", "Our [paper], [code]."),
        ("Test [[ -f x | y ]] of ([[1, 2]]), [[2025-04-12]].",
         "Test [[ -f x | y ]] of ([[1, 2]]), 2025-04-12."),
    ],
)  # fmt: skip
def test_a_note_reads_as_its_program_shows_it(tmp_path: Path, source: str, shown: str) -> None:
    assert _note(tmp_path, source).text == shown


def test_fields_at_the_head_that_tell_of_the_subject_are_text(tmp_path: Path) -> None:
    parsed = _note(
        tmp_path,
        '---\nphone: "+44 7700 900321"\nfriends:\n  - "[[Ada]]"\n  - Bob\ncssclass: wide\nempty:\n'
        "teas:\n- kind: green\n- kind: black\n"
        "date: 2025-04-12\ndraft: false\nrooms: [hall, attic]\n---\nA builder.\n",
    )
    assert parsed.text == (
        "- phone: +44 7700 900321\n- friends: Ada, Bob\n- teas: kind: green, kind: black\n"
        "- rooms: hall, attic\n\nA builder."
    )
    assert parsed.metadata == {"date": "2025-04-12"}


def test_a_section_of_a_note_is_not_its_title(tmp_path: Path) -> None:
    assert _note(tmp_path, "## Morning\n\nRan.\n\n## Evening\n\nRead.").title == "2025-04-12"
    assert _note(tmp_path, "Ran.\n\n## Evening\n\nRead.").title == "2025-04-12"
    assert (
        _note(tmp_path, "## Minutes of May\n\nRead.\n\n### Rent\n\nUp.").title == "Minutes of May"
    )
    assert _note(tmp_path, "Hello.\n\n# Tea\n\n## Kinds").title == "Tea"


def test_a_page_of_nothing_but_fields_is_called_by_its_title(tmp_path: Path) -> None:
    parsed = _note(tmp_path, "---\ntitle: Teas\ndescription: Green ones.\nroom: hall\n---\n")
    assert parsed.text == "Teas\n\nGreen ones.\n\n- room: hall"


@pytest.mark.parametrize("unit", ["~~~a\n", "`", "``\n", "- ", "> [!a", "[[a|", "==a", "a:: b\n"])
def test_no_marks_take_more_than_a_moment(tmp_path: Path, unit: str) -> None:
    begun = process_time()
    without_note_marks(unit * (400_000 // len(unit)))
    assert process_time() - begun < 5
