import pytest

from rag.patterns import formal


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("Who signed the letter about the quay?", "Kind regards,\nAda Lind\nMaster", "Ada Lind"),
        ("who is the mail about the nets from?", "From: Jo Mills <jo@mills.example>", "Jo Mills"),
        ("Wer hat das Anschreiben verfasst?", "Mit besten Grüßen\nIda von der Au",
         "Ida von der Au"),
        ("Who wrote the letter?", "Best Western Hotel", None),
        ("Who wrote the letter?", "Best,\nMo", "Mo"),
        ("Von wem ist die Nachricht?", "Viele Grüße Mo", "Mo"),
        ("Who wrote the letter?", "Best boats of the year: Heron", None),
        ("Who signed the letter?", "Dear Ada Lind,", None),
        ("who missed: who was absent from the board meeting?", "Absent: Li Roth", "Li Roth"),
        ("Who was excused at the meeting?", "Apologies: Li Roth (crew), Mo.", "Li Roth (crew), Mo"),
        ("Wer fehlte in der Sitzung?", "Entschuldigt: Li Roth", "Li Roth"),
        ("Who attended the meeting?", "Present: 14 members", "14 members"),
        ("Who kept the minutes in May?", "Minutes: Jo Mills", "Jo Mills"),
        ("Who chaired the committee?", "Chair: Ada Lind", "Ada Lind"),
        ("Where was the meeting held?", "Venue: boathouse", "boathouse"),
        ("When did the meeting end?", "Time: 18:00 to 19:45", "18:00 to 19:45"),
        ("Wann endete die Sitzung?", "Ende: 19:45 Uhr", "19:45 Uhr"),
        ("Where was the meeting held?", "Minutes: Jo Mills", None),
        ("Wann war die Eigentümerversammlung 2023?", "Datum: 20. April 2023", "20. April 2023"),
        ("When was the board meeting?", "Date: 3 May 2024", "3 May 2024"),
        ("When was the meeting of the choir?", "Date: 3 May 2024", "3 May 2024"),
        ("When did the council meet?", "Date: 3 May 2024", "3 May 2024"),
        ("When was the session held?", "Date: 3 May 2024", "3 May 2024"),
        ("Wann fand die Sitzung statt?", "Datum: 3. Mai 2024", "3. Mai 2024"),
    ],
)  # fmt: skip
def test_what_a_formal_part_says(question: str, text: str, said: str | None) -> None:
    part = formal.part(question)
    place = part.place(text) if part else None
    assert (place and text[slice(*place)]) == said


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the treaty?",
        "Who is absent today?",
        "What does the letter say about the quay?",
        "When is the next meeting?",
        "Wann beginnt die Versammlung?",
        "When was the board of the club elected?",
        "When was the meeting room painted?",
        "When did the committee buy the boat?",
        "Wann war die Kasse laut Sitzung leer?",
        "Where does Ada live?",
        "Wer hat die Brücke gebaut?",
    ],
)
def test_most_questions_ask_for_none(question: str) -> None:
    assert formal.part(question) is None


def test_prose_may_tell_the_same() -> None:
    part = formal.part("Who signed the letter about the quay?")
    assert part
    assert part.tells("The letter was signed by Jo Mills.")
    assert not part.tells("Jo Mills repairs the quay.")
