"""Text and Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parsers.code import parse as parse_code
from ingest.parsers.plain import parse_markdown, parse_text
from rag.errors import DocumentError
from rag.types import Parsed


def _blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def _text(folder: Path, content: str, name: str = "a.txt") -> Parsed:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return parse_text(path)


def _markdown(folder: Path, content: str) -> Parsed:
    path = folder / "a.md"
    path.write_text(content, encoding="utf-8")
    return parse_markdown(path)


def test_text_keeps_its_lines_and_finds_headings(tmp_path: Path) -> None:
    parsed = _text(
        tmp_path,
        "The Title\n=========\n\nOne line\nand another.\n\nA LOUD HEADING\n\n"
        "2.1 Numbered heading\n\n- one\n- two\n\nNo heading.\n",
    )
    assert _blocks(parsed) == [
        ("heading", 1, "The Title"),
        ("paragraph", 0, "One line\nand another."),
        ("heading", 2, "A LOUD HEADING"),
        ("heading", 3, "2.1 Numbered heading"),
        ("list", 0, "- one\n- two"),
        ("paragraph", 0, "No heading."),
    ]
    assert parsed.title == "The Title"


def test_underlined_headings_without_blank_lines(tmp_path: Path) -> None:
    count = 3000
    parsed = _text(tmp_path, "Head\n----\n" * count + "Text below\nthe last one.")
    assert _blocks(parsed)[:-1] == [("heading", 2, "Head")] * count
    assert _blocks(parsed)[-1] == ("paragraph", 0, "Text below\nthe last one.")


def test_a_manual_page_has_headings_and_whole_words(tmp_path: Path) -> None:
    page = (
        "NAME\n       du - estimate usage of directo\u2010\n       ries\n\n"
        "SEE ALSO\n       df(1), well-\n       known\n\nNOT THIS\none at the margin\n"
    )
    assert _blocks(_text(tmp_path, page)) == [
        ("heading", 2, "NAME"),
        ("paragraph", 0, "       du - estimate usage of directories"),
        ("heading", 2, "SEE ALSO"),
        ("paragraph", 0, "       df(1), well-\n       known"),
        ("paragraph", 0, "NOT THIS\none at the margin"),
    ]
    kept = "A well\u2010known and a far\u2010\nreaching thing."
    assert _text(tmp_path, kept).text == kept


@pytest.mark.parametrize("name", ["a.txt", "a.py"])
def test_a_line_of_nothing_but_blanks(tmp_path: Path, name: str) -> None:
    """As long as this it took hours where each of its blanks was a place to begin."""
    parse = parse_code if name.endswith("py") else parse_text
    path = tmp_path / name
    path.write_text("one" + "\n" + " " * 1_000_000 + "\ntwo\n  three\n \x0b\nfour")
    parsed = parse(path)
    texts = [parsed.text[b.start : b.end].split() for b in parsed.blocks]
    assert texts == [["one"], ["two", "three"], ["four"]]


def test_two_lines_are_a_document(tmp_path: Path) -> None:
    parsed = _text(tmp_path, "The key is under the mat.\nThe cat is called Ada.")
    assert _blocks(parsed) == [("paragraph", 0, parsed.text)]


def test_markdown_becomes_readable_text(tmp_path: Path) -> None:
    parsed = _markdown(
        tmp_path,
        "---\ntitle: On Cats\nauthor: Ada\n---\n# Cats {#cats}\n\nThey *purr* "
        "[often](http://x.y) ![a cat](c.png)<br>and\nsleep &amp; eat.\n\n"
        "1. one\n2. two\n   - deep\n\n| a | b |\n|---|---|\n| 1 | `x` |\n\n"
        "```py\nx = 1\n```\n\n<div><p>Raw <b>html</b></p><script>bad()</script></div>\n",
    )
    assert parsed.title == "On Cats"
    assert parsed.metadata == {"author": "Ada"}
    assert _blocks(parsed) == [
        ("heading", 1, "Cats"),
        ("paragraph", 0, "They purr often a cat\nand sleep & eat."),
        ("list", 0, "1. one\n2. two\n- deep"),
        ("table", 0, "a | b\n1 | x"),
        ("code", 0, "x = 1"),
        ("paragraph", 0, "Raw html"),
    ]


def test_the_lines_of_a_form_stay_lines(tmp_path: Path) -> None:
    form = "**Date:** 3 May\n**Place:** boathouse\nall are welcome\n\nThe boat\nis: big.\n"
    parsed = _markdown(tmp_path, f"# Minutes\n\n{form}")
    assert [text for _, _, text in _blocks(parsed)] == [
        "Minutes",
        "Date: 3 May\nPlace: boathouse\nall are welcome",
        "The boat is: big.",
    ]


def test_marks_of_site_generators_are_no_text(tmp_path: Path) -> None:
    parsed = _markdown(
        tmp_path,
        '{{< note >}}\nA {{< tip text="pod" id="x" >}} runs.\n{{< /note >}}\n\n'
        "/// tip | Watch out\n\nInside.\n\n///\n\n```\n{{< kept >}}\n```\n",
    )
    texts = [text for _, _, text in _blocks(parsed)]
    assert texts == ["A pod runs.", "Watch out", "Inside.", "{{< kept >}}"]


def test_front_matter_alone_is_text_enough(tmp_path: Path) -> None:
    parsed = _markdown(tmp_path, "---\ntitle: Storage\ndescription: Where data lives.\n---\n")
    assert parsed.text == "Storage\n\nWhere data lives."


@pytest.mark.parametrize(
    "first",
    [
        "\n# Meeting of 3 May\n\nThe rent was raised to 900 euros.\n",
        "# Meeting of 3 May\nThe rent was raised to 900 euros.",
        "# Meeting of 3 May\n- The rent was raised to 900 euros.",
        "Held on: 3 May\n\n- The rent was raised to 900 euros.\n",
    ],
)
def test_text_between_two_rules_is_no_front_matter(tmp_path: Path, first: str) -> None:
    parsed = _markdown(tmp_path, f"---\n{first}\n---\n\n# Meeting of 4 June\n\nIt was lowered.")
    assert "The rent was raised to 900 euros." in parsed.text
    assert parsed.text.endswith("Meeting of 4 June\n\nIt was lowered.")


def test_front_matter_of_every_shape_is_left_out(tmp_path: Path) -> None:
    fields = (
        "# about\n'title': On Cats\ntags:\n- pets\n- cats\n\nkeywords: [\n  a\n]\n"
        "date created: 2024\ndescription: >\n  Of cats.\n\n  And dogs.\nog.title: x\n"
    )
    parsed = _markdown(tmp_path, f"\ufeff---\n{fields}---\nThey purr.")
    assert parsed.text == "They purr."


def test_comments_with_three_slashes_keep_their_first_word(tmp_path: Path) -> None:
    parsed = _markdown(
        tmp_path, "/// Returns the value\n\n/// the second | or not\n\n/// tip\nX\n///"
    )
    assert parsed.text == "/// Returns the value\n\n/// the second | or not\n\nX"


@pytest.mark.parametrize("content", [" \n\n", "\u200b\n"])
def test_no_text_is_an_error_that_names_the_file(tmp_path: Path, content: str) -> None:
    for parse, name in ((parse_text, "a.txt"), (parse_markdown, "a.md")):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        with pytest.raises(DocumentError, match=rf"^{name}: no text"):
            parse(path)


@given(st.text(st.characters(), max_size=400), st.sampled_from(["a.txt", "a.md", "a.csv"]))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
def test_any_text_gives_ordered_blocks(tmp_path: Path, content: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8", errors="replace", newline="")
    try:
        parsed = (parse_markdown if name.endswith("md") else parse_text)(path)
    except DocumentError:
        return
    position = 0
    for block in parsed.blocks:
        assert position <= block.start < block.end <= len(parsed.text)
        assert not parsed.text[position : block.start].strip()
        position = block.end
    assert not parsed.text[position:].strip()


def test_capitals_above_indented_lines_head_text_and_no_title_is_parted(tmp_path: Path) -> None:
    title = "NOTICE OF THE ANNUAL MEETING OF\n   SHAREHOLDERS IN BERLIN"
    parsed = _text(tmp_path, f"{title}\n\nSEE ALSO\n    Section 3 of the manual\n")
    assert _blocks(parsed) == [
        ("paragraph", 0, title),
        ("heading", 2, "SEE ALSO"),
        ("paragraph", 0, "    Section 3 of the manual"),
    ]


def test_soft_hyphens_part_no_word_beside_hyphens_of_an_author(tmp_path: Path) -> None:
    parsed = _text(tmp_path, "Die Donau\xad\nschiffe sind non\u2010smoking.\n")
    assert parsed.text == "Die Donauschiffe sind non\u2010smoking."


def test_what_each_says_in_a_chat_is_a_paragraph(tmp_path: Path) -> None:
    said = [
        "12/04/2025, 09:03 - Ada: who's picking up Leo?",
        "12/04/2025, 09:05 - Bob: I can\nbring a towel",
        "[03.06.25, 17:22:31] Eva P.: Guten Abend",
        "[6/3/25, 5:22 PM] Tom: ok",
        "12/04/2025 à 09:05 - +44 7700 900: oui",
        "[18:02] Mme Lef\u00e8vre : Votons.",
    ]
    parsed = _text(tmp_path, "\n".join(said))
    assert _blocks(parsed) == [("paragraph", 0, one) for one in said]
    assert len(_blocks(_text(tmp_path, "It begins at 9:30 in\nLeeds: all come.\nUntil 12."))) == 1


@pytest.mark.parametrize(
    ("content", "headings"),
    [
        ("CHAPTER I.\n\nIt rained.", ["CHAPTER I."]),
        ("Chapter 2\nThe storm\n\nIt rained.", ["Chapter 2 The storm"]),
        ("Chapter two was long,\nand it rained.", []),
    ],
)  # fmt: skip
def test_chapters_with_their_names_are_headings(
    tmp_path: Path, content: str, headings: list[str]
) -> None:
    found = [text for kind, _, text in _blocks(_text(tmp_path, content)) if kind == "heading"]
    assert found == headings


@pytest.mark.parametrize(
    "lines",
    [
        ["9.30 Welcome: Dr Jones", "10.15 Talk: Ada King"],
        ["[18:02] ANNA: HELLO THERE", "[18:03] BOB: HI"],
    ],
)
def test_what_is_said_is_no_heading(tmp_path: Path, lines: list[str]) -> None:
    parsed = _text(tmp_path, "\n".join(lines))
    assert _blocks(parsed) == [("paragraph", 0, line) for line in lines]
    assert parsed.title is None


def test_times_of_which_few_name_anyone_are_no_chat(tmp_path: Path) -> None:
    verses = "3:16 For God so loved: all\n3:17 For God sent not\n3:18 He that: some\n3:19 And this"
    assert _blocks(_text(tmp_path, verses)) == [("paragraph", 0, verses)]
    said = [
        "12/04/2025, 09:03 - Ada: hi",
        "12/04/2025, 09:05 - Bob: ho",
        "12/04/2025, 09:06 - Leo left",
    ]
    assert [text for _, _, text in _blocks(_text(tmp_path, "\n".join(said)))] == said
