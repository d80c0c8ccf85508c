"""An exported answer reads as it did on the page, and is text whatever stands in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app import export
from app.store import Conversation, Turn
from rag.types import Answer, Scope
from tests.app.conftest import answer
from tests.app.test_render import HOSTILE

TALK = Conversation("k", "harbour", "Harbour", "", "")
LINES = st.lists(
    st.tuples(st.sampled_from(["", "  ", "    ", "\t", "- ", "1. "]), st.text(max_size=8)).map(
        "".join
    )
    | st.sampled_from(
        [
            *HOSTILE,
            "===",
            "1.",
            "- 1. x",
            "-\tx",
            "- \tx",
            "---",
            "- - -",
            "> x",
            "```",
            "[1]: x",
            "    code",
            "[^1-1]: x",
        ]
    )
).map("\n".join)
KINDS = {"inline", "text", "text_special", "hardbreak", "em_open", "em_close"} | {
    f"{kind}_{end}"
    for kind in ("heading", "paragraph", "bullet_list", "list_item")
    for end in ("open", "close")
}


def markdown(text: str, **changed: object) -> str:
    told: Answer = replace(answer("harbour"), text=text, **changed)  # type: ignore[arg-type]
    return export.markdown(TALK, [Turn("t", "k", 1, "Where?", Scope(), "", told, None, None)])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It rose in May. [1] Then it fell. [1]", "It rose in May.[^1-1] Then it fell.[^1-1]"),
        ("Two: [1]\n- first\n  - second", "Two:[^1-1]  \n- first  \n  - second"),
        ("1. one\n3. three\n\nEnd", "1\\. one  \n3\\. three\n\nEnd"),
        ("if x:\n    go [1]", "if x:  \n\u00a0\u00a0\u00a0\u00a0go[^1-1]"),
        ("Text\n===\n[1]: x", "Text  \n\\=\\=\\=  \n[^1-1]\\: x"),
        ("- - -\n<b>&lt;", "- \\- \\-  \n\\<b\\>\\&lt;"),
    ],
)
def test_lines_lists_and_spaces_stay_in_markdown(text: str, written: str) -> None:
    assert f"\n\n{written}\n\n*Read" in markdown(text)


@given(LINES)
def test_markdown_holds_no_markup_but_ours(text: str) -> None:
    written = markdown(text)
    tokens = MarkdownIt("commonmark").enable("table").parse(written)
    tokens += [child for token in tokens for child in token.children or ()]
    assert {token.type for token in tokens} <= KINDS
    assert sum(token.type == "heading_open" for token in tokens) == 2
    assert sum(line.startswith("[^1-1]:") for line in written.splitlines()) == 1


def test_names_of_documents_are_text_in_markdown() -> None:
    written = markdown("It rose.", narrowed=("<img src=x onerror=alert(1)>.txt",))
    assert "only in \\<img src\\=x" in written
