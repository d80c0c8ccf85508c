"""Can a sentence say how many, how much or when?"""

from __future__ import annotations

import pytest

from rag.scoring.amounts import form, is_without


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Wie alt ist Frau Behrendt?", "Sehr geehrte Frau Behrendt,"),
        ("Wie hoch ist der Beitrag?", "Der Beitrag wird halbjährlich abgebucht."),
        ("Wann ist das Fest?", "Das Fest findet im Garten statt."),
        ("Quand la fête a-t-elle lieu ?", "La fête se déroule dans le jardin."),
        ("¿Cuánto cuesta la entrada?", "La entrada se paga en la taquilla."),
        ("停车费是多少？", "停车费由住户支付。"),
        ("Wie viel wiegt der Hund?", "Der Hund bekommt 3 Mahlzeiten am Tag."),
        ("Wie viel Prozent sind es?", "Es sind 40 Leute."),
        ("Wie viele Kilometer sind es?", "Es sind 40 Minuten."),
        ("Was wiegt der Koffer?", "Der Koffer kostet 40 Euro."),
        ("小狗重多少公斤？", "小狗有3岁了。"),
        ("Quante uova servono per il tiramisù?", "Tiramisù della nostra zia Carla"),
        ("À quelle heure est mon rendez-vous ?", "Prévenez 48 heures à l'avance."),
        ("图书馆几点开门？", "图书馆有200个座位。"),
        # What counts or is a time in another language: "un" in "und", "hier", "an", "ene" …
        ("Wie viele Urlaubstage hat Herr Nolte?", "Albers GmbH, und Herrn Dennis Nolte."),
        ("Wie viel kostet das Essen?", "Die Milch und das Obst sind für unsere Medienleute."),
        ("Wann ist das Fest?", "Das Fest ist so laut, dass hier an der Decke die Energie zittert."),
        ("Wann ist das Fest?", "Wir sind jung und schreiben die Mail mit Augenmaß."),
        ("Quand la fête a-t-elle lieu ?", "La fête est dans le jardin, mais pas au marché."),
        ("Combien coûte le repas ?", "Le repas est servi dans le quartier du centre."),
        ("¿Cuándo es la fiesta?", "La fiesta es en la energía del mar y la decoración."),
    ],
)
def test_a_sentence_without_number_or_time_says_neither(question: str, sentence: str) -> None:
    assert is_without(sentence, form(question))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Wie alt ist Frau Behrendt?", "Frau Behrendt wurde 1950 geboren."),
        ("Wie viel wiegt der Hund?", "Gewicht: 12 kg"),
        ("Wie viel wiegt der Hund?", "The dog weighs 30 lb."),
        ("Wo kann ich ein Paket wiegen?", "In der Filiale steht eine Waage."),
        ("Wie oft soll man das Kind wiegen?", "Das Kind wird zweimal in der Woche gewogen."),
        ("Wie viel Prozent sind es?", "Members get 20 percent off."),
        ("Wie viel Prozent sind da?", "Ein Zehntel der Mitglieder ist da."),
        ("Wie viele Kilometer sind es?", "The trail is 12 kilometres long."),
        ("Wie heiß ist der Ofen?", "Heat the oven to 180 degrees."),
        ("百分之几的人同意？", "三分之一的人同意。"),
        ("全程多少公里？", "全程约5km左右。"),
        ("小狗重多少公斤？", "小狗体重8kg的样子。"),
        ("Wie viel Prozent sind es?", "Die Hälfte ist da."),
        ("Wie viele Kilometer sind es?", "Die Strecke ist 40km lang und schön."),
        ("Wie viele Kinder hat sie?", "Sie hat eine Tochter."),
        ("Quanto costa la tessera?", "La tessera della biblioteca è gratuita."),
        ("À quelle heure ouvre-t-elle le lundi ?", "La piscine est fermée le lundi."),
        ("A che ora apre la biblioteca?", "La biblioteca è aperta dalle 9 alle 18."),
        ("Wie viele Mitglieder sind dagegen?", "Kein Mitglied ist dagegen."),
        ("Welcher Anteil ist nötig?", "Nötig ist eine Zweidrittelmehrheit."),
        ("Wie oft wird der Beitrag abgebucht?", "Der Beitrag wird halbjährlich abgebucht."),
        ("Wann ist das Fest?", "Das Fest findet am Freitag statt."),
        ("Wann wird gezahlt?", "Gezahlt wird, sobald die Ware da ist."),
        ("Wie hoch ist der Beitrag?", "The fee is twelve euros."),
        ("Quand la fête a-t-elle lieu ?", "Elle a lieu chaque été."),
        ("Combien d'enfants a-t-elle ?", "Elle a deux enfants."),
        ("¿Cuándo es la fiesta?", "La fiesta es después de la misa."),
        ("停车费是多少？", "停车费每月一百五十元。"),
        ("停车费是多少？", "业主停车免费。"),
        ("Wie hoch ist der Eintritt?", "Der Eintritt ist frei."),
        ("Wie viel kostet der Leseausweis?", "Für Schüler ist er kostenlos."),
        ("Wie oft wird gespült?", "Die Leitung wird nur einmal gespült."),
        ("Wann ist die Krankheit anzuzeigen?", "Sie ist unverzüglich anzuzeigen."),
        ("Wann ist das Fest?", "Das Fest ist im Mai."),
        ("Combien coûte l'entrée ?", "L'entrée est gratuite pour les enfants."),
        ("Combien de pages a le livre ?", "Le livre a une centaine de pages."),
        ("Quand la fête a-t-elle lieu ?", "La fête a lieu hier soir ou en mai."),
        ("¿Cuánto cuesta la entrada?", "La entrada cuesta cinco euros."),
        ("Wann wird die Kaution zurückgezahlt?", "Die Kaution wird beim Auszug zurückgezahlt."),
        ("Wann ist die Tankstelle geöffnet?", "Die Tankstelle ist rund um die Uhr geöffnet."),
        ("Wann darf ich anrufen?", "Sie dürfen uns jederzeit anrufen."),
        ("Wann sind die Schlüssel abzugeben?", "Die Schlüssel sind bei der Abreise abzugeben."),
    ],
)
def test_one_with_either_may(question: str, sentence: str) -> None:
    assert not is_without(sentence, form(question))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Wo ist das Fest?", "Das Fest findet im Garten statt."),  # asks for neither
        ("How old is Ben?", "Ben will get quotes for the roof."),  # the reader knows English
        ("Wann ist das Fest?", "Праздник проходит в саду."),  # whose words are not known
        ("Когда будет праздник?", "Das Fest findet im Garten statt."),
    ],
)
def test_nothing_is_said_of_other_questions_and_languages(question: str, sentence: str) -> None:
    assert not is_without(sentence, form(question))


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Die Regatta dauert vom 3. bis 5. Juni.", True),
        ("Im Juni wird gerudert.", True),
        ("Bitte melden Sie sich bis zum 4. Mai an.", False),
        ("Anmeldeschluss ist der 4. Mai.", False),
        ("Das Geld muss spätestens am 4. Mai da sein.", False),
        ("Meldungen nehmen wir gern bis 4. Mai an.", False),
        ("Meldungen nehmen wir bis einschließlich 4.5. an.", False),
        ("Wir warten bis Ostern, bis zwei Wochen vorher.", False),
        ("Die Meldung ist gültig bis: **04.05.2025**", False),
        ("Meldungen vom 4. März 2025 bis 4. Mai 2025", False),
        ("Meldungen: Mo–Fr 9–18 Uhr", False),
        ("Die Meldefrist endet mit dem Monat Mai.", False),
        ("Wer nicht will, wartet bis Frühjahr.", False),
    ],
)
def test_until_when_is_asked_for_a_limit_in_time(text: str, without: bool) -> None:
    assert is_without(text, form("Bis wann muss ich mich zur Regatta anmelden?")) is without


@pytest.mark.parametrize(
    ("head", "row", "without"),
    [
        ("Titel | Ausleihdatum | Rückgabe bis |", "Das Moor | 18.03.2024 | 15.04.2024", False),
        ("Titel | Frist", "Das Moor | 15.04.2024", False),
        ("Titel | Rückgabe bis", "Das Moor | –", True),
        ("Titel | Ausleihdatum", "Das Moor | 18.03.2024", True),
        ("Offen von | bis 2023 | Ort", "Mai | Juni | Ulm", True),
    ],
)
def test_the_head_of_a_table_tells_that_its_dates_are_limits(
    head: str, row: str, without: bool
) -> None:
    assert is_without(row, form("Bis wann muss ich das Buch zurückgeben?"), head) is without


def test_up_to_which_amount_is_asked_for_no_time() -> None:
    question = "Bis zu welchem Betrag sind Boote versichert?"
    assert not is_without("Boote sind mit 13.000 € versichert.", form(question))


@pytest.mark.parametrize(
    ("question", "sentence", "without"),
    [
        ("In welchem Jahr wurde das Parlament aufgelöst?", "Das Parlament tagt im Mai.", True),
        ("In welchem Jahr wurde das Parlament aufgelöst?", "Das geschah 1707.", False),
        ("In welchem Jahrhundert war das?", "Es war im achten Jahrhundert.", False),
        ("议会在哪一年解散？", "议会的一个目的是加强监督。", True),
        ("议会在哪一年解散？", "议会于1707年解散。", False),
        (
            "Wie lautet die Telefonnummer der Firma?",
            "Die Firma sitzt in Bonn, Hafenstraße 8.",
            True,
        ),
        ("Wie lautet die Telefonnummer der Firma?", "Die Firma: 0228 555001", False),
        ("What is the firm's e-mail address?", "The firm moved to Bonn in 2019.", True),
    ],
)
def test_a_year_and_a_number_to_call_have_forms_of_their_own(
    question: str, sentence: str, without: bool
) -> None:
    assert is_without(sentence, form(question)) is without


def test_a_sum_below_no_telephone_is_no_number_to_call() -> None:
    phone = form("What is the phone number of Mr. Lindqvist?")
    row = "Lindqvist | 1240 | 04/01/2025 | one day late"
    assert is_without(row, phone, "Tenant | Due | Received | Note")
    assert not is_without(row, phone, "Tenant | Extension | Since | Note")
    assert not is_without(row, phone)
