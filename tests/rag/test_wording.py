"""Numbers of things as people write them."""

from __future__ import annotations

from rag.wording import count, held


def test_one_thing_is_not_many() -> None:
    assert [count(n, "page") for n in (0, 1, 2000)] == ["0 pages", "1 page", "2,000 pages"]
    assert held(1, 12) == "1 document, 12 chunks"
