from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.patterns.figures import figures, missing


def values(text: str, code: str = "en") -> list[Decimal]:
    return sorted(figure.value for figure in figures(text, code))


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("1,000.5", "en", [1000.5]),
        ("1.000,5", "de", [1000.5]),
        ("1.000", "de", [1000]),
        ("1.000", "en", [1]),
        ("1,000", "en", [1000]),
        ("0,125 and 0.125", "en", [0.125, 0.125]),
        ("3.5 and 3,5", "fr", [3.5, 3.5]),
        ("1.000.000", "en", [1_000_000]),
        ("3.5 million", "en", [3_500_000]),
        ("65M or 13B", "en", [65e6, 13e9]),
        ("38 m high", "en", [38]),
        ("four layers", "en", [4]),
        ("forty-two heads", "en", [42]),
        ("two million things", "en", [2_000_000]),
        ("vier Schichten", "de", [4]),
        ("dix mille francs", "fr", [10_000]),
        ("٣ طبقات", "ar", [3]),
        ("１２層", "ja", [12]),
        ("KLF4 and GPT-4", "en", [4]),
        ("10⁶ in 2019²", "en", [2, 6, 10, 2019]),
        ("12\u00a0500 Euro", "de", [12_500]),
        ("1\u202f234\u202f567,89 €", "fr", [1_234_567.89]),
        ("1'250.50", "de", [1250.5]),
        ("Raum 5\u00a012", "de", [5, 12]),
        ("1 Milliarde, 500 Tsd. und 1,5 Mio.", "de", [1e9, 5e5, 1.5e6]),
        ("No number, and one thing.", "en", []),
    ],
)
def test_numbers_have_their_value(text: str, code: str, expected: list[float]) -> None:
    assert sorted({float(v) for v in values(text, code)}) == sorted(set(expected))


@pytest.mark.parametrize(
    ("claim", "evidence", "absent"),
    [
        ("four", "4 layers", False),
        ("1,000", "1000", False),
        ("3.5 million", "3,500,000", False),
        ("3.5 billion", "3.5 million", True),
        ("42", "forty-two", False),
        ("forty", "forty-two", True),
        ("12", "the twelfth", False),
        ("version 10.3.2", "1032 units", True),
        ("version 10.3.2", "since 10.3.2", False),
        ("1,234,567", "1234567", False),
        ("10,00,000", "1000000", False),
    ],
)
def test_a_number_is_found_in_another_form(claim: str, evidence: str, absent: bool) -> None:
    assert bool(missing(figures(claim, "en"), figures(evidence, "en"))) == absent


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["en", "de", "fr", "zh"]))
def test_another_number_is_never_taken_for_it(one: int, other: int, code: str) -> None:
    lost = missing(figures(f"It has {one} parts.", code), figures(f"It has {other:,} parts.", "en"))
    assert bool(lost) == (one != other)


@given(st.text(max_size=60))
def test_any_text_is_read_and_holds_its_own_numbers(text: str) -> None:
    for code in ("en", "de", "ar"):
        assert not missing(figures(text, code), figures(text, code))
