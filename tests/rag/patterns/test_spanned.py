import pytest

from rag.patterns.spanned import belongs, filled


@pytest.mark.parametrize(
    ("upper", "lower", "yes"),
    [
        (["Season", "Departures", "", "Fare", ""], ["", "First", "Last", "Adult", "Child"], True),
        (["Season", "Fare", ""], ["Season", "Adult", "Child"], True),
        (["Season", "Fare", ""], ["Winter", "Adult", "Child"], False),
        (["Season", "Fare", ""], ["", "8.50", "4.00"], False),
        (["Season", "Fare", ""], ["", "Adult", ""], False),
        (["Season", "Adult", "Child"], ["", "yes", "no"], False),
        (["Season", "Fare", ""], ["", "Adult"], False),
    ],
)
def test_a_row_of_names_belongs_to_a_head_that_spans(
    upper: list[str], lower: list[str], yes: bool
) -> None:
    assert belongs(upper, lower) is yes


def test_what_spans_columns_is_above_each_of_them() -> None:
    rows = [["Season", "Fare", "", ""], ["", "Adult", "Child", ""]]
    assert filled(rows) == [["Season", "Fare", "Fare", ""], ["", "Adult", "Child", ""]]
    assert rows[0] == ["Season", "Fare", "", ""]
