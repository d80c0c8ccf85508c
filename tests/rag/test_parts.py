"""Questions that are several, taken apart."""

from __future__ import annotations

import pytest

from rag.parts import of_parts
from rag.question.run import Run


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who built it and when?", []),
        ("What is the difference between when it rains and when it snows?", []),
        ("What is the rent and why is it so high?", []),  # one sentence is no explanation
        ("Who wrote Pride and Prejudice?", []),
        ("Name the ships and what they carry.", []),
        ("Who founded the company and when was it founded?",
         ["Who founded the company?", "When was the company founded?"]),
        ("Who painted it and when did he die?", []),
        ("What is the capital and what is the population of France?", []),
        ("Which countries and which cities are named?", []),
        ("What was the temperature when the pump started and when it stopped?", []),
        ("Who is the man who came and who left?", []),
        ("In Q3 2024, what was revenue and what was it in Q2 2024?", []),
        ("In 2024, how high was the rent and how many tenants were there?",
         ["In 2024, how high was the rent?", "In 2024, how many tenants were there?"]),
        ("What is the rent and how long is the notice period?",
         ["What is the rent?", "How long is the notice period?"]),
        ("When was Brennau Tower built? How high is it?",
         ["When was Brennau Tower built?", "How high is Brennau Tower?"]),
        ("What is the capital of France and the population of Spain?",
         ["What is the capital of France?", "What is the population of Spain?"]),
        ("What is the name of the king and queen of Spain?", []),
        ("What is the distance between the city of Bern and the town of Thun?", []),
        ("What is the total of the fee for adults and the fee for children?", []),
        ("How long may a name be and in which version was the limit removed?",
         ["How long may a name be?", "In which version was the limit removed?"]),
        ("What is the rent and the security deposit?",
         ["What is the rent?", "What is the security deposit?"]),
        ("What is the name and the address of the king?", []),
        ("What is the ratio and the total?", []),
        ("In 2024, what was the rent and who paid it?",
         ["In 2024, what was the rent?", "In 2024, who paid the rent?"]),
        ("When was the lighthouse repaired, and by which firm?",
         ["When was the lighthouse repaired?", "By which firm was the lighthouse repaired?"]),
        ("Where does Ada Lind live and in what house?",
         ["Where does Ada Lind live?", "In what house does Ada Lind live?"]),
        ("Who came and on which day?", []),
        ("Wie hoch ist die Miete und wer ist der Vermieter?",
         ["Wie hoch ist die Miete?", "Wer ist der Vermieter?"]),
        ("Wann öffnet das Bad, und bis wann gilt die Saisonkarte für Kinder?", []),
        ("Wann öffnet das Bad im Mai und was kostet die Karte für Kinder?",
         ["Wann öffnet das Bad im Mai?", "Was kostet die Karte für Kinder?"]),
        ("Wer baute den Turm und wann starb er?", []),
        ("Wie hoch und wie breit ist der Turm?", []),
        ("Welche Städte und welche Länder werden genannt?", []),
        ("Was ist die Hauptstadt und was ist die Fläche von Frankreich?", []),
    ],
)  # fmt: skip
def test_only_questions_that_stand_by_themselves_are_taken_apart(
    question: str, parts: list[str]
) -> None:
    assert [run.question for run in of_parts(Run.of(question))] == parts
