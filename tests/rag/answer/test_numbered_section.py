"""Sections that are asked for by their number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest import add
from rag import Scope, Settings
from rag.answer.numbered_section import _lines, section
from rag.index.collection import Collection
from tests.ingest.toys import ToyEmbedder

LEASE = """# Lease of the mill

Contents: 3. Liability ..... 4

## 1 Parties

The parties are:

1. the owner,
2. the miller,
3. the bank.

## 2 Rent

### 2.1 Amount

The rent is 900 crowns. It is paid monthly.

### 2.2 Delay

Late rent bears interest.

## 3 Liability

Nobody answers for floods.

## 3 mills burnt down in 1901

They were insured.
"""
SERVICES = """Agreement on services

4.1 The client pays within thirty days.
4.2 Either party may terminate in writing:

(a) by post;
(b) by messenger.

4.3 Notices are sent by post.

§ 5 Gerichtsstand ist Brennau.
"""


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("contracts")
    (folder / "lease.md").write_text(LEASE, encoding="utf-8")
    (folder / "services.txt").write_text(SERVICES, encoding="utf-8")
    for n in range(4):
        (folder / f"copy {n}.md").write_text(
            f"# Copy {n}\n\n## 7.7 Same\n\nSame text {n}.", "utf-8"
        )
    settings = Settings(index_root=str(folder / "indexes"))
    add([folder], collection="c", settings=settings, embedder=ToyEmbedder())
    with Collection.open(folder / "indexes", "c") as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("What does section 2.1 say?", ["The rent is 900 crowns. It is paid monthly."]),
        ("What is in clause 2.2 of the lease?", ["Late rent bears interest."]),
        (
            "What does section 2 say?",
            ["The rent is 900 crowns. It is paid monthly.", "Late rent bears interest."],
        ),
        ("What does section 3 say?", ["Nobody answers for floods."]),
        ("What does section 3 of this contract say?", ["Nobody answers for floods."]),
        ("What does section 3 of the lease of the mill say?", ["Nobody answers for floods."]),
        ("Was steht in Abschnitt 3?", ["Nobody answers for floods."]),
        ("Clause 4.1?", ["4.1 The client pays within thirty days."]),
        (
            "What does article 4.2 say?",
            ["4.2 Either party may terminate in writing:", "(a) by post;\n(b) by messenger."],
        ),
        ("Was regelt § 5?", ["§ 5 Gerichtsstand ist Brennau."]),
    ],
)
def test_a_section_is_read_where_it_stands(
    collection: Collection, question: str, quotes: list[str]
) -> None:
    found = section(question, collection, Scope())
    assert found is not None
    assert [item.quote for item in found.evidence] == quotes
    for item in found.evidence:
        assert collection.text(item.document, item.start, item.end) == item.quote


@pytest.mark.parametrize(
    "question",
    [
        "What does section 9 say?",
        "What does section 4 say?",  # there are only 4.1 to 4.3
        "What does section 7.7 say?",  # of too many documents
        "What does section 2.1 say about interest?",
        "How many crowns is the rent in section 2.1?",
        "What does the section on rent say?",
        "What is 2.1?",
        "What does section 2.1 of the Hansen contract say?",
        "What does section 2.1 of the lease prohibit?",
    ],
)
def test_nothing_else_is_taken_for_it(collection: Collection, question: str) -> None:
    assert section(question, collection, Scope()) is None


def test_each_document_that_has_it_is_named(collection: Collection) -> None:
    some = tuple(info.id for info in collection.documents() if info.path.endswith(("0.md", "1.md")))
    found = section("What does section 7.7 say?", collection, Scope(documents=some))
    assert found is not None
    assert [(item.of, item.quote) for item in found.evidence] == [
        ("Copy 0", "Same text 0."),
        ("Copy 1", "Same text 1."),
    ]


def test_a_page_of_dots_costs_no_time() -> None:
    text = f"3.2 Rent {'. ' * 100_000}\n3.3 Delay\n"
    assert _lines(text, "3.2") == (0, text.index("3.3"))
    assert _lines(f"3.2 Rent {'. ' * 100_000} 14 \n", "3.2") is None
