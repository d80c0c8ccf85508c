"""What no follow-up is stays as it stands, and what is one becomes a question in good grammar."""

from __future__ import annotations

import pytest

from rag.rewrite import rewrite
from rag.types import Message


def talk(*lines: str) -> list[Message]:
    return [
        Message("assistant" if line.startswith(">") else "user", line.lstrip(">")) for line in lines
    ]


LISTED = ["Which firms made offers?", ">Barlow; Tidewater; Slate"]


@pytest.mark.parametrize(
    ("history", "question"),
    [
        # a new question
        (["When was the mill built?"], "What about dogs in the garden?"),
        (["When was the mill built?"], "How do I reset the router?"),
        (["When was the mill built?"], "How long is the warranty?"),
        (["When was the mill built?"], "Who is responsible for the garden?"),
        (["When was the mill built?"], "Are there any discounts?"),
        (["How much did the club take in 2021?"], "And how much is the fee?"),
        (["How old is the bus?"], "Is this document in English?"),
        (["How old is the bus?"], "Can you summarise this document?"),
        # what is said of the answer
        (["How old is the bus?"], "That is not right."),
        (["How old is the bus?"], "You are right."),
        (["Wie alt ist der Bus?"], "Das ist falsch."),
        (["Is there a deposit?"], "No, the deposit was 500, not 400."),
        (["Is there a deposit?"], "Sorry, my mistake"),
        (["Is there a deposit?"], "Wait a minute"),
        (["Is there a deposit?"], "I mean it."),
        (["Is there a deposit?"], "I meant no deposit"),
        (["Who is the treasurer of the club?"], "Are you sure it's not Otto Lind?"),
        # nothing that could be told
        (["Are dogs not allowed in the garden?"], "And not in the house?"),
        (["How old is the bus?"], "And more?"),
        (["How old is the bus?"], "And then?"),
        (["Can I bring my dog?"], "And the neighbour's cat?"),
        (["When was the mill built?"], "Why not?"),
        (["How much did we spend on food in May 2024?"], "And how much on travel?"),
        # a day or a king, not one of a list
        (LISTED, "Is rent due on the third?"),
        (LISTED, "Was Edward the third, king of England, a Catholic?"),
        # German
        (["Wer leitet den Verein?"], "Und Katzen?"),
        (["Sind Hunde in Basel erlaubt?"], "Und Katzen?"),
        (["Darf ich im Garten grillen?"], "Und auf dem Balkon?"),
        (["How old is the bus?"], "Und auf Deutsch?"),
        (["Wie hoch war der Gewinn der Bäckerei?"], "Und das Café?"),
        (["Wie hoch ist die Miete?"], "Warum nicht?"),
        (["Sind Hunde erlaubt?"], "Und was ist mit Haustieren?"),
    ],
)
def test_what_needs_nothing_or_can_get_nothing_stays(history: list[str], question: str) -> None:
    assert rewrite(question, talk(*history)) == question


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (["Is there a deposit?"], "And any pets?", "Are there any pets?"),
        (["Are there any fees?"], "And a deposit?", "Is there a deposit?"),
        (["Were there any fees?"], "And the deposits?", "Were there any deposits?"),
        (["Is smoking allowed?"], "And glass?", "Is glass allowed?"),
        (["Is there a deposit?"], "No, for dogs", "Is there a deposit for dogs?"),
        (["How old is the bus?"], "And yet it runs?", "And yet the bus runs?"),
        (["When was the mill built?"], "And the cost?", "And the cost for the mill?"),
        (["What is the population of Bern?"], "And the area?", "And the area for Bern?"),
        (["When was the mill built?"], "Are there any risks?", "Are there any risks of the mill?"),
        (LISTED, "What did the third do?", "What did Slate do?"),
        (LISTED, "Is the work done by the third one?", "Is the work done by Slate?"),
        (
            ["When does the pool open on Mondays?"],
            "And when does it close?",
            "And when does the pool close?",
        ),
        (
            ["How much did the club take in 2021 and 2022?"],
            "And in 2023?",
            "How much did the club take in 2023?",
        ),
        (
            ["Did the club make a profit in 2021?"],
            "And in 2022 and 2023?",
            "Did the club make a profit in 2022 and 2023?",
        ),
        (
            ["How old is the mill?", "Thanks!"],
            "Thanks! When was it built?",
            "Thanks! When was the mill built?",
        ),
        (["Is the pool open in May?"], "How deep is it?", "How deep is the pool?"),
        (
            ["What does the pool cost?"],
            "Does it open on Sundays?",
            "Does the pool open on Sundays?",
        ),
        (
            ["Wie hoch war der Umsatz 2021 und 2022?"],
            "Und 2023?",
            "Wie hoch war der Umsatz 2023?",
        ),
        # German, in the right case and place
        (["Wer leitet den Verein?"], "Und der Chor?", "Wer leitet den Chor?"),
        (["Wie hoch ist die Kaution?"], "Was ist mit der Miete?", None),
        (["Wie hoch ist die Kaution?"], "Und was ist mit der Miete?", "Wie hoch ist die Miete?"),
        (
            ["Wie hoch ist der Beitrag des Vereins?"],
            "Nein, die Miete.",
            "Wie hoch ist die Miete des Vereins?",
        ),
        (
            ["Wie hoch ist die Miete für die Wohnung?"],
            "Und die Kaution?",
            "Wie hoch ist die Kaution für die Wohnung?",
        ),
        (["Sind Hunde im Garten erlaubt?"], "Und Katzen?", "Sind Katzen im Garten erlaubt?"),
        (
            ["Sind Hunde im Garten erlaubt?"],
            "Und 2022?",
            "Sind Hunde im Garten 2022 erlaubt?",
        ),
        (
            ["Wann ist das Bad am 1. Mai geöffnet?"],
            "Und am 2. Mai?",
            "Wann ist das Bad am 2. Mai geöffnet?",
        ),
        (
            ["Wann ist das Bad am 1. Mai geöffnet?"],
            "Und an Ostern?",
            "Wann ist das Bad an Ostern geöffnet?",
        ),
    ],
)  # fmt: skip
def test_what_is_made_whole_is_in_good_grammar(
    history: list[str], question: str, expected: str | None
) -> None:
    assert rewrite(question, talk(*history)) == (expected or question)
