import pytest

from rag.patterns.columns import is_price, measured
from rag.text import query_terms

HEAD = "Job | Price £ | Time (min) | Remarks"
ROW = "Full service | 95 | 150 | incl. wheels"
HIRE = "Bike | Half day | Full day | Week | Deposit"
CITY = "City bike | 12 | 18 | 75 | 50"


def told(question: str, row: str = ROW, head: str = HEAD) -> str | None:
    found = measured(question, row, head, dict.fromkeys(query_terms(question, ["en"]), 1.0))
    return row[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("how much is a full service", "95"),
        ("What does a full service cost?", "95"),
        ("was kostet ein full service", "95"),
        ("How long does a full service take?", "150"),
        ("how many minutes is a full service", "150"),
    ],
)
def test_the_column_of_what_is_asked_for(question: str, cell: str) -> None:
    assert told(question) == cell


@pytest.mark.parametrize(
    ("question", "row", "head"),
    [
        ("which service is best", ROW, HEAD),
        ("how much time is a full service", ROW, HEAD),  # the question names a column itself
        ("how much is the deposit", CITY, HIRE),  # none of them is called a price
        ("how long can I have it", CITY, HIRE),  # three columns of time
        ("how much is it", "Bell | 6.50", "Item | Price"),  # nothing to be told apart
        ("how much is it", "Bell | 5 | – | 32", "Item | Qty | Price | Left"),  # no price there
    ],
)
def test_where_none_is_sure_nothing_is_said(question: str, row: str, head: str) -> None:
    assert told(question, row, head) is None


def test_a_cell_below_a_price() -> None:
    assert is_price(ROW, HEAD, ROW.index("95"))
    assert not is_price(ROW, HEAD, ROW.index("150"))
    assert not is_price(CITY, HIRE, CITY.index("50"))
    assert not is_price(ROW, "Job | Price", ROW.index("95"))  # a head that does not fit
