import pytest

from rag.patterns.columns import is_price, measured, sought
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


WALKS = "Date | Walk | Leader | Length | Grade"
PARCELS = "Zone | Up to 1 kg | 1 to 5 kg | 5 to 10 kg | Days"
BOTTLES = "SKU | Product | Size | Price | Weight"
BOTTLE = "WB-750 | Bottle | 750 ml | 17.9 | 240 g"


@pytest.mark.parametrize(
    ("question", "row", "head", "cell"),
    [
        ("How long is the walk?", "14 September | Wye Valley | Fox | 10 km | easy", WALKS, "10 km"),
        ("How much does the bottle weigh?", BOTTLE, BOTTLES, "240 g"),
        ("How much is the bottle?", BOTTLE, BOTTLES, "17.9"),
        ("What is it to the EU for 3 kg?", "EU | 9 | 15 | 24 | 5-8", PARCELS, "15"),
        ("What is it to the EU for 0.5 kg?", "EU | 9 | 15 | 24 | 5-8", PARCELS, "9"),
        ("What is it to the EU for 12 kg?", "EU | 9 | 15 | 24 | 5-8", PARCELS, None),
    ],
)
def test_a_measure_and_a_range_have_columns(
    question: str, row: str, head: str, cell: str | None
) -> None:
    found = sought(question, row, head, dict.fromkeys(query_terms(question, ["en"]), 1.0))
    assert (row[slice(*found)] if found else None) == cell


def test_a_cell_below_a_price() -> None:
    assert is_price(ROW, HEAD, ROW.index("95"))
    assert not is_price(ROW, HEAD, ROW.index("150"))
    assert not is_price(CITY, HIRE, CITY.index("50"))
    assert not is_price(ROW, "Job | Price", ROW.index("95"))  # a head that does not fit


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What time does the flight leave?", "11:20"),
        ("When does TP1 arrive in Lisbon?", "14:10"),
        ("When is the flight?", None),
        ("Which flight leaves on 2 April?", None),
    ],
)
def test_the_column_of_the_end_of_a_journey(question: str, cell: str | None) -> None:
    assert told(question, "TP1 | Lisbon | 11:20 | 14:10", "Flight | To | Departs | Arrives") == cell


@pytest.mark.parametrize(
    ("question", "row", "head", "cell"),
    [
        ("When does Ada leave?", "Ada | 500 | 3 May", "Name | Deposit | Last day", None),
        ("When does Bus 5 arrive?", "Bus 5 | 30 | 9:10", "Line | Arrangement fee | Stop", None),
        ("When does Bus 5 arrive?", "Bus 5 | 30 | 9:10", "Line | Bay | Arr.", "9:10"),
        ("When does Bus 5 leave?", "Bus 5 | 30 | 9:10", "Line | Bay | Dep.", "9:10"),
        ("How much is a double when one arrives?", "Double | 95 | 15", "Room | £ | Arrival", None),
        ("By when is the rent due?", "Rent | £500 | 3 | 4", "What | Due (£) | Day | Flat", None),
    ],
)
def test_columns_that_only_look_so(question: str, row: str, head: str, cell: str | None) -> None:
    assert told(question, row, head) == cell


def test_the_column_of_until_when() -> None:
    row, head = "Renew the insurance | Wendy | 3 May | 31 December", "What | Who | Asked | Until"
    assert told("By when is Wendy to renew the insurance?", row, head) == "31 December"
    assert told("Who is to renew the insurance?", row, head) is None
