"""Years, centuries, months and days of questions and of texts."""

from __future__ import annotations

import pytest

from rag.patterns.periods import (
    EVER,
    is_of_other_day,
    is_of_other_period,
    is_of_other_quarter,
    months,
    names_between,
    periods,
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("in 1185", {(1185, 1185)}),
        ("since 2019", {(2019, EVER)}),
        ("ab 1. Januar 2023", {(2023, EVER)}),
        ("valid until 31 March 2026", {(0, 2026)}),
        ("bis 2025", {(0, 2025)}),
        ("from 1991 to 1999", {(1991, 1999), (1999, 1999)}),
        ("between 1947 and 1987", {(1947, 1987), (1987, 1987)}),
        ("in 2024/25", {(2024, 2025)}),
        ("in the 10th and 11th centuries", {(900, 1000), (1000, 1100)}),
        ("im 11. Jahrhundert", {(1000, 1100)}),
        ("11世纪", {(1000, 1100)}),
        ("在1998年", {(1998, 1998)}),
        ("in the 1970s", {(1970, 1979)}),
        ("Protokoll vom 12.08.2024", {(2024, 2024)}),
        ("2024-11-12", {(2024, 2024)}),
        ("1650 W, 1,950 km, 2000 people, invoice 2023-118", set()),
        ("in 500 to 300 BC and in 1990", set()),
        ("About 1200 visitors came, 1300 seats (1400 places)", set()),
        ("1200 Gäste, um 1300 Gäste, die 1400 Stühle", set()),
        ("from £1200-1500, between 1200 and 1500 euros, in 2000 m², at 1500 rpm", set()),
        ("in 2021 sales rose, of 12 May 2022 minutes", {(2021, 2021), (2022, 2022)}),
        ("as of 2019", {(2019, EVER)}),
        ("est de 1500 à 1800 euros, es de 2000 a 2500 euros, de 2000 tr/min", set()),
        ("la dose est de 1500 mg, la capacité est de 2000", set()),
        ("of 1500 mg, of 1900 watts, of 2000 mAh, at 1013 hPa", set()),
        ("les dépenses de 2023, marzo de 2024", {(2023, 2023), (2024, 2024)}),
        ("de 2019 à 2023", {(2019, 2023)}),
        ("für 2024, für das Jahr 2025", {(2024, 2024), (2025, 2025)}),
        ("für 1800 neue Bewohner, für 1500 qm, um 1200,- verkauft", set()),
    ],
)
def test_a_text_tells_spans_of_years(text: str, told: set[tuple[int, int]]) -> None:
    assert set(periods(text)) == told


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Who attacked in the 11th century?", "In 1185 a large army attacked.", True),
        ("Who attacked in the 12th century?", "In 1185 a large army attacked.", False),
        ("What was the rent in 2022?", "Since 2019 the rent has been 500 euros.", False),
        ("What was the rent in 2018?", "Since 2019 the rent has been 500 euros.", True),
        ("Wie hoch war die Miete im Jahr 2023?", "Die Miete beträgt ab 2024 900 Euro.", True),
        ("Wie hoch ist die Miete?", "Die Miete beträgt ab 2024 900 Euro.", False),
        ("What was the rent in 2022?", "The rent is 500 euros.", False),
        (
            "Wer gewann den Pokal von 1968?",
            "Im Pokal 1968 siegte Union, im Jahr 2001 Schalke.",
            False,
        ),
        ("1185年谁进攻了？", "他们在1072年进攻。", True),
        ("How many came in 2019?", "About 1200 visitors came.", False),
        ("Was kostet der Kurs im Jahr 2024?", "Der Kurs kostet 1200–1500 Euro.", False),
        ("How do sales of 2022 and the 2023 results compare?", "In 2023 they rose.", False),
    ],
)
def test_other_years_are_of_another_period(question: str, text: str, other: bool) -> None:
    assert is_of_other_period(question, text) is other


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("What did the sale in April make?", "The sale in January made 318 euros.", True),
        ("What is there on Saturday?", "Monday: soup", True),
        ("What is there on Wednesday?", "From Monday to Friday there is soup.", False),
        ("What is there on Saturday?", "There is soup on Mondays and every day in May.", False),
        ("Was gibt es am Samstag?", "Am Montag gibt es Suppe.", True),
        ("Was gibt es am Montag?", "Montags gibt es Suppe.", False),
        ("What is the fee in June?", "Until 3 May the fee is 5 euros.", False),
        ("When may I come?", "Come on Monday.", False),
        ("What is there on Saturday?", "From Monday to Friday there is soup.", True),
        ("What is there on Sunday?", "From Friday to Monday there is soup.", False),
        ("Was gibt es am Samstag?", "Suppe gibt es Mo–Fr 12–14 Uhr.", True),
        ("Was gibt es am Samstag?", "Mo–Fr 12–14 Uhr Suppe, Sa 12 Uhr Eis.", False),
        ("Was gibt es am Freitag?", "| Mo | Di | Fr |\n| Brot | Suppe | Eis |", False),
        ("What is there on Friday?", "Soup (Mon-Thu), ice cream (Fri)", False),
        ("Was gibt es am Samstag?", "Do Nuts gibt es. So 3 Stück, Mi liebt sie.", False),
        ("When is it open on Saturday?", "It is open on Monday from 8 am to 5 pm.", True),
        ("When is it open on Saturday?", "It is open on Monday until 18.00.", True),
        ("Wann ist am Samstag offen?", "Am Montag ist von 9–12 Uhr offen.", True),
        ("When do we meet instead of Wednesday?", "Let's say Friday at 11.", False),
        ("Was kostet es im Juni?", "Bis 17.03.2025 kostet es 5 Euro.", False),
        ("What was paid in June?", "2025-07-17 | 5 euros", True),
        ("Which server may 10.0.0.5 ask?", "2021-02-08 | 10.0.0.5 asks ns1", False),
        ("星期六有什么？", "星期一有汤。", True),
        ("星期六有什么？", "每人一周三次。", False),
        ("Wann ist Training am Mittwoch?", "Montag 18 Uhr, Mi 19 Uhr", False),
        ("When is training on Wednesday?", "Monday 6 PM, Wed 7 PM", False),
        ("Who leads the walk on 6 July?", "13 July | Wye Valley | Petra", True),
        ("Who leads the walk on 6 July?", "Sunday 6 July, and on 13 July: Petra", False),
        ("Who spoke on 3 March?", "On 3 and 10 March Ms Lee spoke.", False),
        ("Who spoke on 3 March?", "From 1 to 10 March Ms Lee spoke.", False),
        ("Who spoke in March?", "On 10 March Ms Lee spoke.", False),
        ("Who spoke after 3 March?", "On 10 March Ms Lee spoke.", False),
        ("Wer sprach am 3. März?", "Am 10.03.2024 sprach Frau Lee.", True),
        ("Wer sprach am 3. März?", "Frau Lee sprach (2024-03-03).", False),
        ("Was gibt es am Montag?", "Am Dienſtag gibt es Suppe.", True),
        ("Who may fish on 5 May?", "From 2 May to 8 August members may.", False),
        ("Which airline flies to Santo Domingo?", "Condor flies there on Mondays.", False),
        ("Che cosa scrisse Ernesto Sabato?", "Si leggono i suoi libri il lunedì.", False),
        ("A qué hora abre el sábado?", "Domingo: 9 h", True),
        ("Who unlocks on Wednesday?", "Owen unlocks on Mondays, Joan at weekends.", True),
        ("Who unlocks on Sunday?", "Owen unlocks on Mondays, Joan at weekends.", False),
        ("Who unlocks on Sunday?", "Owen unlocks on weekdays.", True),
        ("Who unlocks on Tuesday?", "Owen unlocks on weekdays.", False),
        ("Who came on Friday?", "Owen came for the weekend of 3 May.", False),
        # what is told before holds on other days
        ("When does it open on Tuesday?", "It opens at 9 and is closed at weekends.", False),
        ("When is tea on Tuesday?", "Tea is served at 4, at weekends in the garden.", False),
        ("What does it cost on Tuesday?", "A call costs 5p, at weekends 3p.", False),
        ("What does it cost on Tuesday?", "A call costs 3p at weekends.", True),
        ("Who unlocks at the weekend?", "Owen unlocks on Fridays.", False),
        ("A che ora apre la domenica?", "Il sabato apre alle 9.", True),
        ("Wer grillt am Freitag?", "Grill: Sa. Bernd Kolb, So. Uli Lang.", True),
        ("Wer grillt am Sonntag?", "Grill: Sa. Bernd Kolb, So. Uli Lang.", False),
        ("Wer singt am Montag?", "Fr. Lang und Fr. Otto am Do oder so.", False),
        ("7月3日有什么？", "7月1日（星期二）开家长会。", True),
        ("7月3日有什么？", "7月1日至8日放假。", False),
        ("7月3日有什么？", "2024年7月3日是休业式。", False),
    ],
)
def test_other_days_and_months_are_too(question: str, text: str, other: bool) -> None:
    assert is_of_other_day(question, text) is other


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("What did we make in the second quarter of 2025?", "Q1 2025 | 310,000", True),
        ("What did we make in Q3?", "2Q25 | 5\n1Q | 310,000", True),
        ("What did we make in the second quarter of 2025?", "Q2 2025 | 340,000", False),
        ("What did we make in Q2?", "Q1 310,000, Q2 340,000", False),
        ("What did we make in 2025?", "Q1 2025 | 310,000", False),
    ],
)
def test_a_quarter_tells_nothing_of_another(question: str, text: str, other: bool) -> None:
    assert is_of_other_quarter(question, text) is other
    assert is_of_other_day(question, text) is other


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("from April to June", {4, 5, 6}),
        ("Apr–Jun", {4, 5, 6}),
        ("October to April", {10, 11, 12, 1, 2, 3, 4}),
        ("from 15 March to 3 May", {3, 4, 5}),
        ("March to end of May 2024", {3, 4, 5}),
        ("from March 2024 to May 2025", {3, 5}),
        ("between April and June", {4, 5, 6}),
        ("April and June", {4, 6}),
        ("von Oktober bis Dezember", {10, 11, 12}),
        ("juin-août", {6, 7, 8}),
        ("Trimestre enero-marzo", {1, 2, 3}),
        ("janvier – mars 2024", {1, 2, 3}),
        ("mai bis juin", {5, 6}),
        ("de juin à août", {6, 7, 8}),
        ("du 15 juin au 1er août", {6, 7, 8}),
        ("JUİN-AOÛT, von Auguſt bis Oktober", {6, 7, 8, 9, 10}),
        ("del 1 de junio al 30 de agosto", {6, 7, 8}),
        ("da aprile a luglio", {4, 5, 6, 7}),
        ("in May a march was held", {3, 5}),
    ],
)
def test_between_two_months_lie_others(text: str, told: set[int]) -> None:
    assert months(text) == told


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("The heating is included from October to April.", True),
        ("The heating is included from May to September.", False),
        ("The heating is £5 from October to April, otherwise £7.", False),
        ("The heating is included from October.", False),
    ],
)
def test_a_month_outside_of_a_span_is_another(text: str, other: bool) -> None:
    assert is_of_other_day("What does the heating cost in July?", text) is other


def test_months_of_a_question_that_a_span_tells() -> None:
    text = "It is open from April to October."
    assert names_between("Is it open in June?", text, whether=False) == {"june"}
    assert names_between("When is it open in December?", text, whether=False) == set()
    assert names_between("Is it open in December?", text, whether=True) == {"december"}
    assert names_between("Is it open in June?", "It is open in May.", whether=True) == set()
