"""The highest for the lowest."""

from __future__ import annotations

import pytest

from rag.patterns.opposites import is_opposite


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Wann beginnt der Markt?", "Der Markt endet um zwölf."),
        ("Wer hat die Bäume im Hof gefällt?", "Die Bäume im Hof werden im Mai gepflanzt."),
        ("Wie hoch ist die niedrigste Miete?", "Die höchste Miete beträgt 900 Euro."),
        ("Wer hat den Antrag abgelehnt?", "Der Vorstand hat den Antrag angenommen."),
        ("哪个城市的人口最少？", "上海是人口最多的城市。"),
        ("Wann ist das Amt am Montag geöffnet?", "Am Freitag ist das Amt geschlossen."),
        ("Wann öffnet die Filiale am Montag?", "Am Montag schließt die Filiale um 18 Uhr."),
        ("Wer hat die Wahl gewonnen?", "Die Union verlor die Wahl."),
        ("How much may an adult take?", "Children from 15 to 20 kg | 21 ml"),
        ("How many days of leave do contractors get?", "Employees receive 25 days of paid leave."),
        ("How much of it does the cat get?", "The dog gets 3.6 mg on the first day."),
        ("Who was her daughter?", "Her son Ben was born in 1901."),
        ("退房日期是哪天？", "入住日期：2024年3月10日"),
        ("Von welchem Gleis geht die Rückfahrt?", "Hinfahrt: Gleis 4"),
        ("Wann ist die Anreise?", "Die Abreise ist bis 11 Uhr."),
    ],
)
def test_the_opposite_is_told_from_the_thing(question: str, text: str) -> None:
    assert is_opposite(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Was ist das niedrigste Gericht?", "Das niedrigste ist in Ulm, das höchste in Bonn."),
        (
            "Wer kaufte die Mühle?",
            "Ann Lee verkaufte die Mühle an Ben Ray.",
        ),  # each tells the other
        ("Welche Miete ist die höchste, welche die niedrigste?", "Die höchste ist die von Lang."),
        ("What is the lowest court?", "The highest court is in Bath."),  # the reader knows English
        ("Who was Emma's brother?", "Emma, the sister of Duke Richard, married the king."),
        ("How much do staff get?", "Contractors need an escort, staff get 30 days of leave."),
        ("How much is entry for adults?", "Entry is 8 euros, free for children under 6."),
        ("Which contractor built the hall?", "It was built by Brandt, whose staff worked hard."),
        ("What was her mother tongue?", "It was French, which she learnt from her father."),
        ("Which vet treats cats?", "Dr. Roux treats small pets, Dr. Bell dogs and horses."),
        ("How many men worked there?", "There were 300 workers, 120 of them women."),
        ("How many employees are there?", "The city pays 300; contractors are not counted."),
        ("Wer hat das Spiel gewonnen?", "Gegen Ulm verlor der SC 0:2."),
        ("Wie hoch ist die Miete?", "Die niedrigste Miete beträgt 500 Euro."),
        ("Welche Stadt liegt nördlich von Bonn?", "Bonn liegt südlich von Köln."),
        ("Wie viele passen höchstens hinein?", "Platz für bis zu 6 Personen, mindestens 2."),
        ("Wann schließt das Bad?", "Das Bad ist bis 18 Uhr geöffnet."),
        ("Bis wann ist das Bad geöffnet?", "Das Bad ist am Montag geschlossen."),
        ("Wann ist das Bad am Samstag geöffnet?", "Samstags ist das Bad geschlossen."),
        ("Wann hat das Bad im Winter offen?", "Im Winter ist das Bad geschlossen."),
        ("Wer hat das Spiel gewonnen?", "Union verlor das Spiel gegen Ulm mit 1:3."),
        ("Wann endet das Fest?", "Es beginnt um 15 Uhr und dauert bis 18 Uhr."),
        ("Wann endet ihr Amt?", "Sie gibt das Amt im Sommer ab."),
        ("Wann ist die Abfahrt?", "Treffpunkt an der Schule ist um acht."),
        ("Wie komme ich nach Bonn?", "Der Bus hält vor dem Bahnhof."),
        ("Wie ist die Anreise mit dem Auto?", "Auf der A8 bis zur Abfahrt Au, dann links."),
        ("Wann ist der Einzug des Beitrags?", "Auszug aus der Satzung: Er ist im März fällig."),
        ("早上班车几点发车？", "以下班车每天7:30从学校发车。"),
    ],
)
def test_no_more_is_an_opposite(question: str, text: str) -> None:
    assert not is_opposite(question, text)
