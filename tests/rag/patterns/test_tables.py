import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.patterns.tables import cell, entry, is_blank, is_of_other_way, readable, timed

HEAD = "Model | Attention | Longest sentence | BLEU"
ROW = "RNNsearch-50 | yes | 50 words | 26.75"


def weights(*terms: str) -> dict[str, float]:
    return dict.fromkeys(terms, 1.0)


@pytest.mark.parametrize(
    ("terms", "answer"),
    [
        (("bleu", "score", "rnnsearch", "50"), "26.75"),
        (("long", "sentenc", "rnnsearch"), "50 words"),
        (("model", "reach", "26.75"), "RNNsearch-50"),
    ],
)
def test_the_cell_under_the_head_that_is_named(terms: tuple[str, ...], answer: str) -> None:
    found = cell(ROW, HEAD, weights(*terms))
    assert found
    assert ROW[found[0] : found[1]] == answer
    assert 0 < found[2] <= 1


def test_the_name_of_a_row_may_stand_behind_its_number() -> None:
    row, head = "P-116 | C17 saddle | 119 | 4", "Part no | Part | Retail | In stock"
    for terms, answer in ((("c17", "saddl", "stock"), "4"), (("c17", "retail"), "119")):
        found = cell(row, head, weights(*terms))
        assert found
        assert row[found[0] : found[1]] == answer


@pytest.mark.parametrize("row", ["Week 5 to 8 | Strength | 3", "5-8 | Strength | 3"])
def test_a_row_is_named_by_each_number_of_its_range(row: str) -> None:
    found = cell(row, "Week | Focus | Sessions", weights("focus", "week", "6"))
    assert found
    assert row[found[0] : found[1]] == "Strength"
    assert found[2] == 1.0
    other = cell(row, "Week | Focus | Sessions", weights("focus", "week", "9"))
    assert not other or other[2] < 0.5


def test_a_head_without_its_first_cell_fits_too() -> None:
    found = cell("Parameters | 65 million | 213 million", "Base | Big", weights("paramet", "big"))
    assert found == (26, 37, 1.0)


@pytest.mark.parametrize("terms", [("rnnsearch",), ("bleu",), ("banana",)])
def test_a_row_or_a_head_alone_decides_nothing(terms: tuple[str, ...]) -> None:
    assert cell(ROW, HEAD, weights(*terms)) is None


def test_a_head_that_does_not_fit_decides_nothing() -> None:
    assert cell(ROW, "One | Two", weights("rnnsearch", "one")) is None


def test_a_row_is_read_with_its_head() -> None:
    assert readable(ROW, HEAD) == (
        "Model: RNNsearch-50, Attention: yes, Longest sentence: 50 words, BLEU: 26.75"
    )
    assert readable("Width | 512 | 1024", "Base | Big") == "Width, Base: 512, Big: 1024"
    assert readable(ROW, "One | Two") == ROW


@given(st.lists(st.text(st.characters(exclude_characters="|\n"), min_size=1), min_size=2))
def test_a_cell_is_a_cell(cells: list[str]) -> None:
    row = " | ".join(cells)
    found = cell(row, " | ".join(f"h{i}" for i in range(len(cells))), weights("h1", "a", "b"))
    assert found is None or row[found[0] : found[1]] in row.split(" | ")


@pytest.mark.parametrize(
    ("terms", "line", "said"),
    [
        (("error", "e4"), "E4: The float switch is wet.", "The float switch is wet"),
        (("sick", "leav", "day"), "- Sick leave: report it before 9:30.", "report it before 9:30"),
        (("error", "e5"), "E4: The float switch is wet.", None),
        (("float", "switch"), "The float switch is wet.", None),
        (("time",), "It starts at 10:30 in the hall.", None),
    ],
)
def test_a_line_with_a_label_answers_for_it(
    terms: tuple[str, ...], line: str, said: str | None
) -> None:
    found = entry(line, weights(*terms))
    assert (line[slice(*found[:2])] if found else None) == said


def test_a_column_is_named_by_its_kin() -> None:
    row, head = "Ball bearing | North | Nordlager", "Item | Warehouse | Supplier"
    found = cell(row, head, weights("suppli", "ball", "bear"))
    assert found is not None
    assert row[slice(*found[:2])] == "Nordlager"


def test_a_column_with_a_hyphen_is_named_without_it() -> None:
    found = cell(
        "North | 0471 22 | a@b.example", "Quay | Phone | E-mail", weights("email", "north")
    )
    assert found is not None
    assert found[0] == len("North | 0471 22 | ")


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (" | 2022 | 2023 | 2022 | 2023", "35,885"),
        ("June 25, 2022 | July 1, 2023 | June 25, 2022 | July 1, 2023", "35,885"),
        (" | July 1, 2023 | June 25, 2022 | Change | 2021", "36,413"),
        (" | Apples | Pears | Plums | 2023", ""),  # of different things, none of which is named
    ],
)
def test_a_row_of_times_answers_for_the_latest(head: str, answer: str) -> None:
    row = "Gross margin | 36,413 | 35,885 | 128,721 | 132,687"
    found = cell(row, head, weights("gross", "margin"))
    assert (row[found[0] : found[1]] if found else "") == answer


@pytest.mark.parametrize(
    ("head", "terms", "answer"),
    [
        (" | July 1, 2023 | June 25, 2022", ("costs",), "22"),
        (" | 2022 | 2023", ("costs",), "11"),
        (" | 2022 | 2023", ("costs", "2022"), "22"),
        (" | Q1 2024 | Q2 2024", ("costs",), "11"),
        (" | Q2 | Q1", ("costs",), "22"),
        (" | March 2024 | April 2024", ("costs",), "11"),
        (" | Q1 2024 | Q2 2024", ("costs", "2024"), None),  # of two no one is sooner meant
        (" | Three Months Ended | Nine Months Ended", ("costs",), "22"),
        (" | Apples | Pears", ("costs",), None),
        ("Costs", ("costs",), None),
        (" | Juni 2023 | Dezember 2023", ("costs",), "11"),
        (" | 30.06.2023 | 31.12.2023", ("costs",), "11"),
        (" | Jun 2023 | Dec 2023", ("costs",), "11"),
        (" | Dez. 2023 | Juni 2023", ("costs",), "22"),
        (" | 31.12.2023 | 30.06.2023", ("costs", "june", "2023"), "11"),
        (" | Dez 2023 | Jun 2023", ("costs", "juni", "2023"), "11"),
        (" | Juni 2023 | Dezember 2023", ("costs", "30.06.2023"), "22"),
        (" | 2022 | Percentage Change", ("costs",), "22"),
        (" | Nine Months Ended 2022 | Nine Months Ended 2023", ("costs", "nine", "month"), "11"),
    ],
)
def test_the_cell_of_the_time_that_is_asked_for(
    head: str, terms: tuple[str, ...], answer: str | None
) -> None:
    row = "Costs | 22 | 11"
    found = timed(row, head, weights(*terms))
    assert (row[slice(*found)] if found else None) == answer


def test_of_two_columns_of_nine_months_the_latest_answers() -> None:
    row = "Fulfillment costs | 18,498 | 20,583 | 52,666 | 61,196"
    long = ("Three Months Ended September 30,", "Nine Months Ended September 30,")
    head = " | ".join(["", *(f"{part} {year}" for part in long for year in (2021, 2022))])
    found = cell(row, head, weights("fulfil", "cost", "nine", "month"))
    assert found
    assert row[found[0] : found[1]] == "61,196"


@pytest.mark.parametrize(
    ("terms", "blank"),
    [
        (("actual", "revenu", "q3", "2025"), True),
        (("plan", "revenu", "q3", "2025"), False),
        (("actual", "revenu"), False),
        (("revenu", "q3"), False),
        (("plan", "actual", "q3"), False),
    ],
)
def test_the_cell_that_is_asked_for_may_be_empty(terms: tuple[str, ...], blank: bool) -> None:
    row, head = "Q3 2025 | 365,000 | –", "Quarter | Plan (EUR) | Actual (EUR)"
    assert is_blank(row, head, weights(*terms)) is blank


FLIGHTS = "Flight | From | To | Departs"


@pytest.mark.parametrize(
    ("question", "row", "other"),
    [
        ("When is the flight to Lisbon?", "TP2 | Lisbon | London | 19:45", True),
        ("When is the flight to Lisbon?", "TP1 | London | Lisbon | 11:20", False),
        ("When is the flight back from Lisbon?", "TP1 | London | Lisbon | 11:20", True),
        ("When is the flight back from Lisbon?", "TP2 | Lisbon | London | 19:45", False),
        ("When is the flight to Oslo?", "TP2 | Lisbon | London | 19:45", False),  # of neither
        ("When is the Lisbon flight?", "TP2 | Lisbon | London | 19:45", False),
    ],
)
def test_a_journey_the_other_way_round(question: str, row: str, other: bool) -> None:
    assert is_of_other_way(question, row, FLIGHTS) is other
    assert not is_of_other_way(question, row, "Flight | A | B | Departs")
    assert is_of_other_way(question, row, "Flug | Von | Nach | Ab") is other


def test_it_is_as_far_there_as_back() -> None:
    row, head = "London | Lisbon | 1600", "From | To | km"
    assert not is_of_other_way("How far is it from Lisbon to London?", row, head)
    assert is_of_other_way("What flies from Lisbon to London?", row, head)
