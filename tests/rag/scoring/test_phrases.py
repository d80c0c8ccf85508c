from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import split
from rag.scoring import phrases
from tests.rag.records import hit


def short(question: str, text: str, start: int = 0) -> list[str | None]:
    """The short answer of each sentence."""
    hits = [hit(text, start=start)]
    spans = phrases.best(question, hits, split(hits))
    return [text[span.start : span.end] if span else None for span in spans]


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Wann wurde der Hafen gebaut?", "Der Hafen wurde am 3. Mai 1873 gebaut.", "3. Mai 1873"),
        ("Wann wurde der Hafen 1901 erweitert?", "1901 wurde der Hafen erweitert.", None),
        ("Wann regierte Otto?", "Otto regierte von 1321 bis 1323 das Land.", "1321 bis 1323"),
        ("Wann entstand die Burg?", "Die Burg entstand im 12. Jahrhundert.", "12. Jahrhundert"),
        ("Wie viele Schiffe hat der Hafen?", "Seit 1873 hat er elf Schiffe.", "elf"),
        ("Wie viel Prozent stimmten zu?", "Es stimmten 51,6 % der Wähler zu.", "51,6 %"),
        ("Wie viele Menschen leben dort?", "Dort leben zehn Millionen Menschen.", "zehn Millionen"),
        ("Quand le port a-t-il été construit ?", "Il fut construit le 3 mai 1873.", "3 mai 1873"),
        ("¿Cuándo se construyó el puerto?", "Se construyó en mayo de 1873.", "mayo de 1873"),
        ("¿Cuántos barcos tiene el puerto?", "El puerto tiene 12 barcos.", "12"),
        ("Когда построили порт?", "Порт построили 3 мая 1873 года.", "3 мая 1873"),
        ("港口是什么时候建成的？", "该港口于1873年5月3日建成。", "1873年5月3日"),
        ("港口有多少人？", "港口有1200人，建于1873年。", "1200人"),
        ("停车费是多少？", "停车费每月150元。", "150元"),
        ("Wie viel kostet ein Waschgang?", "Ein Waschgang kostet 1,50 Euro.", "1,50 Euro"),
        ("Wie hoch ist die Kaution?", "Die Kaution ist 2'500 Franken.", "2'500 Franken"),
        ("Wie viele Menschen leben dort?", "2023 lebten 1’250’000 dort.", "1’250’000"),
        ("Combien coûte le bail ?", "Le bail coûte 1 800 euros.", "1 800 euros"),
        (
            "Combien coûte le bail ?",
            "Le bail coûte 1\u202f234\u202f567,50 €.",
            "1\u202f234\u202f567,50 €",
        ),
        ("Wie viele Boote gab es?", "Im Jahr 2022 500 Boote, sonst keine.", "500"),
        ("多少选民投了赞成票？", "三分之二的选民投了赞成票。", "三分之二"),
        ("Combien de jours de congés ?", "Elle a vingt-cinq jours de congés.", "vingt-cinq"),
        ("¿Cuántas ventas hubo?", "Las ventas fueron 12.", "12"),
        ("Wie viele Ventile hat er?", "Das Ventil ist neu.", None),
        ("Quanti libri ci sono?", "Ci sono ventitré libri.", "ventitré"),
        ("Quanti libri ci sono?", "Ci sono ventuno libri.", "ventuno"),
        ("Quand est-il entré ?", "Il est entré le 15/09/2021.", "15/09/2021"),
        ("Wann trat sie ein?", "Eintritt am 03.02.2019", "03.02.2019"),
        ("Quand a-t-elle été payée ?", "Facture F-2024-0318 payée le 4 mars", "4 mars"),
        ("À quelle heure ouvre-t-elle ?", "Le 3 mai, elle ouvre à 9 h 30.", "9 h 30"),
        ("Um wie viel Uhr fährt er?", "Der Bus fährt am 3.5. um 18:30 Uhr.", "18:30 Uhr"),
        ("收入是多少？", "收入为三十二万四千元。", "三十二万四千元"),
        ("多久清洗一次？", "请每两个月清洗一次。", "两个月"),
        ("每天收费多少？", "每天收费０．２元。", "０．２元"),
        ("要放多少糖？", "1. 放糖30克。", "30克"),
        ("空调有多少台？", "空调 KFR-35，共2台", "2台"),
        ("图书馆几点开门？", "5月1日起上午9点半开门", "上午9点半"),
        ("谁建造了港口？", "克拉拉于1873年建造了港口。", None),
        ("Wer baute den Hafen?", "Clara Oswin baute ihn 1873.", None),
    ],
)
def test_dates_and_numbers_are_told_from_their_form(
    question: str, sentence: str, answer: str | None
) -> None:
    assert short(question, sentence) == [answer]


def test_the_one_nearest_to_the_words_of_the_question_is_taken() -> None:
    text = (
        "Der Leuchtturm stammt von 1790, und nach einem langen Streit der Gemeinden, der alle sehr "
        "ermüdete, wurde der Hafen 1873 gebaut."
    )
    assert short("Wann wurde der Hafen gebaut?", text) == ["1873"]
    assert short("Von wann stammt der Leuchtturm?", text) == ["1790"]


def test_of_a_row_the_column_that_is_asked_for_and_money_for_a_price() -> None:
    months = "Mois | Loyer | Courses\nMars | 940,50 | 455,20"
    assert short("Combien ai-je dépensé en courses en mars ?", months)[-1] == "455,20"
    prices = "Catégorie | Entrée\nEnfant (4–12 ans) | 3,10 €"
    assert short("Combien coûte l'entrée pour un enfant ?", prices)[-1] == "3,10 €"
    programmes = "程序 | 温度 | 时间\n快洗 | 30℃ | 25分钟"
    assert short("快洗需要多长时间？", programmes)[-1] == "25分钟"


@given(text=st.text(alphabet="ab .1987年月三mai", max_size=60), start=st.integers(0, 50))
def test_spans_lie_in_their_sentences_whatever_the_text(text: str, start: int) -> None:
    hits = [hit(text, start=start)]
    found = split(hits)
    for question in ("Wann war das?", "Wie viele waren es?"):
        for item, span in zip(found, phrases.best(question, hits, found), strict=True):
            if span is not None:
                assert item.start <= span.start + start < span.end + start <= item.end
                assert text[span.start : span.end].strip()
