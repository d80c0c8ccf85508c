"""What a sentence keeps of its score, told from answers of real papers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import Models, Pipeline

PAPERS = {
    "letter regatta.txt": """Rowing club of Brennau, Quay 4

Brennau, 3 April 2024

Dear members,

the regatta takes place on Saturday. Jo Mills brings the boats, and Li Roth keeps the times. Whoever
wants to row tells Mo Sand by Thursday.

Yours sincerely,
Ada Lind
Captain
""",
    "minutes 2024-05-14.txt": """Rowing club, minutes of the meeting of 14 May 2024

Place: boathouse
Time: 18:00 to 19:45
Chair: Ada Lind
Minutes: Jo Mills
Apologies: Li Roth, Mo Sand

Ida Brook was elected deputy treasurer. Nils Falk was elected treasurer with nine votes to one. As
Pia Holm was not there yet, the oars were counted first.

Next meeting: 11 June 2024, 18:00.
""",
    "Klasse 3c Ausflug.txt": """Ausflug der Klasse 3c

Liebe Eltern, der Ausflug der Klasse zum Hafen kostet 14 Euro. Die Kinder brauchen feste Schuhe.
""",
    "plan.md": """# Winter training

| Weeks | Focus | Sessions per week |
|---|---|---|
| Week 1 to 4 | Endurance | 2 |
| Week 5 to 8 | Finger strength | 3 |
| Week 9-10 | Rest | 1 |

## Freezer rules

- Freezer A: sera only, key with Marek
- Freezer B: plasma and tissue, key with Aisha
""",
    "laundry.md": """# House notes

## Laundry room

Open Monday to Friday 7 am to 10 pm, Sunday 9 am to 8 pm. Closed on Saturdays for cleaning.

## Heating

The heating is included in the rent from October to April.
""",
    "gear.html": """<h1>Gear library</h1><p>Open Wednesdays 18:00 to 19:30. Closed in August
and between Christmas and New Year.</p><h1>Hut</h1><p>The hut is open from April to October.</p>""",
    "changes of the shop.md": """# Changes of the shop

## Version 3.2 (2025-02-17)

- Gift cards added
- Klarna removed

## Version 3.1 (2024-11-05)

- Apple Pay added
- The wishlist was removed

## Version 3.0 (2024-06-20)

- New design
- Guest checkout added
- Newsletter pop-up removed
""",
    "lantern.txt": """LANTERN PICO / PICO PLUS - quick guide

Pico: 150 lumen, runs 12 h on low, 4 h on high. Charging by USB-C takes 2.5 hours.
Pico Plus: 320 lumen, runs 20 h on low, 6 h on high. Charging takes 4 hours.
""",
    "golf.txt": """Service invoice – VW Golf BR19 KLM

Customer: Marion Keller. The MOT expires on 19 September 2025.
""",
    "trial.txt": """Trial of the new vaccine

The vaccine reduced severe illness by 91 % among 400 nurses in Brennau.
""",
    "hygiene.txt": """Rules on hygiene

Whoever falls ill with COVID-19 stays at home. Severe illness is reported to the office.
""",
}


@pytest.fixture(scope="module")
def club(models: Models, tmp_path_factory: pytest.TempPathFactory) -> str:
    from ingest import add

    folder = tmp_path_factory.mktemp("club")
    for name, text in PAPERS.items():
        (folder / name).write_text(text, encoding="utf-8")
    add([folder], collection="club", settings=models.settings, embedder=models.embedder)
    return "club"


@pytest.fixture
def pipeline(club: str, models: Models) -> Iterator[Pipeline]:
    with Pipeline.open(club, models=models) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Who signed the letter about the regatta?", "Ada Lind"),
        ("Who was missing at the meeting of 14 May 2024?", "Li Roth, Mo Sand"),
        ("When did the meeting of 14 May 2024 end?", "18:00 to 19:45"),
        ("Who took the minutes on 14 May 2024?", "Jo Mills"),
        ("Who was elected treasurer of the rowing club?", "Nils Falk"),
        ("When is the next meeting after 14 May 2024?", "11 June 2024"),
        ("What is the focus in week 3?", "Endurance"),
        ("What is the focus in week 6?", "Finger strength"),
        ("How many sessions are there in week 10?", "1"),
        ("Who has the key to freezer B?", "Aisha"),
        ("What are the opening hours of the laundry room on Saturday?", "Closed on Saturdays"),
        ("When is the laundry room open on Sunday?", "9 am"),
        ("When is the gear library open in August?", "Closed in August"),
        ("In which version was the wishlist removed?", "3.1"),
        ("In which version was Klarna removed?", "3.2"),
        ("How long does the Lantern Pico Plus take to charge?", "4 hours"),
        ("How long does the Lantern Pico take to charge?", "2.5 hours"),
        ("When does the MOT of the Golf expire?", "19 September 2025"),
        ("By how much did the vaccine reduce severe illness of COVID-19?", "91 %"),
    ],
)
def test_papers_answer_by_their_formal_parts_and_offices(
    pipeline: Pipeline, question: str, short: str
) -> None:
    answer = pipeline.ask(question)
    assert answer.short
    assert short in answer.short


def test_a_letter_to_one_class_does_not_answer_for_another(pipeline: Pipeline) -> None:
    asked = "Wie viel kostet der Ausflug der Klasse {}?"
    own, other = (pipeline.ask(asked.format(name)) for name in ("3c", "4a"))
    assert "14 Euro" in own.text
    assert other.confidence < 0.5 * own.confidence


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the letter about the sewage pump?",
        "Who was missing at the meeting of 9 July 2024?",
        "Who chaired the meeting of May 2021?",
    ],
)
def test_a_formal_part_of_another_paper_does_not_answer(pipeline: Pipeline, question: str) -> None:
    assert not pipeline.ask(question).found


@pytest.mark.parametrize(
    "question",
    [
        "What is the focus in week 16?",
        "Who has the key to freezer C?",
        "When is the swimming pool open on Saturday?",
        "When does the MOT of the Skoda expire?",
    ],
)
def test_what_bears_another_number_or_letter_does_not_answer(
    pipeline: Pipeline, question: str
) -> None:
    assert not pipeline.ask(question).found


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Is the hut open in June?", "from April to October"),
        ("Is the hut open in December?", "from April to October"),
        ("Is the heating included in the rent in July?", "from October to April"),
    ],
)
def test_a_month_in_or_outside_of_a_span_is_told_by_it(
    pipeline: Pipeline, question: str, told: str
) -> None:
    assert told in pipeline.ask(question).text
