"""Thanks and greetings get a reply; what may ask something gets none."""

from __future__ import annotations

import pytest

from rag.question.remark import reply


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Thanks a lot!", "You're welcome."),
        ("OK, thanks.", "You're welcome."),
        ("Hello there", "Hello."),
        ("ok", "All right."),
        ("Vielen Dank!", "Gern geschehen."),
        ("Guten Tag", "Hallo."),
        ("merci beaucoup", "De rien."),
        ("¡Hola!", "Hola."),
        ("In German, please", "nothing is translated"),
        ("Translate that into French", "nothing is translated"),
        ("Auf Englisch bitte", "übersetzt wird nichts"),
    ],
)
def test_a_remark_gets_its_reply(said: str, told: str) -> None:
    assert told in reply(said, said)


@pytest.mark.parametrize(
    "said",
    [
        "Hello, who built it?",
        "Thanks to whom was it built?",
        "Great Britain",
        "OK Corral",
        "Hi-fi",
        "in German law",
        "And in German?",
        "Danke AG",
    ],
)
def test_what_may_ask_something_gets_none(said: str) -> None:
    assert reply(said, said) == ""


def test_a_language_that_completes_a_question_is_no_wish_for_a_translation() -> None:
    assert reply("In German?", "How many children learn in German?") == ""
