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
        ("What was the rate from 1999-2005?", "The rate for 2026/27 was 5.", False),
    ],
)
def test_years_called_by_two(question: str, text: str, other: bool) -> None:
    assert is_of_other_season(question, text) is other
