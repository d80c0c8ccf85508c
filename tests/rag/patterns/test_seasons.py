import pytest

from rag.patterns.seasons import is_of_other_season


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("What was the rate for 2025/26?", "The rate for 2026/27 was 5.", True),
        ("What was the rate for 2025/26?", "The rate for 2025-26 was 5.", False),
        ("What was the rate for 2025/26?", "It was 4 in 2024/25 and 5 in 2025/2026.", False),
        ("What was the rate in 2025?", "The rate for 2026/27 was 5.", False),
        ("What was the rate for 2025/26?", "It was 5 from 2014-2019.", False),  # several years
        ("What was the rate for 2025/26?", "On 2004-05-06 it was 5.", False),
        ("Was kostete das Schuljahr 2025/26?", "Schuljahr 2024/25: 5 Euro", True),
        ("What was the rate for 2024-25?", "It is frozen from 2021-22 to 2027-28.", False),
        ("What was the rate for 2024-25?", "It was frozen from 2018-19 to 2022-23.", True),
        ("What was the rate for 2024-25?", "The rate has been 5 since 2011-12.", False),
        ("What was the rate for 2010-11?", "The rate has been 5 since 2011-12.", True),
        ("What was the rate for 2024-25?", "The rate is 5 from 2022-23 onwards.", False),
        ("What was the rate for 2024-25?", "5 from April 2024, after 4 in 2023-24.", False),
        ("What was the rate for 2024-25?", "From 6 April 2022 to 5 April 2023 (2022-23): 5", True),
        ("What was the rate from 1999-2005?", "The rate for 2026/27 was 5.", False),
    ],
)
def test_years_called_by_two(question: str, text: str, other: bool) -> None:
    assert is_of_other_season(question, text) is other
