"""German compounds and their parts."""

from __future__ import annotations

from rag.compounds import splits


def test_the_ways_to_part_a_word() -> None:
    ways = list(splits("urlaubstage"))
    assert ("urlaub", "tage") in ways
    assert ("urlaubs", "tage") in ways
    assert all(len(part) > 2 for way in ways for part in way)
    assert not list(splits("kino"))
