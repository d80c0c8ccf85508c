"""Births, deaths, marriages, ages, colours and passwords, told or not."""

from __future__ import annotations

import pytest

from rag.patterns.own_words import is_elsewhere, is_untold


@pytest.mark.parametrize(
    "question",
    [
        "When was Ann Lee born?",
        "In which year did Ann Lee die?",
        "Who is married to Ann Lee?",
        "How old is Ann Lee?",
        "Wann wurde Ann Lee geboren?",
        "Wie alt ist Ann Lee?",
        "Wann starb Ann Lee?",
        "Ann Lee 哪年出生？",
        "What colour is Ann Lee's bag?",
        "Welche Farbe hat Ann Lees Haus?",
        "What is the password of the school?",
        "What's the Wi-Fi password?",
        "What password did the trainee type?",
        "Where's the password of the box?",
        "Wie lautet das Passwort für die Schule?",
        "Quel est le mot de passe ?",
        "密码是什么？",
    ],
)
def test_what_is_said_of_a_name_tells_none_of_them(question: str) -> None:
    assert is_untold(question, "Ann Lee has been head of the school in Bonn since 2019.")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was Ann Lee born?", "Ann Lee (1950–2011) was a painter."),
        ("When was Ann Lee born?", "Date of birth: 3 May 1950"),
        ("Who is married to Ann Lee?", "Ann Lee and her husband Ben live in Bonn."),
        ("How old is Ann Lee?", "Ann Lee turned 60 in May."),
        ("How old is Ann Lee?", "Passengers: Ann Lee, 26, and Ben Ray (9)"),
        ("Wie alt ist Ann Lee?", "Teilnehmerin: Ann Lee, 88 J., Seeweg 19"),
        ("Wann wurde Ann Lee geboren?", "Sie kam 1911 in Wien zur Welt."),
        ("Who makes mum's birthday cake?", "Cake: Ann does it"),
        ("How old is the bridge?", "The bridge was put up in 1901."),
        ("Wie alt ist Ann Lee?", "Ann Lee wurde 1950 geboren."),
        ("What colour is Ann's bag?", "Ann's bag is dark blue."),
        ("Welche Farbe hat das Haus?", "Das Haus ist hellgrün gestrichen."),
        ("What is the wifi password?", "Wi-Fi: guest, code sunflower"),
        ("Where does Ann Lee live?", "Ann Lee moved to Bonn."),
        ("Ann Lee 哪年出生？", "Ann Lee 生于1950年。"),
        ("When was Ann Lee born?", "Ann Lee, DOB 3/5/1950"),
        ("When did Ann Lee die?", "Ann Lee passed away on 3 May 1990."),
        ("Quand Ann Lee est-elle morte ?", "Ann Lee est décédée le 3 mai 1990."),
        ("¿Cuándo murió Ann Lee?", "Ann Lee falleció en 1990."),
        ("Who is on duty when it is Wed?", "Mon to Fri: Ann Lee"),
        ("How old is Stonehenge?", "Stonehenge was constructed 5,000 years ago."),
        ("How old is Trinity College?", "Trinity College opened its doors in 1592."),
        ("Wie alt ist Ann?", "Ann Lee, Jahrgang 1950"),
        ("Where did the miners die?", "The collapse claimed 12 lives at Oaks Colliery."),
        ("What colour is the blazer?", "Everybody wears a navy blazer."),
        ("Welche Farbe hat die Tür?", "Tür: RAL 7016"),
        ("Who can I call if I forgot my password?", "Help desk: extension 4411"),
        ("How often must passwords be changed?", "They expire after 90 days."),
        ("What must I do when my password has expired?", "Ask Ann Lee for a new one."),
        ("Wer setzt mein Passwort zurück?", "Das macht Ann Lee."),
    ],
)
def test_what_tells_it_does(question: str, text: str) -> None:
    assert not is_untold(question, text)


def test_what_tells_a_birth_is_before_what_does_not() -> None:
    texts = ["Letter: Jo Vogt, geb. 27.11.1948", "Jo Vogt came on 3 May 2024."]
    assert is_elsewhere("Wann hat Jo Vogt Geburtstag?", texts) == [False, True]
    assert is_elsewhere("Wann ist das Geburtsdatum von Jo Vogt?", texts) == [False, True]
    assert is_elsewhere("When was Jo Vogt born?", texts) == [False, True]
    assert is_elsewhere("When was Jo Vogt born?", texts[1:]) == [False]
    assert is_elsewhere("When did Jo Vogt come?", texts) == [False, False]
