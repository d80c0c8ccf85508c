import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.patterns.tables import cell, continues, entry, heads, openings, readable, timed
from rag.text import sentences

HEAD = "Model | Attention | Longest sentence | BLEU"
ROW = "RNNsearch-50 | yes | 50 words | 26.75"
TEXT = f"The results were these.\n\n{HEAD}\n{ROW}\n\nThat is all."


def spans(text: str) -> list[tuple[int, int]]:
    lines, start = [], 0
    for line in text.split("\n"):
        if line:
            lines.append((start, start + len(line)))
        start += len(line) + 1
    return lines


def weights(*terms: str) -> dict[str, float]:
    return dict.fromkeys(terms, 1.0)


def test_a_row_has_the_head_of_its_table_and_prose_has_none() -> None:
    assert heads(TEXT, spans(TEXT), ()) == ["", "", HEAD, ""]


def test_a_chunk_that_begins_inside_a_table_has_its_head_as_last_heading() -> None:
    assert heads(ROW, spans(ROW), ("Results", HEAD)) == [HEAD]
    assert heads(ROW, spans(ROW), ("Results",)) == [""]


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


STATEMENT = """Three Months Ended | Nine Months Ended
Net sales: | July 1, 2023 | June 25, 2022 | July 1, 2023 | June 25, 2022
Products | $ 60,584 | $ 63,355 | $ 230,901 | $ 245,241
Total net sales | 81,797 | 82,959 | 293,787 | 304,182
Gross margin | 36,413 | 35,885 | 128,721 | 132,687
Operating expenses:
Research and development | 7,442 | 6,797 | 22,608 | 19,490

See the notes:"""


def test_a_head_of_several_rows_names_each_column_and_labels_name_their_groups() -> None:
    rows = sentences(STATEMENT)
    over = heads(STATEMENT, rows, ())
    told = {STATEMENT[a:b]: head for (a, b), head in zip(rows, over, strict=True)}
    times = "July 1, 2023 | Three Months Ended June 25, 2022 | Nine Months Ended July 1, 2023"
    assert told["Products | $ 60,584 | $ 63,355 | $ 230,901 | $ 245,241"].startswith(
        f"Net sales | Three Months Ended {times}"
    )
    assert told["Gross margin | 36,413 | 35,885 | 128,721 | 132,687"].startswith(" | Three")
    spent = "Research and development | 7,442 | 6,797 | 22,608 | 19,490"
    assert readable(spent, told[spent]).startswith(
        "Operating expenses: Research and development, Three Months Ended July 1, 2023: 7,442,"
    )
    opens = openings([STATEMENT[a:b] for a, b in rows], over)
    assert [STATEMENT[a:b][:9] for (a, b), yes in zip(rows, opens, strict=True) if yes] == [
        "Three Mon", "Net sales", "Operating",
    ]  # fmt: skip


def test_the_names_below_what_spans_columns_belong_to_the_head() -> None:
    text = "Season | Fare | –\n– | Adult | Child\nSummer | 11.00 | 5.50\n"
    spans = sentences(text)
    assert heads(text, spans, ())[2] == "Season | Fare Adult | Fare Child"


def test_units_in_brackets_are_no_marks_of_a_list() -> None:
    text = "Length (m) | Period (s) | g (m/s²)\n0.40 | 1.27 | 9.79\n"
    assert [text[a:b] for a, b in sentences(text)] == text.splitlines()


def test_the_unit_above_a_table_is_told_with_its_figures() -> None:
    rows = "2023 | 2022\nNet sales | 41 | 39\nTax | 3 % | 4 %"
    text = f"Sales were as follows (dollars in millions):\n\n{rows}"
    *_, sales, tax = heads(text, sentences(text), ())
    assert readable("Net sales | 41 | 39", sales) == "In millions: Net sales, 2023: 41, 2022: 39"
    assert readable("Tax | 3 % | 4 %", tax) == "Tax, 2023: 3 %, 2022: 4 %"
    rows = "Costs: | 2023 | 2022\nRent | 41 | 39\nEarnings per share:\nBasic | 1.27 | 1.20"
    named = f"(In thousands, except per share amounts)\n\n{rows}"
    rent, _, basic = heads(named, sentences(named), ())[-3:]
    assert rent == "Costs, in thousands | 2023 | 2022"
    assert basic == "Earnings per share | 2023 | 2022"


def test_rows_without_a_head_are_no_heads() -> None:
    text = "Basic | 10,191 | 10,322\nDiluted | 10,331 | 10,558\nOther | 1 | 2"
    over = heads(text, sentences(text), ())
    assert over == ["", "", ""]
    assert openings(text.split("\n"), over) == [False, False, False]


@pytest.mark.parametrize(
    "amount",
    ["850,00 €", "850 EUR", "1.234,56 EUR", "1'250.00 CHF", "CHF 1’250.00", "EUR 9", "1'250",
     "1\u202f250 €", "−5,5 %", "€ 850,00", "$850", "1,000"],
)  # fmt: skip
def test_a_first_row_of_an_amount_is_no_head(amount: str) -> None:
    text = f"Rent | {amount}\nDeposit | {amount}"
    over = heads(text, sentences(text), ())
    assert over == ["", ""]
    assert openings(text.split("\n"), over) == [False, False]


def test_a_first_row_of_a_name_and_a_value_is_no_head() -> None:
    text = "Volume | 2,5 litres (cold)\nHeight | 31 cm\nNoise | 40 dB"
    assert heads(text, sentences(text), ()) == ["", "", ""]
    text = "Size | Small | 10 cm\nPrice | 3 | 4"
    assert heads(text, sentences(text), ())[1] == "Size | Small | 10 cm"


def test_a_column_with_a_hyphen_is_named_without_it() -> None:
    found = cell(
        "North | 0471 22 | a@b.example", "Quay | Phone | E-mail", weights("email", "north")
    )
    assert found is not None
    assert found[0] == len("North | 0471 22 | ")


@pytest.mark.parametrize("name", ["2023", "Price in EUR", "EUR", "€", "500"])
def test_a_currency_or_a_whole_number_may_be_a_head(name: str) -> None:
    text = f"Item | {name}\nDeposit | 850,00"
    assert heads(text, sentences(text), ()) == ["", f"Item | {name}"]


@pytest.mark.parametrize(
    ("head", "row", "yes"),
    [
        ("Three Months Ended | Nine Months Ended", "2023 | 2022 | 2023 | 2022", True),
        ("Q3 | Q2", "Net sales: | 2023 | 2022", True),
        ("Ship | Year", "Ada | 1901", False),
        ("Built | Sunk", "1901 | 1950", False),
        ("Year | Sales", "2023 | 4,500", False),
    ],
)
def test_times_below_times_belong_to_the_head(head: str, row: str, yes: bool) -> None:
    assert continues(head, row) is yes


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
    ],
)
def test_the_cell_of_the_time_that_is_asked_for(
    head: str, terms: tuple[str, ...], answer: str | None
) -> None:
    row = "Costs | 22 | 11"
    found = timed(row, head, weights(*terms))
    assert (row[slice(*found)] if found else None) == answer


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("Size | 36 | 38\nChest | 84 | 88", "Size | 36 | 38"),  # whole numbers may be heads
        ("Country | 1850 | 1860\nNorway | 12 | 15", "Country | 1850 | 1860"),
        (
            "– | Three Months Ended | Six Months Ended\n– | 2023 | 2022\nSales | 1 | 2",
            " | Three Months Ended 2023 | Six Months Ended 2022",
        ),
        (
            "Balance (in millions):\n\nItem | 2023\nCash | 5\n\nStaff:\n\nTown | Staff\nOslo | 120",
            "Town | Staff",
        ),
    ],
)
def test_the_head_of_the_last_row(text: str, head: str) -> None:
    assert heads(text, sentences(text), ())[-1] == head


def test_a_heading_with_a_stroke_in_a_cell_is_one_row() -> None:
    row = "Bolt | 3 | 40"
    assert heads(row, [(0, len(row))], ("Item | Price / unit | Qty",)) == [
        "Item | Price / unit | Qty"
    ]
