import pytest

from rag.patterns.units import unit_at, units_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("€500", "euro"),
        ("EUR 500 a month", "euro"),
        ("US$ 500", "dollar"),
        ("500 $", "dollar"),
        ("500 %", "percent"),
        ("500 pour cent", "percent"),
        ("500 per cent", "percent"),
        ("500 Prozent", "percent"),
        ("a 500-year plan", "year"),
        ("500 working days", "day"),
        ("500 a.m.", "am"),
        ("500元", "yuan"),
        ("500美元", "dollar"),
        ("500个月", "month"),
        ("500日间", "day"),
        ("500 boats", ""),
        ("500", ""),
        ("500, euros", ""),
    ],
)
def test_what_a_number_counts_stands_beside_it(text: str, expected: str) -> None:
    start = text.index("500")
    assert unit_at(text, start, start + 3) == expected


def test_a_head_tells_what_its_table_counts() -> None:
    assert units_in("Growth (%) | Revenue in EUR | Boats") == {"percent", "euro"}
