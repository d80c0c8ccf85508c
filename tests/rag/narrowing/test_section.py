import pytest

from rag.narrowing.section import named_section


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("What is said in section 3.2?", "3.2"),
        ("What is said in section 3.2.1 of the manual?", "3.2.1"),
        ("What is in section 3.", "3"),
        ("What does it say in the section on risks?", "risks"),
        ("What is in the Risks section?", "Risks"),
        ("What is said in the contract?", ""),
    ],
)
def test_a_section_is_named_as_a_whole(question: str, section: str) -> None:
    assert named_section(question) == section
