"""Questions for what is not so, and texts in which something is not."""

from __future__ import annotations

import pytest

from rag.patterns.denial import asks_what_is_not, denies


@pytest.mark.parametrize(
    "question",
    [
        "Who did not vote for the new statutes?",
        "Which rooms aren't heated?",
        "In which months is there no market?",
        "How many members never paid?",
        "Wer trägt keine Haarnetze?",
        "Wofür haftet die Vermieterin nicht?",
        "Qui n'a pas voté dans la salle ?",
        "¿Qué no cubre el seguro?",
        "哪个机构不能提出立法？",
    ],
)
def test_it_is_asked_what_is_not(question: str) -> None:
    assert asks_what_is_not(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who voted?",
        "Which button do I press if it does not heat?",  # of whom it is asked, in its own clause
        "Who pays when the tenant can't?",
        "What is the deposit for guests who are not members?",
        "Who is not only a member but on the board?",
        "What is the fee for no more than three days?",
        "What is an example of a problem not known to be solved?",
        "Which invoice has no. 17?",
        "Is smoking not allowed?",  # which is told by what is allowed
        "Why is smoking not allowed?",
        "Was ist zu tun, wenn die Maschine nicht heizt?",
        "这是不是最大的？",
        "他们有什么不同？",
    ],
)
def test_it_is_not(question: str) -> None:
    assert not asks_what_is_not(question)


@pytest.mark.parametrize(
    ("question", "text", "denied"),
    [
        ("Who did not vote?", "Members vote by a show of hands.", False),
        ("Who did not vote?", "Guests have no vote.", True),
        ("Who did not come?", "Apologies: Ann Lee", True),
        ("When is the pool not open?", "The pool is closed in January.", True),
        ("What is not prohibited?", "Fires are prohibited on the beach.", False),
        ("What is not prohibited?", "Fires are prohibited, but for gas stoves.", True),
        ("Which class has no deputy?", "3b | Daniel Kofi | –", True),
        ("Wer kam nicht?", "Entschuldigt: Herr Lang", True),
        ("Wer kam nicht?", "Herr Lang kam um acht Uhr.", False),
        ("Wer kam nicht?", "Guests have no vote.", True),  # in whatever language it is said
        ("谁没有投票权？", "成员有投票权。", False),
        ("谁没有投票权？", "客人无权投票。", True),
        ("哪些国家没有参加禁运？", "禁运始于1973年。", False),
    ],
)
def test_a_text_denies_something_or_nothing(question: str, text: str, denied: bool) -> None:
    assert denies(text, question) is denied
