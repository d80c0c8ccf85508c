import pytest

from rag.patterns.heads import continues, heads, openings
from rag.patterns.tables import readable
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


def test_a_row_has_the_head_of_its_table_and_prose_has_none() -> None:
    assert heads(TEXT, spans(TEXT), ()) == ["", "", HEAD, ""]


def test_a_chunk_that_begins_inside_a_table_has_its_head_as_last_heading() -> None:
    assert heads(ROW, spans(ROW), ("Results", HEAD)) == [HEAD]
    assert heads(ROW, spans(ROW), ("Results",)) == [""]


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


def test_a_first_row_of_an_option_is_no_head() -> None:
    text = "-c, --check | checks the syntax only\n-o, --output=FILE | output file"
    assert heads(text, spans(text), ()) == ["", ""]
    assert heads("-5 | a\n4 | b", spans("-5 | a\n4 | b"), ())[1] == "-5 | a"


def test_a_first_row_of_a_name_and_a_value_is_no_head() -> None:
    text = "Volume | 2,5 litres (cold)\nHeight | 31 cm\nNoise | 40 dB"
    assert heads(text, sentences(text), ()) == ["", "", ""]
    text = "Size | Small | 10 cm\nPrice | 3 | 4"
    assert heads(text, sentences(text), ())[1] == "Size | Small | 10 cm"


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


def over(text: str) -> dict[str, str]:
    rows = sentences(text)
    return {text[a:b]: head for (a, b), head in zip(rows, heads(text, rows, ()), strict=True)}


INCOME = """Three Months Ended | Nine Months Ended
October 30, 2022 | October 31, 2021 | October 30, 2022 | October 31, 2021
Revenue | $ 5,931 | $ 7,103 | $ 20,923 | $ 19,271
Operating expenses
Research and development | 1,945 | 1,403 | 5,387 | 3,802
Total operating expenses | 2,576 | 1,960 | 8,555 | 5,405
Interest income | 88 | 7 | 152 | 20
Loss included in
net income | (1) | (17) | (16) | –
Net income | 680 | 2,464 | 2,954 | 6,750"""


def test_a_label_without_a_colon_ends_no_table() -> None:
    told = over(INCOME)
    spent = "Research and development | 1,945 | 1,403 | 5,387 | 3,802"
    assert readable(spent, told[spent]).startswith(
        "Operating expenses: Research and development, Three Months Ended October 30, 2022: 1,945,"
    )
    interest = "Interest income | 88 | 7 | 152 | 20"
    assert told[interest].startswith(" | Three Months Ended October 30, 2022 | ")


def test_a_label_on_two_lines_is_of_one_row() -> None:
    told = over(INCOME)
    assert told["net income | (1) | (17) | (16) | –"].startswith("Loss included in | Three")
    assert told["Net income | 680 | 2,464 | 2,954 | 6,750"].startswith(" | Three")


@pytest.mark.parametrize("line", ["Our costs rose.", "Cabins", "\nCabins", "Cabins\n"])
def test_a_line_that_is_no_label_ends_a_table(line: str) -> None:
    below = "Oars | 2023 | 2022" if line == "Cabins" else "Oars | 1,945 | 1,403"
    text = f"Costs | 2023 | 2022\nRent | 1,945 | 1,403\n{line}\n{below}"
    assert over(text)[below] == ""


@pytest.mark.parametrize(
    ("head", "named"),
    [
        ("Costs | 2022 | Three Months Ended September 30, 2021 | Percentage Change",
         "Costs | Three Months Ended September 30, 2022 | Three Months Ended September 30, 2021"),
        ("Costs | December 31, 2022 | Three Months Ended December 25, 2021 | Change",
         "Costs | Three Months Ended December 31, 2022 | Three Months Ended December 25, 2021"),
        ("Costs | Year ended 2022 | 2021 | Change", "Costs | Year ended 2022 | Year ended 2021"),
        ("Costs | 2022 | Budget ended 2021 early | Change", "Costs | 2022 | Budget ended 2021"),
    ],
)  # fmt: skip
def test_what_stands_above_two_columns_is_of_both(head: str, named: str) -> None:
    row = "Rent | $ 1,945 | $ 1,403 | 18%"
    assert over(f"{head}\n{row}")[row].startswith(named)


def test_what_is_told_of_each_of_several_times_belongs_to_the_head() -> None:
    text = (
        "Three Months Ended | Nine Months Ended\n"
        "(In Millions) | Q3 2022 Amount | % of Revenue | YTD 2022 Amount | % of Revenue\n"
        "Cost of sales | 8,803 | 57.4 % | 27,646 | 56.4 %"
    )
    *_, last = over(text).values()
    assert last.split(" | ")[1:3] == [
        "Three Months Ended Q3 2022 Amount", "Three Months Ended % of Revenue",
    ]  # fmt: skip


def test_the_rest_of_a_label_names_no_rows() -> None:
    text = (
        "Item | Quantity | Amount\nWorktop, colour | 5.2 | £1,898.00\nKelya, 20 mm\n"
        "Cut-out for hob | 1 | £160.00\nundermount\nUpstands | 4.5 | £126.00"
    )
    told = over(text)
    assert told["Cut-out for hob | 1 | £160.00"] == "Item | Quantity | Amount"
    assert told["Upstands | 4.5 | £126.00"] == "Item | Quantity | Amount"
