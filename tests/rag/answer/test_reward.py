import pytest

from rag.answer.reward import reward
from rag.ground import ground
from tests.rag.records import evidence

FACTS = evidence(
    "The base transformer has 65 million parameters and six layers.",
    "Vaswani and colleagues trained it on eight GPUs in 2017.",
)
QUESTION = "What is known of the base transformer and of how it was trained?"


def value(draft: str, *, agrees: bool = True, kind: str = "explain") -> float:
    return reward(ground(draft, FACTS, QUESTION), QUESTION, kind, agrees=agrees)


GOOD = "The base transformer has 65 million parameters. It was trained on eight GPUs in 2017."


@pytest.mark.parametrize(
    "worse",
    [
        "",
        "The base transformer has 213 million parameters. It was trained on eight GPUs in 2017.",
        "The base transformer has 65 million parameters. It was trained on eight GPUs in",
        "The base transformer has 65 million parameters.",
        "The base transformer has 65 million parameters. " * 3,
        "Der Transformer hat 65 million parameters und wurde auf eight GPUs in 2017 trained.",
    ],
)
def test_support_form_and_language_make_the_better_draft(worse: str) -> None:
    assert 0 <= value(worse) < value(GOOD) <= 1


def test_what_the_reader_found_counts() -> None:
    assert value(GOOD, agrees=False) < value(GOOD)
    assert value("Bananas are yellow.") == 0
